package query

import (
	"context"
	"slices"

	"calipso/graph"
	"calipso/graph/topology"
	"calipso/graph/walk"
)

// The limits of a search for paths.
const (
	DefaultPaths = 3
	MaxPaths     = 100
)

// PathsRequest asks how one gets from one object to another along links, in
// whatever direction these are stored.
type PathsRequest struct {
	At
	From, To  graph.ID
	LinkTypes []graph.EdgeType // follow these only; none given: all
	Limit     int              // number of paths; 0: DefaultPaths, at most MaxPaths
}

// Paths are the shortest ways, none of which meets an object twice.
type Paths struct {
	From Ref `json:"from"`
	To   Ref `json:"to"`
	// Paths are the shortest first; of equally long ones always the same come
	// first. Empty: there is no way.
	Paths []Path `json:"paths"`
	// Truncated: there are, or may be, more than these.
	Truncated bool `json:"truncated"`
}

// Path is one way, hop by hop.
type Path struct {
	Length int   `json:"length"` // number of hops
	Hops   []Hop `json:"hops"`
}

// Hop is one step of a path.
type Hop struct {
	From Ref `json:"from"`
	To   Ref `json:"to"`
	// Links join the two, in one direction or the other; at least one.
	Links []Link `json:"links"`
}

// Paths finds the shortest paths between two objects.
//
// Errors: graph.ErrNotFound for the environment or an end,
// *graph.InvalidError.
func (s *Service) Paths(ctx context.Context, q PathsRequest) (*Paths, error) {
	var err error
	if q.Limit, err = within("paths", "limit", q.Limit, DefaultPaths, MaxPaths); err != nil {
		return nil, err
	}
	v, err := s.view(ctx, q.At)
	if err != nil {
		return nil, err
	}
	from, err := num(ctx, v, q.From)
	if err != nil {
		return nil, err
	}
	to, err := num(ctx, v, q.To)
	if err != nil {
		return nil, err
	}
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	types := typeCodes(g.EdgeTypes(), q.LinkTypes)
	w := s.walkers.Get().(*walk.Walker)
	defer s.walkers.Put(w)
	found, truncated, err := w.Paths(ctx, g, from, to, types.only(), q.Limit)
	if err != nil {
		return nil, err
	}
	answer := &Paths{Paths: []Path{}, Truncated: truncated}
	r := hopReader{view: v, g: g, types: types, refs: map[uint32]Ref{}}
	if answer.From, err = r.ref(ctx, from); err != nil {
		return nil, err
	}
	if answer.To, err = r.ref(ctx, to); err != nil {
		return nil, err
	}
	for _, nums := range found {
		p, err := r.path(ctx, nums)
		if err != nil {
			return nil, err
		}
		answer.Paths = append(answer.Paths, p)
	}
	return answer, nil
}

// between are the numbers of the edges between two vertices.
func (r *hopReader) between(a, b uint32) []uint32 {
	var out []uint32
	arcs(r.g, a, Both, r.types, func(arc topology.Arc, _ bool) {
		if arc.Peer == b {
			out = append(out, arc.Edge)
		}
	})
	return out
}

// hopReader reads the vertices and edges of paths.
type hopReader struct {
	view  View
	g     *topology.Graph
	types *codeSet
	refs  map[uint32]Ref
}

func (r *hopReader) ref(ctx context.Context, n uint32) (Ref, error) {
	if known, ok := r.refs[n]; ok {
		return known, nil
	}
	list, err := r.view.VerticesByNum(ctx, []uint32{n})
	if err != nil {
		return Ref{}, err
	}
	r.refs[n] = refOf(list[0])
	return r.refs[n], nil
}

func (r *hopReader) path(ctx context.Context, nums []uint32) (Path, error) {
	p := Path{Length: len(nums) - 1, Hops: []Hop{}}
	for i := range nums[1:] {
		from, err := r.ref(ctx, nums[i])
		if err != nil {
			return p, err
		}
		to, err := r.ref(ctx, nums[i+1])
		if err != nil {
			return p, err
		}
		edges, err := r.view.EdgesByNum(ctx, r.between(nums[i], nums[i+1]))
		if err != nil {
			return p, err
		}
		slices.SortFunc(edges, func(a, b *graph.Edge) int { return graph.CompareEdgeKeys(a.EdgeKey, b.EdgeKey) })
		links, err := ends(ctx, r.view, edges, map[graph.ID]Ref{from.ID: from, to.ID: to})
		if err != nil {
			return p, err
		}
		p.Hops = append(p.Hops, Hop{from, to, links})
	}
	return p, nil
}
