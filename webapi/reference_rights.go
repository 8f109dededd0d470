package webapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/reference"
	"calipso/webapi/auth"
)

func (a *API) referenceRuns() error {
	if a.opt.Reference == nil {
		return fmt.Errorf("clique types, link types and constants: %w", ErrUnavailable)
	}
	return nil
}

// shows tells whether the caller may see a document that is for an environment;
// one for any is for everybody.
func (a *API) shows(ctx context.Context) (func(env string) bool, error) {
	sees, err := a.sees(ctx)
	if err != nil {
		return nil, err
	}
	return func(env string) bool { return env == "" || env == catalog.AnyEnvironment || sees(graph.EnvID(env)) }, nil
}

// mayNameEnvironment refuses a document for an environment that does not exist,
// or that the caller may not see, which is the same to him.
func (a *API) mayNameEnvironment(ctx context.Context, what, env string) error {
	if env == "" || env == catalog.AnyEnvironment {
		return nil
	}
	envs, err := a.visible(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(envs, graph.EnvID(env)) {
		return &graph.InvalidError{What: what, Fields: []graph.FieldError{{Field: "environment", Reason: fmt.Sprintf("there is no environment %q", env)}}}
	}
	return nil
}

// mayEditCliqueType says whether the caller may have a clique type for an
// environment: with the right to all clique types, or to edit that environment.
func (a *API) mayEditCliqueType(ctx context.Context, env string) error {
	p := principal(ctx)
	if p.Has(auth.ManageCliqueTypes) {
		return nil
	}
	if env != "" && env != catalog.AnyEnvironment {
		if _, edit, err := p.Env(ctx, graph.EnvID(env)); err != nil || edit {
			return err
		}
		return newProblem(http.StatusForbidden, fmt.Sprintf("this needs the right manage-clique-types, or edit-env for environment %q", env))
	}
	return newProblem(http.StatusForbidden, "this needs the right manage-clique-types, since the clique type is for more than one environment")
}

// editsSome tells whether a principal may edit any environment at all.
func (a *API) editsSome(ctx context.Context, p *auth.Principal) (bool, error) {
	all, err := a.opt.Store.EnvIDs(ctx)
	if err != nil {
		return false, err
	}
	for _, env := range all {
		if _, edit, err := p.Env(ctx, env); err != nil || edit {
			return edit, err
		}
	}
	return false, nil
}

// seenUses leaves out of a refusal what the caller may not know of.
func (a *API) seenUses(ctx context.Context, err error) error {
	var used *reference.UsedError
	if !errors.As(err, &used) {
		return err
	}
	sees, e := a.sees(ctx)
	if e != nil {
		return e
	}
	seen := slices.DeleteFunc(slices.Clone(used.By), func(u reference.Use) bool { return u.Env != graph.Shared && !sees(u.Env) })
	if len(seen) == 0 {
		return fmt.Errorf("%s is used by what you may not view: %w", used.What, graph.ErrConflict)
	}
	return &reference.UsedError{What: used.What, By: seen}
}
