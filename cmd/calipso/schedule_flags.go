package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"calipso/webapi"
)

// often are the recurrences, as flags.
var often = []string{"once", "hourly", "daily", "weekly", "monthly", "yearly"}

// scheduleFlags are what one may say of a schedule.
type scheduleFlags struct {
	chosen                   map[string]*bool
	cron, zone, at, snapshot string
	report, scope, title     string
}

func newScheduleFlags(cmd *cobra.Command) *scheduleFlags {
	in := &scheduleFlags{chosen: map[string]*bool{}}
	f := cmd.Flags()
	for _, o := range often {
		in.chosen[o] = f.Bool(o, false, "scan "+o+", first at --at (default: one step from now)")
	}
	f.Lookup("once").Usage = "scan once, at --at"
	f.StringVar(&in.cron, "cron", "", "scan at these times: minute, hour, day of month, month, day of week")
	f.StringVar(&in.zone, "timezone", "", "zone whose calendar and clock count, such as Europe/Berlin (default UTC)")
	f.StringVar(&in.at, "at", "", "first run (RFC 3339)")
	f.StringVar(&in.snapshot, "snapshot", "", "name of what each scan leaves; 2006, 01, 02, 15, 04, 05 stand for the run's time")
	f.StringVar(&in.report, "report", "", "keep a report of what each scan leaves: weekly or health (none: no report)")
	f.StringVar(&in.scope, "report-scope", "", "limit the report to this scope")
	f.StringVar(&in.title, "report-title", "", "title of the report; 2006, 01, 02, … as for --snapshot")
	cmd.MarkFlagsMutuallyExclusive(append(often, "cron")...)
	return in
}

// apply says what the flags do; what none names stays.
func (in *scheduleFlags) apply(cmd *cobra.Command, s *webapi.ScheduleOptions) error {
	given := cmd.Flags().Changed
	for _, o := range often {
		if *in.chosen[o] {
			s.Recurrence, s.Freq, s.Cron, s.Due = strings.ToUpper(o), "", "", time.Time{}
		}
	}
	if given("cron") {
		s.Recurrence, s.Freq, s.Cron, s.Due = "", "", in.cron, time.Time{}
	}
	if given("timezone") {
		s.Timezone, s.Due = in.zone, time.Time{}
	}
	if given("at") {
		t, err := time.Parse(time.RFC3339, in.at)
		if err != nil {
			return fmt.Errorf("--at: %q is no time such as 2026-03-01T00:00:00Z", in.at)
		}
		s.Due = t
	}
	if given("snapshot") {
		s.Snapshot = in.snapshot
	}
	if in.report == "none" {
		s.Report = nil
		return nil
	}
	if s.Report == nil && (given("report") || given("report-scope") || given("report-title")) {
		s.Report = &webapi.ScheduleReport{}
	}
	if given("report") {
		s.Report.Kind = in.report
	}
	if given("report-scope") {
		s.Report.Scope = in.scope
	}
	if given("report-title") {
		s.Report.Title = in.title
	}
	return nil
}
