package diff_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/graph/scope"
	"calipso/query/diff"
	"calipso/query/extent"
)

// shared is a cloud of three customers: moz and bar share node-1, its switch
// and its wire; ted has node-2 for himself.
const shared = `
project moz {name: moz}
project bar {name: bar}
project ted {name: ted}
network n-moz {name: moz-net, parent: moz, project_id: moz, network: n-moz}
network n-bar {name: bar-net, parent: bar, project_id: bar, network: n-bar}
network n-ted {name: ted-net, parent: ted, project_id: ted, network: n-ted}
host node-1 {name: node-1, host: node-1}
host node-2 {name: node-2, host: node-2}
vedge e-1 {name: OVS-1, host: node-1, parent: node-1, ports: [{name: tap-moz}]}
vedge e-2 {name: OVS-2, host: node-2, parent: node-2}
host_pnic eth-1 {name: eth1, host: node-1, parent: node-1}
host_pnic eth-2 {name: eth2, host: node-2, parent: node-2}
instance i-moz {name: web, host: node-1, parent: node-1, project_id: moz, network: [n-moz], size: 1, uuid: i-moz}
vnic v-moz {name: tap-moz, host: node-1, parent: i-moz, network: n-moz, mac_address: m1}
instance i-bar {name: job, host: node-1, parent: node-1, project_id: bar, network: [n-bar], size: 1}
vnic v-bar {name: tap-bar, host: node-1, parent: i-bar, network: n-bar}
instance i-moz -> vnic v-moz {network: n-moz}
vnic v-moz -> vedge e-1 {network: n-moz}
instance i-bar -> vnic v-bar {network: n-bar}
vnic v-bar -> vedge e-1 {network: n-bar}
vedge e-1 -> host_pnic eth-1
vedge e-2 -> host_pnic eth-2
host_pnic eth-1 -> network n-moz {network: n-moz}
host_pnic eth-1 -> network n-bar {network: n-bar}
host_pnic eth-2 -> network n-ted {network: n-ted}
`

// newer lists what others deployed: job2 with its vnic, bridge and port beside
// moz, alone and its network far from it.
const newer = `
instance i-bar2 {name: job2, host: node-1, parent: node-1, project_id: bar, network: [n-bar]}
vnic v-bar2 {name: tap-bar2, host: node-1, parent: i-bar2, network: n-bar}
vconnector q-bar2 {name: qbr-bar2, host: node-1, parent: node-1}
port o-bar2 {parent: n-bar, network_id: n-bar, device_id: i-bar2}
instance i-bar2 -> vnic v-bar2 {network: n-bar}
vnic v-bar2 -> vconnector q-bar2 {network: n-bar}
vconnector q-bar2 -> vedge e-1 {network: n-bar}
network n-ted2 {name: ted2-net, parent: ted, project_id: ted, network: n-ted2}
instance i-ted {name: alone, host: node-2, parent: node-2, project_id: ted, network: [n-ted]}
vnic v-ted {name: tap-ted, host: node-2, parent: i-ted, network: n-ted}
instance i-ted -> vnic v-ted {network: n-ted}
vnic v-ted -> vedge e-2 {network: n-ted}
host_pnic eth-1 -> network n-ted2 {network: n-ted2}
`

type rules struct{}

func (rules) CliqueRules(context.Context, graph.EnvID) (*clique.Rules, error) {
	return &clique.Rules{Env: &graph.Environment{Name: "lab", EnvironmentType: catalog.OpenStack}, Types: catalog.CliqueTypes(), Constraints: catalog.Constraints()}, nil
}

func moz(f *fixture, envs ...graph.EnvID) diff.Options {
	s := &scope.Scope{Name: "moz"}
	for _, env := range envs {
		s.Select = append(s.Select, scope.Selection{Env: env, Projects: []string{"moz"}})
	}
	return diff.Options{Scope: s, Extents: extent.New(f.Store, rules{})}
}

func sayNeighbours(r *diff.Report) string {
	out := ""
	for _, n := range r.SharedNeighbours {
		out += fmt.Sprintf("%s %s with %d:", n.Type, n.Name, n.With)
		for _, s := range n.Shares {
			out += fmt.Sprintf(" %s %s", s.Type, s.Name)
		}
		out += "\n"
	}
	return out
}

func TestWithinScope(t *testing.T) {
	f := newFixture(t, memory.New())
	before, after := graphtest.MustParse(t, shared), graphtest.MustParse(t, shared+newer)
	after.Get("i-moz").Attrs["size"], after.Get("i-bar").Attrs["size"] = int64(2), int64(2)
	after.Get("e-1").Attrs = graph.Attrs{"version": "3", "ports": []any{map[string]any{"name": "tap-moz"}, map[string]any{"name": "tap-bar2"}}}
	after.Get("e-2").Attrs = graph.Attrs{"version": "3"}
	f.become(t, "lab", 100, nil, before)
	f.become(t, "lab", 200, before, after)
	gone := graphtest.MustParse(t, shared+newer)
	gone.Delete("v-moz")
	f.become(t, "lab", 300, after, gone)

	r, err := diff.Diff(t.Context(), f.Store, "lab", 100, 200, moz(f, "lab"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff("changed instance i-moz size:1→2\nchanged vedge e-1 version:<nil>→3\n", say(r)); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	neighbours := "instance job2 with 3: host node-1 host_pnic eth1 vedge OVS-1\nnetwork ted2-net with 0: host_pnic eth1 vedge OVS-1\n"
	if d := cmp.Diff(neighbours, sayNeighbours(r)); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	if r.Scope != "moz" || r.Summary.Differences != 2 || r.Summary.Commits != 1 {
		t.Errorf("%+v", r.Summary)
	}
	// What was in the scope before counts when it is gone, with its links.
	r, err = diff.Diff(t.Context(), f.Store, "lab", 200, 300, moz(f, "lab"))
	if err != nil {
		t.Fatal(err)
	}
	want := "removed vnic v-moz\nchanged instance i-moz size:2→1\nchanged vedge e-1 version:3→<nil>\nremoved link instance-vnic web → tap-moz\nremoved link vnic-vedge tap-moz → OVS-1\n"
	if d := cmp.Diff(want, say(r)); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	if r.SharedNeighbours == nil || len(r.SharedNeighbours) != 0 {
		t.Errorf("%+v", r.SharedNeighbours)
	}
	// Of a time before everything, and of a scope that selects nothing here.
	r, err = diff.Diff(t.Context(), f.Store, "lab", 50, 100, moz(f, "lab"))
	if err != nil || len(r.Objects.Added) != 6 {
		t.Errorf("%v\n%s", err, say(r))
	}
	if r, err = diff.Diff(t.Context(), f.Store, "lab", 100, 200, moz(f)); err != nil || !r.Empty() || len(r.SharedNeighbours) != 0 {
		t.Errorf("%v\n%s", err, say(r))
	}
	if r, err = diff.Diff(t.Context(), f.Store, "lab", 100, 200, diff.Options{}); err != nil || r.SharedNeighbours != nil || r.Scope != "" {
		t.Errorf("%v %+v", err, r)
	}
}

// TestAcrossWithinScope: each side has its own extent.
func TestAcrossWithinScope(t *testing.T) {
	f := newFixture(t, memory.New())
	d := graphtest.MustParse(t, shared+newer)
	d.Get("i-moz").Attrs["size"], d.Get("i-bar").Attrs["size"] = int64(2), int64(2)
	f.become(t, "east", 100, nil, graphtest.MustParse(t, shared))
	f.become(t, "west", 200, nil, d)
	r := across(t, f, diff.Mapping{}, moz(f, "east", "west"))
	if d := cmp.Diff("changed instance i-moz size:1→2\n", say(r)); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	if got := sayNeighbours(r); got != "instance job2 with 3: host node-1 host_pnic eth1 vedge OVS-1\nnetwork ted2-net with 0: host_pnic eth1 vedge OVS-1\n" {
		t.Error(got)
	}
}
