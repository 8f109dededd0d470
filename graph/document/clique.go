package document

import (
	"context"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
)

// Cliques is the collection of clique documents, which are never stored: they
// are computed when asked for.
const Cliques graph.Collection = "cliques"

// maxDetailed is the number of links up to which a clique document repeats them
// in full; beyond, it would pass MongoDB's limit of 16 MB.
const maxDetailed = 10_000

// focalPoints are the types for which clique documents have always been written.
// Other shipped types serve questions, and would fill files.
var focalPoints = []graph.VertexType{
	graph.Instance, graph.VService, graph.Network, graph.Switch, catalog.Container, catalog.OSD,
}

// FocalTypes are the types that have clique documents: those that always had,
// and those for which users made clique types.
func FocalTypes(types []catalog.CliqueType) []graph.VertexType {
	list := slices.Clone(focalPoints)
	for _, t := range types {
		if !t.Shipped {
			list = append(list, t.FocalPoint)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// CliqueOID is the document id of the clique of a focal point.
func CliqueOID(env graph.EnvID, focal graph.ID) graph.OID {
	return graph.DocumentOID(env, Cliques, string(focal))
}

// Clique is a clique in the shape of collection cliques.
func Clique(ctx context.Context, env graph.EnvID, l *Linker, c *clique.Clique) (map[string]any, error) {
	nodes := make([]graph.OID, len(c.Vertices))
	for i, v := range c.Vertices {
		nodes[i] = graph.VertexOID(env, v.Type, v.ID)
	}
	ids := make([]graph.OID, len(c.Edges))
	detailed := []any{}
	for i, e := range c.Edges {
		ids[i] = graph.EdgeOID(env, e.EdgeKey)
		if len(c.Edges) > maxDetailed {
			continue
		}
		d, err := l.Link(ctx, env, e.Edge)
		if err != nil {
			return nil, err
		}
		detailed = append(detailed, d)
	}
	return map[string]any{
		"_id": CliqueOID(env, c.Focal.ID), "environment": string(env),
		"focal_point": graph.VertexOID(env, c.Focal.Type, c.Focal.ID), "focal_point_object_id": string(c.Focal.ID),
		"focal_point_type": string(c.Focal.Type), "clique_type": c.Type.ID,
		"links": ids, "links_detailed": detailed, "nodes": nodes, "constraints": c.Constraints,
	}, nil
}
