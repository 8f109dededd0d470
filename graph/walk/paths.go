package walk

import (
	"cmp"
	"container/heap"
	"context"
	"slices"

	"calipso/graph/topology"
)

const (
	// mostBeginnings is the number of beginnings of ways that Paths looks at:
	// a second or less.
	mostBeginnings = 300_000
	// mostDetour is the number of vertices that are looked at to find out
	// whether there is a second way.
	mostDetour = 50_000
)

// Paths are the limit shortest ways between two vertices, none of which meets a
// vertex twice, the shortest first; more tells that there are others, or that
// looking for them went on for too long. Parallel links are one way.
//
// Errors: that of the context.
func (w *Walker) Paths(ctx context.Context, g *topology.Graph, from, to uint32, types *[256]bool, limit int) (found [][]uint32, more bool, err error) {
	if limit == 1 {
		return w.one(ctx, g, from, to, types)
	}
	f := pathFinder{g: g, types: types, to: to, far: &w.far, level: []uint32{to}}
	f.far.begin(max(g.Len(), int(to)+1))
	f.far.set(to, 0)
	return f.find(ctx, from, limit)
}

// one is a single way. There is another one if one can do without one of its
// hops.
func (w *Walker) one(ctx context.Context, g *topology.Graph, from, to uint32, types *[256]bool) ([][]uint32, bool, error) {
	nums, _, err := w.Shortest(ctx, g, from, to, types, nil, 0)
	if err != nil || nums == nil {
		return nil, false, err
	}
	nums = slices.Clone(nums)
	for i := range nums[1:] {
		other, known, err := w.Shortest(ctx, g, from, to, types, &Hop{nums[i], nums[i+1]}, mostDetour/len(nums))
		if err != nil {
			return nil, false, err
		}
		if other != nil || !known {
			return [][]uint32{nums}, true, nil
		}
	}
	return [][]uint32{nums}, false, nil
}

// pathFinder finds paths best first: of all beginnings of paths it lengthens
// the one that, by the distance still to go, can end soonest. Distances are
// measured from the end, only as far out as they are asked for.
type pathFinder struct {
	g     *topology.Graph
	types *[256]bool
	to    uint32
	far   *marks   // links still to go
	level []uint32 // those farthest out; empty: all are measured that there is a way to
	out   uint32   // how far out these are
	queue beginnings
	peers []uint32
}

// beginning is a path from the start to num, as a list backwards.
type beginning struct {
	num    uint32
	depth  uint32
	total  uint32 // depth and what is still to go at least
	exact  bool   // total is what it takes, but for vertices met before
	order  int    // of appearance
	before *beginning
}

func (b *beginning) meets(num uint32) bool {
	for ; b != nil; b = b.before {
		if b.num == num {
			return true
		}
	}
	return false
}

func (b *beginning) nums() []uint32 {
	var out []uint32
	for ; b != nil; b = b.before {
		out = append(out, b.num)
	}
	slices.Reverse(out)
	return out
}

// beginnings is a heap with the most promising on top; of equals the one that
// appeared first.
type beginnings []*beginning

func (q beginnings) Len() int { return len(q) }
func (q beginnings) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(q[i].total, q[j].total), cmp.Compare(q[i].order, q[j].order)) < 0
}
func (q beginnings) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *beginnings) Push(v any)   { *q = append(*q, v.(*beginning)) }
func (q *beginnings) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}

func (f *pathFinder) find(ctx context.Context, from uint32, limit int) (found [][]uint32, more bool, err error) {
	order := 0
	push := func(num uint32, before *beginning) {
		b := &beginning{num: num, order: order, before: before}
		if before != nil {
			b.depth = before.depth + 1
		}
		if f.measure(b) {
			order++
			heap.Push(&f.queue, b)
		}
	}
	push(from, nil)
	for looked := 0; len(f.queue) > 0; looked++ {
		if looked%checkEvery == 0 && ctx.Err() != nil {
			return nil, false, ctx.Err()
		}
		if looked == mostBeginnings {
			return found, true, nil
		}
		b := heap.Pop(&f.queue).(*beginning)
		if !b.exact {
			for !f.far.known(b.num) && len(f.level) > 0 {
				if err := f.grow(ctx); err != nil {
					return nil, false, err
				}
			}
			if f.measure(b) {
				heap.Push(&f.queue, b)
			}
			continue
		}
		if b.num == f.to {
			if len(found) == limit {
				return found, true, nil
			}
			found = append(found, b.nums())
			continue
		}
		for _, p := range f.next(b.num) {
			if !b.meets(p) {
				push(p, b)
			}
		}
	}
	return found, false, nil
}

// measure says how long a path with this beginning is at least; false: there is
// none.
func (f *pathFinder) measure(b *beginning) bool {
	switch {
	case f.far.known(b.num):
		b.total, b.exact = b.depth+f.far.far(b.num), true
	case len(f.level) == 0:
		return false
	default:
		b.total = b.depth + f.out + 1
	}
	return true
}

// grow measures one link farther out.
func (f *pathFinder) grow(ctx context.Context) error {
	var next []uint32
	f.out++
	for i, n := range f.level {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, arcs := range [2][]topology.Arc{f.g.Out(n), f.g.In(n)} {
			for _, a := range arcs {
				if !f.far.known(a.Peer) && (f.types == nil || f.types[a.Type()]) {
					f.far.set(a.Peer, f.out)
					next = append(next, a.Peer)
				}
			}
		}
	}
	f.level = next
	return nil
}

// next are the vertices next to one, by number.
func (f *pathFinder) next(n uint32) []uint32 {
	f.peers = f.peers[:0]
	for _, arcs := range [2][]topology.Arc{f.g.Out(n), f.g.In(n)} {
		for _, a := range arcs {
			if f.types == nil || f.types[a.Type()] {
				f.peers = append(f.peers, a.Peer)
			}
		}
	}
	slices.Sort(f.peers)
	return slices.Compact(f.peers)
}
