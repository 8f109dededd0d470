package graph

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"

	"calipso/graph/kv/extsort"
)

// firstLoad is a load into an environment that has no records: nothing is read
// back, bodies are sorted outside memory, and every index and list is made once
// at the end, from numbers. What it writes are sorted pairs, in one pass.
//
// It needs about 150 bytes and the id for each vertex and 100 for each edge, and
// Options.SortBytes for bodies.
type firstLoad struct {
	w      *writer
	bodies *extsort.Sorter
	hash   maphash.Seed

	nums     map[ID]uint32
	vertices []loadedVertex // by number; 0 is none
	edges    []edgeChange   // in the order of their numbers, from 1
	edgeNums map[[3]uint32]uint32
	edgeSums []uint64
	docs     map[DocKey]uint64

	key, head []byte
}

// loadedVertex is what stays in memory of a vertex.
type loadedVertex struct {
	id     ID
	sum    uint64 // of its body, to know it again
	parent uint32
	typ    uint8 // 0: named by others only, so far
}

// first tells whether the environment has no records.
func (w *writer) first() bool {
	return w.base.last == 0 && w.nextVertex == 1 && w.nextEdge == 1
}

func newFirstLoad(w *writer) *firstLoad {
	return &firstLoad{
		w: w, hash: maphash.MakeSeed(), nums: map[ID]uint32{"": 0}, vertices: make([]loadedVertex, 1),
		edgeNums: map[[3]uint32]uint32{}, docs: map[DocKey]uint64{},
		bodies: extsort.New(w.s.opt.TempDir, w.s.opt.SortBytes, len(w.e.room.prefix())),
	}
}

func (l *firstLoad) run(ctx context.Context, src iter.Seq2[*Record, error]) (err error) {
	defer func() { err = errors.Join(err, l.bodies.Close()) }()
	l.w.gather = true
	if err := encodeRecords(ctx, l.w.e.id, l.w.s.seal, src, func(c *encodedChunk) error { return l.take(ctx, c) }); err != nil {
		return err
	}
	if err := l.noLooseEnds(); err != nil {
		return err
	}
	if l.w.changes == 0 {
		return nil
	}
	return l.write(ctx)
}

// take gives numbers to the things of a chunk and puts their bodies away.
func (l *firstLoad) take(ctx context.Context, c *encodedChunk) error {
	l.nextNumbers(c)
	for _, i := range c.order {
		r, body := c.records[i], c.body(i)
		var err error
		switch {
		case r.Vertex != nil:
			err = l.vertex(ctx, r.Vertex, body)
		case r.Edge != nil:
			err = l.edge(ctx, r.Edge, c.values[i], body)
		default:
			err = l.doc(ctx, r.Doc, body)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", r, err)
		}
	}
	return nil
}

// nextNumbers gives the vertices of a chunk theirs before those that it names
// as parents.
func (l *firstLoad) nextNumbers(c *encodedChunk) {
	for _, i := range c.order {
		if v := c.records[i].Vertex; v != nil {
			l.number(v.ID)
		}
	}
}

func (l *firstLoad) number(id ID) uint32 {
	n, ok := l.nums[id]
	if !ok {
		n = uint32(len(l.vertices))
		l.nums[id] = n
		l.vertices = append(l.vertices, loadedVertex{id: id})
	}
	return n
}

var errTwoForms = fmt.Errorf("is given twice, in two forms: %w", ErrConflict)

func (l *firstLoad) vertex(ctx context.Context, v *Vertex, body []byte) error {
	n, parent, sum := l.number(v.ID), l.number(v.Parent), maphash.Bytes(l.hash, body)
	known := &l.vertices[n]
	if known.typ != 0 {
		if known.sum != sum {
			return errTwoForms
		}
		return nil
	}
	typ, err := l.w.code(&l.w.vertexTypes, tableVertexTypes, string(v.Type), 255)
	if err != nil {
		return err
	}
	known.sum, known.parent, known.typ = sum, parent, uint8(typ)
	l.head = appendHead(l.head[:0], l.w.time, false)
	l.head = binary.BigEndian.AppendUint32(append(l.head, known.typ), parent)
	l.key = l.w.e.room.appendNum(l.key[:0], kindVertex, n)
	if err := l.bodies.Add(l.key, l.head, body); err != nil {
		return err
	}
	return l.w.changed(ctx, entry{op: Added, what: entryVertex, typ: known.typ, num: n}, Change{})
}

func (l *firstLoad) edge(ctx context.Context, e *Edge, carried string, body []byte) error {
	typ, err := l.w.code(&l.w.edgeTypes, tableEdgeTypes, string(e.Type), 255)
	if err != nil {
		return err
	}
	c := edgeChange{from: l.number(e.From), to: l.number(e.To), typ: uint8(typ), live: true}
	id, sum := [3]uint32{uint32(typ), c.from, c.to}, maphash.Bytes(l.hash, body)
	if n := l.edgeNums[id]; n != 0 {
		if l.edgeSums[n-1] != sum {
			return errTwoForms
		}
		return nil
	}
	value, err := l.w.code(&l.w.values, tableValues, carried, maxValues)
	if err != nil {
		return err
	}
	c.edge, c.value = uint32(len(l.edges)+1), uint32(value)
	l.edgeNums[id] = c.edge
	l.edges, l.edgeSums = append(l.edges, c), append(l.edgeSums, sum)
	l.head = appendHead(l.head[:0], l.w.time, false)
	l.head = append(l.head, c.typ)
	for _, n := range [...]uint32{c.from, c.to, c.value} {
		l.head = binary.BigEndian.AppendUint32(l.head, n)
	}
	l.key = l.w.e.room.appendNum(l.key[:0], kindEdge, c.edge)
	if err := l.bodies.Add(l.key, l.head, body); err != nil {
		return err
	}
	return l.w.changed(ctx, entry{op: Added, what: entryEdge, num: c.edge}, Change{})
}

func (l *firstLoad) doc(ctx context.Context, d *Document, body []byte) error {
	sum := maphash.Bytes(l.hash, body)
	if before, twice := l.docs[d.DocKey]; twice {
		if before != sum {
			return errTwoForms
		}
		return nil
	}
	l.docs[d.DocKey] = sum
	l.head = appendHead(l.head[:0], l.w.time, false)
	if err := l.bodies.Add(l.w.e.room.doc(d.DocKey), l.head, body); err != nil {
		return err
	}
	return l.w.changed(ctx, entry{op: Added, what: entryDoc, doc: d.DocKey}, Change{})
}

// noLooseEnds refuses an edge whose end never came.
func (l *firstLoad) noLooseEnds() error {
	for _, c := range l.edges {
		for _, n := range [...]uint32{c.from, c.to} {
			if l.vertices[n].typ == 0 {
				k := EdgeKey{EdgeType(l.w.edgeTypes.Name(int(c.typ))), l.vertices[c.from].id, l.vertices[c.to].id}
				return dangling(k, l.vertices[n].id)
			}
		}
	}
	return nil
}
