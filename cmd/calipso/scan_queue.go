package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"calipso/webapi"
)

// scansCommand is about scans that were asked for already.
func scansCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scans",
		Short: "Scans that wait, run or ended",
		Long: `Scans that wait, run or ended. Scans of one environment run one after the other, in
the order in which they were asked for; those of different environments side by side.`,
	}
	cmd.AddCommand(scansList(g), scansAbort(g))
	return cmd
}

func scansList(g *global) *cobra.Command {
	var status []string
	cmd := &cobra.Command{
		Use:   "list ENV",
		Short: "List the scans of an environment, newest first",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				all, err := listScans(ctx, c, args[0], status)
				if err != nil {
					return err
				}
				if g.json {
					return g.printJSON(all)
				}
				if len(all) == 0 {
					_, err := fmt.Fprintf(g.out, "no scans; make one with: calipso scan %s\n", args[0])
					return err
				}
				t := newTable(g.out, "id", "status", "asked for", "took", "snapshot", "report", "by", "error")
				for _, s := range all {
					took := ""
					if !s.Ended.IsZero() && !s.Started.IsZero() {
						took = round(s.Ended.Sub(s.Started)).String()
					}
					t.AppendRow(table.Row{s.ID, s.Status, s.Submitted.Format("2006-01-02 15:04:05"), took, oneLine(s.Snapshot), s.SavedReport, oneLine(s.Who), oneLine(s.Error)})
				}
				t.Render()
				return nil
			})
		},
	}
	cmd.Flags().StringSliceVar(&status, "status", nil, "only those that stand so: pending, running, completed, completed_with_errors, failed, aborted")
	return cmd
}

func scansAbort(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "abort ENV [ID]",
		Short: "Stop a scan, or take it out of the queue; without ID the one that runs",
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				id := ""
				if len(args) == 2 {
					id = args[1]
				} else {
					running, err := listScans(ctx, c, args[0], []string{"running"})
					if err != nil {
						return err
					}
					if len(running) == 0 {
						return fmt.Errorf("no scan of %q runs; calipso scans list %s shows those that wait", args[0], args[0])
					}
					id = running[0].ID
				}
				var s webapi.ScanStatus
				if err := c.send(ctx, "POST", path("environments", args[0], "scans", id, "abort"), nil, &s); err != nil {
					return err
				}
				if g.json {
					return g.printJSON(s)
				}
				_, err := fmt.Fprintf(g.out, "scan %s of %s is being aborted; what was known before stays\n", id, args[0])
				return err
			})
		},
	}
}

func listScans(ctx context.Context, c *client, env string, status []string) ([]webapi.ScanStatus, error) {
	q := params()
	for _, s := range slices.Compact(slices.Sorted(slices.Values(status))) {
		q.Add("status", s)
	}
	return listAll[webapi.ScanStatus](ctx, c, path("environments", env, "scans"), q)
}
