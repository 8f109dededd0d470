package graph

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"calipso/graph/topology"
)

// namesOr is the types asked for, or all there are, sorted.
func namesOr[T ~string](types []T, names topology.Names) []T {
	if len(types) > 0 {
		return types
	}
	for code := 1; code <= names.Len(); code++ {
		types = append(types, T(names.Name(code)))
	}
	slices.Sort(types)
	return types
}

// Edge reads one edge.
//
// Errors: ErrNotFound.
func (v *View) Edge(ctx context.Context, k EdgeKey) (*Edge, error) {
	var out *Edge
	err := v.read(ctx, func(r records) error {
		n, err := r.number(ctx, r.room.edgeKey(k))
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		ver, err := r.edge(ctx, n)
		if err != nil {
			return err
		}
		if ver == nil {
			return ErrNotFound
		}
		out, err = decodeEdge(ver.body)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("graph: edge %q from %q to %q of %q: %w", k.Type, k.From, k.To, v.e.id, err)
	}
	return out, nil
}

// EdgesByNum reads edges by their dense numbers, in that order.
//
// Errors: ErrNotFound if one of them is not there.
func (v *View) EdgesByNum(ctx context.Context, nums []uint32) ([]*Edge, error) {
	dated, err := v.DatedEdges(ctx, nums)
	return undated(dated), err
}

// eachEdge reads edges by number; nil for those not there.
func (r records) eachEdge(ctx context.Context, nums []uint32, visit func(n uint32, e *Edge) error) error {
	for chunk := range slices.Chunk(nums, readChunk) {
		es, err := r.edges(ctx, chunk)
		if err != nil {
			return err
		}
		for i, ver := range es {
			var e *Edge
			if ver != nil && !ver.deleted {
				if e, err = decodeEdge(ver.body); err != nil {
					return fmt.Errorf("edge %d: %w", chunk[i], err)
				}
			}
			if err := visit(chunk[i], e); err != nil {
				return err
			}
		}
	}
	return nil
}

// Edges implements Reader.
func (v *View) Edges(ctx context.Context, types ...EdgeType) iter.Seq2[*Edge, error] {
	return func(yield func(*Edge, error) bool) {
		for _, t := range namesOr(types, v.later.graph.EdgeTypes()) {
			err := v.read(ctx, func(r records) error {
				return r.indexed(ctx, r.room.edgeTypePrefix(t), func(nums []uint32) error {
					return r.eachEdge(ctx, nums, func(_ uint32, e *Edge) error {
						if e != nil && !yield(e, nil) {
							return errStop
						}
						return nil
					})
				})
			})
			if err == errStop {
				return
			}
			if err != nil {
				yield(nil, fmt.Errorf("graph: edges of type %q of %q: %w", t, v.e.id, err))
				return
			}
		}
	}
}

// EdgesOf reads the edges that start and that end at a vertex, each list
// ordered by type, from and to.
//
// Errors: ErrNotFound if there is no such vertex.
func (v *View) EdgesOf(ctx context.Context, id ID) (out, in []*Edge, err error) {
	err = v.read(ctx, func(r records) error {
		n, err := r.num(ctx, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		if ver, err := r.vertex(ctx, n); err != nil || ver == nil {
			return orNotFound(err)
		}
		if out, err = v.edgesAt(ctx, r, graphOut, n); err != nil {
			return err
		}
		in, err = v.edgesAt(ctx, r, graphIn, n)
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("graph: edges of vertex %q of %q: %w", id, v.e.id, err)
	}
	return out, in, nil
}

func orNotFound(err error) error {
	if err == nil {
		return ErrNotFound
	}
	return err
}

// edgesAt reads the edges of a vertex in one direction: from the arrays, or
// for a past time from the lists of all time.
func (v *View) edgesAt(ctx context.Context, r records, part byte, n uint32) ([]*Edge, error) {
	var nums []uint32
	var err error
	switch {
	case v.in == nil:
		if nums, err = r.edgesOfAllTime(ctx, part, n); err != nil {
			return nil, err
		}
	case part == graphOut:
		nums = edgesOfArcs(v.in.graph.Out(n))
	default:
		nums = edgesOfArcs(v.in.graph.In(n))
	}
	slices.Sort(nums)
	out := make([]*Edge, 0, len(nums))
	err = r.eachEdge(ctx, nums, func(n uint32, e *Edge) error {
		switch {
		case e != nil:
			out = append(out, e)
		case v.in != nil:
			return corrupt(fmt.Errorf("edge %d is in the arrays but not stored", n))
		}
		return nil
	})
	return sortedEdges(out), err
}

func edgesOfArcs(arcs []topology.Arc) []uint32 {
	out := make([]uint32, len(arcs))
	for i, a := range arcs {
		out[i] = a.Edge
	}
	return out
}
