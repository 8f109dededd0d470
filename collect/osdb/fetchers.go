package osdb

import (
	"strings"

	"calipso/collect"
	"calipso/graph"
)

// Fetchers are the rows of the scan plan that the database serves. Both add to
// vertices that the APIs found.
func (c *Conn) Fetchers() []collect.Fetcher {
	return []collect.Fetcher{
		{Name: "osdb.tunnel_endpoints", Parent: graph.Host, Yields: []graph.VertexType{graph.Host}, Fetch: c.tunnelEndpoints},
		{Name: "osdb.agent_bindings", Parent: graph.NetworkAgent, Yields: []graph.VertexType{graph.NetworkAgent},
			When: schedules, Fetch: c.agentBindings},
	}
}

// schedules tells whether Neutron hands routers or networks to an agent.
func schedules(_ *graph.Environment, agent *graph.Vertex) bool {
	return strings.Contains(agent.Name, "l3") || strings.Contains(agent.Name, "dhcp")
}
