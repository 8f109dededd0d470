package drawing

import (
	"context"
	"iter"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/topology"
)

// chunk is how many objects or links are read at once by number.
const chunk = 256

// vertices iterates over the objects of a part.
func (p Part) vertices(ctx context.Context) iter.Seq2[*graph.Vertex, error] {
	if p.Only != nil {
		return inChunks(slices.Values(p.Only), func(nums []uint32) ([]*graph.Vertex, error) { return p.View.VerticesByNum(ctx, nums) })
	}
	return func(yield func(*graph.Vertex, error) bool) {
		for v, err := range p.View.Vertices(ctx) {
			if err == nil && catalog.IsFolder(v.Type) {
				continue
			}
			if !yield(v, err) {
				return
			}
		}
	}
}

// edges iterates over the links whose ends are objects of the part.
func (p Part) edges(ctx context.Context) iter.Seq2[*graph.Edge, error] {
	return func(yield func(*graph.Edge, error) bool) {
		all := p.View.Edges(ctx)
		if p.Only != nil {
			g, err := p.View.Topology(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			all = inChunks(p.among(g), func(nums []uint32) ([]*graph.Edge, error) { return p.View.EdgesByNum(ctx, nums) })
		}
		for e, err := range all {
			if err == nil {
				if from, to, _ := e.Type.Ends(); catalog.IsFolder(from) || catalog.IsFolder(to) {
					continue
				}
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// among iterates over the numbers of the links among the objects of a part, by
// the objects at which they start.
func (p Part) among(g *topology.Graph) iter.Seq[uint32] {
	in := make(map[uint32]bool, len(p.Only))
	for _, n := range p.Only {
		in[n] = true
	}
	return func(yield func(uint32) bool) {
		for _, n := range p.Only {
			for _, a := range g.Out(n) {
				if in[a.Peer] && !yield(a.Edge) {
					return
				}
			}
		}
	}
}

// inChunks reads things by number, some at a time, in their order.
func inChunks[T any](nums iter.Seq[uint32], read func([]uint32) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		some := make([]uint32, 0, chunk)
		deliver := func() bool {
			list, err := read(some)
			if err != nil {
				yield(none, err)
				return false
			}
			for _, x := range list {
				if !yield(x, nil) {
					return false
				}
			}
			some = some[:0]
			return true
		}
		for n := range nums {
			if some = append(some, n); len(some) == chunk && !deliver() {
				return
			}
		}
		if len(some) > 0 {
			deliver()
		}
	}
}
