package graphtest

import (
	"context"

	"calipso/graph"
	"calipso/graph/topology"
)

// Numbers say which vertex and edge of a draft has which number in the arrays
// made of it. Number 0 is nobody's.
type Numbers struct {
	Vertex []*graph.Vertex // by number
	Edge   []*graph.Edge   // by number
	Of     map[graph.ID]uint32
}

// ID is the id of a vertex by its number.
func (n *Numbers) ID(num uint32) graph.ID { return n.Vertex[num].ID }

// Topology makes the arrays of a draft; numbers follow the order by type, then
// id. Edges with a missing end are left out.
func Topology(d *graph.Draft) (*topology.Graph, *Numbers) {
	ctx := context.Background()
	nums := &Numbers{Vertex: []*graph.Vertex{nil}, Edge: []*graph.Edge{nil}, Of: map[graph.ID]uint32{}}
	for v := range d.Vertices(ctx) {
		nums.Of[v.ID] = uint32(len(nums.Vertex))
		nums.Vertex = append(nums.Vertex, v)
	}
	var b topology.Builder
	for n, v := range nums.Vertex[1:] {
		b.Vertex(uint32(n+1), string(v.Type), nums.Of[v.Parent])
	}
	for e := range d.Edges(ctx) {
		from, to := nums.Of[e.From], nums.Of[e.To]
		if from == 0 || to == 0 {
			continue
		}
		b.Edge(string(e.Type), from, to, graph.CarriedValue(e.Attrs))
		nums.Edge = append(nums.Edge, e)
	}
	return b.Graph(), nums
}
