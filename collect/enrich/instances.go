package enrich

import (
	"slices"
	"strings"

	"calipso/graph"
)

// instances gives each instance what its interfaces tell together: all MACs
// ("mac_addresses", of which "mac_address" is the first), its networks and
// addresses where Nova's answer left them out, and its host's address.
func instances(_ *graph.Environment, g *graph.Draft) []Finding {
	vnics := map[graph.ID][]*graph.Vertex{}
	for _, v := range g.Of(graph.VNIC) {
		if v.Attrs.String("vnic_type") == "instance_vnic" {
			vnics[v.Parent] = append(vnics[v.Parent], v)
		}
	}
	ports := map[string][]*graph.Vertex{}
	for _, p := range g.Of(graph.Port) {
		if id := p.Attrs.String("device_id"); strings.HasPrefix(p.Attrs.String("device_owner"), "compute:") {
			ports[id] = append(ports[id], p)
		}
	}
	for _, i := range g.Of(graph.Instance) {
		var macs, networks distinct
		for _, n := range i.Attrs.Maps("network_info") {
			macs.add(strings.ToLower(n.String("address")))
			networks.add(n.Map("network").String("id"))
		}
		for _, p := range ports[string(i.ID)] {
			macs.add(strings.ToLower(p.Attrs.String("mac_address")))
			networks.add(p.Attrs.String("network_id"))
		}
		if len(macs) == 0 { // without Neutron, the host's word alone
			for _, v := range vnics[i.ID] {
				macs.add(strings.ToLower(v.Attrs.String("mac_address")))
			}
		}
		if len(macs) > 0 {
			set(i, "mac_addresses", texts(macs))
			if !slices.Contains(macs, i.Attrs.String("mac_address")) { // else the host's word which is the first
				set(i, "mac_address", macs[0])
			}
		}
		if len(networks) > 0 {
			set(i, "network", texts(networks))
		}
		if len(i.Attrs.Maps("addresses")) == 0 {
			set(i, "addresses", portAddresses(g, ports[string(i.ID)]))
		}
		if h := g.Get(graph.ID(i.Host)); h != nil && i.Host != "" {
			for _, key := range []string{"host_ip_address", "ip_address"} {
				if ip := h.Attrs.String("ip_address"); ip != "" {
					set(i, key, ip)
				}
			}
		}
	}
	return nil
}

// portAddresses lists the addresses of ports by the names of their networks.
func portAddresses(g *graph.Draft, ports []*graph.Vertex) []any {
	byName := map[string][]any{}
	var order distinct
	for _, p := range ports {
		name := p.Attrs.String("network_id")
		if n := g.Get(graph.ID(name)); n != nil {
			name = n.Text()
		}
		order.add(name)
		for _, ip := range fixedIPs(p) {
			byName[name] = append(byName[name], map[string]any{"addr": ip, "mac_addr": p.Attrs.String("mac_address")})
		}
	}
	var out []any
	for _, name := range order {
		addresses := byName[name]
		if addresses == nil {
			addresses = []any{}
		}
		out = append(out, map[string]any{"network": name, "addresses": addresses})
	}
	return out
}

// distinct is a list of texts without doubles and empty ones, in the order they
// were met.
type distinct []string

func (d *distinct) add(s string) {
	if s == "" {
		return
	}
	for _, have := range *d {
		if have == s {
			return
		}
	}
	*d = append(*d, s)
}
