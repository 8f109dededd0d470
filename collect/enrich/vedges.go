package enrich

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"calipso/collect"
	"calipso/graph"
)

// Agent types, as Neutron spells them.
const (
	ovsAgent   = "Open vSwitch agent"
	lxbAgent   = "Linux bridge agent"
	sriovAgent = "NIC Switch agent"
)

// agentFields are what a vedge takes from its agent besides all others: when
// the agent goes, they go too.
var agentFields = []string{
	"agent_type", "binary", "topic", "availability_zone", "admin_state_up", "alive", "created_at",
	"started_at", "heartbeat_timestamp", "description", "configurations", "resource_versions", "load",
	"resources_synced",
}

// notOfVEdge are members of an agent that say nothing of its switch.
var notOfVEdge = []string{"id", "name", "type", "host", "status"}

// vedges gives each host's Open vSwitch the identity that the inventory knows
// it by: the UUID of its Neutron agent as id, with the agent's fields; without
// an agent it stays "<host>-OVS". What hangs under it moves along. A live agent
// whose host did not answer still shows that there is a vedge.
func vedges(_ *graph.Environment, g *graph.Draft) []Finding {
	agents := agentsOf(g, ovsAgent)
	found := map[string][]*graph.Vertex{}
	for _, v := range g.Of(graph.VEdge) {
		if isOVS(v) {
			found[v.Host] = append(found[v.Host], v)
		}
	}
	hosts := map[string]bool{}
	for h := range agents {
		hosts[h] = true
	}
	for h := range found {
		hosts[h] = true
	}
	var out []Finding
	moved := map[graph.ID]graph.ID{}
	for _, host := range names(hosts) {
		agent, all := agents[host], found[host]
		v := freshest(host, all)
		if v == nil {
			if alive, stated := agentAlive(agent); g.Get(graph.ID(host)) == nil || stated && !alive {
				continue
			}
			v = &graph.Vertex{ID: collect.StandaloneVEdgeID(host), Type: graph.VEdge, Host: host, Parent: graph.ID(host)}
			g.Put(v)
			all = []*graph.Vertex{v}
		}
		id := collect.StandaloneVEdgeID(host)
		for _, key := range agentFields {
			set(v, key, nil)
		}
		if agent != nil {
			id = agentUUID(g, agent, id)
			for _, key := range slices.Sorted(maps.Keys(agent.Attrs)) {
				if !slices.Contains(notOfVEdge, key) {
					set(v, key, agent.Clone().Attrs[key])
				}
			}
		} else if len(agents) > 0 {
			out = append(out, warn(id, "Neutron has no Open vSwitch agent for this host"))
		}
		v.Name = host + "-OVS"
		set(v, "vedge_type", "OVS")
		rename(g, v, all, id, moved)
	}
	for _, child := range g.Of() {
		if id, ok := moved[child.Parent]; ok {
			child.Parent = id
		}
	}
	return out
}

// agentUUID is Neutron's own id of an agent, behind the name of its program;
// the fallback where that cannot be told.
func agentUUID(g *graph.Draft, agent *graph.Vertex, fallback graph.ID) graph.ID {
	for _, binary := range []string{agent.Attrs.String("binary"), agent.Name} {
		uuid, ok := strings.CutPrefix(string(agent.ID), binary+"-")
		if v := g.Get(graph.ID(uuid)); ok && uuid != "" && binary != "" && (v == nil || v.Type == graph.VEdge) {
			return graph.ID(uuid)
		}
	}
	return fallback
}

// rename gives a vertex another id and drops its doubles; moved remembers where
// what hangs under them belongs.
func rename(g *graph.Draft, v *graph.Vertex, doubles []*graph.Vertex, id graph.ID, moved map[graph.ID]graph.ID) {
	for _, d := range doubles {
		if d.ID != id {
			moved[d.ID] = id
			g.Delete(d.ID)
		}
	}
	v.ID = id
	g.Put(v)
}

// isOVS tells the vedges of Open vSwitch from those of VPP, SR-IOV and OVN,
// which keep the ids that their fetchers give.
func isOVS(v *graph.Vertex) bool {
	kind := v.Attrs.String("vedge_type")
	return kind == "OVS" || kind == "" && v.ID == collect.StandaloneVEdgeID(v.Host)
}

// freshest is the vedge that states the host's switch: what the host said in
// this scan, under its own name, goes before what was kept.
func freshest(host string, of []*graph.Vertex) *graph.Vertex {
	rank := func(v *graph.Vertex) int {
		if v.ID == collect.StandaloneVEdgeID(host) {
			return 0
		}
		return 1
	}
	if len(of) == 0 {
		return nil
	}
	return slices.MinFunc(of, func(a, b *graph.Vertex) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.ID, b.ID))
	})
}

// agentsOf finds the agent of a type on each host. Of several (one that was
// registered anew leaves its old row for a while) the live one counts, then the
// one heard of last.
func agentsOf(g *graph.Draft, agentType string) map[string]*graph.Vertex {
	out := map[string]*graph.Vertex{}
	better := func(a, b *graph.Vertex) int {
		liveA, _ := agentAlive(a)
		liveB, _ := agentAlive(b)
		if liveA != liveB {
			if liveA {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(heard(b), heard(a)), cmp.Compare(a.ID, b.ID))
	}
	for _, a := range g.Of(graph.NetworkAgent) {
		if a.Attrs.String("agent_type") != agentType || a.Host == "" {
			continue
		}
		if old := out[a.Host]; old == nil || better(a, old) < 0 {
			out[a.Host] = a
		}
	}
	return out
}

// agentAlive is the agent's state, and whether the source stated one at all:
// only the API does, the database has none.
func agentAlive(a *graph.Vertex) (alive, stated bool) {
	if a == nil {
		return false, false
	}
	alive, stated = a.Attrs["alive"].(bool)
	return alive, stated
}

func heard(a *graph.Vertex) string { return a.Attrs.String("heartbeat_timestamp") }
