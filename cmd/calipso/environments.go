package main

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"calipso/collect"
	"calipso/graph"
	"calipso/webapi"
)

var _ webapi.Environments = (*environments)(nil)

// environments keeps the environment documents and tests what they configure.
type environments struct {
	store     *graph.Store
	providers []collect.Provider
	stateDir  string
}

// Get is one environment. Errors: graph.ErrNotFound.
func (e *environments) Get(ctx context.Context, name graph.EnvID) (*graph.Environment, error) {
	view, err := e.store.View(ctx, graph.Shared, graph.Now)
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
func (e *environments) Put(ctx context.Context, who string, doc graph.Attrs, create bool) (*graph.Environment, error) {
	env, err := graph.ParseEnvironment(doc)
	if err != nil {
		return nil, err
	}
	stored, err := e.Get(ctx, env.Name)
	switch {
	case create && err == nil:
		return nil, fmt.Errorf("environment %q exists: %w", env.Name, graph.ErrConflict)
	case err != nil && !(create && errors.Is(err, graph.ErrNotFound)):
		return nil, err
	}
	if err := env.KeepSecrets(stored); err != nil {
		return nil, err
	}
	_, err = e.store.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseUser, Who: who}, &graph.Batch{PutDocs: []*graph.Document{env.Document()}})
	return env, err
}

// Remove forgets an environment with all that is known of it, now and before.
//
// Errors: graph.ErrNotFound.
func (e *environments) Remove(ctx context.Context, who string, name graph.EnvID) error {
	if _, err := e.Get(ctx, name); err != nil {
		return err
	}
	return e.store.RemoveEnv(ctx, name, graph.Cause{Kind: graph.CauseUser, Who: who})
}

// Test tells of each endpoint that an environment configures whether it can be
// used, in the order of the sources.
//
// Errors: graph.ErrNotFound.
func (e *environments) Test(ctx context.Context, name graph.EnvID) ([]webapi.TestCheck, error) {
	env, err := e.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	results := make([][]collect.Check, len(e.providers))
	var g errgroup.Group
	for i, p := range e.providers {
		if p.Configured(env) {
			g.Go(func() error {
				results[i] = e.testOne(ctx, p, env)
				return nil
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var out []webapi.TestCheck
	for _, checks := range results {
		for _, c := range checks {
			t := webapi.TestCheck{Target: c.Target, Detail: env.Conceal(c.Detail)}
			if c.Err != nil { // a service may repeat what it was sent
				t.Error = env.Conceal(plain(c.Err))
			}
			out = append(out, t)
		}
	}
	return out, nil
}

func (e *environments) testOne(ctx context.Context, p collect.Provider, env *graph.Environment) []collect.Check {
	conn, err := p.Open(ctx, env, collect.Options{StateDir: e.stateDir})
	if err != nil {
		return []collect.Check{{Target: p.Name(), Err: err}}
	}
	checks := conn.Test(ctx)
	if err := conn.Close(); err != nil {
		checks = append(checks, collect.Check{Target: p.Name(), Err: err})
	}
	return checks
}
