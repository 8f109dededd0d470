package query

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"calipso/graph"
	"calipso/graph/topology"
	"calipso/graph/walk"
)

// The limits of a walk.
const (
	MaxDepth = 64
	MaxStart = 1000
	// MaxReached bounds an answer that is read piece by piece.
	MaxReached = 100_000
	// maxLooked bounds what is read to be compared with filters.
	maxLooked = 200_000
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
	// Filters are what all objects but the starts must meet.
	Filters []Filter
	// Unmatched says what becomes of objects that do not; empty: EndWalk.
	Unmatched Unmatched
	// Limit is the most objects in the answer; 0: DefaultLimit, at most
	// MaxLimit, or MaxReached for Walk.
	Limit int
}

// Unmatched says whether a walk goes on from objects that meet no filter. They
// are in no answer.
type Unmatched string

// What becomes of them.
const (
	EndWalk     Unmatched = "stop" // what lies behind them is reached by other ways only
	PassThrough Unmatched = "pass" // the walk goes on from them; each counts as a link of depth
)

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
	if q.Limit > MaxLimit {
		return nil, invalid(traverseQuestion, "limit", "%d is not between 1 and %d", q.Limit, MaxLimit)
	}
	w, err := s.Walk(ctx, q)
	if err != nil {
		return nil, err
	}
	return w.answer(ctx, cmp.Or(q.Limit, DefaultLimit))
}

const traverseQuestion = "traverse"

func (q *TraverseRequest) check() (m matchers, err error) {
	const what = traverseQuestion
	if len(q.Start) == 0 || len(q.Start) > MaxStart {
		return nil, invalid(what, "start", "has %d ids; give 1 to %d", len(q.Start), MaxStart)
	}
	if err := q.Direction.check(what); err != nil {
		return nil, err
	}
	switch q.Unmatched {
	case "", EndWalk, PassThrough:
	default:
		return nil, invalid(what, "unmatched", "%q is neither stop nor pass", string(q.Unmatched))
	}
	if q.MaxDepth, err = within(what, "max_depth", q.MaxDepth, 1, MaxDepth); err != nil {
		return nil, err
	}
	if q.Limit, err = within(what, "limit", q.Limit, DefaultLimit, MaxReached); err != nil {
		return nil, err
	}
	return compileFilters(what, q.Filters)
}

// Walked is a finished walk, of which nothing has been read yet.
type Walked struct {
	view  View
	g     *topology.Graph
	links *codeSet
	// reached are copies: the walker goes on to other walks.
	nums   []uint32
	depths []uint16
	in     map[uint32]bool
	// Truncated: there is more within the depth asked for.
	Truncated bool
}

// Walk walks as Traverse does and reads nothing of what it reached, so that the
// answer may be larger: at most MaxReached objects.
//
// Errors: those of Traverse.
func (s *Service) Walk(ctx context.Context, q TraverseRequest) (*Walked, error) {
	match, err := q.check()
	if err != nil {
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
	links := typeCodes(g.EdgeTypes(), q.LinkTypes)
	limits := walk.Limits{Depth: q.MaxDepth, Reach: q.Limit}
	var judge func([]uint32, []walk.Verdict) error
	if len(match) > 0 {
		limits.Looked = maxLooked
		judge = q.judge(ctx, v, match)
	}
	w := s.walkers.Get().(*walk.Walker)
	defer s.walkers.Put(w)
	r, err := w.Around(ctx, g, start, walk.Ways{Types: links.only(), Out: q.Direction == Out, In: q.Direction == In},
		typeCodes(g.VertexTypes(), q.ObjectTypes).only(), limits, judge)
	if err != nil {
		return nil, err
	}
	t := &Walked{view: v, g: g, links: links, nums: slices.Clone(r.Nums), depths: slices.Clone(r.Depths), Truncated: r.Truncated,
		in: make(map[uint32]bool, len(r.Nums))}
	for _, n := range r.Nums {
		t.in[n] = true
	}
	return t, nil
}

// judge reads vertices that a walk has come to and compares them.
func (q *TraverseRequest) judge(ctx context.Context, v View, match matchers) func([]uint32, []walk.Verdict) error {
	miss := walk.Stop
	if q.Unmatched == PassThrough {
		miss = walk.Pass
	}
	return func(nums []uint32, into []walk.Verdict) error {
		at := 0
		for some := range slices.Chunk(nums, filterStep) {
			list, err := v.VerticesByNum(ctx, some)
			if err != nil {
				return err
			}
			for _, x := range list {
				if !match.all(x) {
					into[at] = miss
				}
				at++
			}
		}
		return nil
	}
}

// readStep is how many objects or links of a large answer are read at once.
const readStep = 500

// Nodes reads what was reached, nearest first; those of the same distance are
// by type and id as far as they are read together, 500 at a time.
func (t *Walked) Nodes(ctx context.Context) iter.Seq2[Reached, error] {
	return func(yield func(Reached, error) bool) {
		for first := 0; first < len(t.nums); first += readStep {
			end := min(first+readStep, len(t.nums))
			part, err := t.nodes(ctx, first, end)
			if err != nil {
				yield(Reached{}, err)
				return
			}
			for _, n := range part {
				if !yield(n, nil) {
					return
				}
			}
		}
	}
}

func (t *Walked) nodes(ctx context.Context, first, end int) ([]Reached, error) {
	vertices, err := t.view.VerticesByNum(ctx, t.nums[first:end])
	if err != nil {
		return nil, err
	}
	out := make([]Reached, len(vertices))
	for i, x := range vertices {
		out[i] = Reached{refOf(x), x.Host, int(t.depths[first+i])}
	}
	slices.SortFunc(out, func(a, b Reached) int {
		return cmp.Or(cmp.Compare(a.Depth, b.Depth), cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

// Links reads the links between two of the nodes, some at a time, by source as
// reached. A caller that stops early costs no more than what it got.
func (t *Walked) Links(ctx context.Context) iter.Seq2[*Link, error] {
	return func(yield func(*Link, error) bool) {
		b := &linkBatch{view: t.view}
		for _, n := range t.nums {
			for _, a := range t.g.Out(n) {
				if !t.in[a.Peer] || !t.links.has(a.Type()) {
					continue
				}
				on, err := b.add(ctx, arcEnds{a.Edge, n, a.Peer}, yield)
				if err != nil {
					yield(nil, err)
				}
				if !on {
					return
				}
			}
		}
		if _, err := b.read(ctx, yield); err != nil {
			yield(nil, err)
		}
	}
}

// answer reads all of it at once.
func (t *Walked) answer(ctx context.Context, limit int) (*Traversal, error) {
	out := &Traversal{Truncated: t.Truncated}
	var err error
	if out.Nodes, err = t.nodes(ctx, 0, len(t.nums)); err != nil {
		return nil, err
	}
	known := make(map[graph.ID]Ref, len(out.Nodes))
	for _, n := range out.Nodes {
		known[n.ID] = n.Ref
	}
	var nums []uint32
	for _, n := range t.nums {
		for _, a := range t.g.Out(n) {
			if !t.in[a.Peer] || !t.links.has(a.Type()) {
				continue
			}
			if len(nums) >= limit*linksPerNode {
				out.Truncated = true
				break
			}
			nums = append(nums, a.Edge)
		}
	}
	edges, err := t.view.EdgesByNum(ctx, nums)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(edges, func(a, b *graph.Edge) int { return graph.CompareEdgeKeys(a.EdgeKey, b.EdgeKey) })
	out.Links, err = ends(ctx, t.view, edges, known)
	return out, err
}
