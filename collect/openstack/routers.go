package openstack

import (
	"context"

	"calipso/graph"
)

// routers adds to the region what is needed to name the router namespaces that
// are found on hosts: Neutron does not say on which host a router runs, so
// they are no vertices of their own.
//
// Source: GET /v2.0/routers, /v2.0/ports for the gateways.
// Attributes: routers, a list of Neutron's records with gw_port_id ("" without
// a gateway) and project (name). A cloud without routers: empty list.
// Errors: those of list.
func (c *Conn) routers(ctx context.Context, region *graph.Vertex) ([]*graph.Vertex, error) {
	var records, ports []graph.Attrs
	err := gather(ctx, region.Name, lister{&records, c.list, listRouters}, lister{&ports, c.optional, listPorts})
	if err != nil && !absent(err) {
		return nil, err
	}
	projects, err := c.projectNames(ctx)
	if err != nil {
		return nil, err
	}
	gateway := gateways(ports)
	list := []any{}
	for _, r := range inOrder(records, "id") {
		r := r.Clone()
		if r.String("gw_port_id") == "" {
			r["gw_port_id"] = gateway[r.String("id")]
		}
		setProject(r, projectOf(r), projects)
		if gw := r.Map("external_gateway_info"); gw != nil {
			gw["external_fixed_ips"] = values(inOrder(gw.Maps("external_fixed_ips"), "subnet_id", "ip_address"))
		}
		sortSets(r, "availability_zones", "availability_zone_hints", "tags")
		list = append(list, map[string]any(r))
	}
	return []*graph.Vertex{{
		ID: region.ID, Type: graph.Region, Name: region.Name, Attrs: graph.Attrs{"routers": list},
	}}, nil
}
