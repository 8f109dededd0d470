package hostcli

import (
	"cmp"
	"maps"
	"slices"

	"calipso/graph"
)

// fetchBonds lists bonds and teams as host_pnics with "EtherChannel", and marks
// those of their members that are NICs: "EtherChannel Master" is the bond's id. Members are a list of
// objects with name, id, mac_address, EtherChannel Master and what the driver
// says of each.
//
// Source: cat /proc/net/bonding/<bond>; teamdctl <team> state dump; where these
// are missing the members that ip -j -d address show tells.
// Errors: *collect.CommandError, *collect.ParseError. No bonds: empty list.
func (s *survey) fetchBonds() ([]*graph.Vertex, error) {
	if s.linksErr != nil {
		return nil, s.linksErr
	}
	if s.bondsErr != nil {
		return nil, s.bondsErr
	}
	var out []*graph.Vertex
	for _, name := range slices.Sorted(maps.Keys(s.bonds)) {
		l := linkNamed(s.links, name)
		if l == nil {
			continue // in another namespace
		}
		if b := s.bonds[name]; b != nil {
			out = append(out, s.channel(l, b.Attrs, b.Members)...)
		} else {
			out = append(out, s.channel(l, nil, s.membersOf(name))...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.teams)) {
		l := linkNamed(s.links, name)
		if l == nil {
			continue
		}
		t := s.teams[name]
		if t == nil {
			out = append(out, s.channel(l, nil, s.membersOf(name))...)
			continue
		}
		header := graph.Attrs{}
		set(header, "EtherChannel Config", map[string]any(t.Setup))
		set(header, "EtherChannel Runtime", map[string]any(t.Runner))
		var members []bondMember
		for _, m := range t.Members {
			members = append(members, bondMember{m.Name, m.Attrs})
		}
		out = append(out, s.channel(l, header, members)...)
	}
	return out, nil
}

// membersOf are the interfaces that name another as their master.
func (s *survey) membersOf(master string) []bondMember {
	var out []bondMember
	for i := range s.links {
		if s.links[i].Master == master {
			out = append(out, bondMember{s.links[i].Name, graph.Attrs{"state": s.links[i].upDown()}})
		}
	}
	slices.SortFunc(out, func(a, b bondMember) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// channel is the bond with the marks on its members. A member that is no
// interface of the host any more stays in the list without an id.
func (s *survey) channel(l *link, header graph.Attrs, members []bondMember) []*graph.Vertex {
	v := s.pnic(l, header)
	v.Attrs["EtherChannel"] = true
	v.Attrs["EtherChannel Master"] = ""
	v.Attrs["Link detected"] = "no"
	if l.State == "UP" || l.State == "UNKNOWN" && l.up() {
		v.Attrs["Link detected"] = "yes"
	}
	list := []any{}
	out := []*graph.Vertex{v}
	for _, m := range members {
		e := m.Attrs.Clone()
		e["name"] = m.Name
		e["EtherChannel Master"] = string(v.ID)
		if ml := linkNamed(s.links, m.Name); ml != nil {
			e["id"] = string(s.pnicID(ml))
			set(e, "mac_address", ml.mac())
			if s.physical(m.Name) {
				out = append(out, &graph.Vertex{
					ID: s.pnicID(ml), Type: graph.HostPNIC, Host: s.host,
					Attrs: graph.Attrs{"EtherChannel": true, "EtherChannel Master": string(v.ID)},
				})
			}
		}
		list = append(list, map[string]any(e))
	}
	v.Attrs["members"] = list
	return out
}
