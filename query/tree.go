package query

import (
	"context"

	"calipso/graph"
	"calipso/graph/topology"
)

// The limits of a tree.
const (
	MaxTreeDepth     = 32
	DefaultTreeLimit = 2000
	MaxTreeLimit     = 10_000
)

// TreeRequest asks for the hierarchy for navigation.
type TreeRequest struct {
	At
	// Root is where the tree begins; empty or the environment's name: at the
	// environment.
	Root graph.ID
	// Depth is the number of levels below the root; 0: one, at most
	// MaxTreeDepth.
	Depth int
	// Limit is the most objects in the answer; 0: DefaultTreeLimit, at most
	// MaxTreeLimit.
	Limit int
}

// Tree is an object with what hangs below it.
type Tree struct {
	Ref
	// ChildCount counts all that hangs right under it, shown or not.
	ChildCount int `json:"child_count"`
	// Children are by type, name and id; nil below the last level.
	Children []*Tree `json:"children,omitempty"`
	// Truncated: the limit was reached before all children were given.
	Truncated bool `json:"truncated,omitempty"`
}

// Tree answers with the hierarchy below an object.
//
// Errors: graph.ErrNotFound, *graph.InvalidError for depth and limit.
func (s *Service) Tree(ctx context.Context, q TreeRequest) (*Tree, error) {
	var err error
	if q.Depth, err = within("tree", "depth", q.Depth, 1, MaxTreeDepth); err != nil {
		return nil, err
	}
	if q.Limit, err = within("tree", "limit", q.Limit, DefaultTreeLimit, MaxTreeLimit); err != nil {
		return nil, err
	}
	v, err := s.view(ctx, q.At)
	if err != nil {
		return nil, err
	}
	root := &Tree{Ref: Ref{graph.ID(q.Env), graph.Root, string(q.Env)}}
	if q.Root != "" && q.Root != graph.ID(q.Env) {
		x, err := v.Vertex(ctx, q.Root)
		if err != nil {
			return nil, err
		}
		root.Ref = refOf(x)
	}
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	counts := childCounts(g)
	left := q.Limit
	// Level by level, so that a limit leaves out what is deepest.
	level := []*Tree{root}
	for range q.Depth {
		var next []*Tree
		for _, t := range level {
			if err := t.grow(ctx, v, &left); err != nil {
				return nil, err
			}
			next = append(next, t.Children...)
		}
		level = next
	}
	return root, root.count(ctx, v, counts)
}

// grow adds the children of one object while there is room.
func (t *Tree) grow(ctx context.Context, v View, left *int) error {
	id := t.ID
	if t.Type == graph.Root {
		id = ""
	}
	for c, err := range v.Children(ctx, id) {
		if err != nil {
			return err
		}
		if *left == 0 {
			t.Truncated = true
			return nil
		}
		*left--
		t.Children = append(t.Children, &Tree{Ref: refOf(c)})
	}
	return nil
}

// count fills in how many children each object of the tree has.
func (t *Tree) count(ctx context.Context, v View, counts []uint32) error {
	var n uint32
	if t.Type != graph.Root {
		var err error
		if n, err = num(ctx, v, t.ID); err != nil {
			return err
		}
	}
	t.ChildCount = int(counts[n])
	for _, c := range t.Children {
		if err := c.count(ctx, v, counts); err != nil {
			return err
		}
	}
	return nil
}

// childCounts counts the children of each vertex by number, those of the
// environment under 0.
func childCounts(g *topology.Graph) []uint32 {
	counts := make([]uint32, max(g.Len(), 1))
	for n := range uint32(g.Len()) {
		if g.VertexType(n) == 0 {
			continue
		}
		if p, _ := g.Parent(n); int(p) < len(counts) {
			counts[p]++
		}
	}
	return counts
}
