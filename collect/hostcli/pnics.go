package hostcli

import (
	"slices"
	"strings"

	"calipso/collect"
	"calipso/graph"
)

// fetchHostPNICs lists the physical interfaces: those whose device is not
// virtual, with pnic_include and without pnic_exclude and without virtual
// functions. VLANs on one, teams and bonds over it are its "sub_interfaces" and
// "master". Values of ethtool stand under its own labels ("Speed",
// "Link detected").
//
// Source: ls -l /sys/class/net; ip -j -d address show; ethtool and ethtool -i
// per interface (without ethtool /sys/class/net); lldpctl -f json if it runs;
// ovs-vsctl for port_id and vedge_bridge.
// Errors: *collect.CommandError, *collect.ParseError.
func (s *survey) fetchHostPNICs() ([]*graph.Vertex, error) {
	if s.nicsErr != nil {
		return nil, s.nicsErr
	}
	if s.linksErr != nil {
		return nil, s.linksErr
	}
	var out []*graph.Vertex
	for _, name := range s.nics {
		if l := linkNamed(s.links, name); l != nil { // moved into a namespace: not here
			out = append(out, s.pnic(l, s.ethtool[name]))
		}
	}
	return out, nil
}

// pnic is an interface as vertex; NICs, bonds and teams share it.
func (s *survey) pnic(l *link, details graph.Attrs) *graph.Vertex {
	a := graph.Attrs{}
	merge(a, details)
	merge(a, addressAttrs(l))
	merge(a, graph.Attrs{
		"host":       s.host,
		"local_name": l.Name,
		"state":      l.upDown(),
		"mtu":        int64(l.MTU),
		"index":      int64(l.Index),
		"data":       l.text(),
	})
	set(a, "mac_address", l.mac())
	set(a, "operstate", l.State)
	set(a, "permanent_address", strings.ToLower(l.Permanent))
	set(a, "master", l.Master)
	set(a, "sub_interfaces", s.above(l.Name))
	if u, ok := s.uplinkOf(l.Name); ok {
		set(a, "port_id", u.ofport)
		a["vedge_bridge"] = u.bridge
	}
	var neighbours []any
	for _, n := range s.neighbours {
		if n.Interface == l.Name {
			neighbours = append(neighbours, n.attrs())
		}
	}
	set(a, "lldp_neighbours", neighbours)
	return &graph.Vertex{
		ID: s.pnicID(l), Type: graph.HostPNIC, Name: l.Name,
		Host: s.host, Parent: graph.ID(s.host), Attrs: a,
	}
}

func (s *survey) pnicID(l *link) graph.ID { return collect.PNICID(s.host, l.Name, l.mac()) }

// above are the VLANs on an interface, with their addresses.
func (s *survey) above(name string) []any {
	var out []any
	for i := range s.links {
		l := &s.links[i]
		byName := l.Info.Kind == "" && strings.HasPrefix(l.Name, name+".")
		if l.Name == name || l.Parent != name || l.Info.Kind != "vlan" && !byName {
			continue
		}
		e := graph.Attrs{"name": l.Name, "state": l.upDown()}
		set(e, "kind", l.Info.Kind)
		set(e, "mac_address", l.mac())
		if l.Info.Kind == "vlan" {
			e["vlan_id"] = int64(l.Info.Data.ID)
		}
		var ips []string
		for _, a := range l.Addresses {
			if a.Scope != "link" {
				ips = append(ips, a.Local)
			}
		}
		set(e, "addresses", texts(ips))
		out = append(out, map[string]any(e))
	}
	slices.SortFunc(out, func(x, y any) int {
		return strings.Compare(graph.Attrs(x.(map[string]any)).String("name"), graph.Attrs(y.(map[string]any)).String("name"))
	})
	return out
}
