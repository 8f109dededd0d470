package link

import (
	"context"
	"fmt"
	"strings"

	"calipso/graph"
)

// ownerOTEP makes the finder that links what an endpoint hangs under to it: a
// switch (Open vSwitch, one endpoint a host) or a Linux bridge (one endpoint
// for each tunnel device). The link carries what the endpoint does, so that a
// network which does not leave through the tunnel is not led there.
func ownerOTEP(owner graph.VertexType) Finder {
	t := graph.EdgeTypeOf(owner, graph.OTEP)
	return Finder{t, func(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
		owners := map[graph.ID]*graph.Vertex{}
		for v, err := range g.Vertices(ctx, owner) {
			if err != nil {
				return err
			}
			owners[v.ID] = v
		}
		for o, err := range g.Vertices(ctx, graph.OTEP) {
			if err != nil {
				return err
			}
			if v := owners[o.Parent]; v != nil {
				attrs := with(carries(o.Attrs, nil), "vedge_type", v.Attrs.String("vedge_type"))
				emit(edge(t, v.ID, o.ID, o.Host, v.Text()+"-otep", attrs))
			}
		}
		return nil
	}}
}

// otepVConnector links an endpoint to the Linux bridge that has its address.
// The endpoint of a bridge's member names that bridge too, but there the link
// from the bridge says it already.
func otepVConnector(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	bridges := map[device]graph.ID{}
	for b, err := range g.Vertices(ctx, graph.VConnector) {
		if err != nil {
			return err
		}
		bridges[device{b.Host, b.Text()}] = b.ID
	}
	for o, err := range g.Vertices(ctx, graph.OTEP) {
		if err != nil {
			return err
		}
		name := o.Attrs.String("vconnector")
		if b, ok := bridges[device{o.Host, name}]; ok && b != o.Parent {
			emit(edge("otep-vconnector", o.ID, b, o.Host, o.Text()+"-"+name, carries(o.Attrs, nil)))
		}
	}
	return nil
}

// otepHostPNIC links an endpoint to the physical interfaces through which its
// address is reached: those found behind the device that has it, else the
// interface of its host that has the address itself.
func otepHostPNIC(ctx context.Context, _ *graph.Environment, g graph.Reader, emit func(*graph.Edge)) error {
	byID := map[graph.ID]*graph.Vertex{}
	byAddress := map[device]*graph.Vertex{}
	for p, err := range g.Vertices(ctx, graph.HostPNIC) {
		if err != nil {
			return err
		}
		byID[p.ID] = p
		for _, key := range []string{"IP Address", "IPv6 Address"} {
			if ip, _, _ := strings.Cut(p.Attrs.String(key), "/"); ip != "" {
				byAddress[device{p.Host, ip}] = p
			}
		}
	}
	for o, err := range g.Vertices(ctx, graph.OTEP) {
		if err != nil {
			return err
		}
		behind := o.Attrs.Strings("pnics")
		if len(behind) == 0 {
			behind = o.Attrs.Strings("pnic")
		}
		if p := byAddress[device{o.Host, o.Attrs.String("ip_address")}]; len(behind) == 0 && p != nil {
			behind = []string{string(p.ID)}
		}
		for _, id := range behind {
			e := edge("otep-host_pnic", o.ID, graph.ID(id), o.Host, fmt.Sprintf("%s-pnic-%s", o.Host, id), carries(o.Attrs, nil))
			if p := byID[graph.ID(id)]; p != nil {
				e.Name, e.State = o.Host+"-pnic-"+pnicName(p), pnicState(p)
			}
			emit(e)
		}
	}
	return nil
}
