package enrich

import (
	"fmt"
	"slices"

	"calipso/graph"
)

// hosts settles under which names a host is known ("aliases"), which addresses
// it has ("addresses", without loopback and link-local ones), and which host a
// place in an aggregate means ("ref_id", the document id). A place whose host
// is unknown goes (rule DIS-42).
func hosts(env *graph.Environment, g *graph.Draft) []Finding {
	var out []Finding
	known := newHostNames(env, g)
	aliases := map[string]map[string]bool{}
	unknown := map[string]bool{}
	meet := func(name string) string {
		id, ok := known.resolve(name)
		switch {
		case name == "":
		case !ok:
			unknown[name] = true
		case id != name:
			if aliases[id] == nil {
				aliases[id] = map[string]bool{}
			}
			aliases[id][name] = true
		}
		return id
	}
	for _, p := range g.Of(graph.Port) {
		meet(p.Attrs.String("binding:host_id"))
	}
	for _, a := range g.Of(graph.NetworkAgent) {
		if id := meet(a.Host); id != "" && id != a.Host {
			if a.Parent == graph.ID(a.Host) {
				a.Parent = graph.ID(id)
			}
			a.Host = id
		}
	}
	for _, h := range g.Of(graph.Host) {
		all := aliases[string(h.ID)]
		if all == nil {
			all = map[string]bool{}
		}
		for _, a := range h.Attrs.Strings("aliases") {
			all[a] = true
		}
		set(h, "aliases", texts(names(all)))
		if len(h.Attrs.Maps("interfaces")) > 0 {
			set(h, "addresses", texts(hostAddresses(h)))
		}
	}
	for _, name := range names(unknown) {
		out = append(out, warn("", fmt.Sprintf("host %q, to which Neutron binds ports or agents, is not in the inventory", name)))
	}
	for _, ref := range g.Of(graph.HostRef) {
		id, ok := known.resolve(refHost(ref))
		if !ok {
			g.Delete(ref.ID)
			out = append(out, warn(ref.Parent, fmt.Sprintf("host %q of the aggregate is not in the inventory", refHost(ref))))
			continue
		}
		set(ref, "ref_id", string(graph.VertexOID(env.Name, graph.Host, graph.ID(id))))
	}
	return out
}

// refHost is the name of the host that a place in an aggregate means.
func refHost(ref *graph.Vertex) string {
	if ref.Host != "" {
		return ref.Host
	}
	return ref.Name
}

// hostAddresses lists the addresses of a host's interfaces, each once.
func hostAddresses(h *graph.Vertex) []string {
	var out []string
	for _, i := range h.Attrs.Maps("interfaces") {
		for _, p := range addressesOf(i) {
			a := p.Addr()
			if text := a.String(); !a.IsLoopback() && !a.IsLinkLocalUnicast() && !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}
