package link

import (
	"context"

	"calipso/graph"
)

// vserviceVNIC links each router or DHCP namespace to its devices, named after
// the device's network.
func vserviceVNIC(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	titles := map[graph.ID]string{}
	for v, err := range g.Vertices(ctx, graph.VService, graph.Network) {
		if err != nil {
			return err
		}
		titles[v.ID] = title(v)
	}
	for v, err := range g.Vertices(ctx, graph.VNIC) {
		if err != nil {
			return err
		}
		if v.Attrs.String("vnic_type") != "vservice_vnic" {
			continue
		}
		service := graph.ID(v.Attrs.String("vservice_id"))
		if service == "" {
			service = v.Parent
		}
		network := v.Attrs.String("network")
		name := titles[graph.ID(network)]
		if name == "" {
			name = titles[service] + "-" + title(v)
		}
		attrs := with(with(graph.Attrs{}, "network", network), "vedge_type", v.Attrs.String("vedge_type"))
		emit(edge("vservice-vnic", service, v.ID, v.Host, name, attrs))
	}
	return nil
}
