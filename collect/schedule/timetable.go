package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"calipso/graph"
)

// Timetable has scans made at the times that the documents of collection
// scheduled_scans state.
type Timetable struct {
	queue *Queue
	wake  chan struct{}
	mu    sync.Mutex // held from reading a schedule to writing it
}

// NewTimetable makes one that asks a queue, with its store, log and clock.
func NewTimetable(q *Queue) *Timetable {
	return &Timetable{queue: q, wake: make(chan struct{}, 1)}
}

// Add stores a schedule; its first run is Due, else one step from now.
//
// Errors: *graph.InvalidError; graph.ErrNotFound if there is no such
// environment.
func (t *Timetable) Add(ctx context.Context, s Scheduled) (*Scheduled, error) {
	now := t.now()
	s.ID, s.Submitted, s.Status, s.First, s.LastScan = string(graph.NewOID(now)), now, Upcoming, time.Time{}, ""
	if !s.Due.IsZero() && s.Due.Before(now) {
		return nil, past()
	}
	if err := s.prepare(now); err != nil {
		return nil, err
	}
	if err := t.possible(&s); err != nil {
		return nil, err
	}
	if _, err := t.queue.environment(ctx, s.Env); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.write(ctx, &s); err != nil {
		return nil, err
	}
	t.poke()
	return &s, nil
}

// List gives the schedules of an environment, the next due first, finished
// ones last.
//
// Errors: graph.ErrNotFound if there is no such environment.
func (t *Timetable) List(ctx context.Context, env graph.EnvID) ([]*Scheduled, error) {
	if _, err := t.queue.environment(ctx, env); err != nil {
		return nil, err
	}
	return t.stored(ctx, env)
}

// Remove forgets a schedule; a scan that it asked for goes on.
//
// Errors: graph.ErrNotFound.
func (t *Timetable) Remove(ctx context.Context, who string, env graph.EnvID, id string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, err := t.document(ctx, env, id); err != nil {
		return err
	}
	key := graph.DocKey{Collection: graph.ScheduledScans, ID: id}
	_, err := t.queue.store.Commit(ctx, env, graph.Cause{Kind: graph.CauseUser, Who: who}, &graph.Batch{DeleteDocs: []graph.DocKey{key}})
	return err
}

// stored leaves out, with a line in the log, what cannot be read.
func (t *Timetable) stored(ctx context.Context, env graph.EnvID) ([]*Scheduled, error) {
	view, err := t.queue.store.View(ctx, env, graph.Now)
	if errors.Is(err, graph.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []*Scheduled
	for d, err := range view.Documents(ctx, graph.ScheduledScans) {
		if err != nil {
			return nil, err
		}
		s, err := parseScheduled(env, d)
		if err != nil {
			t.queue.opt.Log.Warn("schedule left out", slog.String("env", string(env)), slog.String("schedule", d.ID), slog.Any("err", err))
			continue
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b *Scheduled) int {
		if a.Due.IsZero() != b.Due.IsZero() {
			return b.Due.Compare(a.Due)
		}
		return a.Due.Compare(b.Due)
	})
	return out, nil
}

func (t *Timetable) document(ctx context.Context, env graph.EnvID, id string) (*graph.Document, error) {
	view, err := t.queue.store.View(ctx, env, graph.Now)
	if err != nil {
		return nil, err
	}
	d, err := view.Document(ctx, graph.ScheduledScans, id)
	if err != nil {
		return nil, fmt.Errorf("schedule: %q of %q: %w", id, env, err)
	}
	return d, nil
}

func (t *Timetable) write(ctx context.Context, s *Scheduled, also ...*graph.Document) error {
	return t.writeBy(ctx, s.Who, s, also...)
}

// writeBy stores a schedule that somebody changed.
func (t *Timetable) writeBy(ctx context.Context, who string, s *Scheduled, also ...*graph.Document) error {
	doc, err := s.document()
	if err != nil {
		return err
	}
	_, err = t.queue.store.Commit(ctx, s.Env, graph.Cause{Kind: graph.CauseUser, ID: s.ID, Who: who}, &graph.Batch{PutDocs: append(also, doc)})
	return err
}

func (t *Timetable) now() time.Time { return t.queue.opt.Clock().UTC() }

func (t *Timetable) poke() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}
