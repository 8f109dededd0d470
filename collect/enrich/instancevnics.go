package enrich

import (
	"fmt"
	"net/netip"
	"strings"

	"calipso/graph"
)

// instanceVNICs joins the interfaces of instances with their ports (rule
// DIS-63): "port" by the id that libvirt holds, else by device or MAC;
// "network"; "addresses" as Neutron assigned them; "interface_name", which is
// the device on the switch ("qvo…") where a Linux bridge stands between.
func instanceVNICs(env *graph.Environment, g *graph.Draft) []Finding {
	ports := newPortIndex(env, g)
	subnets := newSubnetIndex(g)
	var out []Finding
	for _, v := range g.Of(graph.VNIC) {
		if v.Attrs.String("vnic_type") != "instance_vnic" {
			continue
		}
		mac := strings.ToLower(v.Attrs.String("mac_address"))
		device := deviceOf(v.Host, string(v.ID))
		if device == mac {
			device = ""
		}
		p := ports.byID[libvirtPort(v)]
		if p == nil {
			p = ports.find(v.Host, device, mac)
		}
		set(v, "interface_name", switchDevice(v.Attrs.String("source_bridge"), device))
		if p == nil {
			set(v, "network", nil)
			if !ports.empty() {
				out = append(out, warn(v.ID, fmt.Sprintf("Neutron has no port with MAC %s", mac)))
			}
			continue
		}
		set(v, "port", string(p.ID))
		set(v, "network", p.Attrs.String("network_id"))
		set(v, "addresses", subnets.addresses(p))
	}
	return out
}

// libvirtPort is the port id that a domain names for an interface of Open
// vSwitch, or what a fetcher took from there.
func libvirtPort(v *graph.Vertex) string {
	if id := v.Attrs.String("port"); id != "" {
		return id
	}
	if id := v.Attrs.String("interfaceid"); id != "" {
		return id
	}
	return v.Attrs.Map("virtualport").Map("parameters").String("@interfaceid")
}

// switchDevice is the name under which a vnic is plugged into the switch.
func switchDevice(bridge, device string) string {
	if tail, ok := strings.CutPrefix(bridge, "qbr"); ok {
		return "qvo" + tail
	}
	return device
}

// subnetIndex finds subnets by id, with the address of their DHCP server.
type subnetIndex struct {
	byID map[string]graph.Attrs
	dhcp map[string]string
}

func newSubnetIndex(g *graph.Draft) *subnetIndex {
	x := &subnetIndex{byID: map[string]graph.Attrs{}, dhcp: map[string]string{}}
	for _, n := range g.Of(graph.Network) {
		for _, s := range records(n.Attrs, "subnets") {
			x.byID[s.String("id")] = s
		}
	}
	for _, p := range g.Of(graph.Port) {
		if p.Attrs.String("device_owner") != "network:dhcp" {
			continue
		}
		for _, f := range p.Attrs.Maps("fixed_ips") {
			if id := f.String("subnet_id"); x.dhcp[id] == "" {
				x.dhcp[id] = f.String("ip_address")
			}
		}
	}
	return x
}

// addresses lists what Neutron assigned to a port, in the documented form of a
// vnic's addresses. What is not known of a subnet is left out.
func (x *subnetIndex) addresses(p *graph.Vertex) []any {
	var out []any
	for _, f := range p.Attrs.Maps("fixed_ips") {
		a := map[string]any{"IP Address": f.String("ip_address")}
		s := x.byID[f.String("subnet_id")]
		if ip, err := netip.ParseAddr(f.String("ip_address")); err == nil {
			a["version"] = int64(4)
			if ip.Is6() {
				a["version"] = int64(6)
			}
		}
		if c, err := netip.ParsePrefix(s.String("cidr")); err == nil {
			a["cidr"], a["netmask"] = c.String(), netmask(c)
		}
		for to, text := range map[string]string{"gateway": s.String("gateway_ip"), "dhcp_server": x.dhcp[f.String("subnet_id")]} {
			if text != "" {
				a[to] = text
			}
		}
		for to, from := range map[string]string{"routes": "host_routes", "dns": "dns_nameservers"} {
			if l, ok := s.Clone()[from].([]any); ok {
				a[to] = l
			}
		}
		out = append(out, a)
	}
	return out
}
