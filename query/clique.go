package query

import (
	"context"
	"slices"

	"calipso/graph"
	"calipso/graph/clique"
	"calipso/graph/topology"
)

// CliqueRequest asks for the clique of an object.
type CliqueRequest struct {
	At
	ID graph.ID
	// CliqueType is the id or the name of a clique type; empty: the one that
	// fits the environment best.
	CliqueType string
	clique.Options
}

// Clique is what belongs to a focal point.
type Clique struct {
	Environment    graph.EnvID      `json:"environment"`
	FocalPoint     graph.ID         `json:"focal_point"`
	FocalPointType graph.VertexType `json:"focal_point_type"`
	FocalPointName string           `json:"focal_point_name"`
	// CliqueType is the name of the clique type, CliqueTypeID its document id.
	CliqueType   string           `json:"clique_type"`
	CliqueTypeID graph.OID        `json:"clique_type_id"`
	LinkTypes    []graph.EdgeType `json:"link_types"` // of the clique type, in order
	// Ambiguous: another clique type fitted as well.
	Ambiguous bool `json:"ambiguous,omitempty"`
	// Constraints are the focal point's values by attribute; null: it has none,
	// and links are not limited by it.
	Constraints graph.Attrs `json:"constraints"`
	// Nodes start with the focal point; then they are by step and id.
	Nodes []CliqueNode `json:"nodes"`
	// Links are by step, source and target.
	Links []CliqueLink `json:"links"`
}

// CliqueNode is an object of a clique.
type CliqueNode struct {
	Ref
	Host  string `json:"host,omitempty"`
	Stale bool   `json:"stale,omitempty"`
	// Step is the place in the clique type's list, from 1, of the link type
	// that led here first; 0: the focal point.
	Step int `json:"step"`
	// Depth is the number of links from the focal point.
	Depth int `json:"depth"`
	// Vertex is the object as it is stored.
	Vertex *graph.Vertex `json:"-"`
}

// CliqueLink is a link of a clique.
type CliqueLink struct {
	Link
	Step int `json:"step"` // place of its type in the clique type's list, from 1
}

// Clique finds the clique of an object.
//
// Errors: graph.ErrNotFound for the environment, the object or the clique
// type.
func (s *Service) Clique(ctx context.Context, q CliqueRequest) (*Clique, error) {
	w, err := s.WalkClique(ctx, q)
	if err != nil {
		return nil, err
	}
	found, err := w.Read(ctx, w.View)
	if err != nil {
		return nil, err
	}
	return answerClique(ctx, newReading(w.View), found)
}

// CliqueWalk is a clique by numbers, for those who know how to show an object
// without reading it.
type CliqueWalk struct {
	clique.Found
	View View
	// Graph is that of the view.
	Graph *topology.Graph
}

// WalkClique finds the clique of an object and reads none of its members. The
// focal point is shared: read it, do not change it.
//
// Errors: those of Clique.
func (s *Service) WalkClique(ctx context.Context, q CliqueRequest) (*CliqueWalk, error) {
	v, err := s.view(ctx, q.At)
	if err != nil {
		return nil, err
	}
	n, err := v.Num(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	focal, err := s.focalPoint(ctx, v, n)
	if err != nil {
		return nil, err
	}
	book, err := s.rules(ctx, q.Env)
	if err != nil {
		return nil, err
	}
	choice, err := book.choose(g, focal.Type, q.CliqueType, q.Options)
	if err != nil {
		return nil, err
	}
	if choice.Tie {
		s.log.Warn("several clique types fit equally well", "env", q.Env, "type", focal.Type, "taken", choice.Type.Name)
	}
	f := s.finders.Get().(*clique.Finder)
	defer s.finders.Put(f)
	found, err := f.Walk(ctx, v, g, choice, focal, n)
	if err != nil {
		return nil, err
	}
	found.Nodes, found.Links = slices.Clone(found.Nodes), slices.Clone(found.Links)
	return &CliqueWalk{found, v, g}, nil
}

// focalPoint reads a vertex, or knows it. It is shared.
func (s *Service) focalPoint(ctx context.Context, v View, n uint32) (*graph.Vertex, error) {
	list, err := s.focal.Vertices(ctx, v, []uint32{n}, nil, func(_ uint32, x *graph.Vertex) (*graph.Vertex, int) { return x, focalBytes })
	if err != nil {
		return nil, err
	}
	return list[0], nil
}

// focalBytes is what a kept focal point is taken to cost.
const focalBytes = 3000

func answerClique(ctx context.Context, r *reading, found *clique.Clique) (*Clique, error) {
	c := &Clique{
		Environment: r.view.Env(), FocalPoint: found.Focal.ID, FocalPointType: found.Focal.Type, FocalPointName: found.Focal.Text(),
		CliqueType: found.Type.Name, CliqueTypeID: found.Type.ID, LinkTypes: found.Type.LinkTypes,
		Ambiguous: found.Tie, Constraints: found.Constraints,
		Nodes: make([]CliqueNode, len(found.Vertices)), Links: make([]CliqueLink, len(found.Edges)),
	}
	refs := make(map[graph.ID]Ref, len(found.Vertices))
	for i, x := range found.Vertices {
		p, err := r.part(ctx, x.Part)
		if err != nil {
			return nil, err
		}
		refs[x.ID] = refOf(x.Vertex)
		c.Nodes[i] = CliqueNode{refs[x.ID], x.Host, p.failed(), x.Step, x.Depth, x.Vertex}
	}
	for i, e := range found.Edges {
		c.Links[i] = CliqueLink{linkOf(c.Environment, e.Edge, refs[e.From], refs[e.To]), e.Step}
	}
	return c, nil
}
