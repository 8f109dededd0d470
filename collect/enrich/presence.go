package enrich

import (
	"slices"

	"calipso/graph"
)

// attachment is how a network is present on a host.
type attachment struct{ normal, sriov bool }

// presence tells which networks are present on which host, and how: a port of
// the network is bound to the host (of an instance, a DHCP server, a router),
// or the host has a device of one in a namespace (distributed and highly
// available routers bind their ports elsewhere, or nowhere).
type presence map[string]map[string]attachment

func newPresence(env *graph.Environment, g *graph.Draft) presence {
	x := presence{}
	add := func(host, network string, a attachment) {
		if host == "" || network == "" {
			return
		}
		if x[host] == nil {
			x[host] = map[string]attachment{}
		}
		have := x[host][network]
		x[host][network] = attachment{have.normal || a.normal, have.sriov || a.sriov}
	}
	known := newHostNames(env, g)
	for _, p := range g.Of(graph.Port) {
		if p.Attrs.String("binding:vif_type") == "binding_failed" {
			continue
		}
		host, _ := known.resolve(p.Attrs.String("binding:host_id"))
		direct := slices.Contains([]string{"direct", "direct-physical", "macvtap"}, p.Attrs.String("binding:vnic_type"))
		add(host, p.Attrs.String("network_id"), attachment{normal: !direct, sriov: direct})
	}
	for _, v := range g.Of(graph.VNIC) {
		if v.Attrs.String("vnic_type") == "vservice_vnic" {
			add(v.Host, v.Attrs.String("network"), attachment{normal: true})
		}
	}
	return x
}
