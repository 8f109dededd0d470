package query

import (
	"context"
	"iter"
	"slices"

	"calipso/graph/topology"
)

// EachObject is Objects without pages: all there are, one after the other, read
// some at a time. Limit and cursor do not count.
//
// Errors: those of Objects, as the last item.
func (s *Service) EachObject(ctx context.Context, q ObjectsRequest) iter.Seq2[*Object, error] {
	return func(yield func(*Object, error) bool) {
		v, err := s.view(ctx, q.At)
		if err == nil && q.Parent != "" {
			err = q.eachBelow(ctx, v, yield)
		} else if err == nil {
			err = q.each(ctx, v, yield)
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func (q *ObjectsRequest) eachBelow(ctx context.Context, v View, yield func(*Object, error) bool) error {
	q.Paging = Paging{Limit: readStep}
	for at := (mark{}); ; at.Index += readStep {
		page, err := q.below(ctx, v, at)
		if err != nil {
			return err
		}
		for i := range page.Items {
			if !yield(&page.Items[i], nil) {
				return nil
			}
		}
		if page.NextCursor == "" {
			return nil
		}
	}
}

// readingsEvery is after how many reads what was kept of parents is forgotten.
const readingsEvery = 50

func (q *ObjectsRequest) each(ctx context.Context, v View, yield func(*Object, error) bool) error {
	g, err := v.Topology(ctx)
	if err != nil {
		return err
	}
	codes := typeCodes(g.VertexTypes(), q.Types)
	nums := make([]uint32, 0, readStep)
	r, reads := newReading(v), 0
	read := func() (bool, error) {
		if reads++; reads%readingsEvery == 0 {
			r = newReading(v)
		}
		list, err := v.VerticesByNum(ctx, nums)
		nums = nums[:0]
		if err != nil {
			return false, err
		}
		for _, x := range list {
			if !q.accepts(x) {
				continue
			}
			o, err := r.object(ctx, x)
			if err != nil || !yield(o, nil) {
				return false, err
			}
		}
		return true, ctx.Err()
	}
	for n := range uint32(g.Len()) {
		if t := g.VertexType(n); t == 0 || !codes.has(t) {
			continue
		}
		if nums = append(nums, n); len(nums) == readStep {
			if on, err := read(); !on || err != nil {
				return err
			}
		}
	}
	_, err = read()
	return err
}

// EachLink is Links without pages, as EachObject is Objects.
//
// Errors: those of Links, as the last item.
func (s *Service) EachLink(ctx context.Context, q LinksRequest) iter.Seq2[*Link, error] {
	return func(yield func(*Link, error) bool) {
		v, err := s.view(ctx, q.At)
		if err == nil {
			err = q.each(ctx, v, yield)
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

func (q *LinksRequest) each(ctx context.Context, v View, yield func(*Link, error) bool) error {
	g, err := v.Topology(ctx)
	if err != nil {
		return err
	}
	source, target := uint32(0), uint32(0)
	if q.Source != "" {
		if source, err = num(ctx, v, q.Source); err != nil {
			return err
		}
	}
	if q.Target != "" {
		if target, err = num(ctx, v, q.Target); err != nil {
			return err
		}
	}
	codes := typeCodes(g.EdgeTypes(), q.Types)
	b := &linkBatch{view: v}
	// add tells whether to go on.
	add := func(a topology.Arc, from, to uint32) (bool, error) {
		if !codes.has(a.Type()) || q.Target != "" && to != target {
			return true, nil
		}
		return b.add(ctx, arcEnds{a.Edge, from, to}, yield)
	}
	switch {
	case q.Source == "" && q.Target != "":
		for _, a := range g.In(target) {
			if on, err := add(a, a.Peer, target); !on || err != nil {
				return err
			}
		}
	default:
		first, end := uint32(0), uint32(g.Len())
		if q.Source != "" {
			first, end = source, source+1
		}
		for n := first; n < end; n++ {
			for _, a := range g.Out(n) {
				if on, err := add(a, n, a.Peer); !on || err != nil {
					return err
				}
			}
		}
	}
	_, err = b.read(ctx, yield)
	return err
}

type arcEnds struct{ edge, from, to uint32 }

// linkBatch reads links with their ends, many at a time.
type linkBatch struct {
	view View
	list []arcEnds
}

// add puts off reading until there are enough; on is false if nobody wants
// more.
func (b *linkBatch) add(ctx context.Context, a arcEnds, yield func(*Link, error) bool) (on bool, err error) {
	if b.list = append(b.list, a); len(b.list) < readStep {
		return true, nil
	}
	return b.read(ctx, yield)
}

func (b *linkBatch) read(ctx context.Context, yield func(*Link, error) bool) (on bool, err error) {
	edges, ends := make([]uint32, len(b.list)), make([]uint32, 0, 2*len(b.list))
	for i, a := range b.list {
		edges[i] = a.edge
		ends = append(ends, a.from, a.to)
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)
	vertices, err := b.view.VerticesByNum(ctx, ends)
	if err != nil {
		return false, err
	}
	list, err := b.view.EdgesByNum(ctx, edges)
	if err != nil {
		return false, err
	}
	ref := func(n uint32) Ref {
		i, _ := slices.BinarySearch(ends, n)
		return refOf(vertices[i])
	}
	for i, a := range b.list {
		l := linkOf(b.view.Env(), list[i], ref(a.from), ref(a.to))
		if !yield(&l, nil) {
			return false, nil
		}
	}
	b.list = b.list[:0]
	return true, ctx.Err()
}
