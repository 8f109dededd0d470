package hostcli

import (
	"calipso/collect"
	"calipso/graph"
)

// fetchOTEPs lists the tunnel interfaces of Linux bridge hosts: every VXLAN
// device that is a member of a bridge. They have one shape with those of Open
// vSwitch: "ports" names the far ends.
//
// An Open vSwitch host has one tunnel endpoint, which needs the agent's
// tunneling_ip and is no matter of this package.
//
// Source: ip -j -d address show; bridge -j fdb show.
// Errors: *collect.CommandError, *collect.ParseError.
func (s *survey) fetchOTEPs() ([]*graph.Vertex, error) {
	if s.linksErr != nil {
		return nil, s.linksErr
	}
	var out []*graph.Vertex
	for _, b := range s.bridges {
		for _, name := range b.Members {
			l := linkNamed(s.links, name)
			if l == nil || l.Info.Kind != "vxlan" {
				continue
			}
			if s.fdbErr != nil {
				return nil, s.fdbErr
			}
			out = append(out, s.memberOTEP(b, l))
		}
	}
	return out, nil
}

func (s *survey) memberOTEP(b bridge, l *link) *graph.Vertex {
	d := l.Info.Data
	far := remotes(s.fdb, l.Name)
	if fixed := d.Remote + d.Remote6; len(far) == 0 && fixed != "" {
		far = []string{fixed}
	}
	ports := make([]any, 0, len(far))
	for _, r := range far {
		options := graph.Attrs{"remote_ip": r}
		set(options, "local_ip", d.localAddr())
		ports = append(ports, map[string]any{
			"name":      l.Name + "-" + r,
			"interface": l.Name,
			"type":      "vxlan",
			"options":   map[string]any(options),
		})
	}
	a := graph.Attrs{
		"host":         s.host,
		"overlay_type": "vxlan",
		"vni":          int64(d.ID),
		"udp_port":     int64(d.Port),
		"vconnector":   s.vconnectorName(b),
		"state":        l.upDown(),
		"mtu":          int64(l.MTU),
		"data":         l.text(),
		"ports":        ports,
	}
	set(a, "ip_address", d.localAddr())
	set(a, "mac_address", l.mac())
	set(a, "interface", d.Link)
	set(a, "group", d.Group+d.Group6)
	if len(far) > 0 {
		a["bridge dst"] = far[0]
	}
	id := collect.MemberOTEPID(s.host, l.Name)
	return &graph.Vertex{
		ID: id, Type: graph.OTEP, Name: string(id), Host: s.host,
		Parent: collect.VConnectorID(s.host, b.Name, b.ID), Attrs: a,
	}
}
