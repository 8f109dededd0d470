package webapi

import (
	"context"
	"fmt"
	"net/http"

	"calipso/graph"
)

// Environments keeps environment documents and tests what they configure.
type Environments interface {
	// Get errors: graph.ErrNotFound.
	Get(ctx context.Context, env graph.EnvID) (*graph.Environment, error)
	// Put stores a document, as a new one or over the one of its name. Errors:
	// *graph.InvalidError, graph.ErrConflict, graph.ErrNotFound.
	Put(ctx context.Context, who string, doc graph.Attrs, create bool) (*graph.Environment, error)
	// Remove forgets an environment and all that is known of it. Errors:
	// graph.ErrNotFound.
	Remove(ctx context.Context, who string, env graph.EnvID) error
	// Test tries each endpoint. Errors: graph.ErrNotFound.
	Test(ctx context.Context, env graph.EnvID) ([]TestCheck, error)
}

// environmentDoc is a document of collection environments_config; secrets in
// answers are masked.
type environmentDoc map[string]any

type newEnvironmentRequest struct {
	Body environmentDoc
}

func (a *API) documentsRun() error {
	if a.opt.EnvDocs == nil {
		return fmt.Errorf("environments: %w", ErrUnavailable)
	}
	return nil
}

// createEnvironment serves POST /api/v1/environments: 201, 409, 422.
func (a *API) createEnvironment(ctx context.Context, in *newEnvironmentRequest) (*docReply[environmentDoc], error) {
	if err := a.documentsRun(); err != nil {
		return nil, err
	}
	doc, err := in.Body.normal()
	if err != nil {
		return nil, err
	}
	env, err := a.opt.EnvDocs.Put(ctx, principal(ctx).User.Name, doc, true)
	if err != nil {
		return nil, err
	}
	b := environmentDoc(env.Body)
	return change(b, http.StatusCreated, b, "/api/v1/environments/"+escapePath(string(env.Name)))
}

func (d environmentDoc) normal() (graph.Attrs, error) {
	body, err := graph.Normalize(map[string]any(d))
	if err != nil {
		return nil, err
	}
	return body.(map[string]any), nil
}

type changeEnvironmentRequest struct {
	EnvPath
	IfMatch
	Body environmentDoc
}

// changeEnvironment serves PUT /api/v1/environments/{env}: 200, 404, 412, 422.
// Secrets that the document shows masked stay as they are.
func (a *API) changeEnvironment(ctx context.Context, in *changeEnvironmentRequest) (*docReply[environmentDoc], error) {
	if err := a.documentsRun(); err != nil {
		return nil, err
	}
	if name, ok := in.Body["name"]; ok && name != string(in.Env) {
		return nil, &graph.InvalidError{What: "environment", Fields: []graph.FieldError{
			{Field: "name", Reason: fmt.Sprintf("is not %q, the environment in the path; environments are not renamed", in.Env)},
		}}
	}
	in.Body["name"] = string(in.Env)
	doc, err := in.Body.normal()
	if err != nil {
		return nil, err
	}
	env, err := a.opt.EnvDocs.Change(ctx, principal(ctx).User.Name, doc, in.environment)
	if err != nil {
		return nil, err
	}
	b := environmentDoc(env.Body)
	return change(b, http.StatusOK, b, "")
}

func (c IfMatch) environment(stored *graph.Environment) error {
	return c.allow(environmentDoc(stored.Body))
}

type environmentConfigRequest struct {
	EnvPath
	IfNoneMatch
}

// environmentConfig serves GET /api/v1/environments/{env}/config: 200, 304, 404.
func (a *API) environmentConfig(ctx context.Context, in *environmentConfigRequest) (*docReply[environmentDoc], error) {
	if err := a.documentsRun(); err != nil {
		return nil, err
	}
	env, err := a.opt.EnvDocs.Get(ctx, in.Env)
	if err != nil {
		return nil, err
	}
	return reply(environmentDoc(env.Body), in.IfNoneMatch)
}

type removeEnvironmentRequest struct {
	EnvPath
	IfMatch
}

// removeEnvironment serves DELETE /api/v1/environments/{env}: 204, 404, 412.
func (a *API) removeEnvironment(ctx context.Context, in *removeEnvironmentRequest) (*struct{}, error) {
	if err := a.documentsRun(); err != nil {
		return nil, err
	}
	return nil, a.opt.EnvDocs.Remove(ctx, principal(ctx).User.Name, in.Env, in.environment)
}
