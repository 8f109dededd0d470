package clique

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/topology"
)

// View is what Of reads; *graph.View is one.
type View interface {
	Vertex(ctx context.Context, id graph.ID) (*graph.Vertex, error)
	Topology(ctx context.Context) (*topology.Graph, error)
	Num(ctx context.Context, id graph.ID) (uint32, error)
	VerticesByNum(ctx context.Context, nums []uint32) ([]*graph.Vertex, error)
	EdgesByNum(ctx context.Context, nums []uint32) ([]*graph.Edge, error)
}

// Rules are the clique types and constraints among which Of chooses.
type Rules struct {
	Env         *graph.Environment
	Types       []catalog.CliqueType
	Constraints []catalog.Constraint
	Options
}

// Clique is the answer to "what belongs to this focal point".
type Clique struct {
	Focal *graph.Vertex
	Type  catalog.CliqueType
	// Tie: another clique type fitted as well and lost by its version or id.
	Tie bool
	// Constraints are the focal point's values by attribute; nil where it has
	// none, then links are not limited by it.
	Constraints graph.Attrs
	// Vertices start with the focal point; then they are ordered by Step and id.
	Vertices []Vertex
	// Edges are ordered by Step, then source, then target.
	Edges []Edge
}

// Vertex is a vertex of a clique with its place; see Node.
type Vertex struct {
	*graph.Vertex
	Depth, Step int
}

// Edge is an edge of a clique with its place; see Link. An implicit one has no
// stored edge: Implicit is true and Attrs are empty.
type Edge struct {
	*graph.Edge
	Step int
}

// Type chooses the clique type for focal points of a type: the one with the
// given document id, or the best for the environment if id is empty.
//
// Errors: graph.ErrNotFound if none fits or there is none of that id for this
// type.
func (r *Rules) Type(focal graph.VertexType, id graph.OID) (t catalog.CliqueType, tie bool, err error) {
	if id == "" {
		t, tie, ok := catalog.Pick(r.Env, focal, r.Types)
		if !ok {
			return t, false, fmt.Errorf("clique: clique type for %s in %q: %w", focal, r.Env.Name, graph.ErrNotFound)
		}
		return t, tie, nil
	}
	for _, t := range r.Types {
		if t.ID == id && t.FocalPoint == focal {
			return t, false, nil
		}
	}
	return t, false, fmt.Errorf("clique: clique type %s for %s: %w", id, focal, graph.ErrNotFound)
}

// Of finds the clique of one vertex, by the clique type with the given id or
// by the best one if it is empty. A vertex without links gives a clique of
// itself.
//
// Errors: graph.ErrNotFound for the vertex or the clique type; those of the
// view.
func Of(ctx context.Context, v View, r *Rules, focal graph.ID, typeID graph.OID) (*Clique, error) {
	f, err := v.Vertex(ctx, focal)
	if err != nil {
		return nil, err
	}
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	choice, err := r.Choose(g, f.Type, typeID)
	if err != nil {
		return nil, err
	}
	num, err := v.Num(ctx, focal)
	if err != nil {
		return nil, err
	}
	found, err := new(Finder).Walk(ctx, v, g, choice, f, num)
	if err != nil {
		return nil, err
	}
	return found.Read(ctx, v)
}

// Read reads the vertices and edges of what was found.
func (f *Found) Read(ctx context.Context, v View) (*Clique, error) {
	c := &Clique{Focal: f.Focal, Type: f.Type, Tie: f.Tie, Constraints: f.Values}
	if err := c.Read(ctx, v, f.Result); err != nil {
		return nil, err
	}
	return c, nil
}

// Read fills in the vertices and edges of a result.
func (c *Clique) Read(ctx context.Context, v View, r Result) error {
	vertices, err := v.VerticesByNum(ctx, numbers(r.Nodes, func(n Node) (uint32, bool) { return n.Num, true }))
	if err != nil {
		return err
	}
	edges, err := v.EdgesByNum(ctx, numbers(r.Links, func(l Link) (uint32, bool) { return l.Edge, l.Edge != NoEdge }))
	if err != nil {
		return err
	}
	byNum := make(map[uint32]*graph.Vertex, len(vertices))
	c.Vertices = make([]Vertex, len(r.Nodes))
	for i, n := range r.Nodes {
		byNum[n.Num] = vertices[i]
		c.Vertices[i] = Vertex{vertices[i], int(n.Depth), int(n.Step)}
	}
	c.Edges = make([]Edge, 0, len(r.Links))
	for _, l := range r.Links {
		if l.Edge == NoEdge {
			c.Edges = append(c.Edges, Edge{Implied(byNum[l.From], byNum[l.To]), int(l.Step)})
			continue
		}
		c.Edges = append(c.Edges, Edge{edges[0], int(l.Step)})
		edges = edges[1:]
	}
	slices.SortFunc(c.Vertices[1:], func(a, b Vertex) int {
		return cmp.Or(cmp.Compare(a.Step, b.Step), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(c.Edges, func(a, b Edge) int {
		return cmp.Or(cmp.Compare(a.Step, b.Step), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Edge.Type, b.Edge.Type))
	})
	return nil
}

// Implied is the edge that an implicit link between two vertices stands for; of
// these it needs id and type.
func Implied(from, to *graph.Vertex) *graph.Edge {
	return &graph.Edge{
		EdgeKey: graph.EdgeKey{Type: graph.EdgeTypeOf(from.Type, to.Type), From: from.ID, To: to.ID},
		State:   graph.Up, Implicit: true,
	}
}

func numbers[T any](list []T, num func(T) (uint32, bool)) []uint32 {
	out := make([]uint32, 0, len(list))
	for _, e := range list {
		if n, ok := num(e); ok {
			out = append(out, n)
		}
	}
	return out
}
