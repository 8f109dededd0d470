package legacy

import (
	"context"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
)

// constantValues are the values that a constant allows now (rule API-04). Version
// cvim knows those of OpenStack only; the others take what any type of
// environment allows.
func (q *Request) constantValues(ctx context.Context, name string) ([]string, error) {
	docs, err := q.api.shared(ctx, graph.Constants)
	if err != nil {
		return nil, err
	}
	usual := func(d *graph.Document) bool {
		t := d.Body.String("environment_type")
		return t == "" || t == catalog.OpenStack
	}
	slices.SortStableFunc(docs, func(a, b *graph.Document) int { // what has always been allowed comes first
		switch {
		case usual(a) == usual(b):
			return 0
		case usual(a):
			return -1
		}
		return 1
	})
	var out []string
	for _, d := range docs {
		if d.Body.String("name") != name || q.Compat() == CVIM && !usual(d) {
			continue
		}
		for _, e := range d.Body.Maps("data") {
			if v := e.String("value"); !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out, nil
}

// linkTypes tells whether a value is made of link types in version new, which
// takes any pair of object types, since links derived from others are not listed
// (rule DM-14).
func (q *Request) linkTypes(ctx context.Context, p *Param, v any) bool {
	if p.Constant != "link_types" || q.Compat() != Current {
		return false
	}
	objects, err := q.constantValues(ctx, "object_types")
	if err != nil {
		return false
	}
	for _, t := range (Values{"": v}).Texts("") {
		from, to, ok := graph.EdgeType(t).Ends()
		if !ok || !slices.Contains(objects, string(from)) || !slices.Contains(objects, string(to)) {
			return false
		}
	}
	return true
}
