package openstack

import (
	"context"
	"strings"

	"calipso/graph"
)

// instances lists the servers that are on a host (rule DIS-52).
//
// Source: GET /v2.1/servers/detail?all_tenants=1; /v2.0/networks, /subnets,
// /ports, /floatingips for network_info; /v2.1/os-hypervisors/detail for the
// host's address; /v3/projects for names.
// Attributes: Nova's record, members without their prefixes
// ("OS-EXT-STS:vm_state" is vm_state); uuid, local_name (the libvirt domain),
// addresses as list of {network, addresses}, network_info as Nova keeps it,
// network (ids of networks, in order of the ports), project, projects,
// host_ip_address and, for old documents, the same as ip_address. User data is
// left out: it often holds passwords.
// Parent: the host.
// Errors: those of list. Servers without a host are counted and logged.
func (c *Conn) instances(ctx context.Context, region *graph.Vertex) ([]*graph.Vertex, error) {
	var servers, hypervisors, floating []graph.Attrs
	var net neutron
	err := gather(ctx, region.Name,
		lister{&servers, c.list, listServers}, lister{&hypervisors, c.optional, listHypervisors},
		lister{&net.networks, c.list, listNetworks}, lister{&net.subnets, c.list, listSubnets},
		lister{&net.ports, c.list, listPorts}, lister{&floating, c.optional, listFloatingIPs})
	if err != nil {
		return nil, err
	}
	projects, err := c.projectNames(ctx)
	if err != nil {
		return nil, err
	}
	net.index(floating)
	addresses := map[string]string{}
	for _, h := range hypervisors {
		addresses[hypervisorHost(h)] = h.String("host_ip")
	}
	var out []*graph.Vertex
	nowhere := 0
	for _, r := range servers {
		attrs := serverAttrs(r)
		nova := attrs.String("host")
		if nova == "" {
			nowhere++
			continue
		}
		host := nova
		if to, ok := c.set.aliases[nova]; ok {
			host = to
		}
		delete(attrs, "host")
		id := r.String("id")
		attrs["network_info"], attrs["network"] = net.info(id)
		setProject(attrs, projectOf(r), projects)
		if name := attrs.String("project"); name != "" {
			attrs["projects"] = []any{name}
		}
		if ip := addresses[nova]; ip != "" {
			attrs["host_ip_address"], attrs["ip_address"] = ip, ip
		}
		out = append(out, &graph.Vertex{
			ID: graph.ID(id), Type: graph.Instance, Name: r.String("name"), Host: host, Parent: graph.ID(host), Attrs: attrs,
		})
	}
	if nowhere > 0 {
		c.log.Info("servers without a host are left out", "region", region.Name, "count", nowhere)
	}
	return byID(out), nil
}

// serverAttrs are the attributes that a server's record alone gives.
func serverAttrs(r graph.Attrs) graph.Attrs {
	a := graph.Attrs{}
	for k, v := range without(r) {
		_, short, found := strings.Cut(k, ":")
		if found {
			k = short
		}
		a[k] = v
	}
	for _, secret := range []string{"user_data", "adminPass"} {
		delete(a, secret)
	}
	a["uuid"] = r.String("id")
	a["local_name"] = a.String("instance_name")
	for old, now := range map[string]string{"created": "created_at", "updated": "updated_at"} {
		if v, ok := a[old]; ok {
			a[now] = v
			delete(a, old)
		}
	}
	for _, part := range []string{"image", "flavor"} {
		if m := a.Map(part); m != nil {
			delete(m, "links")
		} else {
			delete(a, part) // image is "" for a server that starts from a volume
		}
	}
	var groups []string
	for _, g := range a.Maps("security_groups") {
		groups = append(groups, g.String("name"))
	}
	a["security_groups"] = objects("name", groups)
	a["addresses"] = serverAddresses(r.Map("addresses"))
	sortSets(a, "tags")
	return a
}

// serverAddresses turns Nova's object, by network name, into a list.
func serverAddresses(byNetwork graph.Attrs) []any {
	out := []any{}
	for _, name := range sorted(byNetwork) {
		list := []any{}
		for _, r := range inOrder(byNetwork.Maps(name), "OS-EXT-IPS-MAC:mac_addr", "addr") {
			m := map[string]any{}
			for k, v := range r {
				if _, short, found := strings.Cut(k, ":"); found {
					k = short
				}
				m[k] = v
			}
			list = append(list, m)
		}
		out = append(out, map[string]any{"network": name, "addresses": list})
	}
	return out
}
