package hostcli

import (
	"cmp"
	"slices"

	"calipso/collect"
)

// ovsSwitch is the Open vSwitch of a host: its tables joined by their uuids,
// since numbers repeat from bridge to bridge (rule TD-18).
type ovsSwitch struct {
	Version string
	Bridges []ovsBridge // by name
}

type ovsBridge struct {
	Name, Datapath, FailMode string
	Ports                    []ovsPort // by name
}

// ovsPort is a port; a bond has several interfaces.
type ovsPort struct {
	Name       string
	Tag        string // local VLAN, "" for none
	Trunks     []string
	Config     map[string]any // other_config: the agent notes net_uuid, segmentation_id … here
	Interfaces []ovsInterface // by name
}

type ovsInterface struct {
	Name, Type, OFPort  string // OFPort "" if not assigned, "-1" if refused
	MAC, LinkState      string
	AdminState, Error   string
	NeutronPort         string // iface-id
	AttachedMAC, VMUUID string
	Options             map[string]any
}

// tunnelTypes are the interface types that lead to another host.
var tunnelTypes = []string{"vxlan", "gre", "geneve", "gretap", "stt", "lisp"}

func (i ovsInterface) tunnel() bool { return slices.Contains(tunnelTypes, i.Type) }

// parseOVS reads the answer of the four list commands: Bridge, Port,
// Interface, Open_vSwitch.
//
// Errors: *collect.ParseError.
func parseOVS(source string, text []byte) (*ovsSwitch, error) {
	tables, err := parseOVSTables(source, text)
	if err != nil {
		return nil, err
	}
	if len(tables) != 4 {
		return nil, &collect.ParseError{Source: source, Reason: "not the four tables that were asked for"}
	}
	byUUID := func(rows []ovsRow) map[string]ovsRow {
		m := map[string]ovsRow{}
		for _, r := range rows {
			m[r.text("_uuid")] = r
		}
		return m
	}
	ports, interfaces := byUUID(tables[1]), byUUID(tables[2])
	sw := &ovsSwitch{}
	if len(tables[3]) > 0 {
		sw.Version = tables[3][0].text("ovs_version")
	}
	for _, r := range tables[0] {
		b := ovsBridge{Name: r.text("name"), Datapath: r.text("datapath_type"), FailMode: r.text("fail_mode")}
		if b.Datapath == "" {
			b.Datapath = "system" // what an empty column means
		}
		for _, u := range r.list("ports") {
			if p, ok := ports[u]; ok {
				b.Ports = append(b.Ports, ovsPortOf(p, interfaces))
			}
		}
		slices.SortFunc(b.Ports, func(x, y ovsPort) int { return cmp.Compare(x.Name, y.Name) })
		sw.Bridges = append(sw.Bridges, b)
	}
	slices.SortFunc(sw.Bridges, func(x, y ovsBridge) int { return cmp.Compare(x.Name, y.Name) })
	return sw, nil
}

func ovsPortOf(r ovsRow, interfaces map[string]ovsRow) ovsPort {
	p := ovsPort{Name: r.text("name"), Tag: r.text("tag"), Trunks: r.list("trunks"), Config: r.dict("other_config")}
	for _, u := range r.list("interfaces") {
		i, ok := interfaces[u]
		if !ok {
			continue
		}
		p.Interfaces = append(p.Interfaces, ovsInterface{
			Name: i.text("name"), Type: i.text("type"), OFPort: i.text("ofport"),
			MAC: i.text("mac_in_use"), LinkState: i.text("link_state"),
			AdminState: i.text("admin_state"), Error: i.text("error"),
			NeutronPort: i.entry("external_ids", "iface-id"),
			AttachedMAC: i.entry("external_ids", "attached-mac"),
			VMUUID:      i.entry("external_ids", "vm-uuid"),
			Options:     i.dict("options"),
		})
	}
	slices.SortFunc(p.Interfaces, func(x, y ovsInterface) int { return cmp.Compare(x.Name, y.Name) })
	return p
}

// tunnelBridge tells whether a bridge holds tunnels.
func (b *ovsBridge) tunnelBridge() bool {
	return slices.ContainsFunc(b.Ports, func(p ovsPort) bool {
		return slices.ContainsFunc(p.Interfaces, ovsInterface.tunnel)
	})
}

// tunnelSources are the addresses that tunnels start from, sorted.
func (sw *ovsSwitch) tunnelSources() []string {
	var out []string
	for _, b := range sw.Bridges {
		for _, p := range b.Ports {
			for _, i := range p.Interfaces {
				if ip, ok := i.Options["local_ip"].(string); ok && i.tunnel() && !slices.Contains(out, ip) {
					out = append(out, ip)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}
