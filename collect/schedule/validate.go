package schedule

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"calipso/graph"
)

// prepare checks a schedule, reads its rule, and fills in what was left out.
// A first run that is not given is one step after the time given.
//
// Errors: *graph.InvalidError.
func (s *Scheduled) prepare(now time.Time) error {
	var wrong []graph.FieldError
	fault := func(field, reason string, args ...any) {
		wrong = append(wrong, graph.FieldError{Field: field, Reason: fmt.Sprintf(reason, args...)})
	}
	s.Recurrence = cmp.Or(s.Recurrence, s.Freq)
	s.Status = cmp.Or(s.Status, Upcoming)
	s.Timezone = cmp.Or(s.Timezone, "UTC")
	var err error
	if s.zone, err = time.LoadLocation(s.Timezone); err != nil || s.Timezone == "Local" {
		s.zone = time.UTC
		fault("timezone", "%q is no IANA time zone, such as Europe/Berlin", s.Timezone)
	}
	switch {
	case s.Recurrence != "" && s.Cron != "":
		fault("cron", "does not go with recurrence: give one of them")
	case s.Cron != "":
		if s.cron, err = parseCron(s.Cron); err != nil {
			fault("cron", "%s", err)
		} else if s.cron.next(now, s.zone).IsZero() {
			fault("cron", "names a day that never comes")
		}
	case !slices.Contains(Recurrences(), s.Recurrence):
		fault("recurrence", "must be one of %v, or cron be given", Recurrences())
	case s.Recurrence == Once && s.Due.IsZero() && s.Status != Finished:
		fault("scheduled_timestamp", "is missing: say when to run ONCE")
	}
	if s.Snapshot != "" && s.Recurrence != Once && expand(s.Snapshot, time.Date(2031, 10, 11, 12, 13, 14, 0, time.UTC)) == expand(s.Snapshot, time.Date(2032, 11, 12, 13, 14, 15, 0, time.UTC)) {
		fault("snapshot", "%q would name every snapshot alike; put a time in it, such as 2006-01-02", s.Snapshot)
	}
	var bad *graph.InvalidError
	if err := s.request(cmp.Or(s.Due, now)).Validate(); errors.As(err, &bad) {
		wrong = append(wrong, bad.Fields...)
	}
	if len(wrong) > 0 {
		return &graph.InvalidError{What: "schedule", Fields: wrong}
	}
	if s.First.IsZero() {
		if s.First = s.Due; s.First.IsZero() {
			s.First = now
		}
	}
	if s.Due.IsZero() && s.Status != Finished {
		s.Due = s.next(now)
	}
	return nil
}
