package enrich

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"calipso/graph"
)

// namespaceKinds are the namespaces that Neutron's agents make, by prefix, and
// what the id behind the prefix means.
var namespaceKinds = []struct {
	prefix string
	of     graph.VertexType // Network, or "router" for an entry of a region's routers
}{
	{"qdhcp", graph.Network}, {"ovnmeta", graph.Network}, {"fip", graph.Network},
	{"qrouter", "router"}, {"snat", "router"},
}

// routerOnly are members of a router that do not become attributes of its
// vservice, which has its own or another meaning for them.
var routerOnly = []string{"id", "name", "type", "host", "network", "service_type", "local_service_id", "l3_agents"}

// vservices names namespaces after the network or router they serve
// ("qdhcp-<network name>"), adds a router's fields, its gateway port and, for a
// highly available one, "ha_state" on this host. A namespace whose network or
// router is gone keeps its own name and is marked "orphan" (rule DIS-61).
func vservices(_ *graph.Environment, g *graph.Draft) []Finding {
	routers, asked := routersOf(g)
	gateways := map[string]string{}
	for _, p := range g.Of(graph.Port) {
		if p.Attrs.String("device_owner") == "network:router_gateway" {
			gateways[p.Attrs.String("device_id")] = string(p.ID)
		}
	}
	networksAsked := len(g.Of(graph.Network)) > 0
	var out []Finding
	for _, v := range g.Of(graph.VService) {
		ns := v.Attrs.String("local_service_id")
		prefix, id, of := namespaceOf(ns)
		var name string
		var known bool
		switch of {
		case graph.Network:
			if !networksAsked {
				continue
			}
			if n := g.Get(graph.ID(id)); n != nil && n.Type == graph.Network {
				name, known = n.Text(), true
			}
		case "router":
			if !asked {
				continue
			}
			var r graph.Attrs
			if r, known = routers[id]; known {
				name = r.String("name")
				addRouter(v, r, gateways[id])
			}
		default:
			continue
		}
		switch {
		case known && name != "":
			v.Name = prefix + "-" + name
		default:
			v.Name = ns
		}
		set(v, "orphan", nil)
		if !known {
			set(v, "orphan", true)
			out = append(out, warn(v.ID, fmt.Sprintf("namespace %s is left over, Neutron knows no such %s", ns, of)))
		}
	}
	return out
}

func addRouter(v *graph.Vertex, r graph.Attrs, gateway string) {
	for _, key := range slices.Sorted(maps.Keys(r)) {
		if !slices.Contains(routerOnly, key) {
			set(v, key, r.Clone()[key])
		}
	}
	if gateway != "" {
		set(v, "gw_port_id", gateway)
	}
	state := ""
	for _, a := range r.Maps("l3_agents") {
		if a.String("host") == v.Host {
			state = a.String("ha_state")
		}
	}
	set(v, "ha_state", state)
}

// namespaceOf splits "qdhcp-<id>"; of is empty for a name of another kind.
func namespaceOf(ns string) (prefix, id string, of graph.VertexType) {
	for _, k := range namespaceKinds {
		if rest, ok := strings.CutPrefix(ns, k.prefix+"-"); ok {
			return k.prefix, rest, k.of
		}
	}
	return "", "", ""
}

// routersOf lists the routers that the regions carry, by id; asked tells
// whether any region states its routers, were it none.
func routersOf(g *graph.Draft) (byID map[string]graph.Attrs, asked bool) {
	byID = map[string]graph.Attrs{}
	for _, region := range g.Of(graph.Region) {
		if _, ok := region.Attrs["routers"]; ok {
			asked = true
		}
		for _, r := range region.Attrs.Maps("routers") {
			byID[r.String("id")] = r
		}
	}
	return byID, asked
}
