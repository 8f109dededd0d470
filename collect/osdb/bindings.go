package osdb

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"calipso/graph"
)

// bindings are the routers and networks that Neutron has handed to agents, by
// the agents' UUIDs.
type bindings struct {
	routers, networks map[string][]any
}

// agentBindings adds to an L3 or DHCP agent what it serves: the API tells that
// only agent by agent.
//
// Source: tables routerl3agentbindings and networkdhcpagentbindings.
// Attributes: router_ids or network_ids, sorted.
// Errors: those of explain. An agent that serves nothing: empty list.
func (c *Conn) agentBindings(ctx context.Context, agent *graph.Vertex) ([]*graph.Vertex, error) {
	all, err := c.bindings.get(ctx, c.readBindings)
	if err != nil {
		return nil, err
	}
	id := strings.TrimPrefix(string(agent.ID), agent.Name+"-") // see collect.AgentID
	attrs := graph.Attrs{}
	if list := all.routers[id]; list != nil {
		attrs["router_ids"] = list
	}
	if list := all.networks[id]; list != nil {
		attrs["network_ids"] = list
	}
	if len(attrs) == 0 {
		return nil, nil
	}
	return []*graph.Vertex{{
		ID: agent.ID, Type: graph.NetworkAgent, Name: agent.Name, Host: agent.Host, Parent: agent.Parent, Attrs: attrs,
	}}, nil
}

func (c *Conn) readBindings(ctx context.Context) (bindings, error) {
	var b bindings
	s, err := c.schema.get(ctx, c.findSchema)
	if err != nil {
		return b, err
	}
	if b.routers, err = c.pairs(ctx, s, "routerl3agentbindings", "l3_agent_id", "router_id"); err != nil {
		return b, err
	}
	b.networks, err = c.pairs(ctx, s, "networkdhcpagentbindings", "dhcp_agent_id", "network_id")
	return b, err
}

// pairs reads two columns of a table: the values of the second by the first.
func (c *Conn) pairs(ctx context.Context, s schema, table, key, value string) (map[string][]any, error) {
	query := fmt.Sprintf("SELECT %s, %s FROM %s.%s ORDER BY 1, 2", key, value, quote(s.neutron), quote(table))
	out := map[string][]any{}
	err := c.read(ctx, "SELECT "+table, s.limit, query, nil, func(r *sql.Rows) (int, error) {
		var k, v string
		err := r.Scan(&k, &v)
		out[k] = append(out[k], v)
		return len(k) + len(v), err
	})
	return out, err
}
