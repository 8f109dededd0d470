package diff

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"calipso/graph"
	"calipso/graph/fields"
	"calipso/query"
)

// Reason is what one commit did to one object or link.
type Reason struct {
	Time  graph.Time  `json:"time"`
	Cause graph.Cause `json:"cause"`
	// Op is "added", "removed", "moved" or "changed".
	Op string `json:"op"`
	// Object is set, or Link.
	Object *query.Ref `json:"object,omitempty"`
	Link   *ReasonFor `json:"link,omitempty"`
	// Fields are those that changed; none for what was added or removed.
	Fields []fields.Change `json:"fields,omitempty"`
}

// ReasonFor names a link.
type ReasonFor struct {
	Type   graph.EdgeType `json:"link_type"`
	Source query.Ref      `json:"source"`
	Target query.Ref      `json:"target"`
}

// reasons goes through the commits that touched members of either clique.
func (d *differ) reasons(ctx context.Context, old, new *query.Clique) ([]Reason, error) {
	nodes, links := map[graph.ID]bool{}, map[graph.EdgeKey]bool{}
	for _, c := range []*query.Clique{old, new} {
		if c == nil {
			continue
		}
		for _, n := range c.Nodes {
			nodes[n.ID] = true
		}
		for _, l := range c.Links {
			links[l.Edge.EdgeKey] = true
		}
	}
	out := []Reason{}
	for _, p := range d.vertices {
		if p.Old != nil && nodes[p.Old.ID] || p.New != nil && nodes[p.New.ID] {
			list, err := d.vertexReasons(ctx, p)
			if err != nil {
				return nil, err
			}
			out = append(out, list...)
		}
	}
	for _, p := range d.edges {
		if p.Old != nil && links[p.Old.EdgeKey] || p.New != nil && links[p.New.EdgeKey] {
			list, err := d.edgeReasons(ctx, p)
			if err != nil {
				return nil, err
			}
			out = append(out, list...)
		}
	}
	slices.SortStableFunc(out, func(a, b Reason) int { return cmp.Compare(a.Time, b.Time) })
	return out, nil
}

func (d *differ) vertexReasons(ctx context.Context, p vertexPair) ([]Reason, error) {
	ids := []graph.ID{}
	for _, v := range []*graph.Vertex{p.New, p.Old} {
		if v != nil {
			ids = append(ids, v.ID)
		}
	}
	// form is the vertex, under whichever of its ids, at one time.
	form := func(t graph.Time) (*graph.Vertex, error) { return firstOf(ctx, d, t, ids, (*graph.View).Vertex) }
	var out []Reason
	for _, t := range p.Touched {
		before, after, err := around(t, form)
		if err != nil {
			return nil, err
		}
		r := Reason{Time: t, Cause: d.causes[t]}
		switch {
		case before == nil && after == nil:
			continue
		case before == nil:
			ref := refOf(after)
			r.Op, r.Object = "added", &ref
		case after == nil:
			ref := refOf(before)
			r.Op, r.Object = "removed", &ref
		default:
			ref := refOf(after)
			r.Op, r.Object = "changed", &ref
			other, status := d.matcher(after.Type).sort(fields.Diff(before, after))
			r.Fields = append(other, status...)
			if moved(vertexPair{Old: before, New: after}) {
				r.Op = "moved"
			} else if len(r.Fields) == 0 {
				continue
			}
		}
		out = append(out, r)
	}
	return out, nil
}

func (d *differ) edgeReasons(ctx context.Context, p edgePair) ([]Reason, error) {
	var keys []graph.EdgeKey
	for _, e := range []*graph.Edge{p.New, p.Old} {
		if e != nil {
			keys = append(keys, e.EdgeKey)
		}
	}
	form := func(t graph.Time) (*graph.Edge, error) { return firstOf(ctx, d, t, keys, (*graph.View).Edge) }
	m := d.opt.Rules.links()
	var out []Reason
	for _, t := range p.Touched {
		before, after, err := around(t, form)
		if err != nil {
			return nil, err
		}
		r := Reason{Time: t, Cause: d.causes[t]}
		e, at := after, d.new
		switch {
		case before == nil && after == nil:
			continue
		case before == nil:
			r.Op = "added"
		case after == nil:
			r.Op, e, at = "removed", before, d.old
		default:
			other, status := m.sort(fields.DiffEdge(before, after))
			r.Op, r.Fields = "changed", append(other, status...)
			if before.EdgeKey != after.EdgeKey || len(r.Fields) == 0 {
				continue // told by the objects that moved
			}
		}
		if r.Link, err = d.reasonLink(ctx, at, e); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (d *differ) reasonLink(ctx context.Context, at *places, e *graph.Edge) (*ReasonFor, error) {
	from, err := at.ref(ctx, e.From)
	if err != nil {
		return nil, err
	}
	to, err := at.ref(ctx, e.To)
	return &ReasonFor{e.Type, from, to}, err
}

// around is what there was just before a commit, and with it.
func around[T any](t graph.Time, form func(graph.Time) (*T, error)) (before, after *T, err error) {
	if before, err = form(t - 1); err != nil {
		return nil, nil, err
	}
	after, err = form(t)
	return before, after, err
}

// firstOf reads the first of some keys that is there at a time; nil if none is.
func firstOf[K, T any](ctx context.Context, d *differ, t graph.Time, keys []K, read func(*graph.View, context.Context, K) (*T, error)) (*T, error) {
	v, err := d.store.View(ctx, d.r.Env, t)
	if err != nil || v.Time() == graph.Now {
		return nil, err
	}
	for _, k := range keys {
		x, err := read(v, ctx, k)
		if !errors.Is(err, graph.ErrNotFound) {
			return x, err
		}
	}
	return nil, nil
}
