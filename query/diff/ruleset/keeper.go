package ruleset

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"calipso/graph"
	"calipso/query/diff"
)

// Store is what keeping rules needs of a graph.Store.
type Store interface {
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
}

var _ Store = (*graph.Store)(nil)

// Origin says where rules come from.
type Origin string

// The origins; rules of one go before those of the next.
const (
	Environment Origin = "environment" // set for the environment
	Default     Origin = "default"     // set for all environments
	BuiltIn     Origin = "built-in"
)

// id is that of the only document of the collection in a room.
const id = "rules"

// Keeper reads and sets rules.
type Keeper struct{ store Store }

// New makes a Keeper.
func New(st Store) *Keeper { return &Keeper{st} }

// For gives the rules that hold for an environment; graph.Shared: for those
// that have none of their own.
//
// Errors: graph.ErrNotFound if there is no such environment.
func (k *Keeper) For(ctx context.Context, env graph.EnvID) (*diff.Rules, Origin, error) {
	rooms := []graph.EnvID{env}
	if env != graph.Shared {
		rooms = append(rooms, graph.Shared)
	}
	for _, room := range rooms {
		r, err := k.read(ctx, room)
		if err != nil {
			return nil, "", err
		}
		switch {
		case r == nil:
			continue
		case room == graph.Shared:
			return r, Default, nil
		}
		return r, Environment, nil
	}
	return (&diff.Rules{}).Completed(), BuiltIn, nil
}

// read is nil if a room has no rules.
func (k *Keeper) read(ctx context.Context, room graph.EnvID) (*diff.Rules, error) {
	v, err := k.store.View(ctx, room, graph.Now)
	if err != nil {
		return nil, err
	}
	d, err := v.Document(ctx, graph.DiffRules, id)
	if errors.Is(err, graph.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(d.Body)
	if err != nil {
		return nil, fmt.Errorf("ruleset: %q: %w", room, err)
	}
	r := new(diff.Rules)
	if err := json.Unmarshal(b, r); err != nil {
		return nil, fmt.Errorf("ruleset: %q: %w: %w", room, graph.ErrCorrupt, err)
	}
	return r.Completed(), nil
}

// Set gives an environment rules of its own, or all that have none
// (graph.Shared); a member that is not given is as built in.
//
// Errors: *graph.InvalidError; graph.ErrNotFound.
func (k *Keeper) Set(ctx context.Context, who string, env graph.EnvID, r *diff.Rules) error {
	if err := r.Validate(); err != nil {
		return err
	}
	if _, err := k.store.View(ctx, env, graph.Now); err != nil {
		return err
	}
	body, err := graph.Normalize(*r.Completed())
	if err != nil {
		return fmt.Errorf("ruleset: %q: %w", env, err)
	}
	return k.commit(ctx, who, env, &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.DiffRules, ID: id}, Body: body.(map[string]any)}}})
}

// Remove takes an environment's own rules away, or those for all.
//
// Errors: graph.ErrNotFound if there are none.
func (k *Keeper) Remove(ctx context.Context, who string, env graph.EnvID) error {
	r, err := k.read(ctx, env)
	if err != nil && !errors.Is(err, graph.ErrCorrupt) {
		return err
	}
	if err == nil && r == nil {
		return fmt.Errorf("ruleset: rules of %q: %w", env, graph.ErrNotFound)
	}
	return k.commit(ctx, who, env, &graph.Batch{DeleteDocs: []graph.DocKey{{Collection: graph.DiffRules, ID: id}}})
}

func (k *Keeper) commit(ctx context.Context, who string, env graph.EnvID, b *graph.Batch) error {
	_, err := k.store.Commit(ctx, env, graph.Cause{Kind: graph.CauseUser, Who: who}, b)
	return err
}
