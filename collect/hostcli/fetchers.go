package hostcli

import (
	"context"
	"slices"

	"calipso/collect"
	"calipso/graph"
)

// Fetchers implements collect.Conn. All run under a host and share its survey;
// they differ in what they make of it and in which hosts they ask:
//
//	os, interfaces            every host
//	instance_vnics            Compute
//	vservices, vservice_vnics Network, Compute (with DVR these have routers too)
//	vconnectors               Network, Compute
//	vedges                    Network, Compute; environments with the driver OVS
//	oteps                     Network, Compute; environments with the driver LXB
//	host_pnics, bonds         Network, Compute, Controller, Storage, Management, Kube-node
func (c *Conn) Fetchers() []collect.Fetcher {
	nodes := []string{network, compute}
	wired := []string{network, compute, controller, "Storage", "Management", "Kube-node"}
	f := func(name string, types []string, driver string, fetch fetchFunc, yields ...graph.VertexType) collect.Fetcher {
		return collect.Fetcher{
			Name: providerName + "." + name, Parent: graph.Host, Yields: yields,
			When: when(types, driver), Fetch: c.fetch(name, fetch),
		}
	}
	return []collect.Fetcher{
		f("os", nil, "", (*survey).fetchOS, graph.Host),
		f("interfaces", nil, "", (*survey).fetchInterfaces, graph.Host),
		f("instance_vnics", []string{compute}, "", (*survey).fetchInstanceVNICs, graph.VNIC, graph.Instance),
		f("vservices", nodes, "", (*survey).fetchVServices, graph.VService),
		f("vservice_vnics", nodes, "", (*survey).fetchVServiceVNICs, graph.VNIC),
		f("vconnectors", nodes, "", (*survey).fetchVConnectors, graph.VConnector),
		f("vedges", nodes, "OVS", (*survey).fetchVEdges, graph.VEdge),
		f("oteps", nodes, "LXB", (*survey).fetchOTEPs, graph.OTEP),
		f("host_pnics", wired, "", (*survey).fetchHostPNICs, graph.HostPNIC),
		f("bonds", wired, "", (*survey).fetchBonds, graph.HostPNIC),
	}
}

// fetchFunc makes vertices of a survey.
type fetchFunc func(s *survey) ([]*graph.Vertex, error)

func (c *Conn) fetch(what string, read fetchFunc) func(context.Context, *graph.Vertex) ([]*graph.Vertex, error) {
	return func(ctx context.Context, parent *graph.Vertex) ([]*graph.Vertex, error) {
		s, err := c.surveyOf(ctx, parent)
		if err != nil {
			return nil, err
		}
		out, err := read(s)
		if err != nil {
			return nil, s.fail(what, err)
		}
		return out, nil
	}
}

// when limits a fetcher to hosts of some types (nil: all; a host that tells no
// type could be any) and to environments with a mechanism driver ("": any; an
// environment that names none could have any).
func when(types []string, driver string) func(*graph.Environment, *graph.Vertex) bool {
	return func(env *graph.Environment, host *graph.Vertex) bool {
		if driver != "" && len(env.MechanismDrivers) > 0 && !env.HasDriver(driver) {
			return false
		}
		have := hostTypes(host)
		return len(types) == 0 || len(have) == 0 ||
			slices.ContainsFunc(types, func(t string) bool { return slices.Contains(have, t) })
	}
}
