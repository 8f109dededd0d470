package graph

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"

	"calipso/graph/kv"
)

// Children iterates over the vertices that hang under parent, "" for the
// topmost ones, ordered by type, then by the name shown, then by id. A parent
// that is not there may have children nevertheless.
func (v *View) Children(ctx context.Context, parent ID) iter.Seq2[*Vertex, error] {
	return func(yield func(*Vertex, error) bool) {
		var list []*Vertex
		err := v.read(ctx, func(r records) error {
			var err error
			list, err = r.children(ctx, parent)
			return err
		})
		if err != nil {
			yield(nil, fmt.Errorf("graph: children of %q of %q: %w", parent, v.e.id, err))
			return
		}
		slices.SortFunc(list, func(a, b *Vertex) int {
			return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Text(), b.Text()), cmp.Compare(a.ID, b.ID))
		})
		for c, err := range each(ctx, list) {
			if !yield(c, err) {
				return
			}
		}
	}
}

func (r records) children(ctx context.Context, parent ID) ([]*Vertex, error) {
	var n uint32
	if parent != "" {
		var err error
		if n, err = r.num(ctx, parent); err != nil || n == 0 {
			return nil, err
		}
	}
	var nums []uint32
	prefix := r.room.children(n)
	for p, err := range r.Range(ctx, keysOnly(kv.Prefix(prefix))) {
		if err != nil {
			return nil, err
		}
		child, err := number(p.Key[len(prefix):])
		if err != nil {
			return nil, err
		}
		nums = append(nums, child)
	}
	var out []*Vertex
	for chunk := range slices.Chunk(nums, readChunk) {
		vs, err := r.vertices(ctx, chunk)
		if err != nil {
			return nil, err
		}
		for i, ver := range vs {
			if ver == nil || ver.deleted || ver.parent != n {
				continue
			}
			c, err := decodeVertex(ver.body)
			if err != nil {
				return nil, fmt.Errorf("vertex %d: %w", chunk[i], err)
			}
			out = append(out, c)
		}
	}
	return out, nil
}

func keysOnly(r kv.Range) kv.Range {
	r.KeysOnly = true
	return r
}

// Path reads the chain of parents, from the topmost one down to the vertex
// itself. A parent that is not there ends the chain.
//
// Errors: ErrNotFound if there is no such vertex, ErrCorrupt if the parents go
// round in a circle.
func (v *View) Path(ctx context.Context, id ID) ([]*Vertex, error) {
	var out []*Vertex
	err := v.read(ctx, func(r records) error {
		n, err := r.num(ctx, id)
		if err != nil {
			return err
		}
		seen := map[uint32]bool{}
		for n != 0 {
			if seen[n] {
				return corrupt(fmt.Errorf("vertex %q is its own ancestor", out[len(out)-1].Parent))
			}
			seen[n] = true
			ver, err := r.vertex(ctx, n)
			if err != nil {
				return err
			}
			if ver == nil {
				break
			}
			d, err := decodeVertex(ver.body)
			if err != nil {
				return fmt.Errorf("vertex %d: %w", n, err)
			}
			out = append(out, d)
			n = ver.parent
		}
		if len(out) == 0 {
			return ErrNotFound
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("graph: path of vertex %q of %q: %w", id, v.e.id, err)
	}
	slices.Reverse(out)
	return out, nil
}
