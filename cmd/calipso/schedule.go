package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"calipso/webapi"
)

func scheduleCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Schedules: scans that a running server makes by itself",
		Long: `Schedules: scans that a running server makes by itself. One that was missed while
no server ran is made up for when it starts. A schedule may keep a snapshot of what
each scan leaves, and a report of it: weekly (with the comparison with the week
before) or health.`,
	}
	cmd.AddCommand(scheduleAdd(g), scheduleList(g), scheduleEdit(g), scheduleSwitch(g, true), scheduleSwitch(g, false), scheduleRun(g), scheduleRemove(g))
	return cmd
}

func scheduleAdd(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add ENV",
		Short: "Have an environment scanned at certain times",
		Example: `  calipso schedule add lab --cron "0 0 * * 0" --timezone Europe/Berlin --snapshot weekly-2006-01-02 --report weekly
  calipso schedule add lab --daily --at 2026-03-01T06:00:00Z --report health`,
		Args: cobra.ExactArgs(1),
	}
	in := newScheduleFlags(cmd)
	cmd.MarkFlagsOneRequired(append(often, "cron")...)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var s webapi.ScheduleOptions
		if err := in.apply(cmd, &s); err != nil {
			return err
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			var out webapi.Schedule
			if err := c.send(ctx, "POST", path("environments", args[0], "schedules"), s, &out); err != nil {
				return err
			}
			if g.json {
				return g.printJSON(out)
			}
			_, err := fmt.Fprintf(g.out, "schedule %s of %s runs first at %s\n", out.ID, args[0], out.Due.Format(time.RFC3339))
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
				all, err := listAll[webapi.Schedule](ctx, c, path("environments", args[0], "schedules"), nil)
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
				t := newTable(g.out, "id", "when", "zone", "next", "status", "snapshot", "report", "by")
				for _, s := range all {
					t.AppendRow(table.Row{s.ID, oneLine(cmp.Or(s.Cron, s.Recurrence)), oneLine(s.Timezone), next(s), state(s), oneLine(s.Snapshot), wanted(s), oneLine(s.Who)})
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
