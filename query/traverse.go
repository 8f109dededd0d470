package query

import (
	"cmp"
	"context"
	"slices"

	"calipso/graph"
	"calipso/graph/topology"
)

// The limits of a walk.
const (
	MaxDepth = 64
	MaxStart = 1000
	// linksPerNode bounds the links of an answer: more between few objects
	// are no picture.
	linksPerNode = 20
)

// TraverseRequest asks for what is reached from some objects along links.
type TraverseRequest struct {
	At
	Start     []graph.ID
	LinkTypes []graph.EdgeType // follow these only; none given: all
	Direction Direction        // empty: both
	// MaxDepth is the most links between a start and what is reached; 0: one.
	MaxDepth int
	// ObjectTypes are the only types that a walk enters; none given: all. The
	// starts may be of any type.
	ObjectTypes []graph.VertexType
	// Limit is the most objects in the answer; 0: DefaultLimit, at most
	// MaxLimit.
	Limit int
}

// Traversal is what a walk reached.
type Traversal struct {
	// Nodes are by depth, type and id.
	Nodes []Reached `json:"nodes"`
	// Links are all those between two of the nodes that a walk may follow, by
	// type, source and target.
	Links []Link `json:"links"`
	// Truncated: there is more within the depth asked for, of objects or of
	// links between them.
	Truncated bool `json:"truncated"`
}

// Reached is an object reached by a walk.
type Reached struct {
	Ref
	Host  string `json:"host,omitempty"`
	Depth int    `json:"depth"` // the fewest links from a start
}

// Neighbors is Traverse from one object.
func (s *Service) Neighbors(ctx context.Context, id graph.ID, q TraverseRequest) (*Traversal, error) {
	q.Start = []graph.ID{id}
	return s.Traverse(ctx, q)
}

// Traverse walks along links in breadth, so that what is left out by the limit
// is farthest away.
//
// Errors: graph.ErrNotFound for the environment or a start,
// *graph.InvalidError.
func (s *Service) Traverse(ctx context.Context, q TraverseRequest) (*Traversal, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	v, err := s.view(ctx, q.At)
	if err != nil {
		return nil, err
	}
	var start []uint32
	for _, id := range q.Start {
		n, err := num(ctx, v, id)
		if err != nil {
			return nil, err
		}
		start = append(start, n)
	}
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	w := walk{
		g: g, direction: q.Direction, links: typeCodes(g.EdgeTypes(), q.LinkTypes),
		objects: typeCodes(g.VertexTypes(), q.ObjectTypes), limit: q.Limit, depth: map[uint32]int{},
	}
	if err := w.run(ctx, start, q.MaxDepth); err != nil {
		return nil, err
	}
	return w.answer(ctx, v)
}

func (q *TraverseRequest) check() (err error) {
	const what = "traverse"
	if len(q.Start) == 0 || len(q.Start) > MaxStart {
		return invalid(what, "start", "has %d ids; give 1 to %d", len(q.Start), MaxStart)
	}
	if err := q.Direction.check(what); err != nil {
		return err
	}
	if q.MaxDepth, err = within(what, "max_depth", q.MaxDepth, 1, MaxDepth); err != nil {
		return err
	}
	q.Limit, err = within(what, "limit", q.Limit, DefaultLimit, MaxLimit)
	return err
}

// walk is a walk in breadth over the arrays.
type walk struct {
	g         *topology.Graph
	direction Direction
	links     *codeSet
	objects   *codeSet
	limit     int

	order     []uint32 // as reached
	depth     map[uint32]int
	truncated bool
}

func (w *walk) run(ctx context.Context, start []uint32, depth int) error {
	for _, n := range start {
		w.reach(n, 0)
	}
	for at := 0; at < len(w.order); at++ {
		if at%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		n := w.order[at]
		d := w.depth[n] + 1
		if d > depth {
			break
		}
		var peers []uint32
		arcs(w.g, n, w.direction, w.links, func(a topology.Arc, _ bool) {
			if w.objects.has(w.g.VertexType(a.Peer)) {
				peers = append(peers, a.Peer)
			}
		})
		slices.Sort(peers)
		for _, p := range slices.Compact(peers) {
			w.reach(p, d)
		}
	}
	return nil
}

func (w *walk) reach(n uint32, depth int) {
	if _, known := w.depth[n]; known {
		return
	}
	if len(w.order) >= w.limit {
		w.truncated = true
		return
	}
	w.depth[n] = depth
	w.order = append(w.order, n)
}

func (w *walk) answer(ctx context.Context, v View) (*Traversal, error) {
	vertices, err := v.VerticesByNum(ctx, w.order)
	if err != nil {
		return nil, err
	}
	t := &Traversal{Nodes: make([]Reached, len(vertices)), Truncated: w.truncated}
	known := make(map[graph.ID]Ref, len(vertices))
	for i, x := range vertices {
		known[x.ID] = refOf(x)
		t.Nodes[i] = Reached{refOf(x), x.Host, w.depth[w.order[i]]}
	}
	slices.SortFunc(t.Nodes, func(a, b Reached) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID))
	})
	var nums []uint32
	for _, n := range w.order {
		for _, a := range w.g.Out(n) {
			if _, in := w.depth[a.Peer]; !in || !w.links.has(a.Type()) {
				continue
			}
			if len(nums) >= w.limit*linksPerNode {
				t.Truncated = true
				break
			}
			nums = append(nums, a.Edge)
		}
	}
	edges, err := v.EdgesByNum(ctx, nums)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(edges, func(a, b *graph.Edge) int { return graph.CompareEdgeKeys(a.EdgeKey, b.EdgeKey) })
	t.Links, err = ends(ctx, v, edges, known)
	return t, err
}
