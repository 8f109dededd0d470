package link

import (
	"context"
	"strings"

	"calipso/graph"
)

// vnicVConnector links vnics to the Linux bridge of their host that they are a
// member of: by device; by the port's piece in the name, since a namespace's
// device has another name inside ("ns-…") than outside ("tap…"); else by MAC.
// The link is named after the vnic's MAC.
func vnicVConnector(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	byDevice, byPort, byMAC := map[device]graph.ID{}, map[device]graph.ID{}, map[device]graph.ID{}
	for b, err := range g.Vertices(ctx, graph.VConnector) {
		if err != nil {
			return err
		}
		for _, name := range b.Attrs.Strings("interfaces_names") {
			d := device{b.Host, name}
			byDevice[d] = b.ID
			if p, ok := d.port(); ok {
				byPort[p] = b.ID
			}
		}
		for _, m := range b.Attrs.Maps("interfaces") {
			if mac := strings.ToLower(m.String("mac_address")); mac != "" {
				byMAC[device{b.Host, mac}] = b.ID
			}
		}
	}
	for v, err := range g.Vertices(ctx, graph.VNIC) {
		if err != nil {
			return err
		}
		d, mac := deviceOf(v), strings.ToLower(v.Attrs.String("mac_address"))
		b, ok := byDevice[d]
		if p, named := d.port(); !ok && named {
			b, ok = byPort[p]
		}
		if !ok && mac != "" {
			b, ok = byMAC[device{v.Host, mac}]
		}
		if !ok {
			continue
		}
		attrs := with(with(graph.Attrs{}, "network", v.Attrs.String("network")), "vedge_type", v.Attrs.String("vedge_type"))
		emit(edge("vnic-vconnector", v.ID, b, v.Host, mac, attrs))
	}
	return nil
}

// vconnectorHostPNIC links Linux bridges to the physical interfaces that are
// members, or whose VLANs are; the link is named after the interface.
func vconnectorHostPNIC(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	pnics, err := pnicsByName(ctx, g)
	if err != nil {
		return err
	}
	for b, err := range g.Vertices(ctx, graph.VConnector) {
		if err != nil {
			return err
		}
		for _, name := range b.Attrs.Strings("interfaces_names") {
			p := pnics[device{b.Host, name}]
			if base, _, vlan := strings.Cut(name, "."); p == nil && vlan {
				p = pnics[device{b.Host, base}]
			}
			if p == nil {
				continue
			}
			e := edge("vconnector-host_pnic", b.ID, p.ID, b.Host, pnicName(p), carries(b.Attrs, nil))
			e.State = pnicState(p)
			emit(e)
		}
	}
	return nil
}
