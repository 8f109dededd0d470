package webapitest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"calipso/graph"
	"calipso/webapi"
)

// Schedules keeps schedules in memory, in the order they were added; nothing
// runs them. It takes those that state how often.
type Schedules struct {
	mu  sync.Mutex
	all []*webapi.Schedule
	n   int
}

var _ webapi.Schedules = (*Schedules)(nil)

// Add implements webapi.Schedules.
func (s *Schedules) Add(_ context.Context, env graph.EnvID, who string, o webapi.ScheduleOptions) (*webapi.Schedule, error) {
	if o.Recurrence == "" && o.Cron == "" {
		return nil, &graph.InvalidError{What: "schedule", Fields: []graph.FieldError{{Field: "recurrence", Reason: "is missing"}}}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.n++
	out := &webapi.Schedule{ID: fmt.Sprintf("schedule-%d", s.n), Env: env, Who: who, ScheduleOptions: o, Status: "upcoming"}
	s.all = append(s.all, out)
	return out, nil
}

// List implements webapi.Schedules.
func (s *Schedules) List(_ context.Context, env graph.EnvID) ([]*webapi.Schedule, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(s.all), func(o *webapi.Schedule) bool { return o.Env != env }), nil
}

// Get implements webapi.Schedules.
func (s *Schedules) Get(_ context.Context, env graph.EnvID, id string) (*webapi.Schedule, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range s.all {
		if o.Env == env && o.ID == id {
			c := *o
			return &c, nil
		}
	}
	return nil, fmt.Errorf("schedule %q: %w", id, graph.ErrNotFound)
}

// Edit implements webapi.Schedules.
func (s *Schedules) Edit(_ context.Context, env graph.EnvID, _, id string, o webapi.ScheduleOptions) (*webapi.Schedule, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, old := range s.all {
		if old.Env == env && old.ID == id {
			old.ScheduleOptions = o
			c := *old
			return &c, nil
		}
	}
	return nil, fmt.Errorf("schedule %q: %w", id, graph.ErrNotFound)
}

// Start implements webapi.Schedules.
func (s *Schedules) Start(ctx context.Context, env graph.EnvID, who, id string) (*webapi.ScanStatus, error) {
	if _, err := s.Get(ctx, env, id); err != nil {
		return nil, err
	}
	return &webapi.ScanStatus{ID: "scan-of-" + id, Env: env, Who: who, Status: "pending", Submitted: Started}, nil
}

// Remove implements webapi.Schedules.
func (s *Schedules) Remove(_ context.Context, _ string, env graph.EnvID, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.all)
	if s.all = slices.DeleteFunc(s.all, func(o *webapi.Schedule) bool { return o.Env == env && o.ID == id }); len(s.all) == before {
		return fmt.Errorf("schedule %q: %w", id, graph.ErrNotFound)
	}
	return nil
}
