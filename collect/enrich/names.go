package enrich

import (
	"net/netip"
	"strings"

	"calipso/graph"
)

// hostNames knows under which names the services speak of a host: Nova, Neutron
// and libvirt may use the short or the full name of one machine.
type hostNames struct {
	ids     map[string]bool
	aliases map[string]string
	short   map[string][]string // first label → ids that are longer
}

// newHostNames reads the hosts of a draft, the aliases they carry and those
// that the environment document gives as "host_aliases" (alias → name), for
// itself or in its section OpenStack.
func newHostNames(env *graph.Environment, g *graph.Draft) *hostNames {
	n := &hostNames{ids: map[string]bool{}, aliases: map[string]string{}, short: map[string][]string{}}
	for _, h := range g.Of(graph.Host) {
		id := string(h.ID)
		n.ids[id] = true
		for _, a := range h.Attrs.Strings("aliases") {
			n.aliases[a] = id
		}
		if label, long := firstLabel(id); long {
			n.short[label] = append(n.short[label], id)
		}
	}
	section, _ := env.Section("OpenStack")
	for _, given := range []graph.Attrs{env.Body.Map("host_aliases"), section.Map("host_aliases")} {
		for alias := range given {
			if id := given.String(alias); n.ids[id] {
				n.aliases[alias] = id
			}
		}
	}
	return n
}

// resolve finds the host's id; ok is false if no host goes by that name.
func (n *hostNames) resolve(name string) (id string, ok bool) {
	if n.ids[name] {
		return name, true
	}
	if id, ok := n.aliases[name]; ok {
		return id, true
	}
	if label, long := firstLabel(name); long && n.ids[label] {
		return label, true
	}
	if ids := n.short[name]; len(ids) == 1 {
		return ids[0], true
	}
	return "", false
}

// firstLabel is the short name of a host; long is false for one that is short
// already, and for an address.
func firstLabel(name string) (label string, long bool) {
	if _, err := netip.ParseAddr(name); err == nil {
		return name, false
	}
	label, _, long = strings.Cut(name, ".")
	return label, long
}
