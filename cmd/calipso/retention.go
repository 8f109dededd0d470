package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"calipso/graph/snapshot"
)

func retentionCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "retention",
		Short: "Retention: how long the past of an environment is kept",
		Long: `Retention: how long the past of an environment is kept. A running server forgets
each night what is older, except what snapshots show; snapshots have an age too,
by their kind, and so have messages, scans and connection tests. Ages are
minutes (10m), hours (36h), days (90d), weeks (26w) or "forever".`,
	}
	cmd.AddCommand(retentionShow(g), retentionSet(g), retentionRun(g))
	return cmd
}

// ages are what commands send and print of a policy.
type ages struct {
	Everything string            `json:"everything,omitempty"`
	Records    string            `json:"records,omitempty"`
	Snapshots  map[string]string `json:"snapshots,omitempty"`
}

// retentionRow is what commands print of an environment's retention.
type retentionRow struct {
	Env string `json:"environment"`
	ages
	Overrides ages     `json:"overrides"`
	Since     string   `json:"since,omitempty"`
	Times     []string `json:"times"`
	Pending   bool     `json:"pending"`
	LastRun   string   `json:"last_run,omitempty"`
}

func (r retentionRow) print(g *global) error {
	if g.json {
		return g.printJSON(r)
	}
	from := func(overridden bool) string {
		if overridden {
			return "of this environment"
		}
		return "default"
	}
	t := newTable(g.out, "kept", "how long", "")
	t.AppendRow([]any{"everything", r.Everything, from(r.Overrides.Everything != "")})
	t.AppendRow([]any{"old records", r.Records, from(r.Overrides.Records != "")})
	for _, k := range snapshot.Kinds() {
		_, own := r.Overrides.Snapshots[string(k)]
		t.AppendRow([]any{"snapshots " + string(k), r.Snapshots[string(k)], from(own)})
	}
	t.Render()
	switch {
	case r.Since == "":
		fmt.Fprintf(g.out, "nothing of %s is forgotten yet\n", r.Env)
	case len(r.Times) == 0:
		fmt.Fprintf(g.out, "%s can be read since %s\n", r.Env, r.Since)
	default:
		fmt.Fprintf(g.out, "%s can be read since %s, and at %d earlier times, the first at %s\n", r.Env, r.Since, len(r.Times), r.Times[0])
	}
	return nil
}

func retentionShow(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "show ENV",
		Short: "Show how long the past is kept, and what is left of it",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				var r retentionRow
				if err := c.get(ctx, path("environments", args[0], "retention"), nil, &r); err != nil {
					return err
				}
				return r.print(g)
			})
		},
	}
}

func retentionSet(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "set ENV",
		Short:   "Keep the past longer or shorter; what is not named stays as it is",
		Example: `  calipso retention set lab --everything 30d --scheduled 52w --during default`,
		Args:    cobra.ExactArgs(1),
	}
	f := cmd.Flags()
	names := []string{"everything", "records"}
	f.String("everything", "", `how long every time can be read; "default": as the server has it`)
	f.String("records", "", `after how long messages and ended scans go, or "default"`)
	for _, k := range snapshot.Kinds() {
		names = append(names, string(k))
		f.String(string(k), "", "how long snapshots of kind "+string(k)+` are kept, or "default"`)
	}
	cmd.MarkFlagsOneRequired(names...)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			at := path("environments", args[0], "retention")
			var r retentionRow
			if err := c.get(ctx, at, nil, &r); err != nil {
				return err
			}
			next := r.Overrides
			if next.Snapshots == nil {
				next.Snapshots = map[string]string{}
			}
			for _, name := range names {
				if !f.Changed(name) {
					continue
				}
				age := f.Lookup(name).Value.String()
				given := age
				if age == "default" {
					given = ""
				}
				switch {
				case name == "everything":
					next.Everything = given
				case name == "records":
					next.Records = given
				case age == "default":
					delete(next.Snapshots, name)
				default:
					next.Snapshots[name] = age
				}
			}
			r = retentionRow{}
			if err := c.send(ctx, "PUT", at, next, &r); err != nil {
				return err
			}
			return r.print(g)
		})
	}
	return cmd
}

// forgotten is what commands print of a run.
type forgotten struct {
	Env       string   `json:"environment"`
	DryRun    bool     `json:"dry_run"`
	Started   string   `json:"started"`
	Ended     string   `json:"ended"`
	Since     string   `json:"since,omitempty"`
	Snapshots []string `json:"snapshots"`
	Kept      int      `json:"snapshots_kept"`
	Records   int      `json:"records"`
	Versions  int      `json:"versions"`
	Commits   int      `json:"commits"`
	Bytes     int64    `json:"bytes"`
	Reclaimed int64    `json:"reclaimed"`
}

func retentionRun(g *global) *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "run [ENV]",
		Short: "Forget now what is old, in one environment or in all",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				if len(args) == 0 {
					all, err := listAll[struct {
						Name string `json:"name"`
					}](ctx, c, path("environments"), nil)
					if err != nil {
						return err
					}
					for _, e := range all {
						args = append(args, e.Name)
					}
				}
				rows := []forgotten{}
				for _, env := range args {
					var r forgotten
					if err := c.send(ctx, "POST", path("environments", env, "retention", "runs"), map[string]bool{"dry_run": dryRun}, &r); err != nil {
						return err
					}
					if rows = append(rows, r); !g.json {
						r.print(g)
					}
				}
				if g.json {
					return g.printJSON(rows)
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only count what would go")
	return cmd
}

func (r forgotten) print(g *global) {
	does := "are dropped"
	if r.DryRun {
		does = "would be dropped"
	}
	fmt.Fprintf(g.out, "%s: %d versions and %d commits %s (%d bytes before compression)", r.Env, r.Versions, r.Commits, does, r.Bytes)
	if r.Since != "" {
		fmt.Fprintf(g.out, "; everything since %s stays", r.Since)
	}
	fmt.Fprintln(g.out)
	if len(r.Snapshots) > 0 {
		names := make([]string, len(r.Snapshots))
		for i, s := range r.Snapshots {
			names[i] = oneLine(s)
		}
		fmt.Fprintf(g.out, "snapshots beyond their age: %s; %d stay\n", strings.Join(names, ", "), r.Kept)
	}
	if r.Records > 0 {
		fmt.Fprintf(g.out, "messages, scans and connection tests beyond their age: %d\n", r.Records)
	}
	if r.Reclaimed > 0 {
		fmt.Fprintf(g.out, "%d bytes of disk are given back\n", r.Reclaimed)
	}
}
