package walk

import (
	"context"
	"slices"

	"calipso/graph/topology"
)

// Hop is a step between two neighbours, in whatever direction.
type Hop struct{ A, B uint32 }

func (h Hop) is(a, b uint32) bool { return h.A == a && h.B == b || h.A == b && h.B == a }

// Shortest is the shortest way between two vertices along arcs of some types
// (nil: all) in either direction, both ends included; of equally long ones
// always the same. It is nil if there is none. Ways over the hop are left out if
// it is not nil.
//
// It walks from both ends, always on from the side with fewer vertices, and
// looks at no more than most of them: known is false if that was too few. The
// result is valid until the next walk.
//
// Errors: that of the context.
func (w *Walker) Shortest(ctx context.Context, g *topology.Graph, from, to uint32, types *[256]bool, without *Hop, most int) (nums []uint32, known bool, err error) {
	w.queue = w.queue[:0]
	if from == to {
		return append(w.queue, from), true, nil
	}
	s := shortest{g: g, types: types, without: without, marks: [2]*marks{&w.near, &w.far}}
	for i, n := range [2]uint32{from, to} {
		s.marks[i].begin(g.Len())
		s.marks[i].set(n, 0)
		w.levels[i] = append(w.levels[i][:0], n)
		s.level[i] = w.levels[i]
	}
	defer func() { w.levels = s.level }()
	for looked := 0; !s.met; {
		side := 0
		if len(s.level[1]) < len(s.level[0]) {
			side = 1
		}
		if len(s.level[side]) == 0 {
			return nil, true, nil
		}
		if looked += len(s.level[side]); most > 0 && looked > most {
			return nil, false, nil
		}
		if err := s.grow(ctx, side); err != nil {
			return nil, false, err
		}
	}
	w.queue = s.trace(w.queue)
	return w.queue, true, nil
}

// shortest is one search from both ends. A level is the vertices at the largest
// distance that a side has reached.
type shortest struct {
	g       *topology.Graph
	types   *[256]bool
	without *Hop
	marks   [2]*marks
	level   [2][]uint32
	depth   [2]uint32
	met     bool
	meeting uint32 // vertex that both sides have reached
	spare   []uint32
}

// peers hands over what is next to n.
func (s *shortest) peers(n uint32, visit func(peer uint32)) {
	for _, arcs := range [2][]topology.Arc{s.g.Out(n), s.g.In(n)} {
		for _, a := range arcs {
			if s.types != nil && !s.types[a.Type()] || s.without != nil && s.without.is(n, a.Peer) {
				continue
			}
			visit(a.Peer)
		}
	}
}

// grow reaches the next level of one side, or as much of it as is needed to meet
// the other: one vertex may have more neighbours than the rest of the walk.
func (s *shortest) grow(ctx context.Context, side int) error {
	mine, other := s.marks[side], s.marks[1-side]
	d := s.depth[side] + 1
	next := s.spare[:0]
	for i, n := range s.level[side] {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, arcs := range [2][]topology.Arc{s.g.Out(n), s.g.In(n)} {
			for _, a := range arcs {
				if mine.known(a.Peer) || s.types != nil && !s.types[a.Type()] || s.without != nil && s.without.is(n, a.Peer) {
					continue
				}
				mine.set(a.Peer, d)
				next = append(next, a.Peer)
				if other.known(a.Peer) {
					s.met, s.meeting = true, a.Peer
					return nil
				}
			}
		}
	}
	s.level[side], s.spare = next, s.level[side]
	s.depth[side] = d
	return nil
}

// trace follows the distances from the meeting point to both ends, always by
// the neighbour with the smallest number.
func (s *shortest) trace(out []uint32) []uint32 {
	at := s.meeting
	out = append(out, at)
	for side, m := range s.marks {
		for at = s.meeting; m.far(at) > 0; {
			best, found := uint32(0), false
			s.peers(at, func(p uint32) {
				if m.known(p) && m.far(p)+1 == m.far(at) && (!found || p < best) {
					best, found = p, true
				}
			})
			at = best
			out = append(out, at)
		}
		if side == 0 {
			slices.Reverse(out)
		}
	}
	return out
}
