package query

import (
	"context"
	"fmt"
	"slices"

	"calipso/graph"
	"calipso/graph/clique"
)

// cliquesChunk is how many cliques are read at once.
const cliquesChunk = 128

// Cliques visits the cliques of many objects of one environment, in their order.
// What several of them hold is read once for some at a time, so this costs far
// less than asking one by one; it is best if what lies close together, as the
// instances of a host, comes together. Vertices are shared between cliques: read
// them, do not change them.
//
// Errors: those of Clique, and those of visit, which end it.
func (s *Service) Cliques(ctx context.Context, at At, ids []graph.ID, visit func(*Clique) error) error {
	v, err := s.view(ctx, at)
	if err != nil {
		return err
	}
	g, err := v.Topology(ctx)
	if err != nil {
		return err
	}
	book, err := s.rules(ctx, at.Env)
	if err != nil {
		return err
	}
	f := s.finders.Get().(*clique.Finder)
	defer s.finders.Put(f)
	read := newReading(v)
	for some := range slices.Chunk(ids, cliquesChunk) {
		nums := make([]uint32, len(some))
		for i, id := range some {
			if nums[i], err = v.Num(ctx, id); err != nil {
				return err
			}
		}
		focal, err := v.VerticesByNum(ctx, nums)
		if err != nil {
			return err
		}
		found := make([]clique.Found, len(some))
		for i, n := range nums {
			choice, err := book.choose(g, focal[i].Type, "", clique.Options{})
			if err != nil {
				return err
			}
			if found[i], err = f.Walk(ctx, v, g, choice, focal[i], n); err != nil {
				return err
			}
			found[i].Nodes, found[i].Links = slices.Clone(found[i].Nodes), slices.Clone(found[i].Links)
		}
		members, err := readMembers(ctx, v, found)
		if err != nil {
			return err
		}
		for i := range found {
			c, err := found[i].Read(ctx, members)
			if err != nil {
				return err
			}
			answer, err := answerClique(ctx, read, c)
			if err == nil {
				err = visit(answer)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// members are the vertices and edges of some cliques, read beforehand.
type members struct {
	View
	vertices map[uint32]*graph.Vertex
	edges    map[uint32]*graph.Edge
}

func readMembers(ctx context.Context, v View, found []clique.Found) (*members, error) {
	m := &members{View: v, vertices: map[uint32]*graph.Vertex{}, edges: map[uint32]*graph.Edge{}}
	var vertices, edges []uint32
	for _, f := range found {
		for _, n := range f.Nodes {
			vertices = append(vertices, n.Num)
		}
		for _, l := range f.Links {
			if l.Edge != clique.NoEdge {
				edges = append(edges, l.Edge)
			}
		}
	}
	slices.Sort(vertices)
	slices.Sort(edges)
	vertices, edges = slices.Compact(vertices), slices.Compact(edges)
	vs, err := v.VerticesByNum(ctx, vertices)
	if err != nil {
		return nil, err
	}
	es, err := v.EdgesByNum(ctx, edges)
	if err != nil {
		return nil, err
	}
	for i, n := range vertices {
		m.vertices[n] = vs[i]
	}
	for i, n := range edges {
		m.edges[n] = es[i]
	}
	return m, nil
}

// VerticesByNum gives what was read.
func (m *members) VerticesByNum(_ context.Context, nums []uint32) ([]*graph.Vertex, error) {
	return pick(m.vertices, nums)
}

// EdgesByNum gives what was read.
func (m *members) EdgesByNum(_ context.Context, nums []uint32) ([]*graph.Edge, error) {
	return pick(m.edges, nums)
}

func pick[T any](from map[uint32]*T, nums []uint32) ([]*T, error) {
	out := make([]*T, len(nums))
	for i, n := range nums {
		if out[i] = from[n]; out[i] == nil {
			return nil, fmt.Errorf("query: member %d of a clique: %w", n, graph.ErrNotFound)
		}
	}
	return out, nil
}
