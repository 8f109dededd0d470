package scan

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"
	"slices"

	"calipso/collect"
	"calipso/graph"
)

// task is one fetcher with one parent.
type task struct {
	collect.Fetcher
	order  int // the fetcher's place in the plan
	parent *graph.Vertex
	part   Part
	found  []*graph.Vertex
	err    error
}

// fetch asks, and checks that the answer keeps to what the fetcher may state.
func (t *task) fetch(ctx context.Context) (found []*graph.Vertex, err error) {
	defer capture(&err)
	found, err = t.Fetch(ctx, t.parent)
	if err != nil {
		return nil, err
	}
	out := make([]*graph.Vertex, len(found))
	for i, v := range found {
		if v.ID == "" || !slices.Contains(t.Yields, v.Type) {
			return nil, fmt.Errorf("%s: states a %q with id %q; it may state %v", t.Name, v.Type, v.ID, t.Yields)
		}
		out[i] = v.Clone() // a source may share what it states
		if err := normalize(out[i]); err != nil {
			return nil, fmt.Errorf("%s: %s %q: %w", t.Name, v.Type, v.ID, err)
		}
	}
	return out, nil
}

func normalize(v *graph.Vertex) error {
	a, err := graph.Normalize(v.Attrs)
	if err != nil {
		return err
	}
	v.Attrs = a.(map[string]any)
	return nil
}

// capture turns a panic of a source's code into an error of its part.
func capture(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	}
}

func (r *run) sortedParts() []Part {
	out := make([]Part, 0, len(r.parts))
	for _, p := range r.parts {
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b Part) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
