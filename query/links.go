package query

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"calipso/graph"
	"calipso/graph/topology"
)

// ObjectLinks are the links of one object.
type ObjectLinks struct {
	// Out start at the object, In end at it; each by type, source and target.
	Out []Link `json:"out"`
	In  []Link `json:"in"`
}

// LinksOf lists the links of one object.
//
// Errors: graph.ErrNotFound.
func (s *Service) LinksOf(ctx context.Context, at At, id graph.ID) (*ObjectLinks, error) {
	v, err := s.view(ctx, at)
	if err != nil {
		return nil, err
	}
	x, err := v.Vertex(ctx, id)
	if err != nil {
		return nil, err
	}
	out, in, err := v.EdgesOf(ctx, id)
	if err != nil {
		return nil, err
	}
	known := map[graph.ID]Ref{id: refOf(x)}
	answer := &ObjectLinks{}
	if answer.Out, err = ends(ctx, v, out, known); err != nil {
		return nil, err
	}
	answer.In, err = ends(ctx, v, in, known)
	return answer, err
}

// LinksRequest asks for a list of links. All conditions that are set must be
// met.
type LinksRequest struct {
	At
	Types  []graph.EdgeType // any of these
	Source graph.ID
	Target graph.ID
	Paging
}

// Links lists links: of a source or target by type, source and target; else in
// the order in which the store first saw their sources.
//
// Errors: graph.ErrNotFound for the environment, source or target,
// *graph.InvalidError for paging.
func (s *Service) Links(ctx context.Context, q LinksRequest) (*Page[Link], error) {
	from, err := q.start("links", &q.At)
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx, q.At)
	if err != nil {
		return nil, err
	}
	if q.Source != "" || q.Target != "" {
		return q.at(ctx, v, from)
	}
	return q.everywhere(ctx, v, from)
}

// at lists the links of a given source, target, or both.
func (q *LinksRequest) at(ctx context.Context, v View, from mark) (*Page[Link], error) {
	for _, id := range []graph.ID{q.Source, q.Target} {
		if id == "" {
			continue
		}
		if _, err := v.Vertex(ctx, id); err != nil {
			return nil, err
		}
	}
	near := cmp.Or(q.Source, q.Target)
	out, in, err := v.EdgesOf(ctx, near)
	if err != nil {
		return nil, err
	}
	found := out
	if q.Source == "" {
		found = in
	}
	found = slices.DeleteFunc(slices.Clone(found), func(e *graph.Edge) bool {
		return q.Target != "" && e.To != q.Target || len(q.Types) > 0 && !slices.Contains(q.Types, e.Type)
	})
	return cut(found, q.Paging, from, v.Time(), func(part []*graph.Edge) ([]Link, error) {
		return ends(ctx, v, part, nil)
	})
}

// everywhere goes through the arcs of all vertices by number; a page reads its
// own edges only.
func (q *LinksRequest) everywhere(ctx context.Context, v View, from mark) (*Page[Link], error) {
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	codes := typeCodes(g.EdgeTypes(), q.Types)
	page := &Page[Link]{}
	var nums []uint32
	var last mark
	for n := range uint32(g.Len()) {
		for i, a := range g.Out(n) {
			if !codes.has(a.Type()) {
				continue
			}
			page.Total++
			passed := q.Cursor != "" && (n < from.Num || n == from.Num && i <= from.Index)
			switch {
			case passed:
			case len(nums) < q.Limit:
				nums = append(nums, a.Edge)
				last = mark{Time: v.Time(), Num: n, Index: i}
			case page.NextCursor == "":
				page.NextCursor = last.cursor()
			}
		}
	}
	edges, err := v.EdgesByNum(ctx, nums)
	if err != nil {
		return nil, err
	}
	page.Items, err = ends(ctx, v, edges, nil)
	return page, err
}

// arcs hands over the arcs at a vertex that a walk may follow: outward first,
// by type and then by the number of the other end.
func arcs(g *topology.Graph, n uint32, d Direction, types *codeSet, f func(a topology.Arc, out bool)) {
	if d != In {
		for _, a := range g.Out(n) {
			if types.has(a.Type()) {
				f(a, true)
			}
		}
	}
	if d != Out {
		for _, a := range g.In(n) {
			if types.has(a.Type()) {
				f(a, false)
			}
		}
	}
}

// Direction says which links of an object a walk follows.
type Direction string

// The directions; empty means Both.
const (
	Out  Direction = "out" // those that start at it
	In   Direction = "in"  // those that end at it
	Both Direction = "both"
)

func (d Direction) check(question string) error {
	switch d {
	case "", Out, In, Both:
		return nil
	}
	return invalid(question, "direction", "%q is neither out, in nor both", string(d))
}

// num is the number of a vertex in the topology of a view.
func num(ctx context.Context, v View, id graph.ID) (uint32, error) {
	n, err := v.Num(ctx, id)
	if errors.Is(err, graph.ErrNotFound) {
		return 0, notFound("object", string(id))
	}
	return n, err
}
