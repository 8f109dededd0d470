package main

import (
	"context"

	"golang.org/x/sync/errgroup"

	"calipso/collect"
	"calipso/graph"
	"calipso/graph/envdoc"
	"calipso/webapi"
)

var _ webapi.Environments = (*environments)(nil)

// environments keeps the environment documents and tests what they configure.
type environments struct {
	*envdoc.Keeper
	providers []collect.Provider
	stateDir  string
}

// Remove forgets an environment with all that is known of it, now and before.
//
// Errors: graph.ErrNotFound.
func (e *environments) Remove(ctx context.Context, who string, name graph.EnvID) error {
	return e.Keeper.Remove(ctx, who, name, nil)
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
