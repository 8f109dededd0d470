package clique

import (
	"cmp"
	"context"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/topology"
)

// Choice is what rules say about focal points of one type, made ready for the
// walk. It never changes.
type Choice struct {
	Type catalog.CliqueType
	// Tie: another clique type fitted as well and lost by its version or id.
	Tie bool
	// Constraints are the attributes of a focal point that must agree.
	Constraints []string
	Options
	plan                   *Plan
	vertexTypes, edgeTypes topology.Names
}

// Choose picks the clique type for focal points of a type, as Type does, and
// compiles it for a graph.
//
// Errors: those of Type.
func (r *Rules) Choose(g *topology.Graph, focal graph.VertexType, id graph.OID) (*Choice, error) {
	t, tie, err := r.Type(focal, id)
	if err != nil {
		return nil, err
	}
	return &Choice{
		Type: t, Tie: tie, Constraints: catalog.ConstraintsFor(r.Env.Name, focal, r.Constraints), Options: r.Options,
		plan: Compile(g, t, r.Options), vertexTypes: g.VertexTypes(), edgeTypes: g.EdgeTypes(),
	}, nil
}

// Fits tells whether the choice is good for a graph as well: one with the same
// names of types. A Classic one looks at what links there are, and fits no
// other.
func (c *Choice) Fits(g *topology.Graph) bool {
	return !c.Classic && c.vertexTypes.Same(g.VertexTypes()) && c.edgeTypes.Same(g.EdgeTypes())
}

// Found is a clique by numbers. Its Result is valid until the finder that found
// it is used again.
type Found struct {
	*Choice
	Focal *graph.Vertex
	// Values are the focal point's values by constraint; nil where it has
	// none, then links are not limited by it.
	Values graph.Attrs
	Result
}

// Walk finds the clique of a vertex whose number in the graph of the view is
// known. Edges are read only if the choice has constraints other than the
// network and the vertex has values for them.
//
// Errors: those of the view.
func (f *Finder) Walk(ctx context.Context, v View, g *topology.Graph, c *Choice, focal *graph.Vertex, num uint32) (Found, error) {
	values, limit, others := LimitOf(focal, c.Constraints, c.Options)
	var readErr error
	if len(others) > 0 {
		limit.Accept = func(edge uint32) bool {
			e, err := v.EdgesByNum(ctx, []uint32{edge})
			if err != nil {
				readErr = cmp.Or(readErr, err)
				return false
			}
			return Agree(e[0].Attrs, values, others)
		}
	}
	found := f.Find(g, c.plan, num, limit)
	return Found{Choice: c, Focal: focal, Values: values, Result: found}, readErr
}
