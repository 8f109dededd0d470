package osdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"calipso/collect"
	"calipso/graph"
)

// open gives a Conn for a section.
func open(t testing.TB, fields map[string]any, opt collect.Options) *Conn {
	t.Helper()
	conn, err := Provider{}.Open(t.Context(), environment(t, fields), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn.(*Conn)
}

func environment(t testing.TB, fields map[string]any) *graph.Environment {
	t.Helper()
	sec := map[string]any{"name": Section}
	maps.Copy(sec, fields)
	env, err := graph.ParseEnvironment(graph.Attrs{"name": "lab", "configuration": []any{sec}})
	if err != nil {
		t.Fatal(err)
	}
	return env
}

func fetch(ctx context.Context, c *Conn, name string, parent *graph.Vertex) ([]*graph.Vertex, error) {
	for _, f := range c.Fetchers() {
		if f.Name == name && (f.When == nil || f.When(nil, parent)) {
			return f.Fetch(ctx, parent)
		}
	}
	return nil, nil
}

func TestFetchers(t *testing.T) {
	var mu sync.Mutex
	ops := map[string]int{}
	conn := open(t, server.schemas(t, "neutron", "ovs_neutron"), collect.Options{Observe: func(call collect.Call) {
		mu.Lock()
		defer mu.Unlock()
		ops[call.Op]++
		if call.Source != "osdb" || call.Target != "mysql" || call.Err != nil {
			t.Errorf("observed %+v", call)
		}
	}})
	host := func(id string) *graph.Vertex {
		return &graph.Vertex{ID: graph.ID(id), Type: graph.Host, Name: id, Host: id, Parent: "zone|a"}
	}
	agent := func(binary, id string) *graph.Vertex {
		return &graph.Vertex{ID: collect.AgentID(binary, id), Type: graph.NetworkAgent, Name: binary, Host: "node-1", Parent: "node-1"}
	}
	vxlan := func(ip string) map[string]any {
		return map[string]any{"type": "vxlan", "ip_address": ip, "udp_port": int64(4789)}
	}
	cases := []struct {
		fetcher string
		parent  *graph.Vertex
		want    graph.Attrs // nil: nothing to add
	}{
		{"osdb.tunnel_endpoints", host("node-1"), graph.Attrs{"tunnel_endpoints": []any{vxlan("10.78.0.11")}}},
		{"osdb.tunnel_endpoints", host("node-3"), graph.Attrs{"tunnel_endpoints": []any{
			map[string]any{"type": "geneve", "ip_address": "10.78.0.13"}, vxlan("10.78.0.13")}}},
		{"osdb.tunnel_endpoints", host("node-5"), graph.Attrs{"tunnel_endpoints": []any{
			map[string]any{"type": "gre", "ip_address": "10.78.0.15"}}}},
		{"osdb.tunnel_endpoints", host("node-4"), nil},
		{"osdb.tunnel_endpoints", host("node"), nil},
		{"osdb.agent_bindings", agent("neutron-l3-agent", "48fe18aa-4bab-4266-a06c-438e302db9d2"), graph.Attrs{"router_ids": []any{
			"112f6880-6932-4046-a616-d67dcb4c1ecc", "a8c63cba-4fd3-4ca1-b205-e035e38868a2"}}},
		{"osdb.agent_bindings", agent("neutron-dhcp-agent", "1148e8e3-86e5-440c-b248-45d4b27b95b5"), graph.Attrs{"network_ids": []any{
			"07744668-5979-464d-8a68-d46d23a6c2d4", "23fe0a20-cdd3-4a85-9f28-1dbd04fb8d5e", "32d38b78-fc6e-4be5-b2b6-7005e42a3ca1",
			"3a1f2b8c-bc11-466c-91c0-d03821ca8a36", "5684434c-4036-4b53-b805-6dc8bda3055f"}}},
		{"osdb.agent_bindings", agent("neutron-l3-agent", "another"), nil},
		{"osdb.agent_bindings", agent("neutron-openvswitch-agent", "48fe18aa-4bab-4266-a06c-438e302db9d2"), nil},
	}
	got := make([][]*graph.Vertex, len(cases))
	var g errgroup.Group
	for i, tc := range cases {
		g.Go(func() (err error) {
			got[i], err = fetch(t.Context(), conn, tc.fetcher, tc.parent)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	for i, tc := range cases {
		var want []*graph.Vertex
		if tc.want != nil {
			v := *tc.parent
			v.Attrs = tc.want
			want = []*graph.Vertex{&v}
		}
		if d := cmp.Diff(want, got[i]); d != "" {
			t.Errorf("%s of %s, -want +got:\n%s", tc.fetcher, tc.parent.ID, d)
		}
	}
	want := map[string]int{
		"SELECT version": 1, "SELECT schemata": 1, "SELECT columns": 1, "SELECT ml2_vxlan_endpoints": 1, "SELECT ml2_gre_endpoints": 1,
		"SELECT ml2_geneve_endpoints": 1, "SELECT routerl3agentbindings": 1, "SELECT networkdhcpagentbindings": 1,
	}
	if d := cmp.Diff(want, ops); d != "" {
		t.Errorf("queries, -want +got:\n%s", d)
	}
}

func TestCheck(t *testing.T) {
	fields := server.schemas(t, "ovs_neutron")
	checks := open(t, fields, collect.Options{}).Test(t.Context())
	if len(checks) != 1 || checks[0].Err != nil || !strings.HasSuffix(checks[0].Detail, ", schema ovs_neutron") {
		t.Errorf("%+v", checks)
	}
}

// Each kind of failure is one line that says whom it is about, without the
// password.
func TestErrors(t *testing.T) {
	good := server.schemas(t, "neutron_a", "neutron_b")
	dead := fmt.Sprint(freePort())
	for _, tc := range []struct {
		name   string
		fields map[string]any
		kind   error
		text   string
	}{
		{"refused", map[string]any{"port": dead}, collect.ErrUnreachable, "127.0.0.1:" + dead},
		{"wrong password", map[string]any{"pwd": "hush-hush"}, collect.ErrAuth, `user "reader"`},
		{"no TLS there", map[string]any{"tls": true}, nil, "TLS requested but server does not support TLS"},
		{"ambiguous", nil, nil, "several schemas could be Neutron's: neutron_a, neutron_b; name one in neutron_schema"},
		{"unknown", map[string]any{"neutron_schema": "quantum"}, nil, `unknown schema: neutron_schema is "quantum", the account sees information_schema, neutron_a, neutron_b`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			fields := maps.Clone(good)
			maps.Copy(fields, tc.fields)
			conn := open(t, fields, collect.Options{})
			_, err := fetch(t.Context(), conn, "osdb.tunnel_endpoints", &graph.Vertex{ID: "node-1", Type: graph.Host})
			if err == nil || !strings.Contains(err.Error(), tc.text) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "hush") {
				t.Fatalf("error %v, want %q", err, tc.text)
			}
			for _, kind := range []error{collect.ErrUnreachable, collect.ErrAuth} {
				if errors.Is(err, kind) != (kind == tc.kind) {
					t.Errorf("error %v is %v: %v", err, kind, errors.Is(err, kind))
				}
			}
			if checks := conn.Test(t.Context()); len(checks) != 1 || checks[0].Err == nil {
				t.Errorf("%+v", checks)
			}
		})
	}
}

// An account that may not read a table is refused, not "unreachable".
func TestDenied(t *testing.T) {
	fields := server.schemas(t, "neutron")
	server.exec(t, "REVOKE SELECT ON neutron.* FROM reader", "GRANT SELECT ON neutron.ml2_vxlan_endpoints TO reader")
	conn := open(t, fields, collect.Options{})
	_, err := fetch(t.Context(), conn, "osdb.agent_bindings", &graph.Vertex{ID: "neutron-l3-agent-x", Name: "neutron-l3-agent"})
	if !errors.Is(err, collect.ErrAuth) || !strings.Contains(err.Error(), "routerl3agentbindings") {
		t.Errorf("error %v", err)
	}
}

// What runs is a read-only transaction, which the server ends by itself after
// the limit.
func TestReadOnlyAndLimited(t *testing.T) {
	conn := open(t, server.schemas(t, "neutron"), collect.Options{})
	one := func(limit, query string) (string, error) {
		var text string
		err := conn.read(t.Context(), "SELECT test", limit, query, nil, func(r *sql.Rows) (int, error) { return 0, r.Scan(&text) })
		return text, err
	}
	version, err := one("", "SELECT VERSION()")
	if err != nil {
		t.Fatal(err)
	}
	if limit, err := one(limitFor(version), "SELECT @@max_statement_time"); err != nil || limit != "30" {
		t.Errorf("limit %s, %v", limit, err)
	}
	server.exec(t, "GRANT ALL ON neutron.* TO reader")
	if _, err := one("DELETE FROM neutron.ml2_vxlan_endpoints", "SELECT 1"); err == nil || !strings.Contains(err.Error(), "READ ONLY") {
		t.Errorf("a deletion went through: %v", err)
	}
	_, err = one("SET SESSION max_statement_time = 0.05", "SELECT SLEEP(20)")
	if err == nil || !strings.Contains(err.Error(), "took longer than") {
		t.Errorf("error %v", err)
	}
	if got := limitFor("8.0.36"); got != "SET SESSION max_execution_time = 30000" {
		t.Errorf("MySQL: %s", got)
	}
}

// A server that goes away in the middle is unreachable; the next caller tries
// again.
func TestBrokenConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	accepted := make(chan int)
	go func() {
		n := 0
		for {
			c, err := l.Accept()
			if err != nil {
				accepted <- n
				return
			}
			n++
			c.Close()
		}
	}()
	host, port, _ := net.SplitHostPort(l.Addr().String())
	conn := open(t, map[string]any{"host": host, "port": port, "user": "u", "pwd": "p"}, collect.Options{})
	for range 2 {
		_, err := conn.schema.get(t.Context(), conn.findSchema)
		if !errors.Is(err, collect.ErrUnreachable) {
			t.Errorf("error %v", err)
		}
	}
	l.Close()
	if n := <-accepted; n < 2 {
		t.Errorf("connected %d times", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := conn.schema.get(ctx, conn.findSchema); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
