package diff

import (
	"context"

	"calipso/graph"
	"calipso/query/extent"
)

// within tells what belongs to the scope of a comparison.
type within struct{ old, new side }

// side is one of the two times: what the scope holds then, and the numbers of
// the vertices that were asked for.
type side struct {
	view   *graph.View
	extent *extent.Extent // nil: nothing was known yet
	nums   map[graph.ID]uint32
}

// restrict finds what the scope holds at both times.
func (d *differ) restrict(ctx context.Context) error {
	if d.opt.Scope == nil {
		return nil
	}
	d.r.Scope, d.r.SharedNeighbours = d.opt.Scope.Name, []Neighbour{}
	w := &within{}
	for _, s := range []struct {
		side *side
		view *graph.View
	}{{&w.old, d.comparison.From}, {&w.new, d.comparison.To}} {
		*s.side = side{view: s.view, nums: map[graph.ID]uint32{}}
		if s.view.Time() == graph.Now { // before the first commit
			continue
		}
		var err error
		if s.side.extent, err = d.opt.Extents.Of(ctx, d.opt.Scope, s.view.Env(), s.view.Time()); err != nil {
			return err
		}
	}
	d.within = w
	return nil
}

func (s *side) num(ctx context.Context, id graph.ID) (uint32, error) {
	if n, ok := s.nums[id]; ok {
		return n, nil
	}
	n, err := s.view.Num(ctx, id)
	if err == nil {
		s.nums[id] = n
	}
	return n, err
}

// vertex tells whether a vertex that is there is within the scope; v may be nil.
func (s *side) vertex(ctx context.Context, v *graph.Vertex) (bool, error) {
	if v == nil || s.extent == nil {
		return false, nil
	}
	n, err := s.num(ctx, v.ID)
	return err == nil && s.extent.Has(n), err
}

// edge tells whether both ends of an edge that is there are; e may be nil.
func (s *side) edge(ctx context.Context, e *graph.Edge) (bool, error) {
	if e == nil || s.extent == nil {
		return false, nil
	}
	for _, id := range []graph.ID{e.From, e.To} {
		n, err := s.num(ctx, id)
		if err != nil || !s.extent.Has(n) {
			return false, err
		}
	}
	return true, nil
}

// keeps tells whether a pair is within the scope at either time, and notes what
// came elsewhere.
func (d *differ) keeps(ctx context.Context, p vertexPair) (bool, error) {
	if d.within == nil {
		return true, nil
	}
	in, err := d.within.old.vertex(ctx, p.Old)
	if err == nil && !in {
		in, err = d.within.new.vertex(ctx, p.New)
	}
	if err == nil && !in && p.Old == nil {
		d.elsewhere = append(d.elsewhere, p)
	}
	return in, err
}

// keepsEdge tells whether both ends of an edge are within the scope at one of
// the times.
func (d *differ) keepsEdge(ctx context.Context, p edgePair) (bool, error) {
	if d.within == nil {
		return true, nil
	}
	in, err := d.within.old.edge(ctx, p.Old)
	if err == nil && !in {
		in, err = d.within.new.edge(ctx, p.New)
	}
	return in, err
}

// kept leaves those pairs that are wanted.
func kept[T any](ctx context.Context, pairs []graph.Pair[T], wanted func(context.Context, graph.Pair[T]) (bool, error)) ([]graph.Pair[T], error) {
	out := pairs[:0:0]
	for _, p := range pairs {
		in, err := wanted(ctx, p)
		if err != nil {
			return nil, err
		}
		if in {
			out = append(out, p)
		}
	}
	return out, nil
}
