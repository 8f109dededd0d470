package graph

import (
	"context"
	"fmt"
)

// dangling is an edge whose end is not there.
func dangling(k EdgeKey, end ID) error {
	return fmt.Errorf("edge %q from %q to %q: no vertex %q: %w", k.Type, k.From, k.To, end, ErrDangling)
}

// alive tells whether a vertex is there once this commit's puts are done.
func (w *writer) alive(n uint32) bool {
	return n != 0 && (w.put.has(n) || w.base.graph.VertexType(n) != 0)
}

// putEdgeList makes edges true that differ from what is stored. Those with a
// missing end are returned to the caller.
func (w *writer) putEdgeList(ctx context.Context, list []*Edge) (missing []*Edge, err error) {
	for len(list) > 0 {
		n := min(len(list), applyChunk)
		more, err := w.putEdgeChunk(ctx, list[:n])
		if err != nil {
			return nil, err
		}
		missing = append(missing, more...)
		list = list[n:]
	}
	return missing, nil
}

// edgePut is one edge on its way into the store.
type edgePut struct {
	edge     *Edge
	typ      uint8
	from, to uint32
	num      uint32
}

func (p *edgePut) id() [3]uint32 { return [3]uint32{uint32(p.typ), p.from, p.to} }

func (w *writer) putEdgeChunk(ctx context.Context, list []*Edge) (missing []*Edge, err error) {
	r, err := w.read(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { r.Close() }()
	ids := make([]ID, 0, 2*len(list))
	for _, e := range list {
		ids = append(ids, e.From, e.To)
	}
	if err := w.lookUp(ctx, r, ids, false); err != nil {
		return nil, err
	}
	puts := make([]edgePut, 0, len(list))
	for _, e := range list {
		p := edgePut{edge: e, from: w.nums[e.From], to: w.nums[e.To]}
		if !w.alive(p.from) || !w.alive(p.to) {
			missing = append(missing, e)
			continue
		}
		typ, err := w.code(&w.edgeTypes, tableEdgeTypes, string(e.Type), 255)
		if err != nil {
			return nil, err
		}
		p.typ = uint8(typ)
		puts = append(puts, p)
	}
	if err := w.edgeNums(ctx, r, puts); err != nil {
		return nil, err
	}
	nums := make([]uint32, len(puts))
	again := false
	for i, p := range puts {
		nums[i] = p.num
		again = again || w.putEdges.has(p.num)
	}
	if again {
		if err := w.flush(ctx); err != nil {
			return nil, err
		}
		r.Close()
		if r, err = w.read(ctx); err != nil {
			return nil, err
		}
	}
	heads, err := headsOf(ctx, nums, r.edges, func(n uint32) bool { return n < w.firstEdge || w.putEdges.has(n) })
	if err != nil {
		return nil, err
	}
	for i, p := range puts {
		if err := w.putEdge(ctx, p, heads[i]); err != nil {
			return nil, fmt.Errorf("edge %q from %q to %q: %w", p.edge.Type, p.edge.From, p.edge.To, err)
		}
	}
	return missing, nil
}

// edgeNums finds the numbers of edges, or gives them one. Most edges that
// exist are found in the arrays.
func (w *writer) edgeNums(ctx context.Context, r records, puts []edgePut) error {
	var unknown, asked []int
	var keys, lookUp [][]byte
	for i := range puts {
		p := &puts[i]
		if arc, ok := w.base.graph.Find(p.typ, p.from, p.to); ok {
			p.num = arc.Edge
		} else if p.num = w.newEdges[p.id()]; p.num == 0 {
			unknown = append(unknown, i)
			key := w.e.room.edgeKey(p.edge.EdgeKey)
			keys = append(keys, key)
			if p.from < w.firstVertex && p.to < w.firstVertex { // else it cannot be there
				asked, lookUp = append(asked, len(keys)-1), append(lookUp, key)
			}
		}
	}
	found := make([][]byte, len(keys))
	if w.firstEdge > 1 {
		answers, err := r.GetMany(ctx, lookUp)
		if err != nil {
			return err
		}
		for i, b := range answers {
			found[asked[i]] = b
		}
	}
	for i, b := range found {
		p := &puts[unknown[i]]
		if b != nil {
			var err error
			if p.num, err = number(b); err != nil {
				return fmt.Errorf("number of edge %q from %q to %q: %w", p.edge.Type, p.edge.From, p.edge.To, err)
			}
			continue
		}
		if w.newEdges != nil {
			if p.num = w.newEdges[p.id()]; p.num != 0 {
				continue
			}
		}
		p.num = w.nextEdge
		w.nextEdge++
		w.counted = true
		if w.newEdges != nil {
			w.newEdges[p.id()] = p.num
		}
		if err := w.room(ctx, len(keys[i])+64); err != nil {
			return err
		}
		w.batch.Put(keys[i], numberBytes(p.num))
	}
	return nil
}

func (w *writer) putEdge(ctx context.Context, p edgePut, head *edgeVersion) error {
	body, err := encodeEdge(p.edge)
	if err != nil {
		return err
	}
	if w.putEdges.has(p.num) && head == nil {
		return fmt.Errorf("is given twice: %w", ErrConflict)
	}
	w.putEdges.add(p.num)
	if head != nil && !head.deleted && string(head.body) == string(body) {
		return nil
	}
	if head != nil && head.time == w.time {
		return fmt.Errorf("is given twice, in two forms: %w", ErrConflict)
	}
	if err := fits(body); err != nil {
		return err
	}
	size := 2*len(body) + 256
	if head != nil {
		size += len(head.body)
	}
	if err := w.room(ctx, size); err != nil {
		return err
	}
	value, err := w.code(&w.values, tableValues, CarriedValue(p.edge.Attrs), maxValues)
	if err != nil {
		return err
	}
	next := &edgeVersion{time: w.time, typ: p.typ, from: p.from, to: p.to, value: uint32(value), body: body}
	op := Changed
	if head == nil || head.deleted {
		op = Added
	}
	w.putEdgeHead(p.num, head, next)
	if op == Added || head.value != next.value {
		w.setEdge(p.num, next)
	}
	return w.changed(ctx, entry{op: op, what: entryEdge, num: p.num}, Change{Op: op, Edge: &p.edge.EdgeKey})
}

func (w *writer) putEdgeHead(n uint32, head, next *edgeVersion) {
	if head != nil {
		w.batch.Put(version(w.e.room.num(kindEdgeOld, n), head.time), head.encode())
	}
	w.batch.Put(w.e.room.num(kindEdge, n), next.encode())
}

// setEdge notes a change for the arrays and the adjacency lists.
func (w *writer) setEdge(n uint32, e *edgeVersion) {
	w.edges = append(w.edges, edgeChange{
		from: e.from, to: e.to, edge: n, value: e.value, typ: e.typ, live: !e.deleted,
	})
	if e.deleted {
		w.edit.RemoveEdge(e.typ, e.from, e.to)
	} else {
		w.edit.SetEdge(n, e.typ, e.from, e.to, e.value)
	}
}
