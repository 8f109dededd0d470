package graph

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
)

// Draft is a small graph in memory that is being made: the result of a scan
// before it is committed, or a graph drawn in a test. It is not safe for
// concurrent use.
type Draft struct {
	vertices map[ID]*Vertex
	edges    map[EdgeKey]*Edge
}

var _ Reader = (*Draft)(nil)

// NewDraft returns an empty draft.
func NewDraft() *Draft {
	return &Draft{vertices: map[ID]*Vertex{}, edges: map[EdgeKey]*Edge{}}
}

// Put adds or replaces a vertex. The draft owns it from now on.
func (d *Draft) Put(v *Vertex) { d.vertices[v.ID] = v }

// Get is the vertex itself, to be changed in place; nil if there is none.
func (d *Draft) Get(id ID) *Vertex { return d.vertices[id] }

// Delete removes a vertex with its edges.
func (d *Draft) Delete(id ID) {
	delete(d.vertices, id)
	maps.DeleteFunc(d.edges, func(k EdgeKey, _ *Edge) bool { return k.From == id || k.To == id })
}

// PutEdge adds or replaces an edge. The draft owns it from now on.
func (d *Draft) PutEdge(e *Edge) { d.edges[e.EdgeKey] = e }

// Edge is the edge of that key; nil if there is none.
func (d *Draft) Edge(k EdgeKey) *Edge { return d.edges[k] }

// Len is the number of vertices and edges.
func (d *Draft) Len() (vertices, edges int) { return len(d.vertices), len(d.edges) }

// Vertex implements Reader.
func (d *Draft) Vertex(_ context.Context, id ID) (*Vertex, error) {
	if v, ok := d.vertices[id]; ok {
		return v, nil
	}
	return nil, fmt.Errorf("graph: vertex %q: %w", id, ErrNotFound)
}

// Of lists the vertices of some types (none given: all) by type as asked, then
// id.
func (d *Draft) Of(types ...VertexType) []*Vertex {
	rank := map[VertexType]int{}
	for i, t := range types {
		rank[t] = i
	}
	var out []*Vertex
	for _, v := range d.vertices {
		if _, ok := rank[v.Type]; ok || len(types) == 0 {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b *Vertex) int {
		return cmp.Or(cmp.Compare(rank[a.Type], rank[b.Type]), cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Vertices implements Reader.
func (d *Draft) Vertices(ctx context.Context, types ...VertexType) iter.Seq2[*Vertex, error] {
	return each(ctx, d.Of(types...))
}

// Edges implements Reader.
func (d *Draft) Edges(ctx context.Context, types ...EdgeType) iter.Seq2[*Edge, error] {
	rank := map[EdgeType]int{}
	for i, t := range types {
		rank[t] = i
	}
	var out []*Edge
	for _, e := range d.edges {
		if _, ok := rank[e.Type]; ok || len(types) == 0 {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b *Edge) int {
		return cmp.Or(cmp.Compare(rank[a.Type], rank[b.Type]), CompareEdgeKeys(a.EdgeKey, b.EdgeKey))
	})
	return each(ctx, out)
}

// CompareEdgeKeys orders edges by type, from and to.
func CompareEdgeKeys(a, b EdgeKey) int {
	return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
}

func each[T any](ctx context.Context, list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, e := range list {
			if err := ctx.Err(); err != nil {
				var none T
				yield(none, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// AllEdges lists the edges by type, from and to.
func (d *Draft) AllEdges() []*Edge {
	return slices.SortedFunc(maps.Values(d.edges), func(a, b *Edge) int { return CompareEdgeKeys(a.EdgeKey, b.EdgeKey) })
}
