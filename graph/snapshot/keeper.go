package snapshot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"calipso/graph"
)

// Store is what keeping snapshots needs of a graph.Store.
type Store interface {
	Reader
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
}

var _ Store = (*graph.Store)(nil)

// Options of a Keeper. The zero value works.
type Options struct {
	Clock func() time.Time // nil: time.Now
}

// Keeper makes, lists and removes snapshots. There should be one for a store:
// it is what keeps two from making the same name at the same moment.
type Keeper struct {
	store Store
	clock func() time.Time
	mu    sync.Mutex // held from the look for a name to its writing
}

// New makes a Keeper.
func New(st Store, opt Options) *Keeper {
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	return &Keeper{store: st, clock: opt.Clock}
}

// Create names a time. It is complete unless a part of a scan stood as failed
// then; nothing of the graph is read.
//
// Errors: *graph.InvalidError; graph.ErrConflict if the name is taken;
// graph.ErrNotFound if there is no such environment, or nothing is known of it
// at that time; graph.ErrRetired if that is not known any more.
func (k *Keeper) Create(ctx context.Context, r Request) (*Snapshot, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	now, err := k.store.View(ctx, r.Env, graph.Now)
	if err != nil {
		return nil, err
	}
	switch _, err := now.Document(ctx, graph.Snapshots, r.Name); {
	case err == nil:
		return nil, fmt.Errorf("snapshot: %q of %q exists: %w", r.Name, r.Env, graph.ErrConflict)
	case !errors.Is(err, graph.ErrNotFound):
		return nil, err
	}
	v := now
	if r.At != graph.Now {
		if v, err = k.store.View(ctx, r.Env, r.At); err != nil {
			return nil, err
		}
	}
	if v.Time() == graph.Now {
		return nil, fmt.Errorf("snapshot: %q: nothing is known of %q at %s, scan it first: %w", r.Name, r.Env, r.At, graph.ErrNotFound)
	}
	s := &Snapshot{
		Name: r.Name, Env: r.Env, Time: v.Time(), Kind: cmp.Or(r.Kind, Manual),
		Comment: r.Comment, Creator: r.Creator, Created: k.clock().UTC(), Scan: r.Scan,
	}
	if s.Failed, err = failedParts(ctx, v); err != nil {
		return nil, err
	}
	s.Complete = len(s.Failed) == 0
	doc, err := s.document()
	if err != nil {
		return nil, err
	}
	_, err = k.store.Commit(ctx, r.Env, r.cause(), &graph.Batch{PutDocs: []*graph.Document{doc}})
	return s, err
}

func (r Request) cause() graph.Cause {
	if r.Scan != "" {
		return graph.Cause{Kind: graph.CauseScan, ID: r.Scan, Who: r.Creator}
	}
	return graph.Cause{Kind: graph.CauseUser, Who: r.Creator}
}

// failedParts lists the parts of scans that stand as failed. Only parts that
// ever failed have documents, so this does not grow with the graph.
func failedParts(ctx context.Context, v *graph.View) ([]FailedPart, error) {
	var out []FailedPart
	for d, err := range v.Documents(ctx, graph.Parts) {
		if err != nil {
			return nil, err
		}
		reason := d.Body.String("error")
		if reason == "" && d.Body.String("state") == "failed" {
			reason = "failed"
		}
		if reason != "" {
			out = append(out, FailedPart{Part: d.ID, Reason: reason})
		}
	}
	return out, nil
}

// List gives the snapshots of an environment, that of the newest time first.
//
// Errors: graph.ErrNotFound if there is no such environment.
func (k *Keeper) List(ctx context.Context, env graph.EnvID) ([]*Snapshot, error) {
	v, err := k.store.View(ctx, env, graph.Now)
	if err != nil {
		return nil, err
	}
	return list(ctx, v)
}

func list(ctx context.Context, v *graph.View) ([]*Snapshot, error) {
	out := []*Snapshot{}
	for d, err := range v.Documents(ctx, graph.Snapshots) {
		if err != nil {
			return nil, err
		}
		s, err := parse(d)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	slices.SortStableFunc(out, func(a, b *Snapshot) int { return cmp.Compare(b.Time, a.Time) })
	return out, nil
}

// Get is the snapshot of a name.
//
// Errors: graph.ErrNotFound.
func (k *Keeper) Get(ctx context.Context, env graph.EnvID, name string) (*Snapshot, error) {
	v, err := k.store.View(ctx, env, graph.Now)
	if err != nil {
		return nil, err
	}
	d, err := v.Document(ctx, graph.Snapshots, name)
	if errors.Is(err, graph.ErrNotFound) {
		return nil, fmt.Errorf("snapshot: %q of %q: %w", name, env, graph.ErrNotFound)
	}
	if err != nil {
		return nil, err
	}
	return parse(d)
}

// Remove forgets a name. The time it named can still be read, if it is old until
// the next run of retention.
//
// Errors: graph.ErrNotFound.
func (k *Keeper) Remove(ctx context.Context, who string, env graph.EnvID, name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, err := k.Get(ctx, env, name); err != nil && !errors.Is(err, graph.ErrCorrupt) {
		return err
	}
	_, err := k.store.Commit(ctx, env, graph.Cause{Kind: graph.CauseUser, Who: who},
		&graph.Batch{DeleteDocs: []graph.DocKey{{Collection: graph.Snapshots, ID: name}}})
	return err
}

// Still runs do while no snapshot is made or removed.
func (k *Keeper) Still(do func() error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return do()
}

// At reads what stands for a time of an environment; see the function At.
func (k *Keeper) At(ctx context.Context, env graph.EnvID, text string) (graph.Time, error) {
	return At(ctx, k.store, env, text)
}
