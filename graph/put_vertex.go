package graph

import (
	"context"
	"fmt"

	"calipso/graph/kv"
)

// lookUp finds the numbers of ids and leaves them in w.nums; with make, ids
// that have none get one.
func (w *writer) lookUp(ctx context.Context, r records, ids []ID, make bool) error {
	var unknown []ID
	for _, id := range ids {
		if _, ok := w.nums[id]; !ok {
			w.nums[id] = 0
			unknown = append(unknown, id)
		}
	}
	if w.e.nextVertex > 1 { // else nothing has a number yet
		found, err := r.nums(ctx, w.e, unknown)
		if err != nil {
			return err
		}
		for i, id := range unknown {
			w.nums[id] = found[i]
		}
	}
	if !make {
		return nil
	}
	for _, id := range ids {
		if w.nums[id] != 0 {
			continue
		}
		n := w.nextVertex
		w.nextVertex++
		w.counted = true
		w.nums[id] = n
		if err := w.room(ctx, len(id)+64); err != nil {
			return err
		}
		w.batch.Put(w.e.room.id(id), numberBytes(n))
	}
	return nil
}

// putVertices makes vertices true that differ from what is stored.
func (w *writer) putVertices(ctx context.Context, list []*Vertex) error {
	for len(list) > 0 {
		n := min(len(list), applyChunk)
		if err := w.putVertexChunk(ctx, list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

func (w *writer) putVertexChunk(ctx context.Context, list []*Vertex) error {
	r, err := w.read(ctx)
	if err != nil {
		return err
	}
	defer func() { r.Close() }()
	ids := make([]ID, 0, 2*len(list))
	for _, v := range list {
		ids = append(ids, v.ID)
	}
	for _, v := range list {
		if v.Parent != "" {
			ids = append(ids, v.Parent)
		}
	}
	if err := w.lookUp(ctx, r, ids, true); err != nil {
		return err
	}
	nums := make([]uint32, len(list))
	again := false
	for i, v := range list {
		nums[i] = w.nums[v.ID]
		again = again || w.put.has(nums[i])
	}
	if again { // a load names a vertex twice: its first version must be readable
		if err := w.flush(ctx); err != nil {
			return err
		}
		r.Close()
		if r, err = w.read(ctx); err != nil {
			return err
		}
	}
	heads, err := headsOf(ctx, nums, r.vertices, func(n uint32) bool { return n < w.firstVertex || w.put.has(n) })
	if err != nil {
		return err
	}
	for i, v := range list {
		if err := w.putVertex(ctx, nums[i], v, heads[i]); err != nil {
			return fmt.Errorf("vertex %q: %w", v.ID, err)
		}
	}
	return nil
}

// headsOf reads the newest versions of those things that may have one.
func headsOf[V any](ctx context.Context, nums []uint32, read func(context.Context, []uint32) ([]*V, error), may func(uint32) bool) ([]*V, error) {
	out := make([]*V, len(nums))
	var at []int
	var old []uint32
	for i, n := range nums {
		if may(n) {
			at, old = append(at, i), append(old, n)
		}
	}
	heads, err := read(ctx, old)
	if err != nil {
		return nil, err
	}
	for i, h := range heads {
		out[at[i]] = h
	}
	return out, nil
}

// putVertex writes one vertex; head is its newest version, if it has one.
func (w *writer) putVertex(ctx context.Context, n uint32, v *Vertex, head *vertexVersion) error {
	body, err := encodeVertex(v)
	if err != nil {
		return err
	}
	w.put.add(n)
	if head != nil && !head.deleted && string(head.body) == string(body) {
		return nil
	}
	if head != nil && head.time == w.time {
		return fmt.Errorf("is given twice, in two forms: %w", ErrConflict)
	}
	if err := fits(body); err != nil {
		return err
	}
	size := 2*len(body) + 4*len(v.ID) + 256
	if head != nil {
		size += len(head.body)
	}
	if err := w.room(ctx, size); err != nil {
		return err
	}
	typ, err := w.code(&w.vertexTypes, tableVertexTypes, string(v.Type), 255)
	if err != nil {
		return err
	}
	next := &vertexVersion{time: w.time, typ: uint8(typ), parent: w.nums[v.Parent], body: body}
	w.putHead(n, head, next)
	op := Changed
	if head == nil || head.deleted {
		op = Added
	}
	if head == nil || head.typ != next.typ {
		w.batch.Put(w.e.room.typed(v.Type, v.ID), numberBytes(n))
	}
	if head == nil || head.deleted || head.parent != next.parent {
		w.batch.Put(w.e.room.child(next.parent, n), []byte{})
	}
	if op == Added || head.typ != next.typ || head.parent != next.parent {
		w.putMeta(n, next)
		w.edit.SetVertex(n, next.typ, next.parent)
	}
	return w.changed(ctx, entry{op: op, what: entryVertex, typ: next.typ, num: n},
		Change{Op: op, Vertex: v.ID, Type: v.Type})
}

// putHead makes next the newest version of a vertex and moves the one before
// to the older ones.
func (w *writer) putHead(n uint32, head, next *vertexVersion) {
	if head != nil {
		w.batch.Put(version(w.e.room.num(kindVertexOld, n), head.time), head.encode())
	}
	w.batch.Put(w.e.room.num(kindVertex, n), next.encode())
}

func (w *writer) putMeta(n uint32, v *vertexVersion) { putMeta(&w.batch, w.e.room, n, v) }

// putMeta writes what the arrays hold of a vertex; nothing if it is not there.
func putMeta(b *kv.Batch, r room, n uint32, v *vertexVersion) {
	if v == nil || v.deleted {
		b.Delete(r.meta(n))
		return
	}
	b.Put(r.meta(n), append([]byte{v.typ}, numberBytes(v.parent)...))
}

// deleteVertices removes vertices that are there; their edges are gone before.
func (w *writer) deleteVertices(ctx context.Context, ids []ID) error {
	for len(ids) > 0 {
		n := min(len(ids), applyChunk)
		if err := w.deleteVertexChunk(ctx, ids[:n]); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

func (w *writer) deleteVertexChunk(ctx context.Context, ids []ID) error {
	r, err := w.read(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	if err := w.lookUp(ctx, r, ids, false); err != nil {
		return err
	}
	nums := make([]uint32, len(ids))
	for i, id := range ids {
		nums[i] = w.nums[id]
	}
	heads, err := r.vertices(ctx, nums)
	if err != nil {
		return err
	}
	for i, head := range heads {
		if head == nil || head.deleted {
			continue
		}
		id, typ := ids[i], VertexType(w.vertexTypes.Name(int(head.typ)))
		body, err := encodeVertex(&Vertex{ID: id, Type: typ})
		if err != nil {
			return err
		}
		if err := w.room(ctx, len(head.body)+len(body)+256); err != nil {
			return err
		}
		next := &vertexVersion{time: w.time, deleted: true, typ: head.typ, body: body}
		w.putHead(nums[i], head, next)
		w.putMeta(nums[i], nil)
		w.edit.RemoveVertex(nums[i])
		err = w.changed(ctx, entry{op: Removed, what: entryVertex, typ: head.typ, num: nums[i]},
			Change{Op: Removed, Vertex: id, Type: typ})
		if err != nil {
			return err
		}
	}
	return nil
}

// fits refuses a body that no engine need take.
func fits(body []byte) error {
	if len(body) > kv.MaxValueBytes-64 {
		return fmt.Errorf("%d bytes are more than %d: %w", len(body), kv.MaxValueBytes-64, kv.ErrTooLarge)
	}
	return nil
}
