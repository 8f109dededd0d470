package webapi

import (
	"context"
	"errors"
	"net/http"

	"calipso/graph"
	"calipso/graph/scope"
)

type scopeListReply struct{ Body ListBody[ScopeBody] }

// listScopes serves GET /api/v1/scopes: those about environments that the
// caller may view, as far as they are about these.
func (a *API) listScopes(ctx context.Context, in *struct{ PageQuery }) (*scopeListReply, error) {
	all, err := a.visibleScopes(ctx)
	if err != nil {
		return nil, err
	}
	page, err := pageOf(all, in.PageQuery)
	if err != nil {
		return nil, err
	}
	body := ListBody[ScopeBody]{Items: []ScopeBody{}, Next: page.Next, Total: page.Total}
	for _, s := range page.Items {
		body.Items = append(body.Items, newScopeBody(s))
	}
	return &scopeListReply{Body: body}, nil
}

// ScopePath is a scope in a path.
type ScopePath struct {
	Name string `path:"name" maxLength:"400" doc:"name of the scope, percent-encoded"`
}

type oneScopeRequest struct {
	ScopePath
	IfNoneMatch
}

// scopeReply answers with a scope; its version is that of what was set, and not
// of how much it holds.
func scopeReply(s *scope.Scope, status int) (*docReply[ScopeBody], error) {
	b := newScopeBody(s)
	return change(b, status, b, "/api/v1/scopes/"+escapePath(s.Name))
}

// seen reads a scope as clients have seen it.
func (p ScopePath) seen(ctx context.Context, a *API) func() (any, error) {
	return func() (any, error) {
		s, err := a.visibleScope(ctx, p.Name)
		if err != nil {
			return nil, err
		}
		return newScopeBody(s), nil
	}
}

// getScope serves GET /api/v1/scopes/{name}: 200, 304, 404.
func (a *API) getScope(ctx context.Context, in *oneScopeRequest) (*docReply[ScopeBody], error) {
	s, err := a.visibleScope(ctx, in.Name)
	if err != nil {
		return nil, err
	}
	reply, err := scopeReply(s, http.StatusOK)
	if err != nil {
		return nil, err
	}
	if lists(in.NoneMatch, reply.ETag) {
		reply.Status = http.StatusNotModified
		return reply, nil
	}
	for _, env := range s.Envs() {
		e, err := a.opt.Extents.Of(ctx, s, env, graph.Now)
		if errors.Is(err, graph.ErrNotFound) {
			continue // the environment is gone, or nothing is known of it yet
		}
		if err != nil {
			return nil, err
		}
		reply.Body.Counts = append(reply.Body.Counts, ScopeCount{env, len(e.Members()), len(e.Within())})
	}
	return reply, nil
}

type newScopeRequest struct {
	Body struct {
		Name    string           `json:"name" maxLength:"100" doc:"must not hold a slash" example:"moz"`
		Comment string           `json:"comment,omitempty" maxLength:"4000" doc:"in your words"`
		Select  []ScopeSelection `json:"select" maxItems:"100" nullable:"false" doc:"what it selects, an entry for each environment"`
	}
}

// createScope serves POST /api/v1/scopes: 201, 403, 409, 422.
func (a *API) createScope(ctx context.Context, in *newScopeRequest) (*docReply[ScopeBody], error) {
	if err := a.scopesRun(); err != nil {
		return nil, err
	}
	r := scope.Request{Name: in.Body.Name, Comment: in.Body.Comment, Select: selections(in.Body.Select), Who: principal(ctx).User.Name}
	if err := a.maySelect(ctx, r); err != nil {
		return nil, err
	}
	s, err := a.opt.Scopes.Create(ctx, r)
	if err != nil {
		return nil, err
	}
	return scopeReply(s, http.StatusCreated)
}

type changeScopeRequest struct {
	ScopePath
	IfMatch
	Body struct {
		Comment string           `json:"comment,omitempty" maxLength:"4000" doc:"in your words"`
		Select  []ScopeSelection `json:"select" maxItems:"100" nullable:"false" doc:"what it is to select, an entry for each environment"`
	}
}

// changeScope serves PUT /api/v1/scopes/{name}: 200, 403, 404, 412, 422.
func (a *API) changeScope(ctx context.Context, in *changeScopeRequest) (*docReply[ScopeBody], error) {
	if _, err := a.editableScope(ctx, in.Name); err != nil {
		return nil, err
	}
	r := scope.Request{Name: in.Name, Comment: in.Body.Comment, Select: selections(in.Body.Select), Who: principal(ctx).User.Name}
	if err := a.maySelect(ctx, r); err != nil {
		return nil, err
	}
	var s *scope.Scope
	err := a.guarded(in.IfMatch, in.seen(ctx, a), func() (err error) {
		s, err = a.opt.Scopes.Change(ctx, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return scopeReply(s, http.StatusOK)
}

type removeScopeRequest struct {
	ScopePath
	IfMatch
}

// removeScope serves DELETE /api/v1/scopes/{name}: 204, 403, 404, 412.
func (a *API) removeScope(ctx context.Context, in *removeScopeRequest) (*struct{}, error) {
	if _, err := a.editableScope(ctx, in.Name); err != nil {
		return nil, err
	}
	return nil, a.guarded(in.IfMatch, in.seen(ctx, a), func() error {
		return a.opt.Scopes.Remove(ctx, principal(ctx).User.Name, in.Name)
	})
}

type baselineRequest struct {
	ScopePath
	IfMatch
	Body struct {
		Env      graph.EnvID `json:"environment" minLength:"1" maxLength:"512" doc:"one that the scope selects"`
		Snapshot string      `json:"snapshot" maxLength:"400" doc:"name of a snapshot of it"`
		Comment  string      `json:"comment,omitempty" maxLength:"4000" doc:"in your words"`
	}
}

// setBaseline serves PUT /api/v1/scopes/{name}/baseline: 200, 403, 404, 422.
func (a *API) setBaseline(ctx context.Context, in *baselineRequest) (*docReply[ScopeBody], error) {
	if _, err := a.editableScope(ctx, in.Name); err != nil {
		return nil, err
	}
	var s *scope.Scope
	err := a.guarded(in.IfMatch, in.seen(ctx, a), func() (err error) {
		s, err = a.opt.Scopes.SetBaseline(ctx, scope.BaselineRequest{
			Scope: in.Name, Env: in.Body.Env, Snapshot: in.Body.Snapshot, Comment: in.Body.Comment, Who: principal(ctx).User.Name,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return scopeReply(s, http.StatusOK)
}
