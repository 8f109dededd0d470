package link

import (
	"context"

	"calipso/graph"
)

// hostPNICNetwork links physical interfaces to the networks they carry, and to
// no others: what carries what was worked out from bridge mappings, tunnel
// addresses and the ports bound to each host, and is stated by the interface.
func hostPNICNetwork(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	segments := map[string]string{}
	for n, err := range g.Vertices(ctx, graph.Network) {
		if err != nil {
			return err
		}
		segments[string(n.ID)] = text(n.Attrs["provider:segmentation_id"])
	}
	for p, err := range g.Vertices(ctx, graph.HostPNIC) {
		if err != nil {
			return err
		}
		for _, id := range p.Attrs.Strings("networks") {
			name := "Segment-None"
			if s := segments[id]; s != "" {
				name = "Segment-" + s
			}
			attrs := graph.Attrs{"network": id}
			if port := text(p.Attrs["port_id"]); port != "" {
				attrs["source_label"] = "port-" + port
			}
			e := edge("host_pnic-network", p.ID, graph.ID(id), p.Host, name, attrs)
			e.State = pnicState(p)
			emit(e)
		}
	}
	return nil
}
