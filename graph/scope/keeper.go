package scope

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"calipso/graph"
	"calipso/graph/snapshot"
)

// Store is what keeping scopes needs of a graph.Store.
type Store interface {
	EnvIDs(ctx context.Context) ([]graph.EnvID, error)
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
}

var _ Store = (*graph.Store)(nil)

// Snapshots is where baselines come from: a snapshot.Keeper.
type Snapshots interface {
	Get(ctx context.Context, env graph.EnvID, name string) (*snapshot.Snapshot, error)
}

var _ Snapshots = (*snapshot.Keeper)(nil)

// Options of a Keeper. The zero value works.
type Options struct {
	Clock func() time.Time // nil: time.Now
}

// Keeper makes, changes, lists and removes scopes. There should be one for a
// store: it is what keeps two from changing the same scope at the same moment.
type Keeper struct {
	store     Store
	snapshots Snapshots
	clock     func() time.Time
	mu        sync.Mutex // held from the reading of a scope to its writing
}

// New makes a Keeper.
func New(st Store, snapshots Snapshots, opt Options) *Keeper {
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	return &Keeper{store: st, snapshots: snapshots, clock: opt.Clock}
}

// Create makes a scope.
//
// Errors: *graph.InvalidError naming the field; graph.ErrConflict if the name
// is taken.
func (k *Keeper) Create(ctx context.Context, r Request) (*Scope, error) {
	if err := k.valid(ctx, r, nil); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	switch _, err := k.Get(ctx, r.Name); {
	case err == nil:
		return nil, fmt.Errorf("scope: %q exists: %w", r.Name, graph.ErrConflict)
	case !errors.Is(err, graph.ErrNotFound):
		return nil, err
	}
	now := k.clock().UTC()
	s := &Scope{Name: r.Name, Comment: r.Comment, Select: r.selection(), Creator: r.Who, Created: now, ChangedBy: r.Who, Changed: now}
	return s, k.write(ctx, r.Who, s)
}

// Change gives a scope another comment and selection; its baselines stay.
//
// Errors: *graph.InvalidError naming the field; graph.ErrNotFound.
func (k *Keeper) Change(ctx context.Context, r Request) (*Scope, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, err := k.Get(ctx, r.Name)
	if err != nil {
		return nil, err
	}
	if err := k.valid(ctx, r, s); err != nil {
		return nil, err
	}
	s.Comment, s.Select, s.ChangedBy, s.Changed = r.Comment, r.selection(), r.Who, k.clock().UTC()
	return s, k.write(ctx, r.Who, s)
}

// valid checks a request; what old selects already need not exist any more.
func (k *Keeper) valid(ctx context.Context, r Request, old *Scope) error {
	if err := r.Validate(); err != nil {
		return err
	}
	known, err := k.store.EnvIDs(ctx)
	if err != nil {
		return err
	}
	var wrong []graph.FieldError
	for i, sel := range r.Select {
		if old != nil {
			if _, had := old.Of(sel.Env); had {
				continue
			}
		}
		if !slices.Contains(known, sel.Env) {
			wrong = append(wrong, graph.FieldError{Field: fmt.Sprintf("select[%d].environment", i), Reason: fmt.Sprintf("there is no environment %q", sel.Env)})
		}
	}
	return invalid(wrong)
}

// Remove forgets a scope and its baselines; the snapshots stay.
//
// Errors: graph.ErrNotFound.
func (k *Keeper) Remove(ctx context.Context, who, name string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, err := k.Get(ctx, name); err != nil && !errors.Is(err, graph.ErrCorrupt) {
		return err
	}
	_, err := k.store.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseUser, Who: who},
		&graph.Batch{DeleteDocs: []graph.DocKey{{Collection: graph.Scopes, ID: name}}})
	return err
}

// Get is the scope of a name.
//
// Errors: graph.ErrNotFound.
func (k *Keeper) Get(ctx context.Context, name string) (*Scope, error) {
	unknown := fmt.Errorf("scope: %q: %w", name, graph.ErrNotFound)
	if graph.CheckName(name, "") != "" {
		return nil, unknown
	}
	v, err := k.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	d, err := v.Document(ctx, graph.Scopes, name)
	if errors.Is(err, graph.ErrNotFound) {
		return nil, unknown
	}
	if err != nil {
		return nil, err
	}
	return parse(d)
}

// List gives all scopes by name.
func (k *Keeper) List(ctx context.Context) ([]*Scope, error) {
	v, err := k.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	out := []*Scope{}
	for d, err := range v.Documents(ctx, graph.Scopes) {
		if err != nil {
			return nil, err
		}
		s, err := parse(d)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (k *Keeper) write(ctx context.Context, who string, s *Scope) error {
	doc, err := s.document()
	if err != nil {
		return err
	}
	_, err = k.store.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseUser, Who: who}, &graph.Batch{PutDocs: []*graph.Document{doc}})
	return err
}
