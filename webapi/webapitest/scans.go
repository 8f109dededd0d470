package webapitest

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"calipso/graph"
	"calipso/webapi"
)

// Scans is a scan queue in memory. Nothing in it moves unless Update is called.
type Scans struct {
	mu struct {
		sync.Mutex
		scans   []webapi.ScanStatus // oldest first
		changes []webapi.ScanStatus // of all time
		more    chan struct{}
	}
}

var _ webapi.Scans = (*Scans)(nil)

// NewScans returns an empty queue.
func NewScans() *Scans {
	s := &Scans{}
	s.mu.more = make(chan struct{})
	return s
}

// Submit implements webapi.Scans.
func (s *Scans) Submit(_ context.Context, req webapi.ScanRequest) (*webapi.ScanStatus, error) {
	only := 0
	for _, o := range []bool{req.ScanOnlyInventory, req.ScanOnlyLinks, req.ScanOnlyCliques} {
		if o {
			only++
		}
	}
	if only > 1 {
		return nil, &graph.InvalidError{What: "scan request", Fields: []graph.FieldError{
			{Field: "scan_only_inventory", Reason: "only one of the scan_only fields may be true"}}}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st := webapi.ScanStatus{
		ID: fmt.Sprintf("scan-%d", len(s.mu.scans)+1), Env: req.Env, Who: req.Who, ScanOptions: req.ScanOptions,
		Status: "pending", Submitted: Started,
	}
	s.mu.scans = append(s.mu.scans, st)
	s.tell(st)
	return &st, nil
}

// Update changes a scan and tells the watchers.
func (s *Scans) Update(id string, change func(*webapi.ScanStatus)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.mu.scans {
		if s.mu.scans[i].ID == id {
			change(&s.mu.scans[i])
			s.tell(s.mu.scans[i])
		}
	}
}

func (s *Scans) tell(st webapi.ScanStatus) {
	s.mu.changes = append(s.mu.changes, st)
	close(s.mu.more)
	s.mu.more = make(chan struct{})
}

// List implements webapi.Scans.
func (s *Scans) List(_ context.Context, env graph.EnvID) ([]*webapi.ScanStatus, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*webapi.ScanStatus
	for _, st := range slices.Backward(s.mu.scans) {
		if st.Env == env {
			out = append(out, &st)
		}
	}
	return out, nil
}

// Get implements webapi.Scans.
func (s *Scans) Get(_ context.Context, env graph.EnvID, id string) (*webapi.ScanStatus, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.mu.scans {
		if st.Env == env && st.ID == id {
			return &st, nil
		}
	}
	return nil, fmt.Errorf("scan %q: %w", id, graph.ErrNotFound)
}

// Abort implements webapi.Scans.
func (s *Scans) Abort(ctx context.Context, env graph.EnvID, id string) error {
	old, err := s.Get(ctx, env, id)
	if err != nil {
		return err
	}
	if old.Status != "pending" && old.Status != "running" {
		return fmt.Errorf("scan %q has ended: %w", id, graph.ErrConflict)
	}
	s.Update(id, func(st *webapi.ScanStatus) { st.Status = "aborted" })
	return nil
}

// Watch implements webapi.Scans.
func (s *Scans) Watch(ctx context.Context, f func(*webapi.ScanStatus)) error {
	for seen := 0; ; {
		s.mu.Lock()
		news, more := slices.Clone(s.mu.changes[seen:]), s.mu.more
		seen = len(s.mu.changes)
		s.mu.Unlock()
		for _, st := range news {
			f(&st)
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil
		}
	}
}
