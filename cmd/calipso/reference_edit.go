package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
)

// ruleChange is what the API answers to a change of a clique type or
// constraint.
type ruleChange struct {
	DryRun      bool `json:"dry_run"`
	FocalPoints int  `json:"focal_points"`
	Effects     []struct {
		Env         string   `json:"environment"`
		Type        string   `json:"focal_point_type"`
		FocalPoints int      `json:"focal_points"`
		Before      *fitting `json:"before"`
		After       *fitting `json:"after"`
		Sample      *struct {
			FocalPoint objectRef   `json:"focal_point"`
			Nodes      int         `json:"nodes"`
			NodesThen  int         `json:"nodes_then"`
			Added      []objectRef `json:"added"`
			Removed    []objectRef `json:"removed"`
		} `json:"sample"`
	} `json:"effects"`
}

// fitting is the clique type that an environment uses.
type fitting struct {
	Name string `json:"name"`
}

func (f *fitting) String() string {
	if f == nil {
		return "none"
	}
	return oneLine(f.Name)
}

// trial are the flags of what can be tried before it is done.
type trial struct {
	dry   bool
	focal string
}

func (r resource) trial(cmd *cobra.Command) *trial {
	t := &trial{}
	if r.dry {
		cmd.Flags().BoolVar(&t.dry, "dry-run", false, "say what it would do, and do nothing")
		cmd.Flags().StringVar(&t.focal, "focal-point", "", "compare the clique of this object too")
	}
	return t
}

func (t *trial) at(path string) string {
	q := params("focal_point", t.focal)
	if t.dry {
		q.Set("dry_run", "true")
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func (r resource) add(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use: "add FILE", Short: "Add a " + r.word + " from a document (JSON or YAML; - for standard input)", Args: cobra.ExactArgs(1),
	}
	t := r.trial(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		doc, err := g.readDocument(args[0])
		if err != nil {
			return err
		}
		return g.sendRule(cmd.Context(), r, "POST", t.at(path(r.path)), doc, "is added")
	}
	return cmd
}

func (r resource) change(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use: "change " + r.argument() + " FILE", Short: "Make a " + r.word + " of your own what a document says", Args: cobra.ExactArgs(2),
	}
	t := r.trial(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		doc, err := g.readDocument(args[1])
		if err != nil {
			return err
		}
		return g.sendRule(cmd.Context(), r, "PUT", t.at(path(r.path, args[0])), doc, "is changed")
	}
	return cmd
}

func (r resource) remove(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use: "remove " + r.argument(), Short: "Remove a " + r.word + " of your own", Args: cobra.ExactArgs(1),
	}
	t := r.trial(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		at := t.at(path(r.path, args[0]))
		if r.dry {
			return g.sendRule(cmd.Context(), r, "DELETE", at, nil, "is removed")
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			if err := c.send(ctx, "DELETE", at, nil, nil); err != nil {
				return err
			}
			if g.json {
				return g.printJSON(map[string]string{"removed": args[0]})
			}
			_, err := fmt.Fprintf(g.out, "%s %s is removed\n", r.word, oneLine(args[0]))
			return err
		})
	}
	return cmd
}

// sendRule sends a change and says what came of it.
func (g *global) sendRule(ctx context.Context, r resource, method, at string, doc map[string]any, done string) error {
	return g.withClient(ctx, func(ctx context.Context, c *client) error {
		var body any
		if doc != nil {
			body = doc
		}
		var out struct {
			document
			ruleChange
		}
		var raw document
		if err := c.send(ctx, method, at, body, &raw); err != nil {
			return err
		}
		if g.json {
			return g.printJSON(raw)
		}
		out.document = raw
		if r.wrapper != "" {
			inner, _ := raw[r.wrapper].(map[string]any)
			out.document = inner
			b, err := json.Marshal(raw)
			if err == nil {
				err = json.Unmarshal(b, &out.ruleChange)
			}
			if err != nil {
				return err
			}
		}
		name := out.text("name")
		if name == "" {
			name = out.text("type") + out.text("focal_point_type")
		}
		if out.DryRun {
			done = "would be right; nothing was done"
		}
		fmt.Fprintf(g.out, "%s %s %s\n", r.word, name, done)
		if r.dry {
			printEffects(g, out.ruleChange)
		}
		return nil
	})
}

func printEffects(g *global, c ruleChange) {
	if len(c.Effects) == 0 {
		fmt.Fprintln(g.out, "no clique is found in another way")
		return
	}
	for _, e := range c.Effects {
		fmt.Fprintf(g.out, "environment %s: %d cliques of %s: clique type %s before, %s then\n", oneLine(e.Env), e.FocalPoints, e.Type, e.Before, e.After)
		if e.Sample == nil {
			continue
		}
		fmt.Fprintf(g.out, "clique of %s: %d objects before, %d then\n", oneLine(e.Sample.FocalPoint.Name), e.Sample.Nodes, e.Sample.NodesThen)
		for _, o := range e.Sample.Added {
			fmt.Fprintf(g.out, "+ %s %s\n", o.Type, oneLine(o.Name))
		}
		for _, o := range e.Sample.Removed {
			fmt.Fprintf(g.out, "- %s %s\n", o.Type, oneLine(o.Name))
		}
	}
}

func constantCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{Use: "constant", Short: "Constants: the values that documents may hold"}
	var kind string
	list := &cobra.Command{
		Use: "list", Short: "List constants with their values", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				all, err := listAll[document](ctx, c, path("constants"), params("environment_type", kind))
				if err != nil {
					return err
				}
				if g.json {
					return g.printJSON(all)
				}
				for _, d := range all {
					d["values"] = constantValues(d)
				}
				g.table([]string{"name", "environment type", "values", "shipped"}, []string{"name", "environment_type", "values", "shipped"}, all)
				return nil
			})
		},
	}
	list.Flags().StringVar(&kind, "environment-type", "", "only those for environments of this type, or of all")
	show := &cobra.Command{
		Use: "show NAME", Short: "Print a constant", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.showDocument(cmd.Context(), path("constants", args[0]), params("environment_type", kind))
		},
	}
	show.Flags().StringVar(&kind, "environment-type", "", "the one for environments of this type")
	cmd.AddCommand(list, show)
	return cmd
}

func constantValues(d document) []any {
	out := []any{}
	list, _ := d["data"].([]any)
	for _, e := range list {
		entry, _ := e.(map[string]any)
		out = append(out, entry["value"])
	}
	return out
}
