package webapitest

import (
	"context"

	"calipso/graph"
	"calipso/graph/envdoc"
	"calipso/webapi"
)

// environments tries endpoints by looking at their hosts.
type environments struct{ *envdoc.Keeper }

var _ webapi.Environments = environments{}

// Remove implements webapi.Environments.
func (e environments) Remove(ctx context.Context, who string, env graph.EnvID) error {
	return e.Keeper.Remove(ctx, who, env, nil)
}

// Test implements webapi.Environments.
func (e environments) Test(ctx context.Context, env graph.EnvID) ([]webapi.TestCheck, error) {
	stored, err := e.Get(ctx, env)
	if err != nil {
		return nil, err
	}
	var out []webapi.TestCheck
	list, _ := stored.Body["configuration"].([]any)
	for _, entry := range list {
		sec := graph.Attrs(entry.(map[string]any))
		c := webapi.TestCheck{Target: sec.String("name"), Detail: "version 1"}
		if sec.String("host") != "192.0.2.1" {
			c.Error, c.Detail = "nobody answers", ""
		}
		out = append(out, c)
	}
	return out, nil
}
