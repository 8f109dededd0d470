package walk

import (
	"context"
	"math"

	"calipso/graph/topology"
)

// Ways are the arcs that a walk may follow.
type Ways struct {
	// Types are the codes of edge types; nil: all.
	Types *[256]bool
	// Out and In say which arcs of a vertex are meant; neither: both.
	Out, In bool
}

func (w *Ways) out() bool { return w.Out || !w.In }
func (w *Ways) in() bool  { return w.In || !w.Out }

// Verdict says what becomes of a vertex that a walk has come to.
type Verdict uint8

const (
	// Take: it is reached, and the walk goes on from it.
	Take Verdict = iota
	// Pass: it is not part of what is reached, and the walk goes on from it.
	Pass
	// Stop: it is not part of it, and the walk does not go on from it.
	Stop
)

// Limits bound a walk. Zero members do not.
type Limits struct {
	Depth  int // most links from a start, never more than 65,535
	Reach  int // most vertices reached
	Looked int // most vertices come to, whatever becomes of them
}

// Reached is what lies around some vertices. It is valid until the next walk.
type Reached struct {
	// Nums are by distance; those of the same distance in the order in which
	// they were come to.
	Nums []uint32
	// Depths are the distances, in step with Nums.
	Depths []uint16
	// Truncated: there is more within the depth asked for.
	Truncated bool
	in        *marks
}

// Has tells whether a vertex was reached.
func (r *Reached) Has(n uint32) bool { return r.in.known(n) }

// Walker makes one walk after the other. Its zero value is ready; it is not
// safe for concurrent use.
type Walker struct {
	near, far marks
	queue     []uint32 // that the walk goes on from
	depths    []uint16
	taken     []uint32
	takenAt   []uint16
	judged    []Verdict
	levels    [2][]uint32
}

// Around reaches what lies around the starts, nearest first, which are part of
// it. types, if not nil, are the codes of the vertex types that a walk enters;
// judge, if not nil, is asked about vertices that a walk has come to, a level
// at a time, and fills in the verdicts.
//
// Errors: those of judge, and that of the context.
func (w *Walker) Around(ctx context.Context, g *topology.Graph, starts []uint32, ways Ways, types *[256]bool,
	limits Limits, judge func(nums []uint32, verdicts []Verdict) error) (Reached, error) {
	b := breadth{Walker: w, g: g, ways: ways, types: types, limits: limits, out: ways.out(), in: ways.in()}
	if limits.Depth <= 0 || limits.Depth > math.MaxUint16 {
		b.limits.Depth = math.MaxUint16
	}
	w.near.begin(g.Len())
	w.queue, w.depths = w.queue[:0], w.depths[:0]
	b.most = limits.Reach
	for _, n := range starts {
		b.come(n, 0)
	}
	if judge == nil {
		err := b.run(ctx)
		return Reached{w.queue, w.depths, b.truncated, &w.near}, err
	}
	return b.judged(ctx, judge)
}

// breadth is one walk in breadth.
type breadth struct {
	*Walker
	g         *topology.Graph
	ways      Ways
	types     *[256]bool
	limits    Limits
	out, in   bool
	truncated bool
	came      int // number of vertices come to
	most      int // of these, 0: any number
}

// come adds a vertex to the queue, unless it is known.
func (b *breadth) come(n uint32, depth uint32) {
	if b.near.known(n) {
		return
	}
	if b.most > 0 && b.came >= b.most {
		b.truncated = true
		return
	}
	b.came++
	b.near.set(n, depth)
	b.queue = append(b.queue, n)
	b.depths = append(b.depths, uint16(depth))
}

// checkEvery is how many vertices are looked at between looks at the context.
const checkEvery = 1024

// run walks where all that is entered is reached.
func (b *breadth) run(ctx context.Context) error {
	for at := 0; at < len(b.queue) && !b.truncated; at++ {
		if at%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		d := uint32(b.depths[at]) + 1
		if int(d) > b.limits.Depth {
			break
		}
		b.spread(b.queue[at], d)
	}
	return nil
}

// spread comes to what is next to n.
func (b *breadth) spread(n, d uint32) {
	if b.out {
		b.follow(b.g.Out(n), d)
	}
	if b.in {
		b.follow(b.g.In(n), d)
	}
}

func (b *breadth) follow(arcs []topology.Arc, d uint32) {
	for _, a := range arcs {
		if b.near.known(a.Peer) || b.ways.Types != nil && !b.ways.Types[a.Type()] ||
			b.types != nil && !b.types[b.g.VertexType(a.Peer)] {
			continue
		}
		b.come(a.Peer, d)
	}
}

// judged walks a level at a time and asks about each. Starts are not judged.
func (b *breadth) judged(ctx context.Context, judge func([]uint32, []Verdict) error) (Reached, error) {
	b.taken, b.takenAt = append(b.taken[:0], b.queue...), append(b.takenAt[:0], b.depths...)
	b.most = b.limits.Looked
	for first, d := 0, 1; first < len(b.queue) && !b.truncated; d++ {
		if d > b.limits.Depth {
			break
		}
		end := len(b.queue)
		for at := first; at < end; at++ {
			if at%checkEvery == 0 && ctx.Err() != nil {
				return Reached{}, ctx.Err()
			}
			b.spread(b.queue[at], uint32(d))
		}
		level := b.queue[end:]
		b.Walker.judged = append(b.Walker.judged[:0], make([]Verdict, len(level))...)
		if err := judge(level, b.Walker.judged); err != nil {
			return Reached{}, err
		}
		kept := end
		for i, v := range b.Walker.judged {
			if v == Take {
				if b.limits.Reach > 0 && len(b.taken) >= b.limits.Reach {
					b.truncated = true
					continue
				}
				b.taken, b.takenAt = append(b.taken, level[i]), append(b.takenAt, uint16(d))
			}
			if v != Stop {
				b.queue[kept] = level[i]
				kept++
			}
		}
		b.queue = b.queue[:kept]
		first = end
	}
	b.near.begin(b.g.Len())
	for i, n := range b.taken {
		b.near.set(n, uint32(b.takenAt[i]))
	}
	return Reached{b.taken, b.takenAt, b.truncated, &b.near}, nil
}
