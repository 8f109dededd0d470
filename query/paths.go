package query

import (
	"cmp"
	"container/heap"
	"context"
	"slices"

	"calipso/graph"
	"calipso/graph/topology"
)

// The limits of a search for paths.
const (
	DefaultPaths = 3
	MaxPaths     = 100
	// maxPartial is the number of beginnings of paths that are looked at: a
	// second or less.
	maxPartial = 300_000
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
	// Paths are the shortest first; of equally long ones those first whose
	// objects the store saw first. Empty: there is no way.
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
	f := pathFinder{g: g, links: typeCodes(g.EdgeTypes(), q.LinkTypes), to: to}
	found, truncated, err := f.find(ctx, from, q.Limit)
	if err != nil {
		return nil, err
	}
	answer := &Paths{Paths: []Path{}, Truncated: truncated}
	r := hopReader{view: v, finder: &f, refs: map[uint32]Ref{}}
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

// pathFinder finds paths best first: of all beginnings of paths it lengthens
// the one that, by the distance still to go, can end soonest.
type pathFinder struct {
	g     *topology.Graph
	links *codeSet
	to    uint32
	far   []int32 // links still to go, by number; -1: no way
	queue beginnings
}

// beginning is a path from the start to num, as a list backwards.
type beginning struct {
	num    uint32
	depth  int32
	total  int32 // depth and what is still to go at least
	order  int   // of appearance
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

// find gives the limit shortest paths by the numbers of their vertices; more
// tells that there are or may be others.
func (f *pathFinder) find(ctx context.Context, from uint32, limit int) (found [][]uint32, more bool, err error) {
	if err := f.distances(ctx); err != nil || f.far[from] < 0 {
		return nil, false, err
	}
	order := 0
	push := func(num uint32, before *beginning) {
		b := &beginning{num: num, total: f.far[num], order: order, before: before}
		if before != nil {
			b.depth = before.depth + 1
			b.total += b.depth
		}
		order++
		heap.Push(&f.queue, b)
	}
	push(from, nil)
	for looked := 0; len(f.queue) > 0; looked++ {
		if looked%1024 == 0 && ctx.Err() != nil {
			return nil, false, ctx.Err()
		}
		if looked == maxPartial {
			return found, true, nil
		}
		b := heap.Pop(&f.queue).(*beginning)
		if b.num == f.to {
			if len(found) == limit {
				return found, true, nil
			}
			found = append(found, b.nums())
			continue
		}
		for _, p := range f.peers(b.num) {
			if f.far[p] >= 0 && !b.meets(p) {
				push(p, b)
			}
		}
	}
	return found, false, nil
}

// distances measures how far each vertex is from the end.
func (f *pathFinder) distances(ctx context.Context) error {
	f.far = make([]int32, max(f.g.Len(), int(f.to)+1))
	for i := range f.far {
		f.far[i] = -1
	}
	f.far[f.to] = 0
	todo := []uint32{f.to}
	for i := 0; i < len(todo); i++ {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		n := todo[i]
		arcs(f.g, n, Both, f.links, func(a topology.Arc, _ bool) {
			if f.far[a.Peer] < 0 {
				f.far[a.Peer] = f.far[n] + 1
				todo = append(todo, a.Peer)
			}
		})
	}
	return nil
}

// peers are the vertices next to one, by number.
func (f *pathFinder) peers(n uint32) []uint32 {
	var out []uint32
	arcs(f.g, n, Both, f.links, func(a topology.Arc, _ bool) { out = append(out, a.Peer) })
	slices.Sort(out)
	return slices.Compact(out)
}

// between are the numbers of the edges between two vertices.
func (f *pathFinder) between(a, b uint32) []uint32 {
	var out []uint32
	arcs(f.g, a, Both, f.links, func(arc topology.Arc, _ bool) {
		if arc.Peer == b {
			out = append(out, arc.Edge)
		}
	})
	return out
}

// hopReader reads the vertices and edges of paths.
type hopReader struct {
	view   View
	finder *pathFinder
	refs   map[uint32]Ref
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
		edges, err := r.view.EdgesByNum(ctx, r.finder.between(nums[i], nums[i+1]))
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
