package enrich

import (
	"fmt"
	"maps"
	"regexp"
	"slices"

	"calipso/collect"
	"calipso/graph"
)

// tunnelMember is how the Linux bridge agent names a tunnel device: the type
// and the segment.
var tunnelMember = regexp.MustCompile(`^(vxlan|gre|geneve)-([0-9]+)$`)

// bridgeOTEPs completes the tunnel endpoints of Linux bridge hosts (rule
// DIS-65), which hang under the bridge their device is a member of: the network
// (the bridge's, or the one of that segment), the address, the physical
// interface behind it. A member that its host did not describe as an endpoint
// becomes one; a host that is configured to tunnel, but has no such device yet,
// shows its address as an endpoint of its own.
func bridgeOTEPs(_ *graph.Environment, g *graph.Draft) []Finding {
	segments := segmentIndex(g)
	var out []Finding
	for _, s := range sites(g) {
		var conf graph.Attrs
		if s.lxb != nil {
			conf = s.lxb.Attrs.Map("configurations")
		}
		ip := conf.String("tunneling_ip")
		members := 0
		for _, name := range slices.Sorted(maps.Keys(s.bridges)) {
			b := s.bridges[name]
			for _, member := range b.Attrs.Strings("interfaces_names") {
				m := tunnelMember.FindStringSubmatch(member)
				if m == nil {
					continue
				}
				id := collect.MemberOTEPID(s.id, member)
				t := g.Get(id)
				if t == nil {
					t = &graph.Vertex{ID: id, Type: graph.OTEP, Name: string(id), Host: s.id}
					g.Put(t)
				}
				members++
				t.Parent = b.ID
				if t.Attrs.String("ip_address") == "" {
					set(t, "ip_address", ip)
				}
				if t.Attrs.String("overlay_type") == "" {
					set(t, "overlay_type", m[1])
				}
				if t.Attrs.Int("vni") == 0 {
					set(t, "vni", graph.Attrs{"n": m[2]}.Int("n"))
				}
				set(t, "vconnector", b.Text())
				out = append(out, join(t, b, segments)...)
				out = append(out, s.placeMember(t)...)
			}
		}
		out = append(out, s.lonely(g, ip, conf.Strings("tunnel_types"), members)...)
	}
	return out
}

// join tells which network a member endpoint belongs to. A bridge joins one
// network; if its segment says another, that is worth a warning.
func join(t, bridge *graph.Vertex, segments map[segment]string) []Finding {
	byBridge, _ := graph.Carried(bridge.Attrs)
	bySegment := segments[segment{kind: t.Attrs.String("overlay_type"), id: t.Attrs.Int("vni")}]
	switch {
	case bySegment != "" && len(byBridge) == 1 && byBridge[0] != bySegment:
		networksAttr(t, []string{bySegment})
		return []Finding{warn(t.ID, fmt.Sprintf("the segment belongs to network %q, the bridge to %q", bySegment, byBridge[0]))}
	case bySegment != "":
		networksAttr(t, []string{bySegment})
	default:
		networksAttr(t, byBridge)
	}
	return nil
}

// placeMember finds what is behind a member endpoint; the bridge it names is
// the one it is a member of, whatever device has the address.
func (s *site) placeMember(t *graph.Vertex) []Finding {
	bridge := t.Attrs["vconnector"]
	out := s.place(t)
	set(t, "vconnector", bridge)
	return out
}

// lonely shows the endpoint of a Linux bridge host without tunnel devices, and
// takes it away once there are some.
func (s *site) lonely(g *graph.Draft, ip string, types []string, members int) []Finding {
	id := collect.OTEPID(s.id)
	old := g.Get(id)
	if old != nil && isVEdge(g.Get(old.Parent)) {
		return nil // the endpoint of a switch on the same host
	}
	if s.lxb == nil || s.host == nil || ip == "" || len(types) == 0 || members > 0 {
		if old != nil && old.Parent == graph.ID(s.id) {
			g.Delete(id)
		}
		return nil
	}
	if old == nil {
		old = &graph.Vertex{ID: id, Type: graph.OTEP}
		g.Put(old)
	}
	old.Name, old.Host, old.Parent = string(id), s.id, graph.ID(s.id)
	set(old, "ip_address", ip)
	set(old, "overlay_type", types[0])
	return s.place(old)
}

// segment is one layer-2 segment of a network.
type segment struct {
	kind    string // vlan, vxlan, flat, …
	physnet string
	id      int64
}

// segmentsOf lists the segments of a network; most have one, stated by the
// network itself.
func segmentsOf(n *graph.Vertex) []segment {
	of := n.Attrs.Maps("segments")
	if len(of) == 0 {
		of = []graph.Attrs{n.Attrs}
	}
	var out []segment
	for _, a := range of {
		out = append(out, segment{a.String("provider:network_type"), a.String("provider:physical_network"), a.Int("provider:segmentation_id")})
	}
	return out
}

// segmentIndex finds networks by tunnel segment: inside a cloud the number of
// an overlay means one network.
func segmentIndex(g *graph.Draft) map[segment]string {
	out := map[segment]string{}
	for _, n := range g.Of(graph.Network) {
		for _, s := range segmentsOf(n) {
			if _, tunnel := tunnelTypes[s.kind]; tunnel {
				out[segment{kind: s.kind, id: s.id}] = string(n.ID)
			}
		}
	}
	return out
}
