package mirror

import (
	"bytes"
	"context"
	"math"
	"reflect"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/graph/topology"
	"calipso/importexport"
)

// readChunk is how many objects or links are read at once.
const readChunk = 256

// side is an environment at one of two moments.
type side struct {
	view    *graph.View
	g       *topology.Graph
	make    *importexport.Maker
	cliques *importexport.Cliques
}

func sideOf(ctx context.Context, at moment, withCliques bool) (s side, err error) {
	s.view = at.view
	if s.g, err = at.view.Topology(ctx); err != nil {
		return s, err
	}
	if s.make, err = importexport.NewMaker(ctx, at.view.Env(), at.view); err != nil || !withCliques {
		return s, err
	}
	rules, _, err := importexport.NewReference(at.rules).Rules(ctx, at.view.Env())
	if err != nil {
		return s, err
	}
	s.cliques, err = s.make.Cliques(ctx, rules)
	return s, err
}

// change finds the documents of an environment that differ between two moments.
// What a document depends on beside its own object or link is looked up in both
// directions: see DESIGN.md.
type change struct {
	was, is side
	put     func(string, Op) error
	// vertices and edges were touched by the commits in between: in order, each
	// once. retyped are the vertices of another type than before, or that are
	// new or gone.
	vertices, edges, retyped []uint32
	docs                     []graph.DocKey
	// ends are the vertices at touched edges.
	ends []uint32
	// moved are the vertices whose place, name or type is another one.
	moved []uint32
	// ruled: cliques are found by other rules.
	ruled bool
}

// changedEnvironment makes the ops for what changed between two moments.
func (m *Mirror) changedEnvironment(ctx context.Context, from, to moment, put func(string, Op) error) error {
	touched, ok, err := to.view.Touched(ctx, from.view.Time(), math.MaxInt)
	if err != nil {
		return err
	}
	if !ok {
		return errAnew
	}
	c := &change{put: put, vertices: distinct(touched.Vertices), edges: distinct(touched.Edges), docs: distinctDocs(touched.Docs)}
	if !m.opt.NoCliques {
		if c.ruled, err = ruledOtherwise(ctx, from, to); err != nil {
			return err
		}
	}
	if len(c.vertices)+len(c.edges)+len(c.docs) == 0 && !c.ruled {
		return nil
	}
	if c.was, err = sideOf(ctx, from, !m.opt.NoCliques); err != nil {
		return err
	}
	if c.is, err = sideOf(ctx, to, !m.opt.NoCliques); err != nil {
		return err
	}
	for _, find := range []func(context.Context) error{c.objects, c.derivedObjects, c.links, c.derivedLinks, c.documents} {
		if err := find(ctx); err != nil {
			return err
		}
	}
	if m.opt.NoCliques {
		return nil
	}
	return c.changedCliques(ctx)
}

// ruledOtherwise tells whether a commit in between may have changed by what
// rules the cliques of an environment are found.
func ruledOtherwise(ctx context.Context, from, to moment) (bool, error) {
	if from.rules.Time() == to.rules.Time() {
		return false, nil
	}
	touched, ok, err := to.rules.Touched(ctx, from.rules.Time(), math.MaxInt)
	if err != nil {
		return false, err
	}
	return !ok || slices.ContainsFunc(touched.Docs, func(k graph.DocKey) bool {
		return k.Collection == graph.CliqueTypes || k.Collection == graph.CliqueConstraints ||
			k.Collection == graph.Environments && k.ID == string(to.view.Env())
	}), nil
}

// differ makes the op that turns one document into another; nil: there is none.
func differ(collection string, was, is bson.D, put func(string, Op) error) error {
	before, old, err := raw(was)
	if err != nil {
		return err
	}
	id, now, err := raw(is)
	if err != nil {
		return err
	}
	if old != nil && before != id {
		if err := put(collection, Op{ID: before}); err != nil {
			return err
		}
	}
	if now == nil || before == id && bytes.Equal(old, now) {
		return nil
	}
	return put(collection, Op{id, now})
}

// objects finds the inventory documents of what was touched itself.
func (c *change) objects(ctx context.Context) error {
	for nums := range slices.Chunk(c.vertices, readChunk) {
		olds, err := c.was.view.PresentVertices(ctx, nums)
		if err != nil {
			return err
		}
		news, err := c.is.view.PresentVertices(ctx, nums)
		if err != nil {
			return err
		}
		for i, n := range nums {
			a, b := olds[i], news[i]
			if a == nil || b == nil || a.Type != b.Type {
				c.retyped = append(c.retyped, n)
			}
			if a == nil || b == nil || a.Type != b.Type || a.Text() != b.Text() || a.Parent != b.Parent {
				c.moved = append(c.moved, n)
			}
			if err := c.object(ctx, a, b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *change) object(ctx context.Context, was, is *graph.Vertex) (err error) {
	var old, now bson.D
	if was != nil {
		if old, err = c.was.make.Object(ctx, was); err != nil {
			return err
		}
	}
	if is != nil {
		if now, err = c.is.make.Object(ctx, is); err != nil {
			return err
		}
	}
	return differ(importexport.Inventory, old, now, c.put)
}

// derivedObjects finds those of objects that were not touched, but hang under
// one that moved, or belong to a part that was scanned since.
func (c *change) derivedObjects(ctx context.Context) error {
	rescanned := slices.ContainsFunc(c.docs, func(k graph.DocKey) bool { return k.Collection == graph.Parts })
	if !rescanned && len(c.moved) == 0 {
		return nil
	}
	below := newBelow(c.is.g, c.moved)
	parts := map[string]bool{}
	another := func(part string) bool {
		is, known := parts[part]
		if !known && rescanned {
			a, stale := c.was.make.Scanned(part)
			b, staleNow := c.is.make.Scanned(part)
			is = !a.Equal(b) || stale != staleNow
			parts[part] = is
		}
		return is
	}
	var nums []uint32
	look := func() error {
		vs, err := c.is.view.PresentVertices(ctx, nums)
		if err != nil {
			return err
		}
		for i, v := range vs {
			if v == nil || !another(v.Part) && !below.has(nums[i]) {
				continue
			}
			if err := c.object(ctx, v, v); err != nil {
				return err
			}
		}
		nums = nums[:0]
		return ctx.Err()
	}
	for n := range uint32(c.is.g.Len()) {
		if c.is.g.VertexType(n) == 0 || !rescanned && !below.has(n) || contains(c.vertices, n) {
			continue
		}
		if nums = append(nums, n); len(nums) == readChunk {
			if err := look(); err != nil {
				return err
			}
		}
	}
	return look()
}

// links finds the documents of the links that were touched themselves.
func (c *change) links(ctx context.Context) error {
	ends := map[uint32]bool{}
	for nums := range slices.Chunk(c.edges, readChunk) {
		olds, err := c.was.view.PresentEdges(ctx, nums)
		if err != nil {
			return err
		}
		news, err := c.is.view.PresentEdges(ctx, nums)
		if err != nil {
			return err
		}
		for i := range nums {
			if err := c.link(ctx, olds[i], news[i]); err != nil {
				return err
			}
			for _, s := range []struct {
				view *graph.View
				e    *graph.Edge
			}{{c.was.view, olds[i]}, {c.is.view, news[i]}} {
				if s.e == nil || c.was.cliques == nil {
					continue
				}
				for _, id := range []graph.ID{s.e.From, s.e.To} {
					n, err := s.view.Num(ctx, id)
					if err != nil {
						return err
					}
					ends[n] = true
				}
			}
		}
	}
	c.ends = sortedKeys(ends)
	return nil
}

func (c *change) link(ctx context.Context, was, is *graph.Edge) (err error) {
	var old, now bson.D
	if was != nil {
		if old, err = c.was.make.Link(ctx, was); err != nil {
			return err
		}
	}
	if is != nil {
		if now, err = c.is.make.Link(ctx, is); err != nil {
			return err
		}
	}
	return differ(importexport.Links, old, now, c.put)
}

// derivedLinks finds those of links that were not touched, but one end of which
// is of another type now.
func (c *change) derivedLinks(ctx context.Context) error {
	found := map[uint32]bool{}
	for _, n := range c.retyped {
		for _, arcs := range [][]topology.Arc{c.is.g.Out(n), c.is.g.In(n)} {
			for _, a := range arcs {
				if !contains(c.edges, a.Edge) {
					found[a.Edge] = true
				}
			}
		}
	}
	for nums := range slices.Chunk(sortedKeys(found), readChunk) {
		es, err := c.is.view.EdgesByNum(ctx, nums)
		if err != nil {
			return err
		}
		for _, e := range es {
			if err := c.link(ctx, e, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// documents finds the other documents that were touched.
func (c *change) documents(ctx context.Context) error {
	for _, k := range c.docs {
		if !slices.Contains(importexport.EnvironmentCollections(), string(k.Collection)) {
			continue
		}
		old, err := c.was.document(ctx, k)
		if err != nil {
			return err
		}
		now, err := c.is.document(ctx, k)
		if err != nil {
			return err
		}
		if err := differ(string(k.Collection), old, now, c.put); err != nil {
			return err
		}
	}
	return nil
}

func (s *side) document(ctx context.Context, k graph.DocKey) (bson.D, error) {
	d, err := s.view.Document(ctx, k.Collection, k.ID)
	if notFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return s.make.Document(d)
}

func distinct(nums []uint32) []uint32 {
	slices.Sort(nums)
	return slices.Compact(nums)
}

func contains(sorted []uint32, n uint32) bool {
	_, ok := slices.BinarySearch(sorted, n)
	return ok
}

// same compares values of attributes.
func same(a, b graph.Attrs) bool { return reflect.DeepEqual(a, b) }
