package hostcli

import (
	"slices"

	"calipso/collect"
	"calipso/graph"
)

// fetchVEdges lists the Open vSwitch of the host. Its id is that of a switch
// without an agent, <host>-OVS: a switch that a Neutron agent runs has the
// agent's UUID, which only the API knows, so collect/enrich renames it and adds
// the agent's columns.
//
// "ports" lists all interfaces of all bridges; a port is identified by its
// name, "id" (the OpenFlow port) repeats from bridge to bridge, and "tag" is
// the local VLAN. "network" and "segmentation_id" are what the agent noted
// at the port. "tunnel_ports" are tunnels and the patch ports beside them.
// "pnics" are the host's NICs plugged into bridges (bonds: their members),
// "pnic" the first of them. "tunnel_addresses" are the addresses that tunnels
// start from.
//
// Source: ovs-vsctl --format=json, four tables in one transaction.
// Errors: *collect.CommandError, *collect.ParseError. None, and no vedge, where
// Open vSwitch does not run (see survey.readVSwitch).
func (s *survey) fetchVEdges() ([]*graph.Vertex, error) {
	if s.vswitchErr != nil {
		return nil, s.vswitchErr
	}
	if s.vswitch == nil {
		return nil, nil
	}
	if s.nicsErr != nil {
		return nil, s.nicsErr
	}
	a := graph.Attrs{"host": s.host, "vedge_type": "OVS"}
	set(a, "ovs_version", s.vswitch.Version)
	var bridges, ports, tunnels, pnics []any
	for i := range s.vswitch.Bridges {
		b := &s.vswitch.Bridges[i]
		e := graph.Attrs{"name": b.Name, "datapath_type": b.Datapath}
		set(e, "fail_mode", b.FailMode)
		bridges = append(bridges, map[string]any(e))
		tunnelBridge := b.tunnelBridge()
		for _, p := range b.Ports {
			for _, itf := range p.Interfaces {
				ports = append(ports, portAttrs(b, p, itf))
				if itf.tunnel() || tunnelBridge && itf.Type == "patch" {
					tunnels = append(tunnels, tunnelAttrs(b, p, itf))
				}
			}
		}
	}
	for _, u := range s.uplinks() {
		pnics = append(pnics, map[string]any{"bridge": u.bridge, "name": u.nic})
	}
	set(a, "bridges", bridges)
	if len(s.vswitch.Bridges) > 0 {
		a["datapath_type"] = s.vswitch.Bridges[0].Datapath
	}
	a["ports"] = orEmpty(ports)
	a["tunnel_ports"] = orEmpty(tunnels)
	a["pnics"] = orEmpty(pnics)
	if up := s.uplinks(); len(up) > 0 {
		a["pnic"] = up[0].nic
	}
	set(a, "tunnel_addresses", texts(s.vswitch.tunnelSources()))
	return []*graph.Vertex{{
		ID: collect.StandaloneVEdgeID(s.host), Type: graph.VEdge, Name: string(collect.StandaloneVEdgeID(s.host)),
		Host: s.host, Parent: graph.ID(s.host), Attrs: a,
	}}, nil
}

func orEmpty(list []any) []any {
	if list == nil {
		return []any{}
	}
	return list
}

func portAttrs(b *ovsBridge, p ovsPort, itf ovsInterface) any {
	e := graph.Attrs{
		"id":       itf.OFPort,
		"name":     itf.Name,
		"bridge":   b.Name,
		"internal": itf.Type == "internal",
	}
	if p.Name != itf.Name {
		e["bond"] = p.Name
	}
	set(e, "type", itf.Type)
	set(e, "tag", p.Tag)
	set(e, "trunks", texts(p.Trunks))
	set(e, "mac_address", itf.MAC)
	set(e, "state", itf.LinkState)
	set(e, "port", itf.NeutronPort)
	set(e, "attached_mac", itf.AttachedMAC)
	set(e, "instance_id", itf.VMUUID)
	set(e, "error", itf.Error)
	set(e, "options", itf.Options) // a patch port's peer, a tunnel's ends
	set(e, "network", p.note("net_uuid"))
	set(e, "network_type", p.note("network_type"))
	set(e, "physical_network", p.note("physical_network"))
	set(e, "segmentation_id", p.note("segmentation_id"))
	return map[string]any(e)
}

// note is what Neutron's agent wrote at a port; it writes "None" for nothing.
func (p ovsPort) note(key string) string {
	v, _ := p.Config[key].(string)
	if v == "None" {
		return ""
	}
	return v
}

func tunnelAttrs(b *ovsBridge, p ovsPort, itf ovsInterface) any {
	e := graph.Attrs{"name": p.Name, "interface": itf.Name, "bridge": b.Name, "type": itf.Type}
	set(e, "options", itf.Options)
	return map[string]any(e)
}

// uplink is a NIC that is a port of an Open vSwitch bridge.
type uplink struct{ bridge, nic, ofport string }

// uplinks are the NICs in bridges, by bridge, then name.
func (s *survey) uplinks() []uplink {
	var out []uplink
	if s.vswitch == nil {
		return nil
	}
	for _, b := range s.vswitch.Bridges {
		for _, p := range b.Ports {
			for _, itf := range p.Interfaces {
				if s.uplinkDevice(itf.Name) {
					out = append(out, uplink{b.Name, itf.Name, itf.OFPort})
				}
			}
		}
	}
	return out
}

// uplinkDevice tells whether a port leads out of the host: a NIC, or a bond or
// team of some.
func (s *survey) uplinkDevice(name string) bool {
	if s.physical(name) {
		return true
	}
	_, bond := s.bonds[name]
	_, team := s.teams[name]
	return bond || team
}

// uplinkOf is the bridge port of a NIC; ok is false if it is in none.
func (s *survey) uplinkOf(nic string) (uplink, bool) {
	list := s.uplinks()
	i := slices.IndexFunc(list, func(u uplink) bool { return u.nic == nic })
	if i < 0 {
		return uplink{}, false
	}
	return list[i], true
}
