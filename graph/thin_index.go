package graph

import (
	"context"
	"encoding/binary"
	"slices"
	"sort"

	"calipso/graph/kv"
)

// unindex removes the places in the indexes that led to a dropped version and
// lead to no other one. With gone, nothing is left of the thing; shown is its
// version at the end of the gap.
func (t *thinner) unindex(ctx context.Context, e entry, rec, shown []byte, gone bool) error {
	switch {
	case e.what == entryVertex:
		return t.unindexVertex(ctx, e.num, rec, shown, gone)
	case e.what == entryEdge && gone:
		return t.unindexEdge(ctx, e.num, rec)
	}
	return nil // documents are found by their own keys
}

func (t *thinner) unindexVertex(ctx context.Context, n uint32, rec, shown []byte, gone bool) error {
	v, err := decodeVertexVersion(rec)
	if err != nil {
		return err
	}
	if shown != nil { // nearly always as it was, and then there is nothing to do
		s, err := decodeVertexVersion(shown)
		if err != nil {
			return err
		}
		if s.time != v.time && s.typ == v.typ && (v.deleted || !s.deleted && s.parent == v.parent) {
			return nil
		}
	}
	sameType, sameParent, err := t.shared(ctx, n, v)
	if err != nil {
		return err
	}
	d, err := decodeVertex(v.body)
	if err != nil {
		return err
	}
	if !sameType {
		t.remove(t.room.typed(d.Type, d.ID))
	}
	if !v.deleted && !sameParent {
		t.remove(t.room.child(v.parent, n))
		if v.parent != 0 {
			if err := t.unnumber(ctx, v.parent, d.Parent); err != nil {
				return err
			}
		}
	}
	if gone {
		return t.unnumber(ctx, n, d.ID)
	}
	return nil
}

// shared tells whether versions that stay have the type and the parent of a
// dropped one.
func (t *thinner) shared(ctx context.Context, n uint32, v vertexVersion) (typ, parent bool, err error) {
	look := func(key, b []byte) error {
		if _, gone := t.gone[string(key)]; gone {
			return nil
		}
		o, err := decodeVertexVersion(b)
		if o.time == v.time {
			return err // itself
		}
		typ = typ || o.typ == v.typ
		parent = parent || !o.deleted && o.parent == v.parent
		return err
	}
	head := t.room.num(kindVertex, n)
	found, err := t.GetMany(ctx, [][]byte{head})
	if err != nil {
		return false, false, err
	}
	if found[0] != nil {
		if err := look(head, found[0]); err != nil {
			return false, false, err
		}
	}
	for p, err := range t.Range(ctx, kv.Prefix(t.room.num(kindVertexOld, n))) {
		if err == nil {
			err = look(p.Key, p.Value)
		}
		if err != nil {
			return false, false, err
		}
	}
	return typ, parent, nil
}

// unnumber takes the number from an id that no vertex has any more and that
// none names as its parent.
func (t *thinner) unnumber(ctx context.Context, n uint32, id ID) error {
	head := t.room.num(kindVertex, n)
	found, err := t.GetMany(ctx, [][]byte{head, t.room.id(id)})
	if err != nil || found[1] == nil {
		return err
	}
	if _, gone := t.gone[string(head)]; found[0] != nil && !gone {
		return nil
	}
	if owner, err := number(found[1]); err != nil || owner != n {
		return err
	}
	for p, err := range t.Range(ctx, keysOnly(kv.Prefix(t.room.children(n)))) {
		if err != nil {
			return err
		}
		if _, gone := t.gone[string(p.Key)]; !gone {
			return nil
		}
	}
	t.remove(t.room.id(id))
	t.freed = true
	return nil
}

// unindexEdge removes an edge of which nothing is left from the lists of its
// ends, and its number from its name.
func (t *thinner) unindexEdge(ctx context.Context, n uint32, rec []byte) error {
	e, err := decodeEdgeVersion(rec)
	if err != nil {
		return err
	}
	k, err := edgeKeyOf(e.body)
	if err != nil {
		return err
	}
	name := t.room.edgeKey(k)
	owner, err := t.number(ctx, name)
	if err != nil {
		return err
	}
	if owner == n {
		t.remove(name)
	}
	for part, end := range map[byte]uint32{graphOut: e.from, graphIn: e.to} {
		key := t.room.adjacency(part, end, e.typ, n>>eraBits)
		list, seen := t.lists[string(key)]
		if !seen {
			runs := []packRun{{key: key, read: true}}
			if err := readPacked(ctx, t.Snapshot, runs); err != nil {
				return err
			}
			if list = runs[0].chunk; list == nil {
				continue
			}
		}
		t.lists[string(key)] = cutPacked(list, n)
	}
	return nil
}

// cutPacked removes the entry of an edge from a list.
func cutPacked(b []byte, edge uint32) []byte {
	at := sort.Search(len(b)/packedSize, func(i int) bool {
		return binary.BigEndian.Uint32(b[i*packedSize+5:]) >= edge
	}) * packedSize
	if at < len(b) && binary.BigEndian.Uint32(b[at+5:]) == edge {
		return slices.Delete(b, at, at+packedSize)
	}
	return b
}
