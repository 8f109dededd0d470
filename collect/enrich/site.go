package enrich

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"calipso/graph"
)

// site is the wiring of one host: what the steps about physical interfaces and
// tunnels look at together.
type site struct {
	id       string
	host     *graph.Vertex            // nil if only its parts are known
	pnics    map[string]*graph.Vertex // by interface name
	vedges   []*graph.Vertex
	bridges  map[string]*graph.Vertex // Linux bridges by name
	oteps    []*graph.Vertex
	lxb, nic *graph.Vertex // agents: Linux bridge, SR-IOV; nil if there are none
}

// sites lists the hosts that have any wiring, by id.
func sites(g *graph.Draft) []*site {
	of := map[string]*site{}
	at := func(host string) *site {
		s := of[host]
		if s == nil {
			s = &site{id: host, host: g.Get(graph.ID(host)), pnics: map[string]*graph.Vertex{}, bridges: map[string]*graph.Vertex{}}
			of[host] = s
		}
		return s
	}
	for _, v := range g.Of(graph.HostPNIC, graph.VEdge, graph.VConnector, graph.OTEP) {
		if v.Host == "" {
			continue
		}
		s := at(v.Host)
		switch v.Type {
		case graph.HostPNIC:
			if name := pnicName(v); name != "" {
				s.pnics[name] = v
			}
		case graph.VEdge:
			s.vedges = append(s.vedges, v)
		case graph.VConnector:
			if name := v.Attrs.String("bridge_name"); name != "" {
				s.bridges[name] = v
			}
		case graph.OTEP:
			s.oteps = append(s.oteps, v)
		}
	}
	for host, a := range agentsOf(g, lxbAgent) {
		at(host).lxb = a
	}
	for host, a := range agentsOf(g, sriovAgent) {
		at(host).nic = a
	}
	out := make([]*site, 0, len(of))
	for _, host := range slices.Sorted(maps.Keys(of)) {
		out = append(out, of[host])
	}
	return out
}

func pnicName(p *graph.Vertex) string {
	if n := p.Attrs.String("local_name"); n != "" {
		return n
	}
	return p.Name
}

// interfaces are what the host itself says of its devices; the fetcher's
// records name a device "name" or, as ip does, "ifname".
func (s *site) interfaces() []graph.Attrs {
	if s.host == nil {
		return nil
	}
	return records(s.host.Attrs, "interfaces")
}

func interfaceName(r graph.Attrs) string {
	name := r.String("name")
	if name == "" {
		name = r.String("ifname")
	}
	name, _, _ = strings.Cut(name, "@")
	return name
}

// withAddress is the device that has an address; empty if none is known to.
func (s *site) withAddress(ip string) string {
	for _, r := range s.interfaces() {
		for _, p := range addressesOf(r) {
			if p.Addr().String() == ip {
				return interfaceName(r)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.pnics)) {
		for _, p := range addressesOf(s.pnics[name].Attrs) {
			if p.Addr().String() == ip {
				return name
			}
		}
	}
	return ""
}

// carriers are the physical interfaces through which a device reaches the
// wire: itself if it is one, those plugged into the bridge of that name or
// into the Open vSwitch bridge the device is a port of, the one below a VLAN.
func (s *site) carriers(device string) []*graph.Vertex {
	return s.carriersOf(device, map[string]bool{})
}

func (s *site) carriersOf(device string, seen map[string]bool) []*graph.Vertex {
	if device == "" || seen[device] {
		return nil
	}
	seen[device] = true
	if p := s.pnics[device]; p != nil {
		return []*graph.Vertex{p}
	}
	for _, v := range s.vedges {
		if up := s.bridgeUplinks(v, device, map[string]bool{}); len(up) > 0 {
			return up // a bridge's own device is named like it
		}
		for _, p := range records(v.Attrs, "ports") {
			if p.String("name") == device {
				return s.bridgeUplinks(v, p.String("bridge"), map[string]bool{})
			}
		}
	}
	var out []*graph.Vertex
	if b := s.bridges[device]; b != nil {
		for _, member := range b.Attrs.Strings("interfaces_names") {
			out = append(out, s.carriersOf(member, seen)...)
		}
		return out
	}
	for _, r := range s.interfaces() {
		if below := cmp.Or(r.String("parent"), r.String("link")); interfaceName(r) == device && below != "" {
			if up := s.carriersOf(below, seen); len(up) > 0 {
				return up
			}
		}
	}
	if base := baseInterface(device); base != device {
		return s.carriersOf(base, seen)
	}
	return nil
}

// bridgeUplinks are the physical interfaces in a bridge of Open vSwitch, or, if
// it has none, in the bridges it is patched to. The integration and tunnel
// bridges are no way to the wire.
func (s *site) bridgeUplinks(v *graph.Vertex, bridge string, seen map[string]bool) []*graph.Vertex {
	integration := v.Attrs.Map("configurations").String("integration_bridge")
	if seen[bridge] || bridge == "" || bridge == "br-int" || bridge == "br-tun" || bridge == integration {
		return nil
	}
	seen[bridge] = true
	var out []*graph.Vertex
	for _, u := range records(v.Attrs, "pnics") {
		p := s.pnics[u.String("name")]
		if u.String("bridge") == bridge && p != nil && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	if len(out) > 0 {
		return out
	}
	bridges := map[string]string{}
	for _, p := range records(v.Attrs, "ports") {
		bridges[p.String("name")] = p.String("bridge")
	}
	for _, p := range records(v.Attrs, "ports") {
		if peer := p.Map("options").String("peer"); peer != "" && p.String("bridge") == bridge {
			out = append(out, s.bridgeUplinks(v, bridges[peer], seen)...)
		}
	}
	return out
}
