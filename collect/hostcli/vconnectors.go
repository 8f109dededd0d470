package hostcli

import (
	"calipso/collect"
	"calipso/graph"
)

// fetchVConnectors lists the Linux bridges that belong to the cloud (see
// bridge.relevant; scan_all_bridges lists all). The MAC of a member is its own:
// a tap's differs from the guest's in the first octet.
//
// Source: ip -j -d address show; brctl show where ip is too old.
// Errors: *collect.CommandError, *collect.ParseError.
func (s *survey) fetchVConnectors() ([]*graph.Vertex, error) {
	if s.linksErr != nil {
		return nil, s.linksErr
	}
	var out []*graph.Vertex
	for _, b := range s.bridges {
		if s.env.allBridges || b.relevant(s) {
			out = append(out, s.vconnector(b))
		}
	}
	return out, nil
}

func (s *survey) vconnector(b bridge) *graph.Vertex {
	members := make([]any, 0, len(b.Members))
	for _, name := range b.Members {
		m := graph.Attrs{"name": name}
		if l := linkNamed(s.links, name); l != nil {
			set(m, "mac_address", l.mac())
		}
		members = append(members, map[string]any(m))
	}
	a := graph.Attrs{
		"host":             s.host,
		"bridge_name":      b.Name,
		"bridge_id":        b.ID,
		"stp_enabled":      b.STP,
		"connector_type":   "bridge",
		"interfaces":       members,
		"interfaces_names": texts(b.Members),
	}
	if l := linkNamed(s.links, b.Name); l != nil {
		merge(a, addressAttrs(l))
		set(a, "mac_address", l.mac())
		a["mtu"] = int64(l.MTU)
		a["state"] = l.upDown()
		a["vlan_filtering"] = l.Info.Data.VLANFiltering != 0
	}
	return &graph.Vertex{
		ID: collect.VConnectorID(s.host, b.Name, b.ID), Type: graph.VConnector, Name: s.vconnectorName(b),
		Host: s.host, Parent: graph.ID(s.host), Attrs: a,
	}
}

func (s *survey) vconnectorName(b bridge) string { return s.host + "-" + b.Name }
