package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"calipso/collect/scan"
	"calipso/graph"
)

const (
	// look is how long Run waits at most: documents may be imported, and a
	// computer's clock set.
	look = time.Minute
	// late is from when on a run counts as missed.
	late = 2 * look
	// countable is how many missed runs are counted.
	countable = 1000
	// alike is how many snapshots a template may name alike.
	alike = 9
)

// Run asks for scans when they are due, until ctx ends, which is no error. What
// was missed while nothing ran is made up for by one scan, and a message tells.
func (t *Timetable) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		case <-t.wake:
		}
		wait, err := t.pass(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			t.queue.opt.Log.Error("schedules not read", slog.Any("err", err))
		}
		timer.Reset(wait)
	}
}

// pass runs what is due, and tells how long to wait.
func (t *Timetable) pass(ctx context.Context) (time.Duration, error) {
	envs, err := t.queue.store.EnvIDs(ctx)
	var errs []error
	wait := look
	for _, env := range envs {
		all, err := t.stored(ctx, env)
		errs = append(errs, err)
		for _, s := range all {
			if s.Due.IsZero() || s.Status == Finished || s.Disabled {
				continue
			}
			if right, back := s.rewound(t.now()); back {
				errs = append(errs, t.rewind(ctx, env, s.ID))
				s = &right
			}
			if until := s.Due.Sub(t.now()); until > 0 {
				wait = min(wait, until)
				continue
			}
			next, err := t.fire(ctx, env, s.ID)
			errs = append(errs, err)
			if until := next.Sub(t.now()); err == nil && !next.IsZero() {
				wait = min(wait, max(until, 0))
			}
		}
	}
	return wait, errors.Join(append(errs, err)...)
}

// fire asks for the scan of a schedule that is due, then stores when the next
// is: a crash between them makes one scan too many, rather than none.
func (t *Timetable) fire(ctx context.Context, env graph.EnvID, id string) (time.Time, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	d, err := t.document(ctx, env, id)
	if errors.Is(err, graph.ErrNotFound) {
		return time.Time{}, nil // removed meanwhile
	}
	if err != nil {
		return time.Time{}, err
	}
	s, err := parseScheduled(env, d)
	now := t.now()
	if err != nil || s.Due.IsZero() || s.Due.After(now) || s.Status == Finished || s.Disabled {
		return s.Due, err
	}
	var told []*graph.Document
	say := func(level, text string) {
		told = append(told, s.message(fmt.Sprintf("%s-%d-%d", s.ID, s.Due.Unix(), len(told)), level, text, now))
	}
	if text := s.missed(now); text != "" {
		say("warn", text)
	}
	if last := t.queue.live(env, s.LastScan); s.LastScan != "" && last != nil && last.Status == scan.Pending {
		say("warn", fmt.Sprintf("the scan due at %s was left out: that of the run before still waits", s.Due.In(s.zone).Format(time.RFC3339)))
	} else if asked, err := t.submit(ctx, s, s.Due, s.Who); err != nil {
		say("error", fmt.Sprintf("the scan due at %s could not be asked for: %v", s.Due.In(s.zone).Format(time.RFC3339), err))
	} else {
		s.LastScan = asked.ID
	}
	s.Status, s.Due = Ongoing, s.next(now)
	if s.Due.IsZero() {
		s.Status = Finished
	}
	return s.Due, t.write(ctx, s, told...)
}

// submit asks for the scan of a run; a snapshot whose name is taken gets a
// number.
func (t *Timetable) submit(ctx context.Context, s *Scheduled, due time.Time, who string) (*Scan, error) {
	req := s.request(due)
	req.Who = who
	name := req.Snapshot
	asked, err := t.queue.Submit(ctx, req)
	for n := 2; n <= alike && name != "" && errors.Is(err, graph.ErrConflict); n++ {
		req.Snapshot = fmt.Sprintf("%s-%d", name, n)
		asked, err = t.queue.Submit(ctx, req)
	}
	return asked, err
}

// missed tells which runs did not take place, empty: none.
func (s *Scheduled) missed(now time.Time) string {
	first, last, n := s.Due, s.Due, 1
	for at := s.next(last); n < countable && !at.IsZero() && !at.After(now); at = s.next(last) {
		last, n = at, n+1
	}
	show := func(t time.Time) string { return t.In(s.zone).Format(time.RFC3339) }
	switch {
	case n == 1 && now.Sub(first) < late:
		return ""
	case n == 1:
		return fmt.Sprintf("the run due at %s was missed; it is made up for now", show(first))
	case n == countable:
		return fmt.Sprintf("%d runs or more were missed, the first due at %s; one scan makes up for them now", n, show(first))
	}
	return fmt.Sprintf("%d runs were missed, due from %s to %s; one scan makes up for them now", n, show(first), show(last))
}

func (s *Scheduled) message(id, level, text string, now time.Time) *graph.Document {
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.Messages, ID: id}, Body: graph.Attrs{
		"id": id, "environment": string(s.Env), "source_system": "Calipso", "level": level, "message": text,
		"timestamp": now, "received_timestamp": nil, "finished_timestamp": nil, "related_object": nil, "related_object_type": nil,
		"display_context": nil, "viewed": false, "origin_id": s.ID, "origin_type": "scheduled scan",
	}}
}
