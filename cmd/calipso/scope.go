package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func scopeCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scope",
		Short: "Scopes: named selections of objects, such as all that a customer has",
		Long: `Scopes: named selections of objects of any environments, by projects, tags and
ids. What a scope holds follows the cloud: a new instance of a project is in it
at once. A comparison can be restricted to one (diff --scope), and each has a
snapshot that shows it as designed (scope baseline, diff --design).`,
	}
	cmd.AddCommand(scopeCreate(g), scopeList(g), scopeShow(g), scopeChange(g), scopeRemove(g), scopeObjects(g), scopeUsers(g), scopeBaselineCommand(g))
	return cmd
}

// scopeRow is what commands print of a scope.
type scopeRow struct {
	Name      string           `json:"name"`
	Comment   string           `json:"comment"`
	Select    []scopeSelection `json:"select"`
	Baselines []scopeBaseline  `json:"baselines"`
	Counts    []scopeCount     `json:"counts,omitempty"`
	Creator   string           `json:"creator"`
	Created   string           `json:"created"`
	ChangedBy string           `json:"changed_by"`
	Changed   string           `json:"changed"`
}

type scopeSelection struct {
	Env        string   `json:"environment"`
	Projects   []string `json:"projects,omitempty"`
	Tags       []string `json:"tags,omitempty"`
	Objects    []string `json:"objects,omitempty"`
	Everything bool     `json:"everything,omitempty"`
}

// text is a selection in a few words.
func (s scopeSelection) text() string {
	if s.Everything {
		return "everything"
	}
	var out []string
	for _, p := range []struct {
		what string
		list []string
	}{{"project", s.Projects}, {"tag", s.Tags}, {"object", s.Objects}} {
		switch n := len(p.list); {
		case n > 3:
			out = append(out, fmt.Sprintf("%d %ss", n, p.what))
		case n > 0:
			out = append(out, p.what+" "+oneLine(strings.Join(p.list, ", ")))
		}
	}
	return strings.Join(out, "; ")
}

type scopeBaseline struct {
	Env      string `json:"environment"`
	Snapshot string `json:"snapshot"`
	Time     string `json:"time"`
	Comment  string `json:"comment"`
	Who      string `json:"who"`
	Set      string `json:"set"`
	Current  bool   `json:"current"`
}

type scopeCount struct {
	Env     string `json:"environment"`
	Members int    `json:"members"`
	Within  int    `json:"within"`
}

func scopeList(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List scopes with what they select",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				all, err := listAll[scopeRow](ctx, c, path("scopes"), nil)
				if err != nil {
					return err
				}
				if g.json {
					return g.printJSON(all)
				}
				if len(all) == 0 {
					_, err := fmt.Fprintln(g.out, "no scopes yet; make one with: calipso scope create NAME --env ENV --project PROJECT")
					return err
				}
				t := newTable(g.out, "name", "environment", "selects", "as designed", "comment")
				for _, s := range all {
					for i, sel := range s.Select {
						name, comment := oneLine(s.Name), oneLine(s.Comment)
						if i > 0 {
							name, comment = "", ""
						}
						t.AppendRow(table.Row{name, sel.Env, sel.text(), oneLine(s.baseline(sel.Env)), comment})
					}
				}
				t.Render()
				return nil
			})
		},
	}
}

// baseline names the current one of an environment.
func (s scopeRow) baseline(env string) string {
	for _, b := range s.Baselines {
		if b.Env == env && b.Current {
			return b.Snapshot
		}
	}
	return ""
}

func scopeShow(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "show NAME",
		Short: "Show a scope: what it selects, how much that is, its baselines",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				var s scopeRow
				if err := c.get(ctx, path("scopes", args[0]), nil, &s); err != nil {
					return err
				}
				if g.json {
					return g.printJSON(s)
				}
				g.printScope(s)
				return nil
			})
		},
	}
}

func (g *global) printScope(s scopeRow) {
	fmt.Fprintf(g.out, "scope %s, by %s", oneLine(s.Name), oneLine(s.Creator))
	if s.Comment != "" {
		fmt.Fprintf(g.out, ": %s", oneLine(s.Comment))
	}
	fmt.Fprintln(g.out)
	for _, sel := range s.Select {
		fmt.Fprintf(g.out, "%s: %s", sel.Env, sel.text())
		for _, n := range s.Counts {
			if n.Env == sel.Env {
				fmt.Fprintf(g.out, " (%d objects, %d with their cliques)", n.Members, n.Within)
			}
		}
		fmt.Fprintln(g.out)
	}
	if len(s.Baselines) == 0 {
		return
	}
	fmt.Fprintln(g.out)
	t := newTable(g.out, "as designed", "environment", "shows", "set", "by", "comment")
	for _, b := range s.Baselines {
		name := oneLine(b.Snapshot)
		if !b.Current {
			name += " (earlier)"
		}
		t.AppendRow(table.Row{name, b.Env, b.Time, b.Set, oneLine(b.Who), oneLine(b.Comment)})
	}
	t.Render()
}

func scopeRemove(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "Forget a scope; its snapshots stay",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				if err := c.send(ctx, "DELETE", path("scopes", args[0]), nil, nil); err != nil {
					return err
				}
				if g.json {
					return g.printJSON(map[string]string{"removed": args[0]})
				}
				_, err := fmt.Fprintf(g.out, "scope %s is removed\n", oneLine(args[0]))
				return err
			})
		},
	}
}

func scopeBaselineCommand(g *global) *cobra.Command {
	var in struct {
		Env      string `json:"environment"`
		Snapshot string `json:"snapshot"`
		Comment  string `json:"comment,omitempty"`
	}
	cmd := &cobra.Command{
		Use:   "baseline NAME ENV SNAPSHOT",
		Short: "Say which snapshot shows a scope as designed",
		Long: `Say which snapshot of an environment shows a scope as designed: diff --design
compares with it. Those set before stay in the list.`,
		Args: cobra.ExactArgs(3),
	}
	cmd.Flags().StringVar(&in.Comment, "comment", "", "what to say of it")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			in.Env, in.Snapshot = args[1], args[2]
			var s scopeRow
			if err := c.send(ctx, "PUT", path("scopes", args[0], "baseline"), in, &s); err != nil {
				return err
			}
			if g.json {
				return g.printJSON(s)
			}
			_, err := fmt.Fprintf(g.out, "snapshot %s of %s shows scope %s as designed\n", oneLine(in.Snapshot), in.Env, oneLine(s.Name))
			return err
		})
	}
	return cmd
}
