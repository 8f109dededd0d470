package schedule

import (
	"errors"
	"slices"
	"testing"
	"time"

	"calipso/graph"
)

func at(t *testing.T, text string) time.Time {
	t.Helper()
	out, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestNextRuns(t *testing.T) {
	for _, c := range []struct {
		name, zone, cron string
		every            Recurrence
		due, after       string
		want             []string // in the zone
	}{
		{"Sunday midnight, clock set forward", "Europe/Berlin", "0 0 * * 0", "", "", "2026-03-23T00:00:00Z", []string{"2026-03-29T00:00:00+01:00", "2026-04-05T00:00:00+02:00"}},
		{"Sunday midnight, clock set back", "Europe/Berlin", "0 0 * * 0", "", "", "2026-10-20T00:00:00Z", []string{"2026-10-25T00:00:00+02:00", "2026-11-01T00:00:00+01:00"}},
		{"a time that is skipped comes later", "Europe/Berlin", "30 2 * * *", "", "", "2026-03-28T00:00:00Z", []string{"2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00"}},
		{"a time that comes twice counts once", "Europe/Berlin", "30 2 * * *", "", "", "2026-10-24T12:00:00Z", []string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}},
		{"every half hour, clock set back", "Europe/Berlin", "30 * * * *", "", "", "2026-10-24T23:45:00Z", []string{"2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", "2026-10-25T03:30:00+01:00"}},
		{"every half hour, clock set forward", "Europe/Berlin", "30 * * * *", "", "", "2026-03-29T00:00:00Z", []string{"2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"}},
		{"no zone", "", "15 6 1 * *", "", "", "2026-01-31T00:00:00Z", []string{"2026-02-01T06:15:00Z", "2026-03-01T06:15:00Z"}},
		{"weekly over the switch", "Europe/Berlin", "", Weekly, "2026-03-22T00:00:00+01:00", "2026-03-22T00:00:00Z", []string{"2026-03-29T00:00:00+01:00", "2026-04-05T00:00:00+02:00"}},
		{"daily over the switch back", "Europe/Berlin", "", Daily, "2026-10-01T02:30:00+02:00", "2026-10-24T12:00:00Z", []string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}},
		{"daily over the switch", "Europe/Berlin", "", Daily, "2026-03-01T02:30:00+01:00", "2026-03-28T12:00:00Z", []string{"2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00"}},
		{"hourly over the switch back", "Europe/Berlin", "", Hourly, "2026-10-25T01:10:00+02:00", "2026-10-24T23:30:00Z", []string{"2026-10-25T02:10:00+02:00", "2026-10-25T02:10:00+01:00", "2026-10-25T03:10:00+01:00"}},
		{"the 31st", "", "", Monthly, "2026-01-31T01:00:00Z", "2026-02-01T00:00:00Z", []string{"2026-02-28T01:00:00Z", "2026-03-31T01:00:00Z", "2026-04-30T01:00:00Z"}},
		{"leap day", "", "", Yearly, "2024-02-29T01:00:00Z", "2026-12-01T00:00:00Z", []string{"2027-02-28T01:00:00Z", "2028-02-29T01:00:00Z"}},
		{"the first is the first", "", "", Daily, "2026-05-05T01:00:00Z", "2026-01-01T00:00:00Z", []string{"2026-05-05T01:00:00Z", "2026-05-06T01:00:00Z"}},
		{"after years", "", "", Hourly, "2018-05-01T22:05:00Z", "2026-01-01T00:00:00Z", []string{"2026-01-01T00:05:00Z"}},
		{"once", "", "", Once, "2026-05-05T01:00:00Z", "2026-01-01T00:00:00Z", []string{"2026-05-05T01:00:00Z", ""}},
	} {
		s := &Scheduled{Env: "a", Timezone: c.zone, Cron: c.cron, Recurrence: c.every}
		if c.due != "" {
			s.Due = at(t, c.due)
		}
		after := at(t, c.after)
		if err := s.prepare(after); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for range c.want {
			if after = s.next(after); after.IsZero() {
				got = append(got, "")
				break
			}
			got = append(got, after.In(s.zone).Format(time.RFC3339))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %v\nwant %v", c.name, got, c.want)
		}
	}
}

func TestValidationNamesFields(t *testing.T) {
	now := at(t, "2026-01-01T00:00:00Z")
	for _, c := range []struct {
		s     Scheduled
		field string
	}{
		{Scheduled{Env: "a"}, "recurrence"},
		{Scheduled{Env: "a", Recurrence: "SOMETIMES"}, "recurrence"},
		{Scheduled{Env: "a", Recurrence: Once}, "scheduled_timestamp"},
		{Scheduled{Env: "a", Recurrence: Daily, Cron: "0 0 * * 0"}, "cron"},
		{Scheduled{Env: "a", Cron: "0 0 * *"}, "cron"},
		{Scheduled{Env: "a", Cron: "@daily"}, "cron"},
		{Scheduled{Env: "a", Cron: "TZ=UTC 0 0 * *"}, "cron"},
		{Scheduled{Env: "a", Cron: "0 25 * * *"}, "cron"},
		{Scheduled{Env: "a", Cron: "0 0 31 2 *"}, "cron"},
		{Scheduled{Env: "a", Recurrence: Daily, Timezone: "Mars/Base"}, "timezone"},
		{Scheduled{Env: "a", Recurrence: Daily, Timezone: "Local"}, "timezone"},
		{Scheduled{Env: "a", Recurrence: Daily, Snapshot: "same"}, "snapshot"},
		{Scheduled{Env: "a", Recurrence: Daily, Snapshot: "a/2006-01-02"}, "snapshot"},
		{Scheduled{Recurrence: Daily}, "environment"},
		{Scheduled{Env: "a", Recurrence: Daily, InventoryOnly: true, LinksOnly: true}, "scan_only_inventory"},
	} {
		var bad *graph.InvalidError
		if err := c.s.prepare(now); !errors.As(err, &bad) || len(bad.Fields) != 1 || bad.Fields[0].Field != c.field {
			t.Errorf("%+v: %v, want field %s", c.s, err, c.field)
		}
	}
}
