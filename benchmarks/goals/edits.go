package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"iter"

	"calipso/graph"
)

// change is a state of the cloud after some of it has changed: of each thousand
// objects so many, chosen by their ids. Most get another status; ports may also
// go and come. Of the links of hosts to networks, and of instances to their
// vNICs, as many in a thousand go.
type change struct {
	permille uint64
	round    int // another round chooses others
}

// lot draws a number below n for an id.
func (c change) lot(kind, id string, n uint64) uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d %s", kind, c.round, id)
	x := h.Sum64()
	x ^= x >> 31 // the lowest bits of FNV know too little of the last bytes
	x *= 0x9e3779b97f4a7c15
	return (x >> 16) % n
}

// vertex is what becomes of a vertex: what is there afterwards, nil for
// nothing.
func (c change) vertex(v *graph.Vertex) []*graph.Vertex {
	if c.lot("vertex", string(v.ID), 1000) >= c.permille {
		return []*graph.Vertex{v}
	}
	if v.Type == graph.Port {
		switch c.lot("port", string(v.ID), 10) {
		case 0:
			return nil
		case 1:
			twin := v.Clone()
			twin.ID = graph.ID(fmt.Sprintf("%s-%d", v.ID, c.round))
			return []*graph.Vertex{v, twin}
		}
	}
	n := v.Clone()
	if n.Attrs == nil {
		n.Attrs = graph.Attrs{}
	}
	n.Attrs["status"] = fmt.Sprintf("seen-%d", c.round)
	return []*graph.Vertex{n}
}

func (c change) goes(e *graph.Edge) bool {
	return (e.Type == "host_pnic-network" || e.Type == "instance-vnic") && c.lot("edge", string(e.From)+string(e.To), 1000) < c.permille
}

// batches are the commits that make the change, of at most so many things.
func (c change) batches(before iter.Seq2[*graph.Record, error], most int) iter.Seq2[*graph.Batch, error] {
	return func(yield func(*graph.Batch, error) bool) {
		b, n := &graph.Batch{}, 0
		for r, err := range before {
			if err != nil {
				yield(nil, err)
				return
			}
			if r.Edge != nil {
				if c.goes(r.Edge) {
					b.DeleteEdges = append(b.DeleteEdges, r.Edge.EdgeKey)
					n++
				}
			} else {
				after := c.vertex(r.Vertex)
				switch {
				case len(after) == 0:
					b.Delete = append(b.Delete, r.Vertex.ID)
					n++
				case len(after) == 2 || after[0] != r.Vertex:
					b.Put = append(b.Put, after[len(after)-1])
					n++
				}
			}
			if n == most {
				if !yield(b, nil) {
					return
				}
				b, n = &graph.Batch{}, 0
			}
		}
		if n > 0 {
			yield(b, nil)
		}
	}
}

// commit makes the change true and counts what it touched.
func (c change) commit(ctx context.Context, s *graph.Store, before iter.Seq2[*graph.Record, error], most int) (touched int, err error) {
	for b, err := range c.batches(before, most) {
		if err != nil {
			return touched, err
		}
		done, err := s.Commit(ctx, envName, graph.Cause{Kind: graph.CauseScan, ID: fmt.Sprint(c.round)}, b)
		if err != nil {
			return touched, err
		}
		touched += len(done.Changes)
	}
	return touched, nil
}
