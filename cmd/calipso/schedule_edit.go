package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"calipso/webapi"
)

// state is how a schedule stands, as lists show it.
func state(s webapi.Schedule) string {
	if s.Disabled {
		return "off"
	}
	return s.Status
}

func next(s webapi.Schedule) string {
	if s.Disabled || s.Due.IsZero() || s.Status == "finished" {
		return ""
	}
	return s.Due.Format(time.RFC3339)
}

func wanted(s webapi.Schedule) string {
	if s.Report == nil {
		return ""
	}
	if s.Report.Scope != "" {
		return s.Report.Kind + " of " + oneLine(s.Report.Scope)
	}
	return s.Report.Kind
}

func scheduleEdit(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "edit ENV ID",
		Short:   "Change a schedule; what no flag names stays",
		Example: "  calipso schedule edit lab 6b01b58c4e9156718bd2c68d --weekly --at 2026-03-01T00:00:00Z",
		Args:    cobra.ExactArgs(2),
	}
	in := newScheduleFlags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.changeSchedule(cmd, args, func(s *webapi.ScheduleOptions) error { return in.apply(cmd, s) })
	}
	return cmd
}

// scheduleSwitch is "enable" or "disable".
func scheduleSwitch(g *global, on bool) *cobra.Command {
	use, short := "disable", "Switch a schedule off; it makes no scans until it is switched on"
	if on {
		use, short = "enable", "Switch a schedule on; what it left out is not made up for"
	}
	return &cobra.Command{
		Use:   use + " ENV ID",
		Short: short,
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.changeSchedule(cmd, args, func(s *webapi.ScheduleOptions) error {
				s.Disabled = !on
				return nil
			})
		},
	}
}

func (g *global) changeSchedule(cmd *cobra.Command, args []string, change func(*webapi.ScheduleOptions) error) error {
	return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
		at := path("environments", args[0], "schedules", args[1])
		var s webapi.Schedule
		if err := c.get(ctx, at, nil, &s); err != nil {
			return err
		}
		if err := change(&s.ScheduleOptions); err != nil {
			return err
		}
		var out webapi.Schedule
		if err := c.send(ctx, "PUT", at, s.ScheduleOptions, &out); err != nil {
			return err
		}
		if g.json {
			return g.printJSON(out)
		}
		text := "is off"
		if n := next(out); n != "" {
			text = "runs next at " + n
		} else if !out.Disabled {
			text = "runs no more"
		}
		_, err := fmt.Fprintf(g.out, "schedule %s of %s %s\n", out.ID, args[0], text)
		return err
	})
}

func scheduleRun(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "run ENV ID",
		Short: "Make the scan of a schedule now, with its snapshot and report, beside its times",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				var s scanAnswer
				if err := c.send(ctx, "POST", path("environments", args[0], "schedules", args[1], "run"), nil, &s); err != nil {
					return err
				}
				return g.finish(ctx, c, &s)
			})
		},
	}
}
