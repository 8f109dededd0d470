package enrich

import (
	"fmt"

	"calipso/graph"
)

// bonds marks the physical interfaces that are members of a bond or team
// ("EtherChannel", "EtherChannel Master") and gives the bond's list of members
// their ids (rule DIS-69).
func bonds(_ *graph.Environment, g *graph.Draft) []Finding {
	type port struct{ host, name string }
	byName := map[port]*graph.Vertex{}
	for _, p := range g.Of(graph.HostPNIC) {
		byName[port{p.Host, pnicName(p)}] = p
		if len(records(p.Attrs, "members")) == 0 {
			set(p, "EtherChannel", nil)
			set(p, "EtherChannel Master", nil)
		}
	}
	var out []Finding
	for _, bond := range g.Of(graph.HostPNIC) {
		members := records(bond.Attrs, "members")
		if len(members) == 0 {
			continue
		}
		for i, m := range members {
			m = m.Clone()
			members[i] = m
			m["EtherChannel Master"] = string(bond.ID)
			p := byName[port{bond.Host, m.String("name")}]
			if p == nil {
				out = append(out, warn(bond.ID, fmt.Sprintf("member %s of the bond is none of the host's physical interfaces", m.String("name"))))
				continue
			}
			m["id"] = string(p.ID)
			set(p, "EtherChannel", true)
			set(p, "EtherChannel Master", string(bond.ID))
		}
		set(bond, "EtherChannel", true)
		set(bond, "members", list(members))
	}
	return out
}
