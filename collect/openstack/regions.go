package openstack

import (
	"context"
	"slices"

	"calipso/collect"
	"calipso/graph"
)

// regions lists the regions of the catalogue, or those of them that the
// configuration names (rule DIS-40).
//
// Source: the catalogue that came with the token; no call of its own.
// Attributes: endpoints, a list of the catalogue's records with the service's
// name and service_type.
// Errors: those of the login. A region that is configured and not in the
// catalogue is logged.
func (c *Conn) regions(ctx context.Context, _ *graph.Vertex) ([]*graph.Vertex, error) {
	s, err := c.login(ctx)
	if err != nil {
		return nil, err
	}
	endpoints := map[string][]graph.Attrs{}
	for _, entry := range s.catalog {
		for _, e := range entry.Endpoints {
			name := regionOf(e)
			endpoints[name] = append(endpoints[name], graph.Attrs{
				"id": e.ID, "name": entry.Name, "service_type": entry.Type, "interface": e.Interface,
				"region": e.Region, "region_id": e.RegionID, "url": e.URL,
			})
		}
	}
	for _, name := range c.set.regions {
		if _, ok := endpoints[name]; !ok {
			c.log.Warn("region is configured but not in the catalogue", "region", name)
		}
	}
	var out []*graph.Vertex
	for _, name := range sorted(endpoints) {
		if c.wanted(name) {
			out = append(out, &graph.Vertex{
				ID: collect.RegionID(name), Type: graph.Region, Name: name,
				Attrs: graph.Attrs{"endpoints": values(inOrder(endpoints[name], "service_type", "name", "interface", "id"))},
			})
		}
	}
	return out, nil
}

// wanted tells whether a region is one of those to look at.
func (c *Conn) wanted(region string) bool {
	return len(c.set.regions) == 0 || slices.Contains(c.set.regions, region)
}

// regionDetails adds what Keystone says of the regions of the catalogue:
// description and parent_region_id.
//
// Source: GET /v3/regions.
// Errors: those of list.
func (c *Conn) regionDetails(ctx context.Context, root *graph.Vertex) ([]*graph.Vertex, error) {
	known, err := c.regions(ctx, root)
	if err != nil {
		return nil, err
	}
	records, err := c.list(ctx, "", listRegions)
	if err != nil {
		return nil, err
	}
	byName := index(records, "id")
	var out []*graph.Vertex
	for _, v := range known {
		if r, ok := byName[v.Name]; ok {
			out = append(out, &graph.Vertex{ID: v.ID, Type: graph.Region, Name: v.Name, Attrs: without(r)})
		}
	}
	return out, nil
}
