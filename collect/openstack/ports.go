package openstack

import (
	"context"

	"calipso/graph"
)

// The owners of ports that need more than their record says.
const (
	ownerGateway = "network:router_gateway"
	ownerDHCP    = "network:dhcp"
)

// ports lists the ports (rules DIS-45, DIS-46, DIS-110).
//
// Source: GET /v2.0/ports; /v2.0/routers, /v2.0/floatingips, /v2.0/trunks
// where there are such; /v3/projects for names.
// Attributes: Neutron's record, members with colons as they are; port_name
// (Neutron's name), security_groups (list of {id}), project; floating_ips on
// the port they lead to and on the gateway they come in through; sub_ports and
// trunk_id on the parent of a trunk. A port without a project has that of its
// router or floating address.
// Name: the MAC address. Parent: the network.
// Errors: those of list.
func (c *Conn) ports(ctx context.Context, region *graph.Vertex) ([]*graph.Vertex, error) {
	var records, routers, floating, trunks []graph.Attrs
	err := gather(ctx, region.Name,
		lister{&records, c.list, listPorts}, lister{&routers, c.optional, listRouters},
		lister{&floating, c.optional, listFloatingIPs}, lister{&trunks, c.optional, listTrunks})
	if err != nil {
		return nil, err
	}
	projects, err := c.projectNames(ctx)
	if err != nil {
		return nil, err
	}
	owners := index(append(routers[:len(routers):len(routers)], floating...), "id")
	addresses := floatingByPort(floating, records)
	parents := index(trunks, "port_id")
	var out []*graph.Vertex
	for _, r := range records {
		id, name := r.String("id"), r.String("mac_address")
		if name == "" {
			name = id
		}
		attrs := without(r)
		attrs["port_name"] = r.String("name")
		attrs["security_groups"] = objects("id", r.Strings("security_groups"))
		attrs["fixed_ips"] = values(inOrder(attrs.Maps("fixed_ips"), "subnet_id", "ip_address"))
		if pairs := attrs.Maps("allowed_address_pairs"); len(pairs) > 1 {
			attrs["allowed_address_pairs"] = values(inOrder(pairs, "ip_address", "mac_address"))
		}
		sortSets(attrs, "tags")
		project := projectOf(r)
		if project == "" {
			project = projectOf(owners[r.String("device_id")])
		}
		setProject(attrs, project, projects)
		if list := addresses[id]; list != nil {
			attrs["floating_ips"] = values(list)
		}
		if t, ok := parents[id]; ok {
			attrs["trunk_id"] = t["id"]
			attrs["sub_ports"] = values(inOrder(t.Clone().Maps("sub_ports"), "port_id"))
		}
		out = append(out, &graph.Vertex{
			ID: graph.ID(id), Type: graph.Port, Name: name, Parent: graph.ID(r.String("network_id")), Attrs: attrs,
		})
	}
	return byID(out), nil
}

// floatingByPort says which floating addresses lead to a port or come in
// through it.
func floatingByPort(floating, ports []graph.Attrs) map[string][]graph.Attrs {
	gateway := gateways(ports)
	out := map[string][]graph.Attrs{}
	for _, f := range inOrder(floating, "floating_ip_address", "id") {
		f := f.Clone()
		delete(f, "port_details") // of a port that is a vertex itself
		for _, port := range []string{f.String("port_id"), gateway[f.String("router_id")]} {
			if port != "" {
				out[port] = append(out[port], f.Clone())
			}
		}
	}
	return out
}

// gateways maps routers to the ports they go out through.
func gateways(ports []graph.Attrs) map[string]string {
	m := map[string]string{}
	for _, p := range ports {
		if p.String("device_owner") == ownerGateway {
			m[p.String("device_id")] = p.String("id")
		}
	}
	return m
}

// objects wraps texts, sorted, into objects of one member.
func objects(key string, list []string) []any {
	out := []any{}
	for _, t := range sorted(set(list)) {
		out = append(out, map[string]any{key: t})
	}
	return out
}

func set(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, t := range list {
		m[t] = true
	}
	return m
}
