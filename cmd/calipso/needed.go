package main

import (
	"context"
	"maps"

	"calipso/graph"
)

// referrer knows snapshots that must not go.
type referrer interface {
	Referenced(ctx context.Context, env graph.EnvID) (map[string]bool, error)
}

// needed names the snapshots that any of some referrers needs: retention leaves
// them alone.
func needed(by ...referrer) func(ctx context.Context, env graph.EnvID) (map[string]bool, error) {
	return func(ctx context.Context, env graph.EnvID) (map[string]bool, error) {
		all := map[string]bool{}
		for _, r := range by {
			names, err := r.Referenced(ctx, env)
			if err != nil {
				return nil, err
			}
			maps.Copy(all, names)
		}
		return all, nil
	}
}
