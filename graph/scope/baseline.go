package scope

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"calipso/graph"
	"calipso/graph/snapshot"
)

// BaselineRequest says which snapshot shows an environment as designed.
type BaselineRequest struct {
	Scope    string
	Env      graph.EnvID
	Snapshot string
	Comment  string
	Who      string // user name
}

// SetBaseline makes a snapshot the current baseline of a scope in one
// environment; those before stay in its list (rule S-08). The commit that does
// so tells who did.
//
// Errors: graph.ErrNotFound for the scope; *graph.InvalidError about field
// environment, snapshot or comment.
func (k *Keeper) SetBaseline(ctx context.Context, r BaselineRequest) (*Scope, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s, err := k.Get(ctx, r.Scope)
	if err != nil {
		return nil, err
	}
	bad := func(field, reason string, args ...any) error {
		return &graph.InvalidError{What: "baseline", Fields: []graph.FieldError{{Field: field, Reason: fmt.Sprintf(reason, args...)}}}
	}
	if _, ok := s.Of(r.Env); !ok {
		return nil, bad("environment", "%q is none that scope %q selects; these are %q", r.Env, s.Name, s.Envs())
	}
	if len(r.Comment) > maxComment {
		return nil, bad("comment", "is longer than %d bytes", maxComment)
	}
	if reason := snapshot.CheckName(r.Snapshot); reason != "" {
		return nil, bad("snapshot", "%s", reason)
	}
	snap, err := k.snapshots.Get(ctx, r.Env, r.Snapshot)
	if errors.Is(err, graph.ErrNotFound) {
		return nil, bad("snapshot", "there is no snapshot %q of %q; make it first", r.Snapshot, r.Env)
	}
	if err != nil {
		return nil, err
	}
	s.Baselines = append(s.Baselines, Baseline{
		Env: r.Env, Snapshot: snap.Name, Time: snap.Time, Comment: r.Comment, Who: r.Who, Set: k.clock().UTC(),
	})
	s.shorten()
	return s, k.write(ctx, r.Who, s)
}

// shorten drops the oldest baseline that is not current if there are too many.
func (s *Scope) shorten() {
	if len(s.Baselines) <= maxBaselines {
		return
	}
	for i, b := range s.Baselines {
		later := s.Baselines[i+1:]
		if slices.ContainsFunc(later, func(l Baseline) bool { return l.Env == b.Env }) {
			s.Baselines = slices.Delete(s.Baselines, i, i+1)
			return
		}
	}
}

// Referenced names the snapshots of an environment that are, or were, the
// baseline of a scope: they are to be kept.
func (k *Keeper) Referenced(ctx context.Context, env graph.EnvID) (map[string]bool, error) {
	all, err := k.List(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, s := range all {
		for _, b := range s.Baselines {
			if b.Env == env {
				out[b.Snapshot] = true
			}
		}
	}
	return out, nil
}
