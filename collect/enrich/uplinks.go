package enrich

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"calipso/graph"
)

// uplinks tells which physical interface leads where. A vedge lists those
// plugged into its bridges ("pnics": bridge, physical_network, name; "pnic":
// the first, mapped ones first); the interface gets the number of its port
// ("port_id"), the bridge ("vedge_bridge") and the physical networks behind it
// ("physical_networks"), which the mappings of the Open vSwitch, Linux bridge
// and SR-IOV agents state.
func uplinks(_ *graph.Environment, g *graph.Draft) []Finding {
	var out []Finding
	for _, s := range sites(g) {
		reach := map[*graph.Vertex]map[string]bool{}
		for _, p := range s.pnics {
			reach[p] = map[string]bool{}
			if len(s.switches()) > 0 { // else the host's word is all there is
				set(p, "port_id", nil)
				set(p, "vedge_bridge", nil)
			}
		}
		for _, v := range s.switches() {
			plugged := s.plugged(v)
			set(v, "pnics", list(plugged))
			set(v, "pnic", nil)
			if len(plugged) > 0 {
				set(v, "pnic", plugged[0].String("name"))
			}
			for _, u := range plugged {
				p := s.pnics[u.String("name")]
				if p == nil {
					if len(s.pnics) > 0 {
						out = append(out, warn(v.ID, fmt.Sprintf("%s in bridge %s is none of the host's physical interfaces", u.String("name"), u.String("bridge"))))
					}
					continue
				}
				set(p, "vedge_bridge", u.String("bridge"))
				set(p, "port_id", portNumber(v, u))
				reach[p][u.String("physical_network")] = true
			}
		}
		for _, m := range s.mapped() {
			for _, p := range s.carriers(m.device) {
				reach[p][m.physnet] = true
			}
		}
		for p, physnets := range reach {
			delete(physnets, "")
			set(p, "physical_networks", texts(names(physnets)))
		}
	}
	return out
}

// switches are the host's vedges that have bridges with ports: not those of VPP
// or SR-IOV.
func (s *site) switches() []*graph.Vertex {
	return slices.DeleteFunc(slices.Clone(s.vedges), func(v *graph.Vertex) bool {
		kind := v.Attrs.String("vedge_type")
		return kind != "OVS" && kind != "OVN"
	})
}

// plugged lists the physical interfaces in a vedge's bridges: those that the
// host stated (which knows the members of Open vSwitch bonds) and every port
// that is named like one; one record for each physical network of a bridge.
func (s *site) plugged(v *graph.Vertex) []graph.Attrs {
	type plug struct{ bridge, name string }
	var all []plug
	for _, u := range records(v.Attrs, "pnics") {
		all = append(all, plug{u.String("bridge"), u.String("name")})
	}
	for _, p := range records(v.Attrs, "ports") {
		if !p.Bool("internal") && s.pnics[p.String("name")] != nil {
			all = append(all, plug{p.String("bridge"), p.String("name")})
		}
	}
	physnets := map[string][]string{}
	mappings := bridgeMappings(v.Attrs.Map("configurations"))
	for _, physnet := range slices.Sorted(maps.Keys(mappings)) {
		b := mappings[physnet]
		physnets[b] = append(physnets[b], physnet)
	}
	slices.SortFunc(all, func(a, b plug) int {
		mappedA, mappedB := len(physnets[a.bridge]) > 0, len(physnets[b.bridge]) > 0
		if mappedA != mappedB {
			if mappedA {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.bridge, b.bridge), cmp.Compare(a.name, b.name))
	})
	var out []graph.Attrs
	for _, u := range slices.Compact(all) {
		if u.name == "" {
			continue
		}
		r := graph.Attrs{"bridge": u.bridge, "name": u.name}
		if len(physnets[u.bridge]) == 0 {
			out = append(out, r)
		}
		for _, physnet := range physnets[u.bridge] {
			r := r.Clone()
			r["physical_network"] = physnet
			out = append(out, r)
		}
	}
	return out
}

// portNumber is the OpenFlow number of an uplink as text; it is unique inside
// its bridge only.
func portNumber(v *graph.Vertex, uplink graph.Attrs) string {
	for _, p := range records(v.Attrs, "ports") {
		if p.String("name") == uplink.String("name") && (p.String("bridge") == uplink.String("bridge") || p.String("bridge") == "") {
			return textOf(p["id"])
		}
	}
	return ""
}

// textOf is a number or a text as text.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return fmt.Sprint(v)
	}
	return ""
}

// bridgeMappings reads which bridge leads to which physical network: an object
// as Neutron's agents state it, or OVN's text "physnet1:br-ex,physnet2:br-2".
func bridgeMappings(conf graph.Attrs) map[string]string {
	out := map[string]string{}
	for _, key := range []string{"bridge_mappings", "bridge-mappings", "ovn-bridge-mappings"} {
		m := conf.Map(key)
		for physnet := range m {
			out[physnet] = m.String(physnet)
		}
		for entry := range strings.SplitSeq(conf.String(key), ",") {
			if physnet, bridge, ok := strings.Cut(strings.TrimSpace(entry), ":"); ok {
				out[physnet] = bridge
			}
		}
	}
	return out
}

// mapping is one device through which an agent reaches a physical network.
type mapping struct {
	physnet, device string
	sriov           bool
}

// mapped lists the devices that the Linux bridge and SR-IOV agents map.
func (s *site) mapped() []mapping {
	var out []mapping
	if s.lxb != nil {
		conf := s.lxb.Attrs.Map("configurations")
		devices := conf.Map("interface_mappings")
		for _, physnet := range slices.Sorted(maps.Keys(devices)) {
			out = append(out, mapping{physnet, devices.String(physnet), false})
		}
		bridges := bridgeMappings(conf)
		for _, physnet := range slices.Sorted(maps.Keys(bridges)) {
			out = append(out, mapping{physnet, bridges[physnet], false})
		}
	}
	if s.nic != nil {
		devices := s.nic.Attrs.Map("configurations").Map("device_mappings")
		for _, physnet := range slices.Sorted(maps.Keys(devices)) {
			for _, d := range devices.Strings(physnet) {
				out = append(out, mapping{physnet, d, true})
			}
		}
	}
	return out
}
