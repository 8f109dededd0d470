package main

import (
	"context"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"calipso/query/report"
)

func reportCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "report",
		Short: "Reports that are kept: differences, health, the week",
		Long: `Reports that are kept. A report is made once and never changes, whatever becomes of
what it tells of; it can be shown and exported as text, JSON, CSV, HTML and PDF.

Kinds: diff (what differs between two times), clique-diff (how the clique of an
object differs), health (how things stand), weekly (what differs from the newest
complete scheduled snapshot at least 6 days older, how things stand, what scans
could not read, and the trend since the last weekly report).`,
	}
	cmd.AddCommand(reportCreate(g), reportList(g), reportShow(g), reportRemove(g))
	return cmd
}

func reportCreate(g *global) *cobra.Command {
	var in struct {
		Kind    string `json:"kind"`
		Title   string `json:"title,omitempty"`
		Change  string `json:"change,omitempty"`
		Text    string `json:"text,omitempty"`
		To      string `json:"to,omitempty"`
		From    string `json:"from,omitempty"`
		Object  string `json:"object_id,omitempty"`
		Scope   string `json:"scope,omitempty"`
		Group   string `json:"group,omitempty"`
		Folders bool   `json:"folders,omitempty"`
	}
	cmd := &cobra.Command{
		Use:   "create ENV KIND",
		Short: "Make a report and keep it",
		Example: `  calipso report create lab weekly
  calipso report create lab diff --from before-upgrade --change CHG-1042 --text "as planned"
  calipso report create lab health --from design`,
		Args: cobra.ExactArgs(2),
	}
	f := cmd.Flags()
	f.StringVar(&in.Title, "title", "", "title (default: one that says what it is)")
	f.StringVar(&in.Change, "change", "", "number of the planned change that it belongs to")
	f.StringVar(&in.Text, "text", "", "free text")
	f.StringVar(&in.To, "to", "", "time (RFC 3339, or a date) or snapshot that it is about (default now)")
	f.StringVar(&in.From, "from", "", "earlier time or snapshot: to compare with; for health, whose instances are expected; weekly finds it by itself")
	f.StringVar(&in.Object, "id", "", "object whose clique is compared (clique-diff)")
	f.StringVar(&in.Scope, "scope", "", "limit it to this scope")
	f.StringVar(&in.Group, "group", "", "group differences by host, project or network")
	f.BoolVar(&in.Folders, "folders", false, "count the folders of the tree too")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		in.Kind = args[1]
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			var r report.Report
			if err := c.send(ctx, "POST", path("environments", args[0], "reports"), in, &r); err != nil {
				return err
			}
			if g.json {
				return g.printJSON(r)
			}
			_, err := fmt.Fprintf(g.out, "report %s of %s: %s\n%s\n", r.ID, r.Env, oneLine(r.Title), oneLine(r.Lead))
			return err
		})
	}
	return cmd
}

func reportList(g *global) *cobra.Command {
	var kind []string
	cmd := &cobra.Command{
		Use:   "list ENV",
		Short: "List the kept reports of an environment, newest first",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				q := params()
				for _, k := range kind {
					q.Add("kind", k)
				}
				all, err := listAll[report.Report](ctx, c, path("environments", args[0], "reports"), q)
				if err != nil {
					return err
				}
				if g.json {
					return g.printJSON(all)
				}
				if len(all) == 0 {
					_, err := fmt.Fprintf(g.out, "no reports yet; make one with: calipso report create %s weekly\n", args[0])
					return err
				}
				t := newTable(g.out, "id", "created", "kind", "title", "result", "change", "by")
				for _, r := range all {
					t.AppendRow(table.Row{r.ID, r.Created.Format("2006-01-02 15:04"), r.Kind, oneLine(r.Title), oneLine(r.Lead), oneLine(r.Change), oneLine(r.Author)})
				}
				t.Render()
				return nil
			})
		},
	}
	cmd.Flags().StringSliceVar(&kind, "kind", nil, "only of these kinds")
	return cmd
}

func reportShow(g *global) *cobra.Command {
	var out output
	cmd := &cobra.Command{
		Use:     "show ENV ID",
		Short:   "Show a kept report, or export it",
		Example: "  calipso report show lab 6b01b58c4e9156718bd2c68d --format pdf --output week.pdf",
		Args:    cobra.ExactArgs(2),
	}
	out.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := out.check(g); err != nil {
			return err
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			text, err := c.text(ctx, "GET", path("environments", args[0], "reports", args[1]), params("format", out.format), nil)
			if err != nil {
				return err
			}
			return out.write(g, text)
		})
	}
	return cmd
}

func reportRemove(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "remove ENV ID",
		Short: "Forget a report",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				if err := c.send(ctx, "DELETE", path("environments", args[0], "reports", args[1]), nil, nil); err != nil {
					return err
				}
				if g.json {
					return g.printJSON(map[string]string{"environment": args[0], "removed": args[1]})
				}
				_, err := fmt.Fprintf(g.out, "report %s of %s is removed\n", oneLine(args[1]), args[0])
				return err
			})
		},
	}
}
