package openstack

import (
	"context"

	"calipso/collect"
	"calipso/graph"
)

// agents lists Neutron's agents below their hosts (rule DIS-47).
//
// Source: GET /v2.0/agents; /v2.1/os-services for the names of the hosts.
// Attributes: Neutron's record, with configurations as an object; status
// (up, down) from alive.
// Errors: those of list. An agent of a host that neither Nova nor a network
// agent names is logged and left out.
func (c *Conn) agents(ctx context.Context, region *graph.Vertex) ([]*graph.Vertex, error) {
	var records, services []graph.Attrs
	err := gather(ctx, region.Name, lister{&records, c.list, listAgents}, lister{&services, c.list, listServices})
	if err != nil {
		return nil, err
	}
	names := newHostNames(services, c.set.aliases)
	for _, a := range inOrder(records, "host", "binary", "id") {
		if _, known := names.resolve(a.String("host")); agentRank[a.String("agent_type")] > 0 && !known {
			names.add(a.String("host"))
		}
	}
	var out []*graph.Vertex
	for _, r := range records {
		binary := r.String("binary")
		id := collect.AgentID(binary, r.String("id"))
		host, known := names.resolve(r.String("host"))
		if !known {
			c.log.Warn("agent of an unknown host", "object", id, "host", host)
			continue
		}
		attrs := without(r, "host")
		attrs["configurations"] = configurations(r)
		attrs["status"] = updown(r.Bool("alive"))
		out = append(out, &graph.Vertex{
			ID: id, Type: graph.NetworkAgent, Name: binary, Host: host, Parent: graph.ID(host), Attrs: attrs,
		})
	}
	return byID(out), nil
}

// configurations of an agent: an object, in old versions as JSON text.
func configurations(agent graph.Attrs) map[string]any {
	if text := agent.String("configurations"); text != "" {
		if parsed, err := graph.ParseJSON([]byte(text)); err == nil {
			return parsed
		}
	}
	if m := agent.Map("configurations"); m != nil {
		return m.Clone()
	}
	return map[string]any{}
}
