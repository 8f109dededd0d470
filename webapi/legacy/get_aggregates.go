package legacy

import (
	"context"
	"net/http"

	"calipso/graph"
)

func (a *API) getAggregates() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/aggregates", Needs: View,
		Params: []Param{
			{Name: "env_name", Type: String, Environment: true},
			{Name: "type", Type: String, Mandatory: Always, Missing: "type must be specified: (environment,message,constant)", OneOf: []string{"environment", "message", "constant"}},
		},
		Check: func(_ context.Context, q *Request) error {
			if q.Text("type") == "environment" && !q.Has("env_name") {
				return BadRequest("env_name must be specified")
			}
			return nil
		},
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			counts, err := map[string]func(context.Context) (map[string]any, error){
				"environment": q.countObjects, "message": q.countMessages, "constant": q.countConstants,
			}[q.Text("type")](ctx)
			if err != nil {
				return nil, err
			}
			body := map[string]any{"type": q.Text("type"), "aggregates": counts}
			if q.Text("type") == "environment" {
				body["env_name"] = string(q.Env)
			}
			return Bare{body}, nil
		},
	}
}

func (q *Request) countObjects(ctx context.Context) (map[string]any, error) {
	types := map[string]any{}
	v, known, err := q.api.view(ctx, q.Env)
	if err == nil && known {
		counts, _, err := v.Counts(ctx)
		if err != nil {
			return nil, err
		}
		for t, n := range counts {
			types[string(t)] = n
		}
	}
	return map[string]any{"object_types": types}, err
}

// countMessages counts those of all environments that the caller may view.
func (q *Request) countMessages(ctx context.Context) (map[string]any, error) {
	envs, err := q.api.host.Visible(ctx)
	if err != nil {
		return nil, err
	}
	levels, environments := map[string]any{}, map[string]any{}
	for _, env := range envs {
		n := 0
		for d, err := range q.api.documents(ctx, env, graph.Messages) {
			if err != nil {
				return nil, err
			}
			n++
			level := d.Body.String("level")
			if level == "" {
				level = "null"
			}
			add(levels, level, 1)
		}
		if n > 0 {
			environments[string(env)] = n
		}
	}
	return map[string]any{"levels": levels, "environments": environments}, nil
}

// countConstants counts the values of each list.
func (q *Request) countConstants(ctx context.Context) (map[string]any, error) {
	docs, err := q.api.shared(ctx, graph.Constants)
	if err != nil {
		return nil, err
	}
	names := map[string]any{}
	for _, d := range docs {
		add(names, d.Body.String("name"), len(d.Body.Maps("data")))
	}
	return map[string]any{"names": names}, nil
}

func add(counts map[string]any, key string, n int) {
	old, _ := counts[key].(int)
	counts[key] = old + n
}
