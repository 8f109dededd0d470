package legacy

import (
	"bytes"
	"context"
	"encoding/hex"
	"slices"
	"sync"

	"calipso/graph"
	"calipso/graph/document"
)

// oid is a document id as bytes.
type oid [12]byte

func oidOf(id graph.OID) (out oid) {
	hex.Decode(out[:], []byte(id)) // of the right form by then
	return out
}

// named is a thing by document id and number.
type named struct {
	oid
	num uint32
}

// register is a list of things by document id.
type register []named

func (r register) sort() {
	slices.SortFunc(r, func(a, b named) int { return bytes.Compare(a.oid[:], b.oid[:]) })
}

// find is the number of a thing by its document id.
func (r register) find(id string) (uint32, bool) {
	want := oidOf(graph.OID(id))
	i, ok := slices.BinarySearchFunc(r, want, func(n named, w oid) int { return bytes.Compare(n.oid[:], w[:]) })
	if !ok {
		return 0, false
	}
	return r[i].num, true
}

// objectBook is the vertices of an environment in the orders of the old API.
type objectBook struct {
	byID    []uint32 // numbers, by id
	objects register
	cliques register // focal points by the document id of their clique
}

// linkBook is the edges of an environment by document id.
type linkBook struct{ links register }

// Document ids are derived from names, and nothing in the store leads from one
// to its thing, nor through things in that order. So the numbers of an
// environment are put in order once and kept until a commit adds or removes
// something: 36 bytes a vertex and 16 an edge.
type books struct {
	objects shelf[objectBook]
	links   shelf[linkBook]
}

func newBooks() *books {
	return &books{
		objects: shelf[objectBook]{write: writeObjects, same: sameObjects},
		links:   shelf[linkBook]{write: writeLinks, same: sameLinks},
	}
}

// maxBooks is how many environments are kept in order at a time.
const maxBooks = 64

// shelf keeps a book for each environment.
type shelf[T any] struct {
	// write makes a book of a view; same tells whether a book still holds after
	// some changes.
	write func(ctx context.Context, v *graph.View) (*T, error)
	same  func(ctx context.Context, v *graph.View, b *T, t graph.Touched) (bool, error)
	mu    struct {
		sync.Mutex
		places map[uint32]*place[T] // by room
	}
}

// place is the place of one environment's book. Who holds its turn reads or
// writes it.
type place[T any] struct {
	turn chan struct{}
	at   graph.Time
	book *T
}

func (s *shelf[T]) place(room uint32) *place[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.mu.places[room]
	if p == nil {
		if s.mu.places == nil || len(s.mu.places) >= maxBooks {
			s.mu.places = map[uint32]*place[T]{}
		}
		p = &place[T]{turn: make(chan struct{}, 1)}
		s.mu.places[room] = p
	}
	return p
}

// manyChanges is beyond how many changes a book is written anew without looking
// at each.
const manyChanges = 10_000

// get is the book of a view. It is shared: read it, do not change it.
func (s *shelf[T]) get(ctx context.Context, v *graph.View) (*T, error) {
	p := s.place(v.Room())
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	switch {
	case p.book != nil && v.Time() == p.at:
		return p.book, nil
	case p.book != nil && v.Time() > p.at:
		t, complete, err := v.Touched(ctx, p.at, manyChanges)
		if err != nil {
			return nil, err
		}
		if complete {
			if complete, err = s.same(ctx, v, p.book, t); err != nil {
				return nil, err
			}
		}
		if complete {
			p.at = v.Time()
			return p.book, nil
		}
	}
	b, err := s.write(ctx, v)
	if err == nil && v.Time() >= p.at {
		p.at, p.book = v.Time(), b
	}
	return b, err
}

func writeObjects(ctx context.Context, v *graph.View) (*objectBook, error) {
	b := &objectBook{}
	for x, err := range v.IDs(ctx) {
		if err != nil {
			return nil, err
		}
		b.byID = append(b.byID, x.Num)
		b.objects = append(b.objects, named{oidOf(graph.VertexOID(v.Env(), x.Type, x.ID)), x.Num})
		b.cliques = append(b.cliques, named{oidOf(document.CliqueOID(v.Env(), x.ID)), x.Num})
	}
	b.objects.sort()
	b.cliques.sort()
	return b, nil
}

// sameObjects tells whether all that was changed had been there before under
// its document id.
func sameObjects(ctx context.Context, v *graph.View, b *objectBook, t graph.Touched) (bool, error) {
	g, err := v.Topology(ctx)
	if err != nil {
		return false, err
	}
	var alive []uint32
	for _, n := range t.Vertices {
		if g.VertexType(n) == 0 {
			return false, nil
		}
		alive = append(alive, n)
	}
	list, err := v.VerticesByNum(ctx, alive)
	if err != nil {
		return false, err
	}
	for i, x := range list {
		if n, ok := b.objects.find(string(graph.VertexOID(v.Env(), x.Type, x.ID))); !ok || n != alive[i] {
			return false, nil
		}
	}
	return true, nil
}

func writeLinks(ctx context.Context, v *graph.View) (*linkBook, error) {
	b := &linkBook{}
	for e, err := range v.EdgeKeys(ctx) {
		if err != nil {
			return nil, err
		}
		b.links = append(b.links, named{oidOf(graph.EdgeOID(v.Env(), e.EdgeKey)), e.Num})
	}
	b.links.sort()
	return b, nil
}

func sameLinks(_ context.Context, _ *graph.View, _ *linkBook, t graph.Touched) (bool, error) {
	return len(t.Edges) == 0, nil
}
