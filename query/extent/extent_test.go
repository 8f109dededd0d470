package extent_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/graph/scope"
	"calipso/query"
	"calipso/query/extent"
)

// picture has two customers, whose instances share node-1, its switch and its
// wire, and a third one alone on node-2.
const picture = `
project p-moz {name: moz, tags: [gold]}
project p-bar {name: bar}
project p-ted {name: ted}
networks_folder p-moz-networks {name: Networks, parent: p-moz}
network n-moz {name: moz-net, parent: p-moz-networks, network: n-moz, project: moz, tenant_id: p-moz}
network n-bar {name: bar-net, network: n-bar, project: bar, tenant_id: p-bar}
network n-ted {name: ted-net, parent: p-ted, network: n-ted}
ports_folder n-moz-ports {name: Ports, parent: n-moz}
port o-moz {parent: n-moz-ports, network_id: n-moz}
port o-ext {parent: n-bar, network_id: n-bar, project_id: p-moz}
host node-1 {name: node-1, host: node-1}
host node-2 {name: node-2, host: node-2, tags: [rented]}
instance i-moz {name: web, host: node-1, parent: node-1, project_id: p-moz, network: [n-moz], metadata: {tier: front}}
instance i-bar {name: job, host: node-1, parent: node-1, project_name: bar, network: [n-bar]}
instance i-ted {name: ted, host: node-2, parent: node-2, project_id: p-ted, network: [n-ted], tags: [gold]}
vnics_folder i-moz-vnics {parent: i-moz, host: node-1}
vnic v-moz {host: node-1, parent: i-moz-vnics, network: n-moz}
vnic v-bar {host: node-1, parent: i-bar, network: n-bar}
vnic v-ted {host: node-2, parent: i-ted, network: n-ted}
vservice dhcp-moz {host: node-1, parent: node-1, network: [n-moz]}
vservice router {host: node-1, parent: node-1, network: [n-moz, n-bar]}
vedge e-1 {host: node-1, parent: node-1}
vedge e-2 {host: node-2, parent: node-2}
host_pnic eth-1 {host: node-1, parent: node-1}
host_pnic eth-2 {host: node-2, parent: node-2}
instance i-moz -> vnic v-moz {network: n-moz}
instance i-bar -> vnic v-bar {network: n-bar}
instance i-ted -> vnic v-ted {network: n-ted}
vnic v-moz -> vedge e-1 {network: n-moz}
vnic v-bar -> vedge e-1 {network: n-bar}
vnic v-ted -> vedge e-2 {network: n-ted}
vedge e-1 -> host_pnic eth-1
vedge e-2 -> host_pnic eth-2
host_pnic eth-1 -> network n-moz {network: n-moz}
host_pnic eth-1 -> network n-bar {network: n-bar}
host_pnic eth-2 -> network n-ted {network: n-ted}
`

type bench struct {
	*testing.T
	store    *graph.Store
	resolver *extent.Resolver
	rules    *clique.Rules
}

func (b *bench) CliqueRules(context.Context, graph.EnvID) (*clique.Rules, error) { return b.rules, nil }

func open(t *testing.T) *bench {
	st, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &bench{T: t, store: st, rules: &clique.Rules{
		Env: &graph.Environment{Name: "lab", EnvironmentType: catalog.OpenStack}, Types: catalog.CliqueTypes(), Constraints: catalog.Constraints(),
	}}
	b.resolver = extent.New(st, b)
	d := graphtest.MustParse(t, picture)
	all := &graph.Batch{Put: d.Of()}
	for e, err := range d.Edges(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all.PutEdges = append(all.PutEdges, e)
	}
	b.commit(all)
	return b
}

func (b *bench) commit(batch *graph.Batch) graph.Time {
	b.Helper()
	c, err := b.store.Commit(b.Context(), "lab", graph.Cause{}, batch)
	if err != nil {
		b.Fatal(err)
	}
	return c.Time
}

func selecting(sel scope.Selection) *scope.Scope {
	sel.Env = "lab"
	return &scope.Scope{Name: "s", Select: []scope.Selection{sel}}
}

// told lists what a scope holds: a line for each object, members first.
func (b *bench) told(sc *scope.Scope, at graph.Time) string {
	b.Helper()
	e, err := b.resolver.Of(b.Context(), sc, "lab", at)
	if err != nil {
		b.Fatal(err)
	}
	v, err := b.store.View(b.Context(), "lab", at)
	if err != nil {
		b.Fatal(err)
	}
	items, err := e.Explain(b.Context(), v, e.Within())
	if err != nil {
		b.Fatal(err)
	}
	var members, others []string
	for i, it := range items {
		line := fmt.Sprintf("%s: %s", it.ID, it.Why.Kind)
		if it.Why.Text != "" {
			line += " " + it.Why.Text
		}
		if it.Why.Of != nil {
			line += " " + string(it.Why.Of.ID)
		}
		if n := e.Within()[i]; it.Member != e.Member(n) || !e.Has(n) {
			b.Errorf("%s: member %t", it.ID, it.Member)
		}
		if it.Member {
			members = append(members, line)
		} else {
			others = append(others, line)
		}
	}
	if len(e.Members()) != len(members) {
		b.Errorf("%d members, %d explained", len(e.Members()), len(members))
	}
	slices.Sort(members)
	slices.Sort(others)
	return strings.Join(append(members, others...), "\n")
}

const mozByProject = `p-moz: project %[1]s
n-moz: project %[1]s
o-moz: network n-moz
o-ext: project %[1]s
i-moz: project %[1]s
v-moz: under i-moz
dhcp-moz: network n-moz
e-1: clique i-moz
eth-1: clique i-moz`

// ordered sorts lines, members first.
func ordered(lines string) string {
	list := strings.Split(lines, "\n")
	slices.SortFunc(list, func(a, b string) int {
		ca, cb := strings.Contains(a, ": clique "), strings.Contains(b, ": clique ")
		if ca != cb {
			return map[bool]int{false: -1, true: 1}[ca]
		}
		return strings.Compare(a, b)
	})
	return strings.Join(list, "\n")
}

func TestSelections(t *testing.T) {
	b := open(t)
	ted := "i-ted: tag gold\nv-ted: under i-ted\nn-ted: clique i-ted\ne-2: clique i-ted\neth-2: clique i-ted"
	for _, c := range []struct {
		name string
		sel  scope.Selection
		want string
	}{
		{"a project by name", scope.Selection{Projects: []string{"moz"}}, fmt.Sprintf(mozByProject, "moz")},
		{"a project by id", scope.Selection{Projects: []string{"p-moz"}}, fmt.Sprintf(mozByProject, "p-moz")},
		{"a project as an object", scope.Selection{Objects: []graph.ID{"p-moz"}}, strings.Replace(fmt.Sprintf(mozByProject, "moz"), "project moz", "object", 1)},
		{"a project that hides", scope.Selection{Projects: []string{"nobody"}}, ""},
		{"networks by the tree", scope.Selection{Projects: []string{"ted"}},
			"p-ted: project ted\nn-ted: under p-ted\ni-ted: project ted\nv-ted: under i-ted\ne-2: clique i-ted\neth-2: clique i-ted"},
		{"who names a project only", scope.Selection{Projects: []string{"p-bar"}},
			"p-bar: project p-bar\nn-bar: project p-bar\no-ext: under n-bar\ni-bar: project p-bar\nv-bar: under i-bar\ne-1: clique i-bar\neth-1: clique i-bar"},
		{"a tag", scope.Selection{Tags: []string{"rented"}},
			"node-2: tag rented\ni-ted: under node-2\nv-ted: under node-2\ne-2: under node-2\neth-2: under node-2\nn-ted: clique eth-2"},
		{"a tag among metadata", scope.Selection{Tags: []string{"tier=front"}},
			"i-moz: tag tier=front\nv-moz: under i-moz\nn-moz: clique i-moz\ne-1: clique i-moz\neth-1: clique i-moz"},
		{"no such value", scope.Selection{Tags: []string{"tier=back"}}, ""},
		{"an object", scope.Selection{Objects: []graph.ID{"v-ted", "gone"}}, "v-ted: object\nn-ted: clique v-ted\ni-ted: clique v-ted\ne-2: clique v-ted\neth-2: clique v-ted"},
		{"a folder", scope.Selection{Objects: []graph.ID{"i-moz-vnics"}}, "v-moz: under i-moz-vnics\nn-moz: clique v-moz\ni-moz: clique v-moz\ne-1: clique v-moz\neth-1: clique v-moz"},
	} {
		if d := cmp.Diff(ordered(c.want), b.told(selecting(c.sel), graph.Now)); d != "" {
			t.Errorf("%s: want -, got +:\n%s", c.name, d)
		}
	}
	// The tagged project takes what belongs to it, and the tagged instance joins.
	got := b.told(selecting(scope.Selection{Tags: []string{"gold"}}), graph.Now)
	for _, line := range []string{"p-moz: tag gold", "n-moz: project gold", "i-moz: project gold", strings.Split(ted, "\n")[0]} {
		if !strings.Contains(got, line) {
			t.Errorf("no %q in\n%s", line, got)
		}
	}
	if got := b.told(selecting(scope.Selection{Everything: true}), graph.Now); strings.Count(got, ": everything") != 22 || strings.Contains(got, "clique") {
		t.Error(got)
	}
	elsewhere := &scope.Scope{Name: "s", Select: []scope.Selection{{Env: "other", Everything: true}}}
	if got := b.told(elsewhere, graph.Now); got != "" {
		t.Error(got)
	}
	if _, err := b.resolver.Of(t.Context(), elsewhere, "other", graph.Now); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
}

// TestThenAndNow: what is kept of one time is not told of another.
func TestThenAndNow(t *testing.T) {
	b := open(t)
	sc := selecting(scope.Selection{Projects: []string{"ted"}})
	before := b.store.Last("lab")
	was := b.told(sc, graph.Now)
	b.commit(&graph.Batch{Delete: []graph.ID{"v-ted"}})
	if now := b.told(sc, graph.Now); now == was || strings.Contains(now, "v-ted") {
		t.Error(now)
	}
	if then := b.told(sc, before); then != was {
		t.Error(then)
	}
	if early := b.told(sc, before-1); early != "" {
		t.Error(early)
	}
	sc.Select[0].Projects = []string{"nobody"} // the same name, another selection
	if now := b.told(sc, graph.Now); now != "" {
		t.Error(now)
	}
	e, err := b.resolver.Of(t.Context(), selecting(scope.Selection{Projects: []string{"moz"}}), "lab", graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Within(graph.VEdge)) != 1 || len(e.Members(graph.VEdge)) != 0 || len(e.Members(graph.Instance, graph.Network)) != 2 {
		t.Error(e.Within(graph.VEdge), e.Members(graph.VEdge), e.Members(graph.Instance, graph.Network))
	}
	again, err := b.resolver.Of(t.Context(), selecting(scope.Selection{Projects: []string{"moz"}}), "lab", graph.Now)
	if err != nil || again != e {
		t.Errorf("found twice: %v", err)
	}
}

func TestUses(t *testing.T) {
	b := open(t)
	scopes := []*scope.Scope{
		{Name: "all", Select: []scope.Selection{{Env: "lab", Everything: true}}},
		{Name: "moz", Comment: "customer", Select: []scope.Selection{{Env: "lab", Projects: []string{"moz"}}}},
		{Name: "ted", Select: []scope.Selection{{Env: "lab", Projects: []string{"ted"}}}},
	}
	uses := func(id graph.ID) string {
		t.Helper()
		list, err := b.resolver.Uses(t.Context(), scopes, "lab", id, graph.Now)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, u := range list {
			line := fmt.Sprintf("%s%s %d:", u.Scope, u.Comment, u.Objects)
			for _, p := range u.Proof {
				line += " " + string(p.Kind) + p.Text
				if p.Of != nil {
					line += " of " + string(p.Of.ID)
				}
			}
			for _, r := range u.Users {
				line += "," + string(r.ID)
			}
			out = append(out, line)
		}
		return strings.Join(out, "\n")
	}
	for id, want := range map[graph.ID]string{
		"e-1":    "all 1: everything,e-1\nmozcustomer 3: clique of i-moz,i-moz,n-moz,v-moz",
		"i-moz":  "all 1: everything,i-moz\nmozcustomer 3: projectmoz clique of n-moz,i-moz,n-moz,v-moz",
		"router": "all 1: everything,router",
		"o-moz":  "all 1: everything,o-moz\nmozcustomer 1: network of n-moz,o-moz",
	} {
		if got := uses(id); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", id, got, want)
		}
	}
	if _, err := b.resolver.Uses(t.Context(), scopes, "lab", "nobody", graph.Now); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
	// More users than are named are counted.
	many := &graph.Batch{}
	for i := range extent.MaxUsers + 5 {
		vm, nic := graph.ID(fmt.Sprint("i-", i)), graph.ID(fmt.Sprint("v-", i))
		many.Put = append(many.Put, &graph.Vertex{ID: vm, Type: graph.Instance, Attrs: graph.Attrs{"project_id": "p-ted"}}, &graph.Vertex{ID: nic, Type: graph.VNIC, Parent: vm})
		many.PutEdges = append(many.PutEdges, &graph.Edge{EdgeKey: graph.EdgeKey{Type: "instance-vnic", From: vm, To: nic}},
			&graph.Edge{EdgeKey: graph.EdgeKey{Type: "vnic-vedge", From: nic, To: "e-2"}})
	}
	b.commit(many)
	list, err := b.resolver.Uses(t.Context(), scopes[2:], "lab", "e-2", graph.Now)
	if err != nil || len(list[0].Users) != extent.MaxUsers || list[0].Objects != 2*extent.MaxUsers+10+3 {
		t.Errorf("%+v, %v", list, err)
	}
}

var _ extent.Rules = (*query.Service)(nil)
