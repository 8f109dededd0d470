package enrich

import (
	"strings"

	"calipso/graph"
)

// vconnectors tells of each Linux bridge which networks it belongs to, by the
// ports of its members or, as the Linux bridge agent names it, by its own name
// ("brq" and the beginning of the network's id); sets the MAC of members that
// are devices of ports (the kernel's own is not the guest's, rule DIS-64); adds
// the agent's configuration.
func vconnectors(env *graph.Environment, g *graph.Draft) []Finding {
	ports := newPortIndex(env, g)
	byTail := map[string][]string{}
	for _, n := range g.Of(graph.Network) {
		if id := string(n.ID); len(id) >= 11 {
			byTail[id[:11]] = append(byTail[id[:11]], id)
		}
	}
	agents := agentsOf(g, lxbAgent)
	for _, v := range g.Of(graph.VConnector) {
		if a := agents[v.Host]; a != nil {
			set(v, "configurations", a.Clone().Attrs["configurations"])
		} else {
			set(v, "configurations", nil)
		}
		networks := map[string]bool{}
		var members []graph.Attrs
		var interfaces []string
		for _, m := range records(v.Attrs, "interfaces") {
			m = m.Clone()
			if p := ports.tail(m.String("name")); p != nil {
				if bridged(m.String("name")) {
					m["mac_address"] = p.Attrs.String("mac_address")
				}
				networks[p.Attrs.String("network_id")] = true
			}
			members = append(members, m)
			interfaces = append(interfaces, m.String("name"))
		}
		if len(members) > 0 {
			set(v, "interfaces", list(members))
			set(v, "interfaces_names", texts(interfaces))
		}
		tail, _ := strings.CutPrefix(v.Attrs.String("bridge_name"), "brq")
		if own := byTail[tail]; len(own) == 1 {
			networks = map[string]bool{own[0]: true}
		}
		delete(networks, "")
		networksAttr(v, names(networks))
	}
	return nil
}

// bridged tells the devices of a port that may be a bridge's member.
func bridged(device string) bool {
	for _, prefix := range []string{"tap", "qvb", "qvo", "qbr"} {
		if strings.HasPrefix(device, prefix) {
			return true
		}
	}
	return false
}
