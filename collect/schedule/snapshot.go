package schedule

import (
	"context"
	"errors"
	"fmt"

	"calipso/collect/scan"
	"calipso/graph"
	"calipso/graph/snapshot"
)

// Snapshots names what scans leave; a snapshot.Keeper does.
type Snapshots interface {
	Create(ctx context.Context, r snapshot.Request) (*snapshot.Snapshot, error)
	Get(ctx context.Context, env graph.EnvID, name string) (*snapshot.Snapshot, error)
}

var _ Snapshots = (*snapshot.Keeper)(nil)

// snapshot is what a request asks for besides the scan.
func (r Request) snapshot() snapshot.Request {
	return snapshot.Request{Env: r.Env, Name: r.Snapshot, Kind: r.SnapshotKind, Comment: r.SnapshotComment, Creator: r.Who}
}

func (r Request) snapshotFaults() []graph.FieldError {
	var bad *graph.InvalidError
	if !errors.As(r.snapshot().Validate(), &bad) {
		return nil
	}
	var out []graph.FieldError
	for _, f := range bad.Fields {
		if f.Field = "snapshot_" + f.Field; f.Field == "snapshot_name" {
			f.Field = "snapshot"
		}
		out = append(out, f)
	}
	return out
}

// checkSnapshot refuses a name that is taken before a scan is made for it.
func (q *Queue) checkSnapshot(ctx context.Context, r Request) error {
	if r.Snapshot == "" {
		return nil
	}
	if q.opt.Snapshots == nil {
		return &graph.InvalidError{What: "scan request", Fields: []graph.FieldError{{Field: "snapshot", Reason: "cannot be asked for: this server keeps no snapshots"}}}
	}
	_, err := q.opt.Snapshots.Get(ctx, r.Env, r.Snapshot)
	if err == nil {
		return fmt.Errorf("schedule: snapshot %q of %q exists: %w", r.Snapshot, r.Env, graph.ErrConflict)
	}
	if !errors.Is(err, graph.ErrNotFound) {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, s := range append([]*Scan{q.mu.running[r.Env]}, q.mu.waiting...) {
		if s != nil && s.Env == r.Env && s.Snapshot == r.Snapshot {
			return fmt.Errorf("schedule: snapshot %q of %q: scan %s is to make it: %w", r.Snapshot, r.Env, s.ID, graph.ErrConflict)
		}
	}
	return nil
}

// takeSnapshot names what a scan left. A scan that saved nothing leaves no
// name: it would stand for what was there before, and be taken when the scan
// is tried again.
func (q *Queue) takeSnapshot(ctx context.Context, s *Scan) {
	if s.Snapshot == "" {
		return
	}
	if s.Status != scan.Completed && s.Status != scan.CompletedWithErrors {
		s.SnapshotError = nothingSaved
		return
	}
	r := s.snapshot()
	r.At, r.Scan = s.Report.Commit, s.ID
	if _, err := q.opt.Snapshots.Create(ctx, r); err != nil {
		s.SnapshotError = err.Error()
	}
}
