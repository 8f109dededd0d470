package link

import (
	"context"
	"strings"

	"calipso/graph"
)

// vconnectorVEdge links Linux bridges to the switch of their host. Nova joins
// the two by a pair of devices: "qvb…" in the bridge, "qvo…" in the switch. A
// bridge domain of VPP has the port itself.
func vconnectorVEdge(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	type member struct {
		bridge *graph.Vertex
		mac    string
	}
	members := map[device]member{}
	for b, err := range g.Vertices(ctx, graph.VConnector) {
		if err != nil {
			return err
		}
		for _, name := range b.Attrs.Strings("interfaces_names") {
			members[device{b.Host, name}] = member{b, "Unknown"}
		}
		for _, m := range b.Attrs.Maps("interfaces") {
			if mac := m.String("mac_address"); mac != "" {
				members[device{b.Host, m.String("name")}] = member{b, mac}
			}
		}
	}
	for v, err := range g.Vertices(ctx, graph.VEdge) {
		if err != nil {
			return err
		}
		for _, p := range v.Attrs.Maps("ports") {
			name := p.String("name")
			inner := name
			if tail, ok := strings.CutPrefix(name, "qvo"); ok {
				inner = "qvb" + tail
			} else if v.Attrs.String("vedge_type") != "VPP" {
				continue
			}
			m, ok := members[device{v.Host, inner}]
			if !ok {
				continue
			}
			attrs := carries(m.bridge.Attrs, graph.Attrs{"mac_address": m.mac, "source_label": inner, "target_label": name})
			with(attrs, "vedge_type", v.Attrs.String("vedge_type"))
			emit(edge("vconnector-vedge", m.bridge.ID, v.ID, v.Host, tagged("port-"+number(p), p), attrs))
		}
	}
	return nil
}

// vnicVEdge links vnics that are plugged straight into the switch of their
// host: by the port's name; by the Neutron port behind it where the device has
// another name inside a namespace; by the MAC of a virtual function (all
// functions of a port, not only the first).
func vnicVEdge(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	byDevice, byPort, byMAC := map[device]*graph.Vertex{}, map[device]*graph.Vertex{}, map[device]*graph.Vertex{}
	for v, err := range g.Vertices(ctx, graph.VNIC) {
		if err != nil {
			return err
		}
		byDevice[deviceOf(v)] = v
		if id := v.Attrs.String("port"); id != "" {
			byPort[device{v.Host, id}] = v
		}
		byMAC[device{v.Host, strings.ToLower(v.Attrs.String("mac_address"))}] = v
	}
	for v, err := range g.Vertices(ctx, graph.VEdge) {
		if err != nil {
			return err
		}
		plug := func(vnic *graph.Vertex, p graph.Attrs, label string) {
			attrs := with(with(with(with(graph.Attrs{},
				"source_label", vnic.Attrs.String("mac_address")), "target_label", label),
				"network", vnic.Attrs.String("network")), "vedge_type", v.Attrs.String("vedge_type"))
			emit(edge("vnic-vedge", vnic.ID, v.ID, v.Host, tagged(vnic.Text()+"-"+v.Text(), p), attrs))
		}
		for _, p := range v.Attrs.Maps("ports") {
			name := p.String("name")
			for _, vf := range p.Maps("VFs") {
				mac := strings.ToLower(vf.String("mac_address"))
				if vnic := byMAC[device{v.Host, mac}]; vnic != nil && mac != "" && mac != "00:00:00:00:00:00" {
					plug(vnic, p, "port_"+number(p)+"-vlan_"+text(vf["vlan"])+"-vf_"+text(vf["vf"]))
				}
			}
			vnic := byDevice[device{v.Host, strings.ReplaceAll(name, "/", ".")}]
			if vnic == nil && !strings.HasPrefix(name, "qvo") { // a bridge stands between
				vnic = byPort[device{v.Host, p.String("port")}]
			}
			if vnic != nil {
				plug(vnic, p, number(p))
			}
		}
	}
	return nil
}

// vedgeHostPNIC links switches to the physical interfaces in their bridges. The
// networks on such a link are those of the bridge's physical networks: what
// leaves through the same interface inside a tunnel goes by the endpoint.
func vedgeHostPNIC(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	pnics, err := pnicsByName(ctx, g)
	if err != nil {
		return err
	}
	for v, err := range g.Vertices(ctx, graph.VEdge) {
		if err != nil {
			return err
		}
		uplinks, order := map[string]graph.Attrs{}, []string{}
		add := func(name string, networks graph.Attrs) {
			if _, ok := uplinks[name]; !ok {
				uplinks[name] = graph.Attrs{}
				order = append(order, name)
			}
			if ids, stated := graph.Carried(networks); stated {
				all := uplinks[name].Strings("networks")
				uplinks[name]["networks"] = texts(append(all, ids...))
			}
		}
		for _, u := range v.Attrs.Maps("pnics") {
			add(u.String("name"), u)
		}
		numbers := map[string]string{}
		for _, p := range v.Attrs.Maps("ports") {
			numbers[p.String("name")] = number(p)
			if pnic := pnics[device{v.Host, p.String("name")}]; pnic != nil && len(v.Attrs.Maps("pnics")) == 0 {
				add(p.String("name"), pnic.Attrs)
			}
		}
		for _, name := range order {
			p := pnics[device{v.Host, name}]
			if p == nil {
				continue
			}
			label := "Port-" + numbers[name]
			if numbers[name] == "" { // a member of a bond is no port by itself
				label = "Port-" + name
			}
			attrs := with(carries(uplinks[name], nil), "vedge_type", v.Attrs.String("vedge_type"))
			e := edge("vedge-host_pnic", v.ID, p.ID, v.Host, label, attrs)
			e.State = pnicState(p)
			emit(e)
		}
	}
	return nil
}

// number is the port number of a switch's port as text.
func number(p graph.Attrs) string { return text(p["id"]) }

// tagged adds a port's VLAN tag to a link's name.
func tagged(name string, p graph.Attrs) string {
	if tag := text(p["tag"]); tag != "" {
		return name + "-" + tag
	}
	return name
}
