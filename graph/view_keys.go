package graph

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"calipso/graph/kv"
)

// NumberedID is a vertex by id and number.
type NumberedID struct {
	ID   ID
	Num  uint32
	Type VertexType
}

// IDs iterates over the vertices there are, by id, without reading them.
func (v *View) IDs(ctx context.Context) iter.Seq2[NumberedID, error] {
	return func(yield func(NumberedID, error) bool) {
		g, err := v.Topology(ctx)
		if err == nil {
			names := g.VertexTypes()
			err = v.keys(ctx, kindID, func(key []byte, n uint32) error {
				if t := g.VertexType(n); t != 0 && !yield(NumberedID{ID(key), n, VertexType(names.Name(int(t)))}, nil) {
					return errStop
				}
				return nil
			})
		}
		if err != nil && err != errStop {
			yield(NumberedID{}, fmt.Errorf("graph: ids of %q: %w", v.e.id, err))
		}
	}
}

// NumberedEdge is an edge by key and number.
type NumberedEdge struct {
	EdgeKey
	Num uint32
}

// EdgeKeys iterates over the edges there are, by type, source and target,
// without reading them.
func (v *View) EdgeKeys(ctx context.Context) iter.Seq2[NumberedEdge, error] {
	return func(yield func(NumberedEdge, error) bool) {
		g, err := v.Topology(ctx)
		if err == nil {
			var there []uint64 // a bit for each number
			for n := range uint32(g.Len()) {
				for _, a := range g.Out(n) {
					for int(a.Edge>>6) >= len(there) {
						there = append(there, 0)
					}
					there[a.Edge>>6] |= 1 << (a.Edge & 63)
				}
			}
			err = v.keys(ctx, kindEdgeKey, func(key []byte, n uint32) error {
				if int(n>>6) >= len(there) || there[n>>6]>>(n&63)&1 == 0 {
					return nil
				}
				part := bytes.SplitN(key, []byte{0}, 3)
				if len(part) != 3 {
					return corrupt(fmt.Errorf("edge key %x", key))
				}
				if !yield(NumberedEdge{EdgeKey{EdgeType(part[0]), ID(part[1]), ID(part[2])}, n}, nil) {
					return errStop
				}
				return nil
			})
		}
		if err != nil && err != errStop {
			yield(NumberedEdge{}, fmt.Errorf("graph: edge keys of %q: %w", v.e.id, err))
		}
	}
}

// keys visits the keys, without their beginning, of an index that leads to
// numbers.
func (v *View) keys(ctx context.Context, kind byte, visit func(key []byte, n uint32) error) error {
	return v.read(ctx, func(r records) error {
		prefix := r.room.kind(kind)
		for p, err := range r.Range(ctx, kv.Prefix(prefix)) {
			if err != nil {
				return err
			}
			n, err := number(p.Value)
			if err != nil {
				return fmt.Errorf("index %x: %w", p.Key, err)
			}
			if err := visit(p.Key[len(prefix):], n); err != nil {
				return err
			}
		}
		return nil
	})
}
