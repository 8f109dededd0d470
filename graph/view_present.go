package graph

import (
	"context"
	"fmt"
)

// PresentVertices reads vertices by their dense numbers, in that order; nil
// where there is none at the view's time.
func (v *View) PresentVertices(ctx context.Context, nums []uint32) ([]*Vertex, error) {
	out := make([]*Vertex, len(nums))
	err := v.read(ctx, func(r records) error {
		vs, err := r.vertices(ctx, nums)
		if err != nil {
			return err
		}
		for i, ver := range vs {
			if ver == nil || ver.deleted {
				continue
			}
			if out[i], err = decodeVertex(ver.body); err != nil {
				return fmt.Errorf("number %d: %w", nums[i], err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("graph: vertices of %q: %w", v.e.id, err)
	}
	return out, nil
}

// PresentEdges is PresentVertices for edges.
func (v *View) PresentEdges(ctx context.Context, nums []uint32) ([]*Edge, error) {
	out := make([]*Edge, len(nums))
	err := v.read(ctx, func(r records) error {
		es, err := r.edges(ctx, nums)
		if err != nil {
			return err
		}
		for i, ver := range es {
			if ver == nil || ver.deleted {
				continue
			}
			if out[i], err = decodeEdge(ver.body); err != nil {
				return fmt.Errorf("number %d: %w", nums[i], err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("graph: edges of %q: %w", v.e.id, err)
	}
	return out, nil
}
