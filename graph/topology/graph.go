package topology

import "slices"

const (
	pageBits = 8
	pageSize = 1 << pageBits // vertices a page
)

// Graph is one version of an environment's graph. It never changes, so any
// number of goroutines may read it.
type Graph struct {
	pages       []*page
	length      int
	vertices    int
	edges       int
	vertexTypes Names
	edgeTypes   Names
	values      Names
}

// page holds pageSize vertices with the arcs of both directions in CSR form.
type page struct {
	types   [pageSize]uint8
	parents [pageSize]uint32
	out, in rows
}

// rows are the arcs of one page in one direction: those of vertex i lie
// between start[i] and start[i+1].
type rows struct {
	start [pageSize + 1]uint32
	arcs  []Arc
}

func (r *rows) of(i uint32) []Arc {
	return r.arcs[r.start[i]:r.start[i+1]:r.start[i+1]]
}

var emptyPage = &page{}

// New is an empty graph with the names known so far.
func New(vertexTypes, edgeTypes, values Names) *Graph {
	return &Graph{vertexTypes: vertexTypes, edgeTypes: edgeTypes, values: values}
}

func (g *Graph) page(n uint32) *page {
	if p := int(n >> pageBits); p < len(g.pages) {
		return g.pages[p]
	}
	return emptyPage
}

// Len bounds the numbers: each is below Len. Not every number below Len is
// alive; dead ones have VertexType 0 and no arcs.
func (g *Graph) Len() int { return g.length }

// Vertices counts those alive.
func (g *Graph) Vertices() int { return g.vertices }

// Edges counts the edges.
func (g *Graph) Edges() int { return g.edges }

// VertexType is the code of a vertex's type, 0 if there is no such vertex.
func (g *Graph) VertexType(n uint32) uint8 { return g.page(n).types[n%pageSize] }

// Parent is the vertex under which n hangs; ok is false for a topmost or dead
// one. The parent's own type may be 0: named as parent, but not there.
func (g *Graph) Parent(n uint32) (parent uint32, ok bool) {
	parent = g.page(n).parents[n%pageSize]
	return parent, parent != 0
}

// Out lists the edges that start at n, sorted by (type code, peer). The slice
// belongs to the graph: read it, do not change it.
func (g *Graph) Out(n uint32) []Arc { return g.page(n).out.of(n % pageSize) }

// In lists the edges that end at n, in the same order as Out.
func (g *Graph) In(n uint32) []Arc { return g.page(n).in.of(n % pageSize) }

// Find is the edge of a type between two vertices.
func (g *Graph) Find(typ uint8, from, to uint32) (Arc, bool) {
	arcs := g.Out(from)
	i, ok := slices.BinarySearchFunc(arcs, NewArc(to, 0, typ, 0), compareArcs)
	if !ok {
		return Arc{}, false
	}
	return arcs[i], true
}

// VertexTypes names the codes of VertexType.
func (g *Graph) VertexTypes() Names { return g.vertexTypes }

// EdgeTypes names the codes of Arc.Type.
func (g *Graph) EdgeTypes() Names { return g.edgeTypes }

// Values names the codes of Arc.Value.
func (g *Graph) Values() Names { return g.values }

// Equal tells whether two graphs have the same vertices, parents and arcs
// under the same numbers and codes.
func (g *Graph) Equal(h *Graph) bool {
	for n := range uint32(max(g.length, h.length)) {
		gp, _ := g.Parent(n)
		hp, _ := h.Parent(n)
		if g.VertexType(n) != h.VertexType(n) || gp != hp ||
			!slices.Equal(g.Out(n), h.Out(n)) || !slices.Equal(g.In(n), h.In(n)) {
			return false
		}
	}
	return g.vertices == h.vertices && g.edges == h.edges
}
