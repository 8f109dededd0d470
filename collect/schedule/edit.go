package schedule

import (
	"context"

	"calipso/graph"
)

// Get is one schedule of an environment.
//
// Errors: graph.ErrNotFound; *graph.InvalidError if what is stored cannot be
// read.
func (t *Timetable) Get(ctx context.Context, env graph.EnvID, id string) (*Scheduled, error) {
	d, err := t.document(ctx, env, id)
	if err != nil {
		return nil, err
	}
	return parseScheduled(env, d)
}

// Edit makes a schedule what is given; who made it, and its last scan, stay. If
// it says nothing else about when it runs, it runs when it would have; runs that
// it left out while it was switched off are not made up for.
//
// Errors: as Add; graph.ErrNotFound if there is no such schedule.
func (t *Timetable) Edit(ctx context.Context, who string, env graph.EnvID, id string, s Scheduled) (*Scheduled, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	old, err := t.Get(ctx, env, id)
	if err != nil {
		return nil, err
	}
	now := t.now()
	s.ID, s.Env, s.Who, s.Submitted, s.LastScan, s.Status, s.First = id, env, old.Who, old.Submitted, old.LastScan, old.Status, old.First
	given := s.Due
	if s.Due.IsZero() {
		s.Due = old.Due
	}
	if err := s.prepare(now); err != nil {
		return nil, err
	}
	same := s.Recurrence == old.Recurrence && s.Cron == old.Cron && s.Timezone == old.Timezone && (given.IsZero() || given.Equal(old.Due))
	switch {
	case same && (s.Disabled || s.Status == Finished || s.Due.After(now)):
	case same && s.Recurrence != Once:
		s.Due = s.next(now)
	case !given.IsZero() && given.Before(now), s.Recurrence == Once && !s.Due.After(now):
		return nil, past()
	default:
		s.Status, s.First, s.Due = Upcoming, given, given
		if err := s.prepare(now); err != nil {
			return nil, err
		}
	}
	if err := t.possible(&s); err != nil {
		return nil, err
	}
	if err := t.writeBy(ctx, who, &s); err != nil {
		return nil, err
	}
	t.poke()
	return &s, nil
}

// Start asks for the scan of a schedule now, beside its times.
//
// Errors: graph.ErrNotFound; those of Queue.Submit.
func (t *Timetable) Start(ctx context.Context, who string, env graph.EnvID, id string) (*Scan, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, err := t.Get(ctx, env, id)
	if err != nil {
		return nil, err
	}
	asked, err := t.submit(ctx, s, t.now(), who)
	if err != nil {
		return nil, err
	}
	s.LastScan = asked.ID
	return asked, t.writeBy(ctx, who, s)
}

// possible tells whether this server can do what a schedule asks for.
func (t *Timetable) possible(s *Scheduled) error {
	if s.Snapshot != "" && t.queue.opt.Snapshots == nil {
		return &graph.InvalidError{What: "schedule", Fields: []graph.FieldError{{Field: "snapshot", Reason: "cannot be asked for: this server keeps no snapshots"}}}
	}
	if s.Report != nil && t.queue.opt.Reports == nil {
		return noReports("schedule")
	}
	return nil
}

func past() error {
	return &graph.InvalidError{What: "schedule", Fields: []graph.FieldError{{Field: "scheduled_timestamp", Reason: "is in the past"}}}
}
