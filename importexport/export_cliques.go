package importexport

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
)

// maxDetailed is the number of links up to which a clique document repeats them
// in full; beyond, it would pass MongoDB's limit of 16 MB.
const maxDetailed = 10_000

// documentedFocalPoints are the types for which clique documents have always
// been written. Other shipped types serve questions, and would fill files.
var documentedFocalPoints = []graph.VertexType{
	graph.Instance, graph.VService, graph.Network, graph.Switch, catalog.Container, catalog.OSD,
}

// cliques writes the clique of every focal point that has one.
func (x *exporter) cliques(ctx context.Context, o *out) error {
	ref, err := x.reference(ctx)
	if err != nil {
		return err
	}
	for i, e := range x.envs {
		rules, wrong, err := ref.Rules(ctx, e.id)
		if err != nil {
			return err
		}
		if i > 0 {
			wrong = nil // they have been named
		}
		for _, err := range wrong {
			x.out.Warnings = append(x.out.Warnings, err.Error()+"; not used")
		}
		m, err := NewMaker(ctx, e.id, e.view)
		if err != nil {
			return err
		}
		c, err := m.Cliques(ctx, rules)
		if err != nil {
			return err
		}
		x.out.Warnings = append(x.out.Warnings, c.Warnings...)
		for d, err := range c.all(ctx) {
			if err != nil {
				return err
			}
			if err := o.put(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// focalTypes are the documented ones and those for which users made types.
func focalTypes(rules *clique.Rules) []graph.VertexType {
	list := slices.Clone(documentedFocalPoints)
	for _, t := range rules.Types {
		if !t.Shipped {
			list = append(list, t.FocalPoint)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// cliqueDocument is a clique in the documented shape.
func cliqueDocument(ctx context.Context, env graph.EnvID, types *types, c *clique.Clique) (map[string]any, error) {
	nodes := make([]graph.OID, len(c.Vertices))
	for i, v := range c.Vertices {
		nodes[i] = graph.VertexOID(env, v.Type, v.ID)
	}
	ids := make([]graph.OID, len(c.Edges))
	detailed := []bson.D{}
	for i, e := range c.Edges {
		ids[i] = graph.EdgeOID(env, e.EdgeKey)
		if len(c.Edges) > maxDetailed {
			continue
		}
		l, err := types.link(ctx, env, e.Edge)
		if err != nil {
			return nil, err
		}
		d, err := Encode(l)
		if err != nil {
			return nil, err
		}
		detailed = append(detailed, d)
	}
	return map[string]any{
		"_id":         graph.DocumentOID(env, graph.Collection(cliques), string(c.Focal.ID)),
		"environment": string(env), "focal_point": graph.VertexOID(env, c.Focal.Type, c.Focal.ID),
		"focal_point_object_id": string(c.Focal.ID), "focal_point_type": string(c.Focal.Type), "clique_type": c.Type.ID,
		"links": ids, "links_detailed": detailed, "nodes": nodes, "constraints": c.Constraints,
	}, nil
}
