package webapi

import (
	"context"
	"fmt"

	"calipso/graph"
	"calipso/query/diff"
	"calipso/query/diff/ruleset"
)

// DiffRulesBody are rules as answers show them.
type DiffRulesBody struct {
	Ignore      map[graph.VertexType][]string `json:"ignore" doc:"keys of fields that do not count, by object type; * stands for all types"`
	IgnoreLinks []string                      `json:"ignore_links" nullable:"false" doc:"keys of links that do not count"`
	Status      []string                      `json:"status" nullable:"false" doc:"keys that tell a status, which is compared apart"`
	Version     string                        `json:"version" doc:"what reports made by these rules carry"`
	Origin      ruleset.Origin                `json:"origin" enum:"environment,default,built-in" doc:"set for the environment, set for all, or built in"`
}

type diffRulesRequest struct {
	IfMatch
	Body DiffRules
}

type envDiffRulesRequest struct {
	EnvPath
	IfMatch
	Body DiffRules
}

type envRulesRequest struct {
	EnvPath
	IfNoneMatch
}

type removeEnvRulesRequest struct {
	EnvPath
	IfMatch
}

// getRules serves GET /api/v1/diff-rules: 200, 304.
func (a *API) getRules(ctx context.Context, in *IfNoneMatch) (*docReply[DiffRulesBody], error) {
	return a.showRules(ctx, graph.Shared, *in)
}

// setRules serves PUT /api/v1/diff-rules: 200, 412, 422.
func (a *API) setRules(ctx context.Context, in *diffRulesRequest) (*docReply[DiffRulesBody], error) {
	return a.putRules(ctx, graph.Shared, in.IfMatch, in.Body.rules())
}

// removeRules serves DELETE /api/v1/diff-rules: 204, 404, 412.
func (a *API) removeRules(ctx context.Context, in *IfMatch) (*struct{}, error) {
	return nil, a.dropRules(ctx, graph.Shared, *in)
}

// getEnvRules serves GET /api/v1/environments/{env}/diff-rules: 200, 304, 404.
func (a *API) getEnvRules(ctx context.Context, in *envRulesRequest) (*docReply[DiffRulesBody], error) {
	return a.showRules(ctx, in.Env, in.IfNoneMatch)
}

// setEnvRules serves PUT /api/v1/environments/{env}/diff-rules: 200, 404, 412,
// 422.
func (a *API) setEnvRules(ctx context.Context, in *envDiffRulesRequest) (*docReply[DiffRulesBody], error) {
	return a.putRules(ctx, in.Env, in.IfMatch, in.Body.rules())
}

// removeEnvRules serves DELETE /api/v1/environments/{env}/diff-rules: 204, 404,
// 412.
func (a *API) removeEnvRules(ctx context.Context, in *removeEnvRulesRequest) (*struct{}, error) {
	return nil, a.dropRules(ctx, in.Env, in.IfMatch)
}

func (a *API) showRules(ctx context.Context, env graph.EnvID, cond IfNoneMatch) (*docReply[DiffRulesBody], error) {
	b, err := a.rulesOf(ctx, env)
	if err != nil {
		return nil, err
	}
	return reply(b, cond)
}

func (a *API) rulesOf(ctx context.Context, env graph.EnvID) (DiffRulesBody, error) {
	if a.opt.Rules == nil {
		return DiffRulesBody{}, fmt.Errorf("rules: %w", ErrUnavailable)
	}
	r, origin, err := a.opt.Rules.For(ctx, env)
	if err != nil {
		return DiffRulesBody{}, err
	}
	return DiffRulesBody{r.Ignore, r.IgnoreLinks, r.Status, r.Version(), origin}, nil
}

func (a *API) seenRules(ctx context.Context, env graph.EnvID) func() (any, error) {
	return func() (any, error) { return a.rulesOf(ctx, env) }
}

func (a *API) putRules(ctx context.Context, env graph.EnvID, cond IfMatch, r *diff.Rules) (*docReply[DiffRulesBody], error) {
	if a.opt.Rules == nil {
		return nil, fmt.Errorf("rules: %w", ErrUnavailable)
	}
	err := a.guarded(cond, a.seenRules(ctx, env), func() error { return a.opt.Rules.Set(ctx, principal(ctx).User.Name, env, r) })
	if err != nil {
		return nil, err
	}
	return a.showRules(ctx, env, IfNoneMatch{})
}

func (a *API) dropRules(ctx context.Context, env graph.EnvID, cond IfMatch) error {
	if a.opt.Rules == nil {
		return fmt.Errorf("rules: %w", ErrUnavailable)
	}
	return a.guarded(cond, a.seenRules(ctx, env), func() error { return a.opt.Rules.Remove(ctx, principal(ctx).User.Name, env) })
}
