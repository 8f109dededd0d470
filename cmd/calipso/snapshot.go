package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"calipso/graph/snapshot"
)

func snapshotCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "snapshot",
		Short: "Snapshots: names for times of an environment",
		Long: `Snapshots: names for times of an environment. A name stands wherever a time does
(--at NAME). A snapshot copies nothing, so it costs nothing to make or keep.`,
	}
	cmd.AddCommand(snapshotCreate(g), snapshotList(g), snapshotRemove(g))
	return cmd
}

// kindList names the kinds of snapshots for help texts.
func kindList() string {
	var out []string
	for _, k := range snapshot.Kinds() {
		out = append(out, string(k))
	}
	return strings.Join(out, ", ")
}

// snapshotRow is what commands print of a snapshot.
type snapshotRow struct {
	Name     string `json:"name"`
	Env      string `json:"environment"`
	Time     string `json:"time"`
	Kind     string `json:"kind"`
	Complete bool   `json:"complete"`
	Failed   []struct {
		Part   string `json:"part"`
		Reason string `json:"reason"`
	} `json:"failed_parts"`
	Comment string `json:"comment"`
	Creator string `json:"creator"`
	Created string `json:"created"`
	Scan    string `json:"scan,omitempty"`
}

func (s snapshotRow) state() string {
	if s.Complete {
		return "complete"
	}
	if len(s.Failed) == 1 {
		return "incomplete: " + s.Failed[0].Part
	}
	return fmt.Sprintf("incomplete: %d parts", len(s.Failed))
}

func snapshotCreate(g *global) *cobra.Command {
	var in struct {
		Name    string `json:"name"`
		Kind    string `json:"kind,omitempty"`
		Comment string `json:"comment,omitempty"`
		At      string `json:"at,omitempty"`
	}
	cmd := &cobra.Command{
		Use:   "create ENV NAME",
		Short: "Give the present, or a past time, a name",
		Args:  cobra.ExactArgs(2),
	}
	f := cmd.Flags()
	f.StringVar(&in.Kind, "kind", "", "what it is for: "+kindList()+" (default manual)")
	f.StringVar(&in.Comment, "comment", "", "what to say of it")
	f.StringVar(&in.At, "at", "", "the time to name (RFC 3339, or a date), or another snapshot (default now)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			in.Name = args[1]
			var s snapshotRow
			if err := c.send(ctx, "POST", path("environments", args[0], "snapshots"), in, &s); err != nil {
				return err
			}
			if g.json {
				return g.printJSON(s)
			}
			fmt.Fprintf(g.out, "snapshot %s of %s shows %s (%s)\n", oneLine(s.Name), s.Env, s.Time, s.state())
			for _, p := range s.Failed {
				fmt.Fprintf(g.out, "failed: %s: %s\n", oneLine(p.Part), oneLine(p.Reason))
			}
			return nil
		})
	}
	return cmd
}

func snapshotList(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "list ENV",
		Short: "List the snapshots of an environment, newest first",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				all, err := listAll[snapshotRow](ctx, c, path("environments", args[0], "snapshots"), nil)
				if err != nil {
					return err
				}
				if g.json {
					return g.printJSON(all)
				}
				if len(all) == 0 {
					_, err := fmt.Fprintf(g.out, "no snapshots yet; make one with: calipso snapshot create %s NAME\n", args[0])
					return err
				}
				t := newTable(g.out, "name", "time", "kind", "state", "by", "comment")
				for _, s := range all {
					t.AppendRow(table.Row{oneLine(s.Name), s.Time, s.Kind, oneLine(s.state()), oneLine(s.Creator), oneLine(s.Comment)})
				}
				t.Render()
				return nil
			})
		},
	}
}

func snapshotRemove(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "remove ENV NAME",
		Short: "Forget a name; its time can be read until the next run of retention, if it is old",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				if err := c.send(ctx, "DELETE", path("environments", args[0], "snapshots", args[1]), nil, nil); err != nil {
					return err
				}
				if g.json {
					return g.printJSON(map[string]string{"environment": args[0], "removed": args[1]})
				}
				_, err := fmt.Fprintf(g.out, "snapshot %s of %s is removed\n", oneLine(args[1]), args[0])
				return err
			})
		},
	}
}
