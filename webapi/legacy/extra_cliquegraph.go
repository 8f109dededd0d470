package legacy

import (
	"fmt"
	"slices"
	"time"

	"calipso/graph"
	"calipso/graph/document"
	"calipso/query"
)

// The fields of a drawn clique unless its clique type names others.
var (
	cliqueNodeFields = []string{"_id", "id", "type", "name", "host"}
	cliqueLinkFields = []string{"link_type", "source_id", "target_id", "host"}
)

// drawClique is {nodes, links} of a clique; attributes are "graph_attributes"
// of its clique type. The ends of links are always there, as source and target:
// without them there would be no drawing.
func drawClique(c *query.Clique, attributes graph.Attrs) map[string]any {
	nodeFields, linkFields := cliqueNodeFields, cliqueLinkFields
	if own := attributes.Strings("nodes"); len(own) > 0 {
		nodeFields = own
	}
	if own := attributes.Strings("links"); len(own) > 0 {
		linkFields = slices.Compact(slices.Sorted(slices.Values(append(own, "source_id", "target_id"))))
	}
	nodes, links := []any{}, []any{}
	for _, n := range c.Nodes {
		d := document.Object(c.Environment, n.Vertex, document.Place{Stale: n.Stale})
		nodes = append(nodes, drawn(d, nodeFields))
	}
	for _, l := range c.Links {
		d := drawn(document.Link(c.Environment, l.Edge, l.Source.Type, l.Target.Type, time.Time{}), linkFields)
		for from, to := range map[string]string{"source_id": "source", "target_id": "target"} {
			d[to] = d[from]
			delete(d, from)
		}
		links = append(links, d)
	}
	return map[string]any{"nodes": nodes, "links": links}
}

// cliqueName is the text that names the drawing of a clique.
func cliqueName(c *query.Clique) string {
	return fmt.Sprintf("Clique graph for %s %s", c.FocalPointType, c.FocalPoint)
}

// drawn keeps some fields of a document; one that it lacks is null.
func drawn(d map[string]any, fields []string) map[string]any {
	out := make(map[string]any, len(fields))
	for _, f := range fields {
		out[f] = d[f]
	}
	return out
}
