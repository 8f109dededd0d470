package link

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/collect/enrich"
	"calipso/collect/enrich/enrichtest"
	"calipso/graph"
)

// joined is the real cloud, enriched and linked.
func joined(t *testing.T) *graph.Draft {
	t.Helper()
	g := enrichtest.Lab(t)
	join(t, g)
	return g
}

// join enriches and links a draft, which must give nothing to complain about.
func join(t *testing.T, g *graph.Draft) {
	t.Helper()
	env := enrichtest.LabEnv()
	found, err := enrich.Run(t.Context(), env, g)
	if err != nil {
		t.Fatal(err)
	}
	more, err := Run(t.Context(), env, g, g.PutEdge)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(found, more...) {
		t.Errorf("finding in a sound cloud: %+v", f)
	}
}

func edges(t *testing.T, g graph.Reader, types ...graph.EdgeType) []*graph.Edge {
	t.Helper()
	var out []*graph.Edge
	for e, err := range g.Edges(t.Context(), types...) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

// carriedInLab is which interface carries which network in the real cloud.
//
// The old rule linked every physical interface to every network that has a
// port on its host: 3 interfaces times 5, 4, 3 and 3 networks, 45 links. True
// are these 15:
//
//   - eth0 is for management: no bridge has it, no tunnel starts from it.
//   - eth1 is in br-data (on node-4 it stands alone) which has the tunnel
//     address 10.78.0.x, so it carries the vxlan networks that have a port on
//     the host: all three on node-1, node-2 and node-4; on node-3 no instance
//     is in alpha-db.
//   - eth2 is in br-ex, to which the agents map physnet1: it carries beta-vlan
//     where that has a port (node-1, 2, 3), and ext only where the gateways of
//     the routers are, node-1. The floating addresses' ports are bound to no
//     host. On node-4 the Linux bridge agent maps eth2 to physnet1 too, yet no
//     port of such a network is there.
var carriedInLab = []string{
	"node-1 eth1 alpha-db", "node-1 eth1 alpha-web", "node-1 eth1 beta-app", "node-1 eth2 beta-vlan", "node-1 eth2 ext",
	"node-2 eth1 alpha-db", "node-2 eth1 alpha-web", "node-2 eth1 beta-app", "node-2 eth2 beta-vlan",
	"node-3 eth1 alpha-web", "node-3 eth1 beta-app", "node-3 eth2 beta-vlan",
	"node-4 eth1 alpha-db", "node-4 eth1 alpha-web", "node-4 eth1 beta-app",
}

func TestLabNetworks(t *testing.T) {
	g := joined(t)
	var got []string
	for _, e := range edges(t, g, "host_pnic-network") {
		p, n := g.Get(e.From), g.Get(e.To)
		got = append(got, fmt.Sprintf("%s %s %s", p.Host, p.Name, n.Name))
		if want := "Segment-None"; n.Name == "ext" && e.Name != want {
			t.Errorf("%s: name %q, want %q", n.Name, e.Name, want)
		}
		if e.Attrs.String("network") != string(n.ID) {
			t.Errorf("%s to %s carries %v", e.From, n.Name, e.Attrs)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(carriedInLab, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// hops is the way that a clique goes from an instance or a vservice; every
// link that leads from what has been reached is taken if it carries one of the
// focal point's networks or says nothing of networks.
var hops = []graph.EdgeType{
	"instance-vnic", "vservice-vnic", "vnic-vconnector", "vconnector-vedge", "vnic-vedge", "vedge-otep",
	"vconnector-otep", "otep-vconnector", "vconnector-host_pnic", "otep-host_pnic", "vedge-host_pnic", "host_pnic-network",
}

func reach(t *testing.T, g *graph.Draft, from *graph.Vertex) map[graph.VertexType][]string {
	seen := map[graph.ID]bool{from.ID: true}
	for _, hop := range hops {
		for _, e := range edges(t, g, hop) {
			ids, stated := graph.Carried(e.Attrs)
			fits := slices.ContainsFunc(ids, func(n string) bool { return slices.Contains(from.Attrs.Strings("network"), n) })
			if seen[e.From] && (fits || !stated) {
				seen[e.To] = true
			}
		}
	}
	out := map[graph.VertexType][]string{}
	for id := range seen {
		v := g.Get(id)
		out[v.Type] = append(out[v.Type], v.Host+v.Name)
	}
	for _, l := range out {
		slices.Sort(l)
	}
	return out
}

// TestLabReach walks from every instance and vservice to the wire: each
// network of theirs, and no other, is reached through the interface that
// carries it; a guest of a vlan does not see the tunnel.
func TestLabReach(t *testing.T) {
	g := joined(t)
	for _, v := range g.Of(graph.Instance, graph.VService) {
		var networks, pnics []string
		tunnel := false
		for _, id := range v.Attrs.Strings("network") {
			n := g.Get(graph.ID(id))
			networks = append(networks, n.Name)
			pnic := v.Host + "eth2"
			if n.Attrs.String("provider:network_type") == "vxlan" {
				pnic, tunnel = v.Host+"eth1", true
			}
			if !slices.Contains(pnics, pnic) {
				pnics = append(pnics, pnic)
			}
		}
		slices.Sort(networks)
		slices.Sort(pnics)
		got := reach(t, g, v)
		if diff := cmp.Diff(pnics, got[graph.HostPNIC]); diff != "" {
			t.Errorf("%s %s (%v): interfaces, -want +got:\n%s", v.Type, v.Name, networks, diff)
		}
		if diff := cmp.Diff(networks, got[graph.Network]); diff != "" {
			t.Errorf("%s %s: networks, -want +got:\n%s", v.Type, v.Name, diff)
		}
		if (len(got[graph.OTEP]) > 0) != tunnel {
			t.Errorf("%s %s (%v) reaches endpoints %v", v.Type, v.Name, networks, got[graph.OTEP])
		}
	}
}

// TestLabCounts pins the number of links of each type: 17 instance interfaces,
// of which 4 on the Linux bridge host; 6 router and 4 DHCP devices; per Open
// vSwitch host one endpoint and two uplinks.
func TestLabCounts(t *testing.T) {
	g := joined(t)
	got := map[graph.EdgeType]int{}
	for _, e := range edges(t, g) {
		got[e.Type]++
		if from, to, _ := e.Type.Ends(); g.Get(e.From).Type != from || g.Get(e.To).Type != to {
			t.Errorf("%v joins a %s and a %s", e.EdgeKey, g.Get(e.From).Type, g.Get(e.To).Type)
		}
		if to := g.Get(e.To); to.Host != "" && g.Get(e.From).Host != to.Host {
			t.Errorf("%v leads to another host", e.EdgeKey)
		}
	}
	want := map[graph.EdgeType]int{
		"instance-vnic": 17, "vservice-vnic": 10, "vnic-vconnector": 17, "vnic-vedge": 10, "vconnector-vedge": 13,
		"vedge-otep": 3, "vconnector-otep": 3, "otep-host_pnic": 6, "vedge-host_pnic": 6, "host_pnic-network": 15,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestLabAgain joins what was joined already: nothing changes.
func TestLabAgain(t *testing.T) {
	g := joined(t)
	once := enrichtest.Print(g.Of()) + printEdges(edges(t, g))
	join(t, g)
	if diff := cmp.Diff(once, enrichtest.Print(g.Of())+printEdges(edges(t, g))); diff != "" {
		t.Errorf("-first +second:\n%s", diff)
	}
}

// TestEmissionOrder: the same graph gives the same edges in the same order.
func TestEmissionOrder(t *testing.T) {
	g := joined(t)
	emitted := func() (out []graph.EdgeKey) {
		_, err := Run(t.Context(), enrichtest.LabEnv(), g, func(e *graph.Edge) { out = append(out, e.EdgeKey) })
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := emitted()
	for range 5 {
		if diff := cmp.Diff(first, emitted()); diff != "" {
			t.Fatalf("-first +again:\n%s", diff)
		}
	}
}

func printEdges(of []*graph.Edge) string {
	var out strings.Builder
	for _, e := range of {
		fmt.Fprintf(&out, "%s %s -> %s %q %s", e.Type, e.From, e.To, e.Name, e.State)
		if e.Host != "" {
			fmt.Fprintf(&out, " host=%s", e.Host)
		}
		if e.Switch != "" {
			fmt.Fprintf(&out, " switch=%s", e.Switch)
		}
		fmt.Fprintf(&out, " %s\n", attrText(e.Attrs))
	}
	return out.String()
}

func attrText(a graph.Attrs) string {
	text := enrichtest.Print([]*graph.Vertex{{Attrs: a}})
	_, text, _ = strings.Cut(text, "\n") // the line of type and id
	return "{" + strings.ReplaceAll(strings.TrimSpace(text), "\n  ", ", ") + "}"
}
