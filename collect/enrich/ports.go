package enrich

import (
	"strings"

	"calipso/graph"
)

// portIndex finds Neutron's ports by what the hosts know of them.
type portIndex struct {
	byID   map[string]*graph.Vertex
	byTail map[string][]*graph.Vertex // first eleven characters of the id
	byMAC  map[string][]*graph.Vertex
	hosts  *hostNames
}

func newPortIndex(env *graph.Environment, g *graph.Draft) *portIndex {
	x := &portIndex{
		byID: map[string]*graph.Vertex{}, byTail: map[string][]*graph.Vertex{},
		byMAC: map[string][]*graph.Vertex{}, hosts: newHostNames(env, g),
	}
	for _, p := range g.Of(graph.Port) {
		id := string(p.ID)
		x.byID[id] = p
		if len(id) >= 11 {
			x.byTail[id[:11]] = append(x.byTail[id[:11]], p)
		}
		if mac := strings.ToLower(p.Attrs.String("mac_address")); mac != "" {
			x.byMAC[mac] = append(x.byMAC[mac], p)
		}
	}
	return x
}

// empty tells that no port is known at all: Neutron was not asked, or never
// answered.
func (x *portIndex) empty() bool { return len(x.byID) == 0 }

// find is the port behind a device of a host (rule DIS-62): the one whose id
// the device's name carries, else the one with that MAC. A MAC is unique inside
// a network only, so the port bound to the host goes first; several that fit
// equally well are none.
func (x *portIndex) find(host, device, mac string) *graph.Vertex {
	if tail, ok := portTail(device); ok {
		if p := x.pick(x.byTail[tail], host); p != nil {
			return p
		}
	}
	return x.pick(x.byMAC[strings.ToLower(mac)], host)
}

func (x *portIndex) pick(of []*graph.Vertex, host string) *graph.Vertex {
	var here, unbound []*graph.Vertex
	for _, p := range of {
		at := p.Attrs.String("binding:host_id")
		id, _ := x.hosts.resolve(at)
		switch {
		case id == host:
			here = append(here, p)
		case at == "":
			unbound = append(unbound, p)
		}
	}
	for _, fits := range [][]*graph.Vertex{here, unbound, of} {
		if len(fits) == 1 {
			return fits[0]
		}
		if len(fits) > 1 {
			return nil
		}
	}
	return nil
}

// tail is the port whose id a device's name carries; nil if none or several.
func (x *portIndex) tail(device string) *graph.Vertex {
	tail, ok := portTail(device)
	if !ok || len(x.byTail[tail]) != 1 {
		return nil
	}
	return x.byTail[tail][0]
}
