package openstack

import (
	"slices"

	"calipso/graph"
)

// neutron is what network_info is made of.
type neutron struct {
	networks, subnets, ports []graph.Attrs

	networkByID map[string]graph.Attrs
	subnetByID  map[string]graph.Attrs
	portsOf     map[string][]graph.Attrs // by device
	dhcp        map[string]string        // subnet → address of a DHCP port
	floating    map[string][]string      // port and fixed address → floating addresses
}

func (n *neutron) index(floating []graph.Attrs) {
	n.networkByID, n.subnetByID = index(n.networks, "id"), index(n.subnets, "id")
	n.portsOf, n.dhcp, n.floating = map[string][]graph.Attrs{}, map[string]string{}, map[string][]string{}
	for _, p := range inOrder(n.ports, "created_at", "id") {
		n.portsOf[p.String("device_id")] = append(n.portsOf[p.String("device_id")], p)
		if p.String("device_owner") != ownerDHCP {
			continue
		}
		for _, ip := range p.Maps("fixed_ips") {
			if n.dhcp[ip.String("subnet_id")] == "" {
				n.dhcp[ip.String("subnet_id")] = ip.String("ip_address")
			}
		}
	}
	for _, f := range inOrder(floating, "floating_ip_address") {
		at := f.String("port_id") + " " + f.String("fixed_ip_address")
		n.floating[at] = append(n.floating[at], f.String("floating_ip_address"))
	}
}

// info is the network_info of a server and the ids of its networks, both in
// the order in which its ports were made; the shape is that of Nova's own
// cache.
func (n *neutron) info(server string) (info, networks []any) {
	info, networks = []any{}, []any{}
	for _, p := range n.portsOf[server] {
		info = append(info, n.vif(p))
		if id := any(p.String("network_id")); !slices.Contains(networks, id) {
			networks = append(networks, id)
		}
	}
	return info, networks
}

// vif is the element of network_info for one port.
func (n *neutron) vif(p graph.Attrs) map[string]any {
	p = p.Clone()
	id, kind := p.String("id"), p.String("binding:vif_type")
	vif := map[string]any{
		"id": id, "address": p.String("mac_address"), "devname": "tap" + first(id, 11),
		"type": kind, "vnic_type": p.String("binding:vnic_type"), "active": p.String("status") == "ACTIVE",
		"details": p["binding:vif_details"], "profile": p["binding:profile"],
		"network": n.networkOf(p),
	}
	if kind == "ovs" {
		vif["ovs_interfaceid"] = id
	}
	return vif
}

// tunnels are the types of networks that Nova calls tunneled.
var tunnels = []string{"vxlan", "gre", "geneve"}

func (n *neutron) networkOf(p graph.Attrs) map[string]any {
	id := p.String("network_id")
	net := n.networkByID[id]
	return map[string]any{
		"id": id, "label": net.String("name"), "bridge": bridgeOf(p, id), "subnets": n.subnetsOf(p),
		"meta": map[string]any{
			"mtu": net["mtu"], "tenant_id": projectOf(net), "physical_network": net["provider:physical_network"],
			"tunneled": slices.Contains(tunnels, net.String("provider:network_type")),
		},
	}
}

// bridgeOf is the bridge a port is plugged into, as the driver names it.
func bridgeOf(p graph.Attrs, network string) any {
	if name := p.Map("binding:vif_details").String("bridge_name"); name != "" {
		return name
	}
	switch p.String("binding:vif_type") {
	case "ovs":
		return "br-int"
	case "bridge":
		return "brq" + first(network, 11)
	}
	return nil
}

// subnetsOf are the subnets a port has addresses in, with those addresses.
func (n *neutron) subnetsOf(p graph.Attrs) []any {
	out := []any{}
	at := map[string]map[string]any{}
	for _, ip := range inOrder(p.Maps("fixed_ips"), "subnet_id", "ip_address") {
		id, addr := ip.String("subnet_id"), ip.String("ip_address")
		s := n.subnetByID[id]
		version := s["ip_version"]
		if at[id] == nil {
			at[id] = n.subnet(s, version)
			out = append(out, at[id])
		}
		floats := []any{}
		for _, f := range n.floating[p.String("id")+" "+addr] {
			floats = append(floats, address(f, "floating", int64(4)))
		}
		entry := address(addr, "fixed", version)
		entry["floating_ips"] = floats
		at[id]["ips"] = append(at[id]["ips"].([]any), entry)
	}
	return out
}

func (n *neutron) subnet(s graph.Attrs, version any) map[string]any {
	dns, routes, meta := []any{}, []any{}, map[string]any{}
	for _, d := range s.Strings("dns_nameservers") {
		dns = append(dns, address(d, "dns", version))
	}
	for _, r := range s.Maps("host_routes") {
		routes = append(routes, map[string]any{
			"cidr": r["destination"], "gateway": address(r.String("nexthop"), "gateway", version), "version": version,
		})
	}
	if d := n.dhcp[s.String("id")]; d != "" {
		meta["dhcp_server"] = d
	}
	return map[string]any{
		"cidr": s["cidr"], "version": version, "gateway": address(s.String("gateway_ip"), "gateway", version),
		"dns": dns, "routes": routes, "meta": meta, "ips": []any{},
	}
}

// address is Nova's form of one address; null for "".
func address(text, kind string, version any) map[string]any {
	a := map[string]any{"address": nil, "type": kind, "version": version, "meta": map[string]any{}}
	if text != "" {
		a["address"] = text
	}
	return a
}

func first(text string, n int) string { return text[:min(n, len(text))] }
