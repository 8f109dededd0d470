package enrich

import (
	"cmp"
	"fmt"
	"slices"

	"calipso/collect"
	"calipso/graph"
)

// tunnelTypes are the overlays of Open vSwitch and the UDP port that each uses
// unless told otherwise; GRE has none.
var tunnelTypes = map[string]int64{"vxlan": 4789, "geneve": 6081, "gre": 0}

// oteps makes the tunnel endpoint of each host with Open vSwitch from what the
// agent is configured for and what the switch has (rule DIS-67): one per host,
// below the vedge. "ports" are the tunnels alone, "interface" the device that
// has the address, "vconnector" the bridge of that name if there is one, "pnic"
// the id of the physical interface behind it.
func oteps(_ *graph.Environment, g *graph.Draft) []Finding {
	var out []Finding
	for _, s := range sites(g) {
		id := collect.OTEPID(s.id)
		var of *graph.Vertex
		for _, v := range s.switches() {
			if ip, _ := tunnelling(v); ip != "" {
				of = v
			}
		}
		if of == nil {
			if old := g.Get(id); old != nil && isVEdge(g.Get(old.Parent)) && isOVS(g.Get(old.Parent)) {
				g.Delete(id)
			}
			continue
		}
		t := g.Get(id)
		if t == nil {
			t = &graph.Vertex{ID: id, Type: graph.OTEP}
			g.Put(t)
		}
		t.Name, t.Host, t.Parent = string(id), s.id, of.ID
		ip, types := tunnelling(of)
		tunnels := tunnelPorts(of)
		set(t, "ip_address", ip)
		set(t, "overlay_type", types[0])
		set(t, "overlay_types", nil)
		if len(types) > 1 {
			set(t, "overlay_types", texts(types))
		}
		set(t, "ports", list(tunnels))
		set(t, "udp_port", s.udpPort(ip, types[0], tunnels))
		out = append(out, s.place(t)...)
	}
	return out
}

func isVEdge(v *graph.Vertex) bool { return v != nil && v.Type == graph.VEdge }

// tunnelling is the address and the overlay types that a vedge tunnels with,
// those in use first; no address: it does not. Without an agent the tunnels
// themselves tell, if they agree.
func tunnelling(v *graph.Vertex) (ip string, types []string) {
	conf := v.Attrs.Map("configurations")
	var used, local distinct
	for _, p := range tunnelPorts(v) {
		used.add(p.String("type"))
		local.add(p.Map("options").String("local_ip"))
	}
	slices.Sort(used)
	ip = conf.String("tunneling_ip")
	if v.Attrs.String("agent_type") == "" && len(local) == 1 {
		ip = local[0]
	}
	for _, t := range conf.Strings("tunnel_types") { // the first one is the main one
		if slices.Contains(used, t) {
			types = append(types, t)
		}
	}
	for _, t := range used {
		if !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	if len(used) == 0 { // alone so far, it may tunnel any time
		types = conf.Strings("tunnel_types")
	}
	if len(types) == 0 {
		return "", nil
	}
	return ip, types
}

// tunnelPorts are a vedge's tunnels: no patch ports, no bridges.
func tunnelPorts(v *graph.Vertex) []graph.Attrs {
	var out []graph.Attrs
	for _, p := range records(v.Attrs, "tunnel_ports") {
		if _, ok := tunnelTypes[p.String("type")]; ok {
			out = append(out, p.Clone())
		}
	}
	return out
}

// udpPort is what the tunnels state, else what Neutron's server has on record
// for the address, else the overlay's usual one.
func (s *site) udpPort(ip, overlay string, tunnels []graph.Attrs) int64 {
	for _, p := range tunnels {
		if n := p.Map("options").Int("dst_port"); n > 0 && p.String("type") == overlay {
			return n
		}
	}
	if s.host != nil {
		for _, e := range records(s.host.Attrs, "tunnel_endpoints") {
			kind := cmp.Or(e.String("type"), overlay)
			if n := e.Int("udp_port"); n > 0 && e.String("ip_address") == ip && kind == overlay {
				return n
			}
		}
	}
	return tunnelTypes[overlay]
}

// place finds the device that has an endpoint's address, and what is behind it.
func (s *site) place(t *graph.Vertex) []Finding {
	var out []Finding
	device := s.withAddress(t.Attrs.String("ip_address"))
	if device == "" && !isVEdgeOTEP(t) {
		device = t.Attrs.String("interface") // what the tunnel device is bound to
	}
	set(t, "interface", device)
	if b := s.bridges[device]; b != nil {
		set(t, "vconnector", b.Text())
	} else if v := t.Attrs.String("vconnector"); v == s.id+"-"+device || isVEdgeOTEP(t) {
		set(t, "vconnector", nil)
	}
	var behind distinct
	for _, p := range s.carriers(device) {
		behind.add(string(p.ID))
	}
	slices.Sort(behind)
	set(t, "pnic", nil)
	set(t, "pnics", nil)
	if len(behind) > 0 {
		set(t, "pnic", behind[0])
	}
	if len(behind) > 1 {
		set(t, "pnics", texts(behind))
	}
	switch ip := t.Attrs.String("ip_address"); {
	case device == "" && len(s.interfaces()) > 0:
		out = append(out, warn(t.ID, fmt.Sprintf("no interface of the host has the tunnel address %s", ip)))
	case device != "" && len(behind) == 0 && len(s.pnics) > 0:
		out = append(out, warn(t.ID, fmt.Sprintf("no physical interface is known behind %s, which has the tunnel address", device)))
	}
	return out
}

// isVEdgeOTEP tells the endpoint of a switch from those of bridge members.
func isVEdgeOTEP(t *graph.Vertex) bool { return t.ID == collect.OTEPID(t.Host) }
