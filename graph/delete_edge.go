package graph

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// deleteEdges removes edges that are there: those named, and those of vertices
// that will be deleted.
func (w *writer) deleteEdges(ctx context.Context, keys []EdgeKey, vertices []ID) error {
	nums, err := w.edgesToDelete(ctx, keys, vertices)
	if err != nil {
		return err
	}
	for len(nums) > 0 {
		n := min(len(nums), applyChunk)
		if err := w.deleteEdgeChunk(ctx, nums[:n]); err != nil {
			return err
		}
		nums = nums[n:]
	}
	return nil
}

func (w *writer) edgesToDelete(ctx context.Context, keys []EdgeKey, vertices []ID) ([]uint32, error) {
	if len(keys) == 0 && len(vertices) == 0 {
		return nil, nil
	}
	r, err := w.read(ctx)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	ids := slices.Clone(vertices)
	for _, k := range keys {
		ids = append(ids, k.From, k.To)
	}
	if err := w.lookUp(ctx, r, ids, false); err != nil {
		return nil, err
	}
	g := w.base.graph
	nums := map[uint32]struct{}{}
	for _, k := range keys {
		typ, ok := w.edgeTypes.Code(string(k.Type))
		if !ok {
			continue
		}
		if arc, ok := g.Find(uint8(typ), w.nums[k.From], w.nums[k.To]); ok {
			nums[arc.Edge] = struct{}{}
		}
	}
	for _, id := range vertices {
		if n := w.nums[id]; n != 0 {
			for _, arc := range g.Out(n) {
				nums[arc.Edge] = struct{}{}
			}
			for _, arc := range g.In(n) {
				nums[arc.Edge] = struct{}{}
			}
		}
	}
	return slices.Sorted(maps.Keys(nums)), nil
}

func (w *writer) deleteEdgeChunk(ctx context.Context, nums []uint32) error {
	r, err := w.read(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	heads, err := r.edges(ctx, nums)
	if err != nil {
		return err
	}
	for i, head := range heads {
		if head == nil || head.deleted {
			return corrupt(fmt.Errorf("edge %d is in the arrays but not stored", nums[i]))
		}
		key, err := edgeKeyOf(head.body)
		if err != nil {
			return fmt.Errorf("edge %d: %w", nums[i], err)
		}
		body, err := encodeEdge(&Edge{EdgeKey: key})
		if err != nil {
			return err
		}
		if err := w.room(ctx, len(head.body)+len(body)+256); err != nil {
			return err
		}
		next := &edgeVersion{time: w.time, deleted: true, typ: head.typ, from: head.from, to: head.to, body: body}
		w.putEdgeHead(nums[i], head, next)
		w.setEdge(nums[i], next)
		err = w.changed(ctx, entry{op: Removed, what: entryEdge, num: nums[i]}, Change{Op: Removed, Edge: &key})
		if err != nil {
			return err
		}
	}
	return nil
}
