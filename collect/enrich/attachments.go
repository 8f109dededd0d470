package enrich

import (
	"strings"

	"calipso/graph"
)

// attachments tells each vnic and each Linux bridge where it is plugged in:
// "vedge_id", "vedge_type" and "vedge_port" of the switch, "vconnector_id" of
// the bridge.
func attachments(_ *graph.Environment, g *graph.Draft) []Finding {
	type device struct{ host, name string }
	type plug struct {
		vedge *graph.Vertex
		port  graph.Attrs
	}
	switched := map[device]plug{}
	for _, v := range g.Of(graph.VEdge) {
		for _, p := range records(v.Attrs, "ports") {
			switched[device{v.Host, p.String("name")}] = plug{v, p}
			for _, vf := range p.Maps("VFs") {
				if mac := strings.ToLower(vf.String("mac_address")); mac != "" && mac != "00:00:00:00:00:00" {
					switched[device{v.Host, mac}] = plug{v, p}
				}
			}
		}
	}
	state := func(v *graph.Vertex, at plug) {
		for _, key := range []string{"vedge_id", "vedge_type", "vedge_port"} {
			set(v, key, nil)
		}
		if at.vedge != nil {
			set(v, "vedge_id", string(at.vedge.ID))
			set(v, "vedge_type", at.vedge.Attrs.String("vedge_type"))
			set(v, "vedge_port", textOf(at.port["id"]))
		}
	}
	bridges := map[device]*graph.Vertex{}
	for _, b := range g.Of(graph.VConnector) {
		var at plug
		bridges[device{b.Host, b.Attrs.String("bridge_name")}] = b
		for _, member := range b.Attrs.Strings("interfaces_names") {
			bridges[device{b.Host, member}] = b
			outer := member
			if tail, ok := strings.CutPrefix(member, "qvb"); ok {
				outer = "qvo" + tail
			}
			if p := switched[device{b.Host, outer}]; p.vedge != nil {
				at = p
			}
		}
		state(b, at)
	}
	for _, v := range g.Of(graph.VNIC) {
		name := deviceOf(v.Host, string(v.ID))
		var at plug
		for _, n := range []string{name, v.Attrs.String("interface_name"), v.Attrs.String("mac_address")} {
			if p := switched[device{v.Host, n}]; at.vedge == nil && n != "" {
				at = p
			}
		}
		state(v, at)
		set(v, "vconnector_id", nil)
		for _, n := range []string{v.Attrs.String("source_bridge"), name} {
			if b := bridges[device{v.Host, n}]; b != nil && n != "" {
				set(v, "vconnector_id", string(b.ID))
			}
		}
	}
	return nil
}
