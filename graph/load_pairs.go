package graph

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"

	"calipso/graph/kv"
)

// write writes all pairs of a first load, but not the commit's record, and
// makes the arrays.
func (l *firstLoad) write(ctx context.Context) error {
	w := l.w
	w.nextVertex, w.nextEdge, w.counted = uint32(len(l.vertices)), uint32(len(l.edges)+1), true
	w.putCounters()
	if err := w.writeChunk(ctx); err != nil {
		return err
	}
	w.begun = true // whatever happens from here on, there may be something
	if err := w.s.db.Load(ctx, l.size(), l.pairs()); err != nil {
		return err
	}
	w.batch, w.gather = kv.Batch{}, false
	for n, v := range l.vertices {
		if v.typ != 0 {
			w.edit.SetVertex(uint32(n), v.typ, v.parent)
		}
	}
	for _, c := range l.edges {
		w.edit.SetEdge(c.edge, c.typ, c.from, c.to, c.value)
	}
	return nil
}

// size is about how many bytes the pairs have; ids count three times.
func (l *firstLoad) size() int64 {
	size := l.bodies.Bytes() + int64(l.w.batch.Bytes())
	for _, v := range l.vertices {
		size += 60 + 2*int64(len(v.id))
	}
	for _, c := range l.edges {
		size += 100 + int64(len(l.vertices[c.from].id)+len(l.vertices[c.to].id))
	}
	return size
}

// pairs are all pairs by key: kind after kind in the order of their bytes.
func (l *firstLoad) pairs() iter.Seq2[kv.Pair, error] {
	r := l.w.e.room
	return func(yield func(kv.Pair, error) bool) {
		p := &pairMaker{l: l, room: r, yield: yield}
		p.other = slices.SortedFunc(slices.Values(l.w.batch.Ops()), func(a, b kv.Op) int { return strings.Compare(string(a.Key), string(b.Key)) })
		for _, step := range []func() bool{
			func() bool { return p.sorted(kindDoc) },
			func() bool { return p.sorted(kindEdge) },
			p.metas,
			func() bool { return p.lists(graphOut) },
			func() bool { return p.lists(graphIn) },
			func() bool { return p.gathered(kindName) },
			func() bool { return p.sorted(kindVertex) },
			p.children, p.ids,
			func() bool { return p.gathered(kindChanges) },
			func() bool { return p.gathered(kindCounters) },
			p.types, p.edgeKeys,
		} {
			if !step() {
				return
			}
		}
	}
}

// pairMaker gives the pairs of one kind after the other; each step tells
// whether to go on.
type pairMaker struct {
	l     *firstLoad
	room  room
	yield func(kv.Pair, error) bool
	other []kv.Op  // names, log and counters, by key
	body  *kv.Pair // the next one of the sorted bodies
	byID  []uint32 // vertices in the order of their ids
	rank  []uint32 // of vertices in byID
	key   []byte
	value []byte
}

func (p *pairMaker) give() bool { return p.yield(kv.Pair{Key: p.key, Value: p.value}, nil) }

// sorted gives the bodies of one kind.
func (p *pairMaker) sorted(kind byte) bool {
	for {
		if p.body == nil {
			next, err := p.l.bodies.Next()
			if errors.Is(err, io.EOF) {
				return true
			}
			if err != nil {
				p.yield(kv.Pair{}, err)
				return false
			}
			p.body = &next
		}
		if p.body.Key[4] != kind {
			return true
		}
		if !p.yield(*p.body, nil) {
			return false
		}
		p.body = nil
	}
}

// gathered gives what the writer put into its batch.
func (p *pairMaker) gathered(kind byte) bool {
	for len(p.other) > 0 && p.other[0].Key[4] == kind {
		if !p.yield(kv.Pair{Key: p.other[0].Key, Value: p.other[0].Value}, nil) {
			return false
		}
		p.other = p.other[1:]
	}
	return true
}

func (p *pairMaker) metas() bool {
	p.key = p.room.graph(graphMeta)
	base := len(p.key)
	for n, v := range p.l.vertices {
		if v.typ == 0 {
			continue
		}
		p.key = binary.BigEndian.AppendUint32(p.key[:base], uint32(n))
		p.value = binary.BigEndian.AppendUint32(append(p.value[:0], v.typ), v.parent)
		if !p.give() {
			return false
		}
	}
	return true
}

// lists gives the adjacency lists of one direction.
func (p *pairMaker) lists(part byte) bool {
	edges := p.l.edges
	of, peer := func(c edgeChange) uint32 { return c.from }, func(c edgeChange) uint32 { return c.to }
	if part == graphIn {
		of, peer = peer, of
	}
	order := inOrder(len(edges))
	order = sortBy(order, 256, func(i uint32) uint32 { return uint32(edges[i].typ) })
	order = sortBy(order, len(p.l.vertices), func(i uint32) uint32 { return of(edges[i]) })
	p.key = p.room.graph(part)
	base := len(p.key)
	for len(order) > 0 {
		c := edges[order[0]]
		p.key = binary.BigEndian.AppendUint32(p.key[:base], of(c))
		p.key = binary.BigEndian.AppendUint32(append(p.key, c.typ), c.edge>>eraBits)
		p.value = p.value[:0]
		for len(order) > 0 {
			e := edges[order[0]]
			if of(e) != of(c) || e.typ != c.typ || e.edge>>eraBits != c.edge>>eraBits {
				break
			}
			p.value = packed{live: true, peer: peer(e), edge: e.edge, value: e.value}.append(p.value)
			order = order[1:]
		}
		if !p.give() {
			return false
		}
	}
	return true
}

func (p *pairMaker) children() bool {
	vs := p.l.vertices
	p.key = p.room.kind(kindChild)
	base := len(p.key)
	p.value = p.value[:0]
	for _, n := range sortBy(inOrder(len(vs)), len(vs), func(n uint32) uint32 { return vs[n].parent }) {
		if vs[n].typ == 0 {
			continue
		}
		p.key = binary.BigEndian.AppendUint32(p.key[:base], vs[n].parent)
		p.key = binary.BigEndian.AppendUint32(p.key, n)
		if !p.give() {
			return false
		}
	}
	return true
}

func (p *pairMaker) ids() bool {
	vs := p.l.vertices
	p.byID = inOrder(len(vs))[1:]
	slices.SortFunc(p.byID, func(a, b uint32) int { return strings.Compare(string(vs[a].id), string(vs[b].id)) })
	p.rank = make([]uint32, len(vs))
	p.key = p.room.kind(kindID)
	base := len(p.key)
	for i, n := range p.byID {
		p.rank[n] = uint32(i)
		p.key = append(p.key[:base], vs[n].id...)
		p.value = binary.BigEndian.AppendUint32(p.value[:0], n)
		if !p.give() {
			return false
		}
	}
	return true
}

func (p *pairMaker) types() bool {
	vs, names := p.l.vertices, p.l.w.vertexTypes
	rank := ranks(names.Len(), names.Name)
	p.key = p.room.kind(kindType)
	base := len(p.key)
	for _, n := range sortBy(p.byID, 256, func(n uint32) uint32 { return rank[vs[n].typ] }) {
		if vs[n].typ == 0 {
			continue
		}
		p.key = append(append(p.key[:base], names.Name(int(vs[n].typ))...), 0)
		p.key = append(p.key, vs[n].id...)
		p.value = binary.BigEndian.AppendUint32(p.value[:0], n)
		if !p.give() {
			return false
		}
	}
	return true
}

func (p *pairMaker) edgeKeys() bool {
	vs, edges, names := p.l.vertices, p.l.edges, p.l.w.edgeTypes
	rank := ranks(names.Len(), names.Name)
	order := inOrder(len(edges))
	order = sortBy(order, len(vs), func(i uint32) uint32 { return p.rank[edges[i].to] })
	order = sortBy(order, len(vs), func(i uint32) uint32 { return p.rank[edges[i].from] })
	order = sortBy(order, 256, func(i uint32) uint32 { return rank[edges[i].typ] })
	p.key = p.room.kind(kindEdgeKey)
	base := len(p.key)
	for _, i := range order {
		c := edges[i]
		p.key = append(append(p.key[:base], names.Name(int(c.typ))...), 0)
		p.key = append(append(p.key, vs[c.from].id...), 0)
		p.key = append(p.key, vs[c.to].id...)
		p.value = binary.BigEndian.AppendUint32(p.value[:0], c.edge)
		if !p.give() {
			return false
		}
	}
	return true
}

// ranks are the places of the codes 1 to n in the order of their names.
func ranks(n int, name func(int) string) []uint32 {
	codes := inOrder(n + 1)[1:]
	slices.SortFunc(codes, func(a, b uint32) int { return strings.Compare(name(int(a)), name(int(b))) })
	out := make([]uint32, 256)
	for i, c := range codes {
		out[c] = uint32(i)
	}
	return out
}

func inOrder(n int) []uint32 {
	out := make([]uint32, n)
	for i := range out {
		out[i] = uint32(i)
	}
	return out
}

// sortBy sorts numbers by a small key below n, equal ones staying as they are:
// by counting, since the keys are dense.
func sortBy(list []uint32, n int, key func(uint32) uint32) []uint32 {
	start := make([]uint32, n+1)
	for _, x := range list {
		start[key(x)+1]++
	}
	for i := range n {
		start[i+1] += start[i]
	}
	out := make([]uint32, len(list))
	for _, x := range list {
		k := key(x)
		out[start[k]] = x
		start[k]++
	}
	return out
}
