package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

func scheduleCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Schedules: scans that a running server makes by itself",
		Long: `Schedules: scans that a running server makes by itself. One that was missed while
no server ran is made up for when it starts.`,
	}
	cmd.AddCommand(scheduleAdd(g), scheduleList(g), scheduleRemove(g))
	return cmd
}

// scheduleRow is what commands send and print of a schedule.
type scheduleRow struct {
	ID         string `json:"id,omitempty"`
	Recurrence string `json:"recurrence,omitempty"`
	Cron       string `json:"cron,omitempty"`
	Timezone   string `json:"timezone,omitempty"`
	Due        string `json:"scheduled_timestamp,omitempty"`
	Snapshot   string `json:"snapshot,omitempty"`
	Status     string `json:"status,omitempty"`
	Who        string `json:"user,omitempty"`
	LastScan   string `json:"last_scan,omitempty"`
}

func scheduleAdd(g *global) *cobra.Command {
	var in scheduleRow
	cmd := &cobra.Command{
		Use:     "add ENV",
		Short:   "Have an environment scanned at certain times",
		Example: `  calipso schedule add lab --cron "0 0 * * 0" --timezone Europe/Berlin --snapshot weekly-2006-01-02`,
		Args:    cobra.ExactArgs(1),
	}
	f := cmd.Flags()
	often := []string{"once", "hourly", "daily", "weekly", "monthly", "yearly"}
	chosen := map[string]*bool{}
	for _, o := range often {
		chosen[o] = f.Bool(o, false, "scan "+o+", first at --at (default: one step from now)")
	}
	f.Lookup("once").Usage = "scan once, at --at"
	f.StringVar(&in.Cron, "cron", "", "scan at these times: minute, hour, day of month, month, day of week")
	f.StringVar(&in.Timezone, "timezone", "", "zone whose calendar and clock count, such as Europe/Berlin (default UTC)")
	f.StringVar(&in.Due, "at", "", "first run (RFC 3339)")
	f.StringVar(&in.Snapshot, "snapshot", "", "name of what each scan leaves; 2006, 01, 02, 15, 04, 05 stand for the run's time")
	cmd.MarkFlagsOneRequired(append(often, "cron")...)
	cmd.MarkFlagsMutuallyExclusive(append(often, "cron")...)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		for _, o := range often {
			if *chosen[o] {
				in.Recurrence = strings.ToUpper(o)
			}
		}
		if in.Due != "" {
			if _, err := time.Parse(time.RFC3339, in.Due); err != nil {
				return fmt.Errorf("--at: %q is no time such as 2026-03-01T00:00:00Z", in.Due)
			}
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			var s scheduleRow
			if err := c.send(ctx, "POST", path("environments", args[0], "schedules"), in, &s); err != nil {
				return err
			}
			if g.json {
				return g.printJSON(s)
			}
			_, err := fmt.Fprintf(g.out, "schedule %s of %s runs first at %s\n", s.ID, args[0], s.Due)
			return err
		})
	}
	return cmd
}

func scheduleList(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "list ENV",
		Short: "List the schedules of an environment, the next due first",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				all, err := listAll[scheduleRow](ctx, c, path("environments", args[0], "schedules"), nil)
				if err != nil {
					return err
				}
				if g.json {
					return g.printJSON(all)
				}
				if len(all) == 0 {
					_, err := fmt.Fprintf(g.out, "no schedules yet; make one with: calipso schedule add %s --weekly\n", args[0])
					return err
				}
				t := newTable(g.out, "id", "when", "zone", "next", "status", "snapshot", "by")
				for _, s := range all {
					t.AppendRow(table.Row{s.ID, oneLine(cmp.Or(s.Cron, s.Recurrence)), oneLine(s.Timezone), s.Due, s.Status, oneLine(s.Snapshot), oneLine(s.Who)})
				}
				t.Render()
				return nil
			})
		},
	}
}

func scheduleRemove(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "remove ENV ID",
		Short: "Make no more scans of a schedule",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				if err := c.send(ctx, "DELETE", path("environments", args[0], "schedules", args[1]), nil, nil); err != nil {
					return err
				}
				if g.json {
					return g.printJSON(map[string]string{"environment": args[0], "removed": args[1]})
				}
				_, err := fmt.Fprintf(g.out, "schedule %s of %s is removed\n", oneLine(args[1]), args[0])
				return err
			})
		},
	}
}
