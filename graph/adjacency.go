package graph

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sort"

	"calipso/graph/kv"
)

// Adjacency lists hold, for a vertex, a direction and an edge type, all edges
// there ever were, packed: a flag, the other end, the edge, the constraint
// value. The flag tells which are there now, so the arrays are read from here;
// a reader of the past looks at the edges' own versions.
//
// A list is cut into chunks by the edges' numbers, so that the chunk of an
// edge is known without search and a hub's list is never written as a whole.

const (
	// eraBits: 1024 numbers to a chunk, so a chunk has at most 13 KiB.
	eraBits    = 10
	packedSize = 13
	flagLive   = 1
)

// packed is one entry of an adjacency list.
type packed struct {
	live              bool
	peer, edge, value uint32
}

func (p packed) append(b []byte) []byte {
	var flags byte
	if p.live {
		flags = flagLive
	}
	b = append(b, flags)
	b = binary.BigEndian.AppendUint32(b, p.peer)
	b = binary.BigEndian.AppendUint32(b, p.edge)
	return binary.BigEndian.AppendUint32(b, p.value)
}

func decodePacked(b []byte) packed {
	return packed{
		live: b[0]&flagLive != 0, peer: binary.BigEndian.Uint32(b[1:]),
		edge: binary.BigEndian.Uint32(b[5:]), value: binary.BigEndian.Uint32(b[9:]),
	}
}

// checkPacked refuses a chunk that is no list of entries.
func checkPacked(key, b []byte) error {
	if len(b)%packedSize != 0 {
		return corrupt(fmt.Errorf("adjacency list %x has %d bytes", key, len(b)))
	}
	return nil
}

// setPacked replaces or inserts an entry; a list is sorted by edge.
func setPacked(b []byte, p packed) []byte {
	n := len(b) / packedSize
	at := sort.Search(n, func(i int) bool {
		return binary.BigEndian.Uint32(b[i*packedSize+5:]) >= p.edge
	}) * packedSize
	entry := p.append(make([]byte, 0, packedSize))
	if at < len(b) && binary.BigEndian.Uint32(b[at+5:]) == p.edge {
		copy(b[at:], entry)
		return b
	}
	return slices.Insert(b, at, entry...)
}

// writeAdjacency brings the lists of both directions up to the changes of the
// commit.
func (w *writer) writeAdjacency(ctx context.Context) error {
	return eachAdjacency(w.edges, func(part byte, of func(edgeChange) uint32, list []edgeChange) error {
		return w.s.packLists(ctx, w.e.room, part, of, list, w.firstEdge, func(n uint32) bool { return n >= w.firstVertex }, func(key, value []byte) error {
			if err := w.room(ctx, len(key)+len(value)); err != nil {
				return err
			}
			w.batch.Put(key, value)
			return nil
		})
	})
}

// eachAdjacency sorts changes for one direction after the other.
func eachAdjacency(list []edgeChange, do func(part byte, of func(edgeChange) uint32, list []edgeChange) error) error {
	from := func(c edgeChange) uint32 { return c.from }
	to := func(c edgeChange) uint32 { return c.to }
	sortFor := func(of func(edgeChange) uint32) {
		slices.SortStableFunc(list, func(a, b edgeChange) int {
			return cmp.Or(cmp.Compare(of(a), of(b)), cmp.Compare(a.typ, b.typ), cmp.Compare(a.edge, b.edge))
		})
	}
	sortFor(from)
	if err := do(graphOut, from, list); err != nil {
		return err
	}
	sortFor(to)
	return do(graphIn, to, list)
}

// packLists applies sorted changes to the lists of one direction. Chunks whose
// edges are all new, from firstNew on, are not read first, nor are lists of
// vertices that fresh says are new themselves.
func (s *Store) packLists(ctx context.Context, r room, part byte, of func(edgeChange) uint32,
	list []edgeChange, firstNew uint32, fresh func(vertex uint32) bool, put func(key, value []byte) error) error {
	snap, err := s.db.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer snap.Close()
	for len(list) > 0 {
		var runs []packRun
		for len(list) > 0 && len(runs) < applyChunk {
			c := list[0]
			n := 1
			for n < len(list) && of(list[n]) == of(c) && list[n].typ == c.typ && list[n].edge>>eraBits == c.edge>>eraBits {
				n++
			}
			runs = append(runs, packRun{
				key: r.adjacency(part, of(c), c.typ, c.edge>>eraBits), changes: list[:n],
				read: c.edge>>eraBits<<eraBits < firstNew && !fresh(of(c)),
			})
			list = list[n:]
		}
		if err := readPacked(ctx, snap, runs); err != nil {
			return err
		}
		for _, run := range runs {
			for _, c := range run.changes {
				p := packed{live: c.live, peer: c.to, edge: c.edge, value: c.value}
				if part == graphIn {
					p.peer = c.from
				}
				run.chunk = setPacked(run.chunk, p)
			}
			if err := put(run.key, run.chunk); err != nil {
				return err
			}
		}
	}
	return nil
}

// packRun is the changes of one chunk of a list.
type packRun struct {
	key     []byte
	chunk   []byte // what is stored of it
	changes []edgeChange
	read    bool // something may be stored
}

func readPacked(ctx context.Context, snap kv.Snapshot, runs []packRun) error {
	var keys [][]byte
	var at []int
	for i, run := range runs {
		if run.read {
			keys, at = append(keys, run.key), append(at, i)
		}
	}
	found, err := snap.GetMany(ctx, keys)
	if err != nil {
		return err
	}
	for i, chunk := range found {
		if err := checkPacked(keys[i], chunk); err != nil {
			return err
		}
		runs[at[i]].chunk = chunk
	}
	return nil
}

// edgesOfAllTime lists the numbers of all edges that ever were at a vertex.
func (r records) edgesOfAllTime(ctx context.Context, part byte, n uint32) ([]uint32, error) {
	var out []uint32
	for p, err := range r.Range(ctx, kv.Prefix(r.room.adjacencyOf(part, n))) {
		if err == nil {
			err = checkPacked(p.Key, p.Value)
		}
		if err != nil {
			return nil, err
		}
		for b := p.Value; len(b) > 0; b = b[packedSize:] {
			out = append(out, decodePacked(b).edge)
		}
	}
	return out, nil
}
