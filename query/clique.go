package query

import (
	"context"
	"errors"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
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
	v, err := s.view(ctx, q.At)
	if err != nil {
		return nil, err
	}
	focal, err := v.Vertex(ctx, q.ID)
	if err != nil {
		return nil, err
	}
	rules, err := s.rules(ctx, q.Env)
	if err != nil {
		return nil, err
	}
	rules.Options = q.Options
	id, err := typeID(rules, focal.Type, q.CliqueType)
	if err != nil {
		return nil, err
	}
	found, err := clique.Of(ctx, v, rules, q.ID, id)
	if err != nil {
		return nil, err
	}
	if found.Tie {
		s.log.Warn("several clique types fit equally well", "env", q.Env, "type", focal.Type, "taken", found.Type.Name)
	}
	return answerClique(ctx, v, found)
}

func answerClique(ctx context.Context, v View, found *clique.Clique) (*Clique, error) {
	c := &Clique{
		Environment: v.Env(), FocalPoint: found.Focal.ID, FocalPointType: found.Focal.Type, FocalPointName: found.Focal.Text(),
		CliqueType: found.Type.Name, CliqueTypeID: found.Type.ID, LinkTypes: found.Type.LinkTypes,
		Ambiguous: found.Tie, Constraints: found.Constraints,
		Nodes: make([]CliqueNode, len(found.Vertices)), Links: make([]CliqueLink, len(found.Edges)),
	}
	r := newReading(v)
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

// rules are the clique types and constraints that hold for an environment:
// documents and, unless the shipped ones are among these, what is shipped.
func (s *Service) rules(ctx context.Context, env graph.EnvID) (*clique.Rules, error) {
	e, err := s.environment(ctx, env)
	if err != nil {
		return nil, err
	}
	shared, err := s.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	r := &clique.Rules{Env: e}
	if r.Types, err = documents(ctx, s, shared, graph.CliqueTypes, catalog.ParseCliqueType); err != nil {
		return nil, err
	}
	if r.Constraints, err = documents(ctx, s, shared, graph.CliqueConstraints, catalog.ParseConstraint); err != nil {
		return nil, err
	}
	shipped := false
	for _, t := range r.Types {
		shipped = shipped || t.Shipped
	}
	if !shipped {
		r.Types = append(r.Types, catalog.CliqueTypes()...)
	}
	shipped = false
	for _, c := range r.Constraints {
		shipped = shipped || c.Shipped
	}
	if !shipped {
		r.Constraints = append(r.Constraints, catalog.Constraints()...)
	}
	return r, nil
}

// documents reads a collection; documents that are not valid are left out and
// logged.
func documents[T any](ctx context.Context, s *Service, v View, c graph.Collection, parse func(*graph.Document) (T, error)) ([]T, error) {
	var out []T
	for d, err := range v.Documents(ctx, c) {
		if err != nil {
			return nil, err
		}
		t, err := parse(d)
		var bad *graph.InvalidError
		if errors.As(err, &bad) {
			s.log.Warn("document is left out", "collection", c, "id", d.ID, "err", err)
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// typeID finds a clique type by its id or its name among those for a focal
// point; no text leaves the choice to the rules.
func typeID(r *clique.Rules, focal graph.VertexType, text string) (graph.OID, error) {
	if text == "" {
		return "", nil
	}
	for _, by := range []func(catalog.CliqueType) string{
		func(t catalog.CliqueType) string { return string(t.ID) },
		func(t catalog.CliqueType) string { return t.Name },
	} {
		for _, t := range r.Types {
			if t.FocalPoint == focal && by(t) == text {
				return t.ID, nil
			}
		}
	}
	return "", notFound("clique type for "+string(focal), text)
}
