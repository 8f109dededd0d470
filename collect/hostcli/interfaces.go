package hostcli

import (
	"calipso/graph"
)

// fetchInterfaces adds the list "interfaces" to the host: every interface that
// carries an address (not loopback), with what it is, so that others can tell
// where a tunnel address sits: on a bridge, a bond, a VLAN or a NIC.
//
// Entries: name, kind ("physical" for NICs, else iproute2's kind: bridge,
// vlan, bond, openvswitch …), master, parent (device below), mac_address,
// state, mtu, addresses (texts, without prefix), cidrs (with prefix).
//
// Source: ip -j -d address show.
// Errors: *collect.CommandError, *collect.ParseError.
func (s *survey) fetchInterfaces() ([]*graph.Vertex, error) {
	if s.linksErr != nil {
		return nil, s.linksErr
	}
	var list []any
	for i := range s.links {
		l := &s.links[i]
		if l.loopback() || len(l.Addresses) == 0 || neutronDevice.MatchString(l.Name) {
			continue
		}
		var ips, cidrs []string
		for _, a := range l.Addresses {
			if p, ok := a.prefix(); ok && a.Scope != "link" && a.Scope != "host" {
				ips = append(ips, a.Local)
				cidrs = append(cidrs, p.String())
			}
		}
		if len(ips) == 0 {
			continue
		}
		e := graph.Attrs{"name": l.Name, "state": l.upDown(), "mtu": int64(l.MTU), "addresses": texts(ips), "cidrs": texts(cidrs)}
		kind := l.Info.Kind
		switch {
		case s.physical(l.Name):
			kind = "physical"
		case s.ovsBridge(l.Name):
			kind = "ovs-bridge"
		}
		set(e, "kind", kind)
		set(e, "master", l.Master)
		set(e, "parent", l.Parent)
		set(e, "mac_address", l.mac())
		list = append(list, map[string]any(e))
	}
	if list == nil {
		list = []any{}
	}
	return []*graph.Vertex{s.enrich(graph.Attrs{"interfaces": list})}, nil
}

// ovsBridge tells whether an interface is the own port of an Open vSwitch
// bridge. The kernel calls it openvswitch, or tun with the userspace datapath.
func (s *survey) ovsBridge(name string) bool {
	if s.vswitch == nil {
		return false
	}
	for _, b := range s.vswitch.Bridges {
		if b.Name == name {
			return true
		}
	}
	return false
}
