package diff

import (
	"context"
	"slices"

	"calipso/graph"
	"calipso/graph/topology"
)

// edges matches links by type and the counterparts of their ends, compares them
// and lists the rest.
func (a *across) edges(ctx context.Context) error {
	m := a.opt.Rules.links()
	var same [][2]uint32
	gone := a.old.lacking(&a.new, func(old, new uint32) { same = append(same, [2]uint32{old, new}) })
	came := a.new.lacking(&a.old, nil)
	for some := range slices.Chunk(gone, chunk) {
		list, err := a.old.view.EdgesByNum(ctx, some)
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := a.edge(ctx, m, edgePair{Old: e}, nil); err != nil {
				return err
			}
		}
	}
	for some := range slices.Chunk(came, chunk) {
		list, err := a.new.view.EdgesByNum(ctx, some)
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := a.edge(ctx, m, edgePair{New: e}, nil); err != nil {
				return err
			}
		}
	}
	for some := range slices.Chunk(same, chunk) {
		var nums [2][]uint32
		for _, p := range some {
			nums[0], nums[1] = append(nums[0], p[0]), append(nums[1], p[1])
		}
		olds, err := a.old.view.EdgesByNum(ctx, nums[0])
		if err != nil {
			return err
		}
		news, err := a.new.view.EdgesByNum(ctx, nums[1])
		if err != nil {
			return err
		}
		for i, was := range olds {
			said := a.t.edge(was)
			said.EdgeKey = news[i].EdgeKey
			if err := a.edge(ctx, m, edgePair{Old: said, New: news[i]}, was); err != nil {
				return err
			}
		}
	}
	return nil
}

// lacking lists the edges that have no counterpart on the other side, and tells
// of those that have.
func (l *land) lacking(other *land, has func(edge, peer uint32)) []uint32 {
	var out []uint32
	for n := range uint32(len(l.peer)) {
		for _, arc := range l.g.Out(n) {
			peer, ok := l.counterpart(other, n, arc)
			switch {
			case !ok:
				out = append(out, arc.Edge)
			case has != nil:
				has(arc.Edge, peer.Edge)
			}
		}
	}
	return out
}

func (l *land) counterpart(other *land, n uint32, arc topology.Arc) (topology.Arc, bool) {
	from, to := l.peer[n], l.peer[arc.Peer]
	code, ok := other.g.EdgeTypes().Code(l.g.EdgeTypes().Name(int(arc.Type())))
	if from == 0 || to == 0 || !ok {
		return topology.Arc{}, false
	}
	return other.g.Find(uint8(code), from, to)
}

// edge reports on one edge; was is the old one in its own words, if both are
// there.
func (a *across) edge(ctx context.Context, m matcher, p edgePair, was *graph.Edge) error {
	real := p
	if was != nil {
		real.Old = was
	}
	in, err := a.keepsEdge(ctx, real)
	if err != nil || !in {
		return err
	}
	return a.link(ctx, m, p)
}
