package schedule

import (
	"context"
	"errors"
	"fmt"
	"time"

	"calipso/graph"
)

// rewound tells that the next run was reckoned by a clock that was fast, and
// set back since by more than a step: then it may be years away. A clock that
// is set back by less repeats no run.
func (s *Scheduled) rewound(now time.Time) (right Scheduled, back bool) {
	right = *s
	if s.Status != Ongoing {
		return right, false // somebody chose the time
	}
	right.First = pulled(s.First, now, s.Recurrence, s.zone)
	right.Due = right.next(now)
	if right.Due.IsZero() {
		return right, false
	}
	after := right.next(right.Due)
	return right, !after.IsZero() && after.Before(s.Due)
}

// pulled brings a first run that has not come yet, though runs have been, before
// now: by whole weeks, which keep its day of the week, or by years, which keep
// its day of the year.
func pulled(first, now time.Time, r Recurrence, zone *time.Location) time.Time {
	if !first.After(now) {
		return first
	}
	wall := wallOf(first.In(zone))
	if r == Monthly || r == Yearly {
		return instant(addMonths(wall, 12*(now.In(zone).Year()-wall.Year()-1)), zone)
	}
	weeks := int(first.Sub(now)/(7*24*time.Hour)) + 1
	return instant(wall.AddDate(0, 0, -7*weeks), zone)
}

// rewind reckons the next run of a schedule anew.
func (t *Timetable) rewind(ctx context.Context, env graph.EnvID, id string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	d, err := t.document(ctx, env, id)
	if errors.Is(err, graph.ErrNotFound) {
		return nil // removed meanwhile
	}
	if err != nil {
		return err
	}
	s, err := parseScheduled(env, d)
	if err != nil {
		return err
	}
	now := t.now()
	right, back := s.rewound(now)
	if !back {
		return nil
	}
	was := s.Due
	s = &right
	text := fmt.Sprintf("the clock was set back: the next run is at %s, not at %s", s.Due.In(s.zone).Format(time.RFC3339), was.In(s.zone).Format(time.RFC3339))
	return t.write(ctx, s, s.message(fmt.Sprintf("%s-%d-back", s.ID, was.Unix()), "warn", text, now))
}
