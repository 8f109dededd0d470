package webapi

import (
	"context"
	"fmt"

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

type environmentDocReply struct{ Body environmentDoc }

// createEnvironment serves POST /api/v1/environments: 201, 409, 422.
func (a *API) createEnvironment(ctx context.Context, in *newEnvironmentRequest) (*environmentDocReply, error) {
	return a.putEnvironment(ctx, in.Body, true)
}

type changeEnvironmentRequest struct {
	EnvPath
	Body environmentDoc
}

// changeEnvironment serves PUT /api/v1/environments/{env}: 200, 404, 422.
// Secrets that the document shows masked stay as they are.
func (a *API) changeEnvironment(ctx context.Context, in *changeEnvironmentRequest) (*environmentDocReply, error) {
	if name, ok := in.Body["name"]; ok && name != string(in.Env) {
		return nil, &graph.InvalidError{What: "environment", Fields: []graph.FieldError{
			{Field: "name", Reason: fmt.Sprintf("is not %q, the environment in the path; environments are not renamed", in.Env)},
		}}
	}
	in.Body["name"] = string(in.Env)
	return a.putEnvironment(ctx, in.Body, false)
}

func (a *API) putEnvironment(ctx context.Context, doc environmentDoc, create bool) (*environmentDocReply, error) {
	if a.opt.Environments == nil {
		return nil, fmt.Errorf("environments: %w", ErrUnavailable)
	}
	body, err := graph.Normalize(map[string]any(doc))
	if err != nil {
		return nil, err
	}
	env, err := a.opt.Environments.Put(ctx, principal(ctx).User.Name, body.(map[string]any), create)
	if err != nil {
		return nil, err
	}
	return &environmentDocReply{Body: environmentDoc(env.Body)}, nil
}

// environmentConfig serves GET /api/v1/environments/{env}/config: 200, 404.
func (a *API) environmentConfig(ctx context.Context, in *struct{ EnvPath }) (*environmentDocReply, error) {
	if a.opt.Environments == nil {
		return nil, fmt.Errorf("environments: %w", ErrUnavailable)
	}
	env, err := a.opt.Environments.Get(ctx, in.Env)
	if err != nil {
		return nil, err
	}
	return &environmentDocReply{Body: environmentDoc(env.Body)}, nil
}

// removeEnvironment serves DELETE /api/v1/environments/{env}: 204, 404.
func (a *API) removeEnvironment(ctx context.Context, in *struct{ EnvPath }) (*struct{}, error) {
	if a.opt.Environments == nil {
		return nil, fmt.Errorf("environments: %w", ErrUnavailable)
	}
	return nil, a.opt.Environments.Remove(ctx, principal(ctx).User.Name, in.Env)
}

// TestResult is what came of trying the endpoints of an environment.
type TestResult struct {
	OK     bool        `json:"ok" doc:"all of them can be used"`
	Checks []TestCheck `json:"checks" nullable:"false" doc:"one for each endpoint"`
}

// TestCheck is what came of trying one endpoint.
type TestCheck struct {
	Target string `json:"target" doc:"which endpoint"`
	Error  string `json:"error,omitempty" doc:"why it cannot be used"`
	Detail string `json:"detail,omitempty" doc:"what was seen"`
}

type testReply struct{ Body TestResult }

// testEnvironment serves POST /api/v1/environments/{env}/test: 200, 404.
func (a *API) testEnvironment(ctx context.Context, in *struct{ EnvPath }) (*testReply, error) {
	if a.opt.Environments == nil {
		return nil, fmt.Errorf("environments: %w", ErrUnavailable)
	}
	checks, err := a.opt.Environments.Test(ctx, in.Env)
	if err != nil {
		return nil, err
	}
	r := TestResult{OK: true, Checks: []TestCheck{}}
	for _, c := range checks {
		r.OK = r.OK && c.Error == ""
		r.Checks = append(r.Checks, c)
	}
	return &testReply{Body: r}, nil
}
