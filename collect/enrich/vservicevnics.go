package enrich

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"calipso/graph"
)

// metadataAddresses are where instances ask for their metadata; a DHCP
// namespace may have them first, before the address of its port.
var metadataAddresses = []netip.Addr{netip.MustParseAddr("169.254.169.254"), netip.MustParseAddr("fe80::a9fe:a9fe")}

// singleAddress are the members that state the one address to show of a vnic.
var singleAddress = []string{"IP Address", "netmask", "cidr", "IPv6 Address"}

// vserviceVNICs joins the devices inside namespaces with their ports (rule
// DIS-62): "port", "network", "addresses" with what is for metadata or a
// floating address flagged so, and as single address ("IP Address", "netmask",
// "cidr", "IPv6 Address") the first that the port has as a fixed one. A device
// without a port is looked for by its CIDR, among the networks of the
// vservice's own project and only if one alone fits. The vservice gets the list
// of its networks.
func vserviceVNICs(env *graph.Environment, g *graph.Draft) []Finding {
	ports := newPortIndex(env, g)
	cidrs := newCIDRIndex(g)
	serves := map[graph.ID]map[string]bool{}
	for _, s := range g.Of(graph.VService) {
		serves[s.ID] = map[string]bool{}
		if _, id, of := namespaceOf(s.Attrs.String("local_service_id")); of == graph.Network && g.Get(graph.ID(id)) != nil {
			serves[s.ID][id] = true
		}
	}
	var out []Finding
	for _, v := range g.Of(graph.VNIC) {
		if v.Attrs.String("vnic_type") != "vservice_vnic" {
			continue
		}
		device := deviceOf(v.Host, string(v.ID))
		p := ports.find(v.Host, device, v.Attrs.String("mac_address"))
		addresses := flagged(device, records(v.Attrs, "addresses"))
		set(v, "interface_name", device)
		set(v, "vservice_id", string(v.Parent))
		set(v, "addresses", list(addresses))
		network, port, fixed := "", "", []string(nil)
		if p != nil {
			port, network = string(p.ID), p.Attrs.String("network_id")
			fixed = fixedIPs(p)
		} else if _, neutron := portTail(device); neutron && !ports.empty() {
			out = append(out, warn(v.ID, fmt.Sprintf("Neutron has no port for device %s", device)))
		}
		showAddress(v, addresses, fixed)
		if p == nil {
			network = cidrs.find(v.Attrs.String("cidr"), vserviceProject(g.Get(v.Parent)))
		}
		set(v, "port", port)
		set(v, "network", network)
		if s := serves[v.Parent]; s != nil && network != "" {
			s[network] = true
		}
	}
	for id, s := range serves {
		set(g.Get(id), "network", texts(names(s)))
	}
	return out
}

// flagged completes each address with netmask and cidr and says what is no
// address of the device itself.
func flagged(device string, of []graph.Attrs) []graph.Attrs {
	var out []graph.Attrs
	for _, r := range of {
		r = r.Clone()
		if p, ok := prefixOf(r); ok {
			if p.Addr().Is4() {
				r["IP Address"] = p.Addr().String()
				r["netmask"] = netmask(p)
			} else {
				r["IPv6 Address"] = p.Addr().String()
			}
			r["cidr"] = p.Masked().String()
			if slices.Contains(metadataAddresses, p.Addr()) {
				r["metadata"] = true
			} else if p.Addr().Is4() && p.Bits() == 32 && strings.HasPrefix(device, "qg-") {
				r["floating"] = true
			}
		}
		out = append(out, r)
	}
	return out
}

// showAddress picks the address to show for each family: a fixed address of
// the port, else the first that is neither flagged nor link-local. "cidr" is
// of IPv4 if there is one.
func showAddress(v *graph.Vertex, of []graph.Attrs, fixed []string) {
	for _, k := range singleAddress {
		set(v, k, nil)
	}
	for _, family := range []string{"IPv6 Address", "IP Address"} {
		var chosen graph.Attrs
		for _, r := range of {
			text := r.String(family)
			a, err := netip.ParseAddr(text)
			if err != nil || r.Bool("metadata") || r.Bool("floating") || a.IsLinkLocalUnicast() {
				continue
			}
			if slices.Contains(fixed, text) {
				chosen = r
				break
			}
			if chosen == nil {
				chosen = r
			}
		}
		if chosen != nil {
			set(v, family, chosen.String(family))
			set(v, "cidr", chosen.String("cidr"))
			set(v, "netmask", chosen.String("netmask"))
		}
	}
}

func fixedIPs(port *graph.Vertex) []string {
	var out []string
	for _, f := range port.Attrs.Maps("fixed_ips") {
		out = append(out, f.String("ip_address"))
	}
	return out
}

// vserviceProject is the project whose networks a vservice may serve; empty if
// it is not known.
func vserviceProject(v *graph.Vertex) string {
	if v == nil {
		return ""
	}
	return projectID(v.Attrs)
}

// cidrIndex finds networks by one of their subnets.
type cidrIndex map[[2]string][]string // project and CIDR → network ids

func newCIDRIndex(g *graph.Draft) cidrIndex {
	x := cidrIndex{}
	for _, n := range g.Of(graph.Network) {
		for _, cidr := range n.Attrs.Strings("cidrs") {
			key := [2]string{string(networkProject(n)), cidr}
			x[key] = append(x[key], string(n.ID))
		}
	}
	return x
}

// find is the only network of a project with that subnet; empty if there is
// none or more than one, or if the project is not known.
func (x cidrIndex) find(cidr, project string) string {
	if fits := x[[2]string{project, cidr}]; project != "" && len(fits) == 1 {
		return fits[0]
	}
	return ""
}
