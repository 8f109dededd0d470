package query

import (
	"context"
	"errors"
	"slices"

	"calipso/graph"
	"calipso/graph/clique"
)

// ContainingRequest asks for the cliques that contain an object.
type ContainingRequest struct {
	At
	ID graph.ID
	// FocalTypes are the only types of focal points that are looked for; none
	// given: all that have clique types.
	FocalTypes []graph.VertexType
	Paging
}

// Containing is one part of a list of cliques. There is no total: an object near
// the top belongs to very many, and each would have to be found to be counted.
type Containing struct {
	Items []Membership `json:"items"`
	// NextCursor asks for the part after this one; empty: there is none.
	NextCursor string `json:"next_cursor,omitempty"`
}

// Membership is the place of an object in a clique.
type Membership struct {
	FocalPoint Ref       `json:"focal_point"`
	Host       string    `json:"host,omitempty"` // of the focal point
	CliqueType string    `json:"clique_type_name"`
	TypeID     graph.OID `json:"clique_type"`
	// Step and Depth are those of the object, as in CliqueNode.
	Step  int `json:"step"`
	Depth int `json:"depth"`
	// Nodes and Links count what the clique has.
	Nodes int `json:"nodes"`
	Links int `json:"links"`
}

// Containing lists the cliques that contain an object, each by the clique type
// that fits its focal point best; those without a link are none. They are by
// type of the focal point, then in the order in which the store saw these
// first.
//
// Errors: graph.ErrNotFound for the environment or the object,
// *graph.InvalidError for paging.
func (s *Service) Containing(ctx context.Context, q ContainingRequest) (*Containing, error) {
	from, err := q.start("cliques", &q.At)
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx, q.At)
	if err != nil {
		return nil, err
	}
	n, err := num(ctx, v, q.ID)
	if err != nil {
		return nil, err
	}
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	book, err := s.rules(ctx, q.Env)
	if err != nil {
		return nil, err
	}
	types := book.focalTypes(q.FocalTypes)
	f := s.finders.Get().(*clique.Finder)
	defer s.finders.Put(f)
	page := &Containing{Items: []Membership{}}
	var last mark
	for i := from.Index; i < len(types); i++ {
		choice, err := book.choose(g, types[i], "", clique.Options{})
		if errors.Is(err, graph.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, num := range choice.Focals(g, n) {
			if q.Cursor != "" && i == from.Index && num <= from.Num {
				continue
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			m, err := s.membership(ctx, v, f, choice, num, n)
			if err != nil {
				return nil, err
			}
			if m == nil {
				continue
			}
			if len(page.Items) == q.Limit {
				page.NextCursor = last.cursor()
				return page, nil
			}
			page.Items = append(page.Items, *m)
			last = mark{Time: v.Time(), Num: num, Index: i}
		}
	}
	return page, nil
}

// membership is the place of a vertex in the clique of a focal point; nil: it
// has none.
func (s *Service) membership(ctx context.Context, v View, f *clique.Finder, choice *clique.Choice, focal, num uint32) (*Membership, error) {
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	x, err := s.focalPoint(ctx, v, focal)
	if err != nil {
		return nil, err
	}
	found, err := f.Walk(ctx, v, g, choice, x, focal)
	if err != nil || len(found.Links) == 0 {
		return nil, err
	}
	i := slices.IndexFunc(found.Nodes, func(n clique.Node) bool { return n.Num == num })
	if i < 0 {
		return nil, nil
	}
	return &Membership{
		FocalPoint: refOf(x), Host: x.Host, CliqueType: choice.Type.Name, TypeID: choice.Type.ID,
		Step: int(found.Nodes[i].Step), Depth: int(found.Nodes[i].Depth), Nodes: len(found.Nodes), Links: len(found.Links),
	}, nil
}

// focalTypes are the types that have clique types, sorted, of those wanted.
func (b *ruleBook) focalTypes(wanted []graph.VertexType) []graph.VertexType {
	var out []graph.VertexType
	for _, t := range b.Types {
		if len(wanted) == 0 || slices.Contains(wanted, t.FocalPoint) {
			out = append(out, t.FocalPoint)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
