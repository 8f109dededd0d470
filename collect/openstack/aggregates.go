package openstack

import (
	"context"
	"fmt"

	"calipso/collect"
	"calipso/graph"
)

// aggregates lists the host aggregates with the places of hosts in them (rule
// DIS-42).
//
// Source: GET /v2.1/os-aggregates; /v2.1/os-services for the hosts that exist.
// Attributes: Nova's record (availability_zone, metadata, hosts, …), number;
// of a host_ref ref_id, the document id of the host.
// Errors: those of list; *collect.ParseError for an aggregate without a number.
func (c *Conn) aggregates(ctx context.Context, region *graph.Vertex) ([]*graph.Vertex, error) {
	var records []graph.Attrs
	if err := gather(ctx, region.Name, lister{&records, c.list, listAggregates}); err != nil {
		return nil, err
	}
	names, err := c.hostNames(ctx, region.Name)
	if err != nil {
		return nil, err
	}
	var out []*graph.Vertex
	for _, r := range records {
		number, ok := r["id"].(int64)
		if !ok {
			return nil, fmt.Errorf("openstack: %w", &collect.ParseError{Source: "compute: os-aggregates", Reason: "an aggregate has no number"})
		}
		attrs := without(r)
		attrs["number"] = number
		sortSets(attrs, "hosts")
		a := &graph.Vertex{
			ID: collect.AggregateID(number), Type: graph.Aggregate, Name: r.String("name"), Parent: region.ID, Attrs: attrs,
		}
		out = append(out, a)
		for _, listed := range r.Strings("hosts") {
			host, known := names.resolve(listed)
			if !known {
				c.log.Warn("aggregate names an unknown host", "object", a.ID, "host", listed)
				continue
			}
			out = append(out, &graph.Vertex{
				ID: collect.HostRefID(a.Name, host), Type: graph.HostRef, Name: host, Parent: a.ID,
				Attrs: graph.Attrs{"ref_id": string(graph.VertexOID(c.set.env, graph.Host, graph.ID(host)))},
			})
		}
	}
	return byID(out), nil
}
