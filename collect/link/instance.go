package link

import (
	"context"
	"strings"

	"calipso/graph"
)

// instanceVNIC links each instance to its interfaces, named after the network.
//
// A vnic names its instance. The network is the vnic's own; if it has none, the
// one that the instance's network_info gives for the same port, MAC or device.
func instanceVNIC(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	labels := map[string]string{} // network id → name
	for n, err := range g.Vertices(ctx, graph.Network) {
		if err != nil {
			return err
		}
		labels[string(n.ID)] = n.Text()
	}
	type iface struct {
		instance graph.ID
		key      string // MAC, device or port
	}
	info := map[iface]string{}
	names := map[graph.ID]string{}
	for i, err := range g.Vertices(ctx, graph.Instance) {
		if err != nil {
			return err
		}
		names[i.ID] = title(i)
		for _, n := range i.Attrs.Maps("network_info") {
			network := n.Map("network").String("id")
			if labels[network] == "" {
				labels[network] = n.Map("network").String("label")
			}
			for _, key := range []string{n.String("id"), strings.ToLower(n.String("address")), n.String("devname")} {
				if key != "" {
					info[iface{i.ID, key}] = network
				}
			}
		}
	}
	for v, err := range g.Vertices(ctx, graph.VNIC) {
		if err != nil {
			return err
		}
		if v.Attrs.String("vnic_type") != "instance_vnic" {
			continue
		}
		instance := graph.ID(v.Attrs.String("instance_id"))
		if instance == "" {
			instance = v.Parent
		}
		network := v.Attrs.String("network")
		for _, key := range []string{v.Attrs.String("port"), strings.ToLower(v.Attrs.String("mac_address")), deviceOf(v).name} {
			if network == "" {
				network = info[iface{instance, key}]
			}
		}
		name := labels[network]
		if name == "" {
			name = names[instance] + "-" + title(v)
		}
		attrs := with(with(graph.Attrs{}, "network", network), "vedge_type", v.Attrs.String("vedge_type"))
		emit(edge("instance-vnic", instance, v.ID, v.Host, name, attrs))
	}
	return nil
}
