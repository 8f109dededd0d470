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

type diffRulesReply struct{ Body DiffRulesBody }

type diffRulesRequest struct {
	Body DiffRules
}

type envDiffRulesRequest struct {
	EnvPath
	Body DiffRules
}

// getRules serves GET /api/v1/diff-rules.
func (a *API) getRules(ctx context.Context, _ *struct{}) (*diffRulesReply, error) {
	return a.rulesOf(ctx, graph.Shared)
}

// setRules serves PUT /api/v1/diff-rules: 200, 422.
func (a *API) setRules(ctx context.Context, in *diffRulesRequest) (*diffRulesReply, error) {
	return a.putRules(ctx, graph.Shared, in.Body.rules())
}

// removeRules serves DELETE /api/v1/diff-rules: 204, 404.
func (a *API) removeRules(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, a.dropRules(ctx, graph.Shared)
}

// getEnvRules serves GET /api/v1/environments/{env}/diff-rules: 200, 404.
func (a *API) getEnvRules(ctx context.Context, in *struct{ EnvPath }) (*diffRulesReply, error) {
	return a.rulesOf(ctx, in.Env)
}

// setEnvRules serves PUT /api/v1/environments/{env}/diff-rules: 200, 404, 422.
func (a *API) setEnvRules(ctx context.Context, in *envDiffRulesRequest) (*diffRulesReply, error) {
	return a.putRules(ctx, in.Env, in.Body.rules())
}

// removeEnvRules serves DELETE /api/v1/environments/{env}/diff-rules: 204, 404.
func (a *API) removeEnvRules(ctx context.Context, in *struct{ EnvPath }) (*struct{}, error) {
	return nil, a.dropRules(ctx, in.Env)
}

func (a *API) rulesOf(ctx context.Context, env graph.EnvID) (*diffRulesReply, error) {
	if a.opt.Rules == nil {
		return nil, fmt.Errorf("rules: %w", ErrUnavailable)
	}
	r, origin, err := a.opt.Rules.For(ctx, env)
	if err != nil {
		return nil, err
	}
	return &diffRulesReply{Body: DiffRulesBody{r.Ignore, r.IgnoreLinks, r.Status, r.Version(), origin}}, nil
}

func (a *API) putRules(ctx context.Context, env graph.EnvID, r *diff.Rules) (*diffRulesReply, error) {
	if a.opt.Rules == nil {
		return nil, fmt.Errorf("rules: %w", ErrUnavailable)
	}
	if err := a.opt.Rules.Set(ctx, principal(ctx).User.Name, env, r); err != nil {
		return nil, err
	}
	return a.rulesOf(ctx, env)
}

func (a *API) dropRules(ctx context.Context, env graph.EnvID) error {
	if a.opt.Rules == nil {
		return fmt.Errorf("rules: %w", ErrUnavailable)
	}
	return a.opt.Rules.Remove(ctx, principal(ctx).User.Name, env)
}
