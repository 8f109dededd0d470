package openstack

import (
	"context"

	"calipso/collect"
	"calipso/graph"
)

// zones lists the availability zones (rule DIS-43).
//
// Source: GET /v2.1/os-availability-zone/detail.
// Attributes: available; hosts, a list of {name, services}, empty where Nova
// says null.
// Errors: those of list.
func (c *Conn) zones(ctx context.Context, region *graph.Vertex) ([]*graph.Vertex, error) {
	records, err := c.list(ctx, region.Name, listZones)
	if err != nil {
		return nil, err
	}
	var out []*graph.Vertex
	for _, r := range records {
		name := r.String("zoneName")
		members := r.Map("hosts")
		hosts := make([]any, 0, len(members))
		for _, host := range sorted(members) {
			hosts = append(hosts, map[string]any{"name": host, "services": map[string]any(members.Map(host).Clone())})
		}
		out = append(out, &graph.Vertex{
			ID: collect.ZoneID(name), Type: graph.AvailabilityZone, Name: name, Parent: region.ID,
			Attrs: graph.Attrs{"available": r.Map("zoneState").Bool("available"), "hosts": hosts},
		})
	}
	return byID(out), nil
}
