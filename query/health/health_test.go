package health_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/graph/scope"
	"calipso/query"
	"calipso/query/extent"
	"calipso/query/health"
	"calipso/query/paper"
)

var rewrite = flag.Bool("rewrite", false, "write golden files anew")

const cloud = `
host node-1 {name: node-1, zone: az-a, status: up, services: {nova-compute: {active: true, available: true}}}
host node-2 {name: node-2, zone: az-b, status: up, services: {nova-compute: {active: true, available: false}, nova-api: {active: false, available: true}}}
network n1 {name: blue, project: alpha, status: ACTIVE}
network n2 {name: red, project: beta, status: ACTIVE}
network_agent a1 {name: dhcp-1, host: node-1, agent_type: DHCP agent, alive: true, admin_state_up: true}
network_agent a2 {name: l3-1, host: node-1, agent_type: L3 agent, alive: false, admin_state_up: true, part: os}
vservice d1 {name: qdhcp-blue, host: node-1, service_type: dhcp, network: [n1]}
vservice r1 {name: qrouter-1, host: node-1, service_type: router, status: ACTIVE, network: [n2]}
vservice x1 {name: strange, host: node-2}
host_pnic p1 {name: eth0, host: node-1, operstate: UP, "Link detected": "yes"}
host_pnic p2 {name: eth1, host: node-1, operstate: DOWN, "Link detected": "no"}
vedge e1 {name: node-1-OVS, host: node-1, alive: true}
vedge e2 {name: node-2-OVS, host: node-2}
instance i1 {name: web-1, host: node-1, availability_zone: az-a, project: alpha, network: [n1], status: ACTIVE, vm_state: active, power_state: 1, host_status: UP}
instance i2 {name: web-2, host: node-1, project: alpha, network: [n1, n2], status: ACTIVE, task_state: migrating}
instance i3 {name: db-1, host: node-2, network: [n2], status: ACTIVE}
instance i4 {name: off, host: node-2, network: [n2], status: SHUTOFF, power_state: 4}
instance i5 {name: broken, host: node-2, status: ERROR, part: nova}
instance i6 {name: quiet, host: node-2}
instance i7 {name: seen, host: node-2, status: OK, part: nova}
vnic v1 {name: tap1, host: node-1, network: n1, mac_address: "fa:16:3e:00:00:01"}
vnic v2a {name: tap2a, host: node-1, network: n1}
vnic v2b {name: tap2b, host: node-1, network: n2}
vnic v3 {name: tap3, host: node-2, network: n2}
vnic v4 {name: tap4, host: node-2, network: n2}
instance i1 -> vnic v1
instance i2 -> vnic v2a
instance i2 -> vnic v2b
instance i3 -> vnic v3
vnic v1 -> vedge e1
vnic v2a -> vedge e1
vnic v2b -> vedge e1
vnic v3 -> vedge e2
vedge e1 -> host_pnic p1
vedge e1 -> host_pnic p2
host_pnic p1 -> network n1
host_pnic p2 -> network n2
`

type fixture struct {
	*testing.T
	store *graph.Store
	query *query.Service
	now   time.Time
}

func newFixture(t *testing.T) *fixture {
	f := &fixture{T: t, now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	var err error
	f.store, err = graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32), Clock: func() time.Time { return f.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.store.Close(); err != nil {
			t.Error(err)
		}
	})
	f.query = query.New(query.Over(f.store), nil, query.Options{})
	f.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{
		"name": "lab", "environment_type": "OpenStack", "distribution": "Debian", "distribution_version": "12", "mechanism_drivers": []any{"OVS"}, "type_drivers": []any{"vxlan"},
	}}}})
	d := graphtest.MustParse(t, cloud)
	f.commit("lab", &graph.Batch{Put: d.Of(), PutEdges: d.AllEdges()})
	return f
}

func (f *fixture) commit(env graph.EnvID, b *graph.Batch) graph.Time {
	f.Helper()
	f.now = f.now.Add(time.Hour)
	c, err := f.store.Commit(context.Background(), env, graph.Cause{Kind: graph.CauseScan, ID: "s"}, b)
	if err != nil {
		f.Fatal(err)
	}
	return c.Time
}

func (f *fixture) make(q health.Request) *health.Report {
	f.Helper()
	q.Env, q.Extents = "lab", extent.New(f.store, f.query)
	r, err := health.Make(f.Context(), f.store, f.query, q)
	if err != nil {
		f.Fatal(err)
	}
	return r
}

// failing makes a part of the scans stand as failed.
func failing(part string) *graph.Batch {
	return &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Parts, ID: part}, Body: graph.Attrs{"state": "failed", "error": "no route to host"}}}}
}

// TestReport looks at everything at once: what makes each status, and each
// way to write it.
func TestReport(t *testing.T) {
	f := newFixture(t)
	f.commit("lab", failing("nova"))
	r := f.make(health.Request{})
	if r.Healthy() {
		t.Error("an environment with errors is healthy")
	}
	for file, format := range map[string]paper.Format{"report.json": paper.JSON, "report.txt": paper.Text, "report.csv": paper.CSV, "report.html": paper.HTML} {
		var got bytes.Buffer
		if err := health.Write(&got, format, r); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", file)
		if *rewrite {
			if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got.String()); d != "" {
			t.Errorf("%s: %s", file, d)
		}
	}
	if d := cmp.Diff(r, f.make(health.Request{})); d != "" {
		t.Errorf("asked again: %s", d)
	}
}

func statuses(r *health.Report) string {
	var out []string
	for _, i := range r.Instances {
		out = append(out, i.Name+" "+string(i.Status))
	}
	return strings.Join(out, ", ")
}

// What was there at the baseline, or is named by the scope, and is not there
// now, is not found (rule S-02).
func TestNotFound(t *testing.T) {
	f := newFixture(t)
	before := f.make(health.Request{}).At
	f.commit("lab", &graph.Batch{Delete: []graph.ID{"i1", "i4"}})
	r := f.make(health.Request{Baseline: before})
	if got, want := statuses(r), "broken error, db-1 warning, off not_found, quiet unknown, seen ok, web-1 not_found, web-2 error"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if i := slices.IndexFunc(r.Instances, func(i health.Instance) bool { return i.Name == "web-1" }); r.Instances[i].Zone != "az-a" || r.Instances[i].Project != "alpha" {
		t.Errorf("of what is not found: %+v", r.Instances[i])
	}
	if r.Totals.NotFound != 2 || r.Totals.All() != 7 {
		t.Errorf("%+v", r.Totals)
	}
	alpha := &scope.Scope{Name: "alpha", Select: []scope.Selection{{Env: "lab", Projects: []string{"alpha"}, Objects: []graph.ID{"i1", "i4", "i9", "p1"}}}}
	r = f.make(health.Request{Scope: alpha})
	if got, want := statuses(r), "i9 not_found, off not_found, web-1 not_found, web-2 error"; got != want {
		t.Errorf("in scope: got %s\nwant %s", got, want)
	}
	alpha.Select[0].Objects = nil
	if r = f.make(health.Request{Scope: alpha}); statuses(r) != "web-2 error" || r.Baseline != graph.Now {
		t.Errorf("what nothing expects: %s", statuses(r))
	}
	alpha.Baselines = []scope.Baseline{{Env: "lab", Snapshot: "designed", Time: before}}
	if r = f.make(health.Request{Scope: alpha}); statuses(r) != "web-1 not_found, web-2 error" || r.Baseline != before {
		t.Errorf("of the design: %s", statuses(r))
	}
	for _, s := range r.Services {
		if s.Host == "node-2" || s.ID == "node-2" {
			t.Errorf("%s %s serves nothing of the scope", s.Type, s.Name)
		}
	}
	if r = f.make(health.Request{At: before, Scope: alpha}); statuses(r) != "web-1 ok, web-2 error" {
		t.Errorf("at the earlier time: %s", statuses(r))
	}
}

func TestTheWorstAreListed(t *testing.T) {
	f := newFixture(t)
	r := f.make(health.Request{Limit: 2})
	if got, want := statuses(r), "broken error, web-2 error"; got != want || r.Listed != 2 || r.Totals.All() != 7 {
		t.Errorf("got %s, totals %+v", got, r.Totals)
	}
	if note := r.Paper().Parts[0].Note; note != "The worst 2 of 7 are listed." {
		t.Errorf("note %q", note)
	}
}

func TestLinkThatIsDown(t *testing.T) {
	f := newFixture(t)
	d := graphtest.MustParse(t, cloud)
	e := d.Edge(graph.EdgeKey{Type: "vedge-host_pnic", From: "e1", To: "p1"}).Clone()
	e.State = graph.Down
	f.commit("lab", &graph.Batch{PutEdges: []*graph.Edge{e}})
	r := f.make(health.Request{})
	i := r.Instances[slices.IndexFunc(r.Instances, func(i health.Instance) bool { return i.ID == "i1" })]
	if i.Status != health.Error || !slices.Equal(i.Reasons, []string{"tap1: link node-1-OVS – eth0 is down"}) {
		t.Errorf("%+v", i)
	}
}

func TestCSVHasOneWidth(t *testing.T) {
	var out bytes.Buffer
	if err := health.Write(&out, paper.CSV, newFixture(t).make(health.Request{})); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(lines) < 10 {
		t.Errorf("%d lines, %v", len(lines), err)
	}
}

func BenchmarkMake(b *testing.B) {
	s, err := graph.Open(b.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	doc := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{
		"name": "lab", "environment_type": "OpenStack", "distribution": "Debian", "distribution_version": "12", "mechanism_drivers": []any{"OVS"}, "type_drivers": []any{"vxlan"},
	}}
	if _, err := s.Commit(b.Context(), graph.Shared, graph.Cause{}, &graph.Batch{PutDocs: []*graph.Document{doc}}); err != nil {
		b.Fatal(err)
	}
	if _, err := s.Load(b.Context(), "lab", graph.Cause{Kind: graph.CauseImport}, graphtest.Cloud(graphtest.CloudSize(10_000))); err != nil {
		b.Fatal(err)
	}
	q := query.New(query.Over(s), nil, query.Options{})
	for b.Loop() {
		r, err := health.Make(b.Context(), s, q, health.Request{Env: "lab"})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(r.Totals.All()), "instances")
	}
}
