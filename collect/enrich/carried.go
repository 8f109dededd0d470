package enrich

import (
	"fmt"
	"maps"
	"slices"

	"calipso/graph"
)

// carried tells which networks each physical interface and each tunnel
// endpoint really carries (attribute "networks"; an empty list: none), out of
// those present on its host:
//
//   - a network on a physical network (flat, vlan) by the interface that the
//     host's agent maps that physical network to, and by the interface that is
//     a member of the network's own Linux bridge;
//   - an overlay network (vxlan, gre, geneve) by the endpoint of that overlay
//     and the interface through which the endpoint's address is reached.
//
// An interface that is used for neither, as the one for management, carries
// none. A vedge's list "pnics" says the same of the bridges' side alone, and
// so leaves out what reaches the interface through a tunnel. Nothing is stated
// while no port is known, since then nobody can tell.
func carried(env *graph.Environment, g *graph.Draft) []Finding {
	stated := len(g.Of(graph.Port)) > 0 && len(g.Of(graph.Network)) > 0
	on := newPresence(env, g)
	var out []Finding
	for _, s := range sites(g) {
		c := newCarriage(s)
		for _, id := range slices.Sorted(maps.Keys(on[s.id])) {
			n := g.Get(graph.ID(id))
			if n == nil || n.Type != graph.Network {
				out = append(out, warn("", fmt.Sprintf("network %q of a port on host %q is not in the inventory", id, s.id)))
				continue
			}
			if !c.carry(n, on[s.id][id]) && len(s.pnics) > 0 {
				out = append(out, warn(n.ID, fmt.Sprintf("the network is used on host %q, but none of its physical interfaces is known to carry it", s.id)))
			}
		}
		c.state(stated)
	}
	return out
}

// carriage collects what the parts of one host carry.
type carriage struct {
	*site
	pnic, otep map[graph.ID]map[string]bool
	uplink     map[[3]string]map[string]bool // by vedge, bridge, physical network
}

func newCarriage(s *site) *carriage {
	return &carriage{site: s, pnic: map[graph.ID]map[string]bool{}, otep: map[graph.ID]map[string]bool{}, uplink: map[[3]string]map[string]bool{}}
}

func put[K comparable](m map[K]map[string]bool, k K, network string) {
	if m[k] == nil {
		m[k] = map[string]bool{}
	}
	m[k][network] = true
}

// carry finds the ways of a network out of the host; ok is false if it needs
// one and there is none.
func (c *carriage) carry(n *graph.Vertex, how attachment) (ok bool) {
	for _, seg := range segmentsOf(n) {
		if _, tunnel := tunnelTypes[seg.kind]; tunnel {
			ok = c.tunnel(n, seg) || ok
			continue
		}
		if seg.physnet == "" {
			ok = ok || seg.kind == "local" || seg.kind == ""
			continue
		}
		ok = c.wire(string(n.ID), seg.physnet, how) || ok
	}
	return c.bridge(n) || ok
}

// tunnel carries an overlay network through the endpoints of its type.
func (c *carriage) tunnel(n *graph.Vertex, seg segment) (ok bool) {
	id := string(n.ID)
	for _, t := range c.oteps {
		types := append(t.Attrs.Strings("overlay_types"), t.Attrs.String("overlay_type"))
		own, single := graph.Carried(graph.Attrs{"network": t.Attrs["network"]})
		if !slices.Contains(types, seg.kind) || single && !slices.Contains(own, id) || c.lone(t) {
			continue
		}
		ok = true
		put(c.otep, t.ID, id)
		for _, p := range append(t.Attrs.Strings("pnics"), t.Attrs.String("pnic")) {
			put(c.pnic, graph.ID(p), id)
		}
	}
	return ok
}

// lone tells the endpoint of a Linux bridge host that has no tunnel device.
func (c *carriage) lone(t *graph.Vertex) bool { return t.Parent == graph.ID(c.id) }

// wire carries a network through what is mapped to its physical network. A
// virtual function leaves by the interface it is a function of.
func (c *carriage) wire(id, physnet string, how attachment) (ok bool) {
	if how.normal {
		for _, v := range c.vedges {
			for _, u := range records(v.Attrs, "pnics") {
				p := c.pnics[u.String("name")]
				if u.String("physical_network") != physnet || p == nil {
					continue
				}
				ok = true
				put(c.pnic, p.ID, id)
				put(c.uplink, [3]string{string(v.ID), u.String("bridge"), physnet}, id)
			}
		}
	}
	for _, m := range c.mapped() {
		if m.physnet != physnet || m.sriov && !how.sriov || !m.sriov && !how.normal {
			continue
		}
		for _, p := range c.carriers(m.device) {
			ok = true
			put(c.pnic, p.ID, id)
		}
	}
	return ok
}

// bridge carries a network through the physical members of its Linux bridge.
func (c *carriage) bridge(n *graph.Vertex) (ok bool) {
	for _, b := range c.bridges {
		if b.Attrs.String("network") != string(n.ID) {
			continue
		}
		for _, member := range b.Attrs.Strings("interfaces_names") {
			if p := c.pnics[baseInterface(member)]; p != nil {
				ok = true
				put(c.pnic, p.ID, string(n.ID))
			}
		}
	}
	return ok
}

// state writes down what was found; the members of a bond carry what it does.
func (c *carriage) state(stated bool) {
	write := func(v *graph.Vertex, ids map[string]bool) {
		set(v, "networks", nil)
		if stated {
			if v.Attrs == nil {
				v.Attrs = graph.Attrs{}
			}
			v.Attrs["networks"] = texts(names(ids)) // also when empty: it carries none
		}
	}
	for _, bond := range c.pnics {
		for _, m := range records(bond.Attrs, "members") {
			for n := range c.pnic[bond.ID] {
				put(c.pnic, graph.ID(m.String("id")), n)
			}
		}
	}
	for _, p := range c.pnics {
		write(p, c.pnic[p.ID])
	}
	for _, t := range c.oteps {
		if t.Attrs.String("network") == "" {
			write(t, c.otep[t.ID])
		}
	}
	for _, v := range c.vedges {
		var all []graph.Attrs
		for _, u := range records(v.Attrs, "pnics") {
			u = u.Clone()
			delete(u, "networks")
			if stated {
				u["networks"] = texts(names(c.uplink[[3]string{string(v.ID), u.String("bridge"), u.String("physical_network")}]))
			}
			all = append(all, u)
		}
		set(v, "pnics", list(all))
	}
}
