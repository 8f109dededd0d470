package storetest

import (
	"context"
	"fmt"
	"strings"

	"calipso/graph"
)

// Check reads all that a store holds, now and at its last few commits, in every
// way there is: each way must give the same, every edge must have its ends, and
// the arrays must be those made anew from the vertices and edges.
func Check(ctx context.Context, s *graph.Store) error {
	envs, err := s.EnvIDs(ctx)
	if err != nil {
		return err
	}
	for _, env := range append(envs, graph.Shared) {
		if _, err := History(ctx, s, env, graph.Now, 2); err != nil {
			return err
		}
	}
	return nil
}

// History is all that is known of an environment up to a time (Now: to the
// end), as text: what retention has kept, each of the last few commits (0: all) with its cause and
// changes, all that a view of its time holds, and what differs from the commit
// before; at last what differs between the first and the last of them.
func History(ctx context.Context, s *graph.Store, env graph.EnvID, until graph.Time, last int) (string, error) {
	kept, err := s.Retained(env)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, t := range kept.Times {
		v, err := s.View(ctx, env, t)
		if err != nil {
			return "", err
		}
		text, err := whole(ctx, v)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&out, "kept %d\n%s", t, text)
	}
	var commits []*graph.Commit
	for c, err := range s.CommitHeads(ctx, env, max(0, kept.Since-1)) {
		if err != nil {
			return "", err
		}
		if until == graph.Now || c.Time <= until {
			commits = append(commits, c)
		}
	}
	if last > 0 && len(commits) > last {
		commits = commits[len(commits)-last:]
	}
	for i, c := range commits {
		for ch, err := range s.Changes(ctx, env, c.Time) {
			if err != nil {
				return "", err
			}
			c.Changes = append(c.Changes, ch)
		}
		fmt.Fprintf(&out, "commit %d %v %v\n", c.Time, c.Cause, changes(c))
		v, err := s.View(ctx, env, c.Time)
		if err != nil {
			return "", err
		}
		if v.Time() != c.Time {
			return "", fmt.Errorf("view of %q at its commit %d shows %d", env, c.Time, v.Time())
		}
		text, err := whole(ctx, v)
		if err != nil {
			return "", err
		}
		out.WriteString(text)
		if i > 0 {
			if err := writeComparison(ctx, s, env, commits[i-1].Time, c.Time, &out); err != nil {
				return "", err
			}
		}
	}
	if len(commits) > 0 {
		if err := writeComparison(ctx, s, env, commits[0].Time, commits[len(commits)-1].Time, &out); err != nil {
			return "", err
		}
	}
	return out.String(), nil
}

func writeComparison(ctx context.Context, s *graph.Store, env graph.EnvID, from, to graph.Time, out *strings.Builder) error {
	d, err := s.Compare(ctx, env, from, to)
	if err != nil {
		return err
	}
	for _, p := range d.Vertices {
		fmt.Fprintf(out, "differs: %s / %s\n", orNone(p.Old, vertexLine), orNone(p.New, vertexLine))
	}
	for _, p := range d.Edges {
		fmt.Fprintf(out, "differs: %s / %s\n", orNone(p.Old, edgeLine), orNone(p.New, edgeLine))
	}
	return nil
}

func orNone[T any](v *T, text func(*T) string) string {
	if v == nil {
		return "none"
	}
	return text(v)
}
