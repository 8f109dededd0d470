package webapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"calipso/graph"
	"calipso/graph/scope"
	"calipso/webapi/auth"
)

func (a *API) scopesRun() error {
	if a.opt.Scopes == nil || a.opt.Extents == nil {
		return fmt.Errorf("scopes: %w", ErrUnavailable)
	}
	return nil
}

// sees tells of environments whether the caller may know of them. One that is
// gone can be seen by who may view all.
func (a *API) sees(ctx context.Context) (func(graph.EnvID) bool, error) {
	all, err := a.opt.Store.EnvIDs(ctx)
	if err != nil {
		return nil, err
	}
	p := principal(ctx)
	mine, err := p.Visible(ctx, all)
	if err != nil {
		return nil, err
	}
	global := p.Has(auth.ViewEnv) || p.Has(auth.EditEnv)
	return func(env graph.EnvID) bool {
		return slices.Contains(mine, env) || global && !slices.Contains(all, env)
	}, nil
}

// visibleScopes lists what the caller may see of all scopes.
func (a *API) visibleScopes(ctx context.Context) ([]*scope.Scope, error) {
	if err := a.scopesRun(); err != nil {
		return nil, err
	}
	sees, err := a.sees(ctx)
	if err != nil {
		return nil, err
	}
	all, err := a.opt.Scopes.List(ctx)
	if err != nil {
		return nil, err
	}
	var out []*scope.Scope
	for _, s := range all {
		if v := s.Visible(sees); v != nil {
			out = append(out, v)
		}
	}
	return out, nil
}

// visibleScope is what the caller may see of a scope.
//
// Errors: graph.ErrNotFound if there is none, or nothing to see of it.
func (a *API) visibleScope(ctx context.Context, name string) (*scope.Scope, error) {
	if err := a.scopesRun(); err != nil {
		return nil, err
	}
	sees, err := a.sees(ctx)
	if err != nil {
		return nil, err
	}
	s, err := a.opt.Scopes.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	if s = s.Visible(sees); s == nil {
		return nil, fmt.Errorf("scope: %q: %w", name, graph.ErrNotFound)
	}
	return s, nil
}

// editableScope is a scope that the caller may change: he may edit every
// environment that it selects.
func (a *API) editableScope(ctx context.Context, name string) (*scope.Scope, error) {
	part, err := a.visibleScope(ctx, name)
	if err != nil {
		return nil, err
	}
	s, err := a.opt.Scopes.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	if len(s.Select) != len(part.Select) {
		return nil, newProblem(http.StatusForbidden, "this needs the right edit-env for every environment that the scope selects, some of which you may not view")
	}
	return s, a.mayEdit(ctx, s.Envs())
}

// maySelect says whether the caller may have a scope select some environments.
// Those that he may not see are not there for him.
func (a *API) maySelect(ctx context.Context, r scope.Request) error {
	if err := r.Validate(); err != nil {
		return err
	}
	sees, err := a.sees(ctx)
	if err != nil {
		return err
	}
	var envs []graph.EnvID
	var wrong []graph.FieldError
	for i, sel := range r.Select {
		if !sees(sel.Env) {
			wrong = append(wrong, graph.FieldError{Field: fmt.Sprintf("select[%d].environment", i), Reason: fmt.Sprintf("there is no environment %q", sel.Env)})
		}
		envs = append(envs, sel.Env)
	}
	if len(wrong) > 0 {
		return &graph.InvalidError{What: "scope", Fields: wrong}
	}
	return a.mayEdit(ctx, envs)
}

// mayEdit says whether the caller may edit all of some environments that he may
// see. One that is gone asks for the right to edit all.
func (a *API) mayEdit(ctx context.Context, envs []graph.EnvID) error {
	p := principal(ctx)
	if p.Has(auth.EditEnv) {
		return nil
	}
	for _, env := range envs {
		_, edit, err := p.Env(ctx, env)
		if err != nil {
			return err
		}
		if !edit {
			return newProblem(http.StatusForbidden, fmt.Sprintf("this needs the right edit-env for environment %q", env))
		}
	}
	return nil
}
