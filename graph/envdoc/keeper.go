package envdoc

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/reference"
)

// Store is what keeping environments needs of a graph.Store.
type Store interface {
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
	RemoveEnv(ctx context.Context, env graph.EnvID, cause graph.Cause) error
}

var _ Store = (*graph.Store)(nil)

// Keeper keeps environments. There is one for a store: what is there and what
// it becomes are compared under its lock.
type Keeper struct {
	store Store
	ref   *reference.Keeper
	clock func() time.Time
	mu    sync.Mutex
}

// Options of a Keeper. The zero value works.
type Options struct {
	Clock func() time.Time // nil: time.Now
}

// New makes a Keeper; ref knows which drivers there are.
func New(st Store, ref *reference.Keeper, opt Options) *Keeper {
	k := &Keeper{store: st, ref: ref, clock: opt.Clock}
	if k.clock == nil {
		k.clock = time.Now
	}
	return k
}

// Get is one environment. Errors: graph.ErrNotFound.
func (k *Keeper) Get(ctx context.Context, name graph.EnvID) (*graph.Environment, error) {
	view, err := k.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	doc, err := view.Document(ctx, graph.Environments, string(name))
	if err != nil {
		return nil, fmt.Errorf("environment %q: %w", name, err)
	}
	return graph.ParseEnvironment(doc.Body)
}

// Put stores an environment, a new one if create is set, else over the stored
// one, of which it keeps the secrets that the new document shows masked.
//
// Errors: *graph.InvalidError; graph.ErrConflict if a new one exists already;
// graph.ErrNotFound if the one to change does not.
func (k *Keeper) Put(ctx context.Context, who string, doc graph.Attrs, create bool) (*graph.Environment, error) {
	return k.put(ctx, who, doc, create, nil)
}

// Change stores an environment over the stored one. may is asked of that
// whether it may be changed; nil: it may.
//
// Errors: that of may; those of Put.
func (k *Keeper) Change(ctx context.Context, who string, doc graph.Attrs, may func(stored *graph.Environment) error) (*graph.Environment, error) {
	return k.put(ctx, who, doc, false, may)
}

func (k *Keeper) put(ctx context.Context, who string, doc graph.Attrs, create bool, may func(*graph.Environment) error) (*graph.Environment, error) {
	env, err := k.checked(ctx, doc)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	stored, err := k.Get(ctx, env.Name)
	switch {
	case create && err == nil:
		return nil, fmt.Errorf("environment %q exists: %w", env.Name, graph.ErrConflict)
	case err != nil && !(create && errors.Is(err, graph.ErrNotFound)):
		return nil, err
	}
	if may != nil {
		if err := may(stored); err != nil {
			return nil, err
		}
	}
	if err := env.KeepSecrets(stored); err != nil {
		return nil, err
	}
	_, err = k.store.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseUser, Who: who}, &graph.Batch{PutDocs: []*graph.Document{env.Document()}})
	return env, err
}

// checked is a document that has passed Check.
func (k *Keeper) checked(ctx context.Context, doc graph.Attrs) (*graph.Environment, error) {
	env, err := graph.ParseEnvironment(doc)
	if err != nil {
		return nil, err
	}
	drivers := map[string][]string{} // by constant
	all, err := k.ref.Constants(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if known := env.EnvironmentType == catalog.OpenStack || env.EnvironmentType == catalog.Kubernetes; known && c.EnvironmentType != "" && c.EnvironmentType != env.EnvironmentType {
			continue
		}
		for _, e := range c.Data {
			drivers[c.Name] = append(drivers[c.Name], e.Value)
		}
	}
	return env, Check(env, drivers)
}

// Remove forgets an environment with all that is known of it, now and before.
// may is as in Change.
//
// Errors: graph.ErrNotFound; that of may.
func (k *Keeper) Remove(ctx context.Context, who string, name graph.EnvID, may func(stored *graph.Environment) error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	stored, err := k.Get(ctx, name)
	var bad *graph.InvalidError
	if err != nil && !errors.As(err, &bad) { // one that cannot be used can be removed
		return err
	}
	if may != nil && err == nil {
		if err := may(stored); err != nil {
			return err
		}
	}
	return k.store.RemoveEnv(ctx, name, graph.Cause{Kind: graph.CauseUser, Who: who})
}
