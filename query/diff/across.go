package diff

import (
	"context"
	"fmt"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/topology"
)

// Side is one side of a comparison of two environments.
type Side struct {
	Env graph.EnvID
	At  graph.Time // graph.Now: as it is
}

// chunk is how many vertices or edges are read at once.
const chunk = 256

// Across compares two environments, or one with itself through a mapping: the
// mapping says what things of the first are called in the second. What is the
// same is found by ids, by stable keys, by type and path of names, and by links
// to what is the same already.
//
// It reads all there is on both sides, but holds at once only what one of them
// has no counterpart for, the ids of the smaller one, and what differs.
//
// Errors: *graph.InvalidError for the mapping; graph.ErrNotFound if there is no
// such environment, or nothing was known of one then.
func Across(ctx context.Context, s Store, from, to Side, m Mapping, opt Options) (*Report, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	c := &graph.Comparison{}
	a := &across{t: newTranslator(m)}
	for _, x := range []struct {
		of   Side
		view **graph.View
		land *land
	}{{from, &c.From, &a.old}, {to, &c.To, &a.new}} {
		v, err := s.View(ctx, x.of.Env, x.of.At)
		if err != nil {
			return nil, err
		}
		if v.Time() == graph.Now {
			return nil, fmt.Errorf("diff: nothing is known of %q at %s: %w", x.of.Env, x.of.At, graph.ErrNotFound)
		}
		if x.land.g, err = v.Topology(ctx); err != nil {
			return nil, err
		}
		*x.view, x.land.view, x.land.peer = v, v, make([]uint32, x.land.g.Len())
	}
	a.differ = newDiffer(s, from.Env, c, opt)
	a.translate = a.t.text
	a.r.ToEnv, a.r.From, a.r.To = to.Env, shown(from.At, c.From), shown(to.At, c.To)
	for _, step := range []func(context.Context) error{a.restrict, a.match, a.vertices, a.edges, a.neighbours, a.warnings} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	a.r.order()
	a.r.count(0)
	return a.r, nil
}

// across is the making of a report on two environments.
type across struct {
	*differ
	t        *translator
	old, new land
}

// land is one environment: peer gives, for each vertex, its counterpart in the
// other one, 0: none.
type land struct {
	view *graph.View
	g    *topology.Graph
	peer []uint32
}

func (l *land) typeOf(n uint32) graph.VertexType {
	return graph.VertexType(l.g.VertexTypes().Name(int(l.g.VertexType(n))))
}

// each visits those vertices that are there, some at a time.
func (l *land) each(ctx context.Context, accept func(n uint32) bool, visit func(nums []uint32, list []*graph.Vertex) error) error {
	var nums []uint32
	flush := func() error {
		list, err := l.view.VerticesByNum(ctx, nums)
		if err == nil {
			err = visit(nums, list)
		}
		nums = nums[:0]
		return err
	}
	for n := range uint32(len(l.peer)) {
		if l.g.VertexType(n) == 0 || !accept(n) {
			continue
		}
		if nums = append(nums, n); len(nums) == chunk {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

func (a *across) pair(old, new uint32) {
	a.old.peer[old], a.new.peer[new] = new, old
}

// vertices compares what was matched, and lists the rest.
func (a *across) vertices(ctx context.Context) error {
	wanted := func(l *land) func(uint32) bool {
		return func(n uint32) bool { return a.opt.Folders || !catalog.IsFolder(l.typeOf(n)) }
	}
	err := a.old.each(ctx, func(n uint32) bool { return a.old.peer[n] == 0 && wanted(&a.old)(n) }, func(_ []uint32, list []*graph.Vertex) error {
		for _, v := range list {
			if err := a.one(ctx, vertexPair{Old: v}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return a.new.each(ctx, wanted(&a.new), func(nums []uint32, list []*graph.Vertex) error {
		var peers []uint32
		for _, n := range nums {
			if p := a.new.peer[n]; p != 0 {
				peers = append(peers, p)
			}
		}
		olds, err := a.old.view.VerticesByNum(ctx, peers)
		if err != nil {
			return err
		}
		for i, v := range list {
			p := vertexPair{New: v}
			if a.new.peer[nums[i]] != 0 {
				p.Old, olds = olds[0], olds[1:]
			}
			if err := a.one(ctx, p); err != nil {
				return err
			}
		}
		return nil
	})
}

// one reports on one vertex, as it is on both sides.
func (a *across) one(ctx context.Context, p vertexPair) error {
	in, err := a.keeps(ctx, p)
	if err != nil || !in {
		return err
	}
	if p.Old == nil || p.New == nil {
		return a.object(ctx, p)
	}
	said := a.t.vertex(p.Old)
	said.ID = p.New.ID
	if p.Old.ID != p.New.ID {
		a.newID[p.Old.ID] = p.New.ID
	}
	return a.compared(ctx, Object{}, vertexPair{Old: said, New: p.New}, p.Old)
}
