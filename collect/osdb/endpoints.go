package osdb

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"

	"calipso/graph"
)

// endpoint is one row of a table ml2_<type>_endpoints.
type endpoint struct {
	kind    string // vxlan, gre, geneve
	address string
	port    int64 // 0: the table has none
}

// tunnelEndpoints adds to a host the tunnel endpoints that Neutron tells its
// agents of (rule DIS-67).
//
// Source: tables ml2_<type>_endpoints of Neutron's schema. Hosts of the Linux
// bridge driver are not in them.
// Attributes: tunnel_endpoints, a list of {type, ip_address, udp_port} by type;
// udp_port only where the table has one.
// Errors: those of explain. A host without endpoints: empty list.
func (c *Conn) tunnelEndpoints(ctx context.Context, host *graph.Vertex) ([]*graph.Vertex, error) {
	all, err := c.endpoints.get(ctx, c.readEndpoints)
	if err != nil {
		return nil, err
	}
	var list []any
	for _, e := range all[rowName(all, string(host.ID))] {
		m := map[string]any{"type": e.kind, "ip_address": e.address}
		if e.port != 0 {
			m["udp_port"] = e.port
		}
		list = append(list, m)
	}
	if list == nil {
		return nil, nil
	}
	return []*graph.Vertex{{
		ID: host.ID, Type: graph.Host, Name: host.Name, Host: host.Host, Parent: host.Parent,
		Attrs: graph.Attrs{"tunnel_endpoints": list},
	}}, nil
}

// rowName is the name under which Neutron knows a host: its own, or the one
// that differs by a domain.
func rowName(rows map[string][]endpoint, host string) string {
	if _, ok := rows[host]; ok {
		return host
	}
	found := ""
	for name := range rows {
		if strings.HasPrefix(name, host+".") || strings.HasPrefix(host, name+".") {
			if found != "" {
				return host // two could be meant: neither is
			}
			found = name
		}
	}
	return found
}

var endpointTable = regexp.MustCompile(`^ml2_([a-z0-9]+)_endpoints$`)

// readEndpoints reads all tables of endpoints, by host.
func (c *Conn) readEndpoints(ctx context.Context) (map[string][]endpoint, error) {
	s, err := c.schema.get(ctx, c.findSchema)
	if err != nil {
		return nil, err
	}
	var tables []string
	ported := map[string]bool{}
	const columns = `SELECT table_name, column_name FROM information_schema.columns
		WHERE table_schema = ? AND table_name LIKE 'ml2\_%\_endpoints' ORDER BY table_name, column_name`
	err = c.read(ctx, "SELECT columns", s.limit, columns, []any{s.neutron}, func(r *sql.Rows) (int, error) {
		var table, column string
		err := r.Scan(&table, &column)
		switch {
		case column == "ip_address" && endpointTable.MatchString(table):
			tables = append(tables, table)
		case column == "udp_port":
			ported[table] = true
		}
		return len(table) + len(column), err
	})
	if err != nil {
		return nil, err
	}
	out := map[string][]endpoint{}
	for _, table := range tables {
		port := "0"
		if ported[table] {
			port = "udp_port"
		}
		query := fmt.Sprintf("SELECT host, ip_address, %s FROM %s.%s ORDER BY host, ip_address", port, quote(s.neutron), quote(table))
		kind := endpointTable.FindStringSubmatch(table)[1]
		err := c.read(ctx, "SELECT "+table, s.limit, query, nil, func(r *sql.Rows) (int, error) {
			var host, address sql.NullString
			var port sql.NullInt64
			err := r.Scan(&host, &address, &port)
			if host.String != "" && address.String != "" {
				out[host.String] = append(out[host.String], endpoint{kind, address.String, port.Int64})
			}
			return len(host.String) + len(address.String), err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
