package clique_test

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
)

// view stores a picture and opens it.
func view(t *testing.T, picture string) *graph.View {
	t.Helper()
	d := graphtest.MustParse(t, picture)
	s, err := graph.Open(t.Context(), memory.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &graph.Batch{Put: d.Of()}
	for e, err := range d.Edges(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		b.PutEdges = append(b.PutEdges, e)
	}
	if _, err := s.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseUser}, b); err != nil {
		t.Fatal(err)
	}
	v, err := s.View(t.Context(), "lab", graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOf(t *testing.T) {
	v := view(t, `
instance i {network: [n1], zone: z}
instance i -> vnic v2 {network: n1}
instance i -> vnic v1 {network: n1, zone: z}
instance i -> vnic v3 {network: n1, zone: other}
vnic v1 -> vedge e {networks: [n1, n2]}
vnic v2 -> vedge e {networks: [n2]}
vedge e -> otep o
vedge e -> host_pnic p {network: n1}
`)
	rules := &clique.Rules{
		Env:   &graph.Environment{Name: "lab", EnvironmentType: catalog.OpenStack},
		Types: append(catalog.CliqueTypes(), catalog.CliqueType{ID: "5f3c10a2b7e4d1c6a0915e01", Name: "implicit", FocalPoint: graph.Instance, Environment: "other", LinkTypes: []graph.EdgeType{"instance-host_pnic"}, UseImplicitLinks: true}),
		Constraints: []catalog.Constraint{
			{FocalPoint: graph.Instance, Attributes: []string{"network", "zone", "gone"}},
		},
	}
	c, err := clique.Of(t.Context(), v, rules, "i", "")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, x := range c.Vertices {
		fmt.Fprintf(&got, "%s %d %d, ", x.ID, x.Depth, x.Step)
	}
	for _, e := range c.Edges {
		fmt.Fprintf(&got, "%s>%s %d, ", e.From, e.To, e.Step)
	}
	want := "i 0 0, v1 1 1, v2 1 1, e 2 4, o 3 6, p 3 9, i>v1 1, i>v2 1, v1>e 4, e>o 6, e>p 9, "
	if d := cmp.Diff(want, got.String()); d != "" {
		t.Errorf("clique of i (-want +got):\n%s", d)
	}
	if d := cmp.Diff(graph.Attrs{"network": []any{"n1"}, "zone": "z", "gone": nil}, c.Constraints); d != "" || c.Type.Name != "instance" || c.Tie {
		t.Errorf("type %q, tie %v, constraints %s", c.Type.Name, c.Tie, d)
	}

	c, err = clique.Of(t.Context(), v, rules, "i", "5f3c10a2b7e4d1c6a0915e01")
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Edges) != 1 || !c.Edges[0].Implicit || c.Edges[0].Edge.Type != "instance-host_pnic" || c.Edges[0].To != "p" {
		t.Errorf("implicit link: %+v", c.Edges)
	}

	for _, tc := range []struct{ id, typ string }{{"nothing", ""}, {"i", "5f3c10a2b7e4d1c6a0915eff"}} {
		if _, err := clique.Of(t.Context(), v, rules, graph.ID(tc.id), graph.OID(tc.typ)); !errors.Is(err, graph.ErrNotFound) {
			t.Errorf("%v: %v", tc, err)
		}
	}
}

// BenchmarkInstance finds the cliques of a cloud's instances one by one.
func BenchmarkInstance(b *testing.B) {
	for _, hosts := range []int{10, 100} {
		b.Run(fmt.Sprintf("hosts=%d", hosts), func(b *testing.B) {
			d := cloud(b, graphtest.Cloud(graphtest.CloudOptions{Hosts: hosts}))
			g, nums := graphtest.Topology(d)
			plan := clique.Compile(g, catalog.CliqueTypes()[0], clique.Options{})
			instances := d.Of(graph.Instance)
			var finder clique.Finder
			links, n := 0, 0
			for b.Loop() {
				v := instances[n%len(instances)]
				links += len(finder.Find(g, plan, nums.Of[v.ID], clique.Limit{Networks: []string{v.Attrs["network"].([]any)[0].(string)}}).Links)
				n++
			}
			b.ReportMetric(float64(links)/float64(n), "links/clique")
		})
	}
}

func cloud(b *testing.B, records iter.Seq2[*graph.Record, error]) *graph.Draft {
	b.Helper()
	d := graph.NewDraft()
	for r, err := range records {
		switch {
		case err != nil:
			b.Fatal(err)
		case r.Vertex != nil:
			d.Put(r.Vertex)
		case r.Edge != nil:
			d.PutEdge(r.Edge)
		}
	}
	return d
}
