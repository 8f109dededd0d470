package graphtest_test

import (
	"iter"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
	"calipso/graph/graphtest"
)

func draft(t *testing.T, records iter.Seq2[*graph.Record, error]) *graph.Draft {
	t.Helper()
	d := graph.NewDraft()
	for r, err := range records {
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case r.Vertex != nil:
			if d.Get(r.Vertex.ID) != nil {
				t.Fatalf("vertex %q twice", r.Vertex.ID)
			}
			d.Put(r.Vertex)
		case r.Edge != nil:
			if d.Get(r.Edge.From) == nil || d.Get(r.Edge.To) == nil {
				t.Fatalf("edge %v before its ends", r.Edge.EdgeKey)
			}
			if d.Edge(r.Edge.EdgeKey) != nil {
				t.Fatalf("edge %v twice", r.Edge.EdgeKey)
			}
			d.PutEdge(r.Edge)
		}
	}
	return d
}

func TestCloudIsSound(t *testing.T) {
	d := draft(t, graphtest.Cloud(graphtest.CloudOptions{Seed: 7, Hosts: 40}))
	instances := len(d.Of(graph.Instance))
	vertices, edges := d.Len()
	if share := float64(instances) / float64(vertices); share < 0.12 || share > 0.16 {
		t.Errorf("%d of %d objects are instances: %.3f", instances, vertices, share)
	}
	if perObject := float64(edges) / float64(vertices); perObject < 1.05 || perObject > 1.35 {
		t.Errorf("%.2f links an object", perObject)
	}
	if want := graphtest.CloudSize(vertices).Hosts; want < 36 || want > 44 {
		t.Errorf("CloudSize(%d) gives %d hosts, want about 40", vertices, want)
	}
	for _, v := range d.Of() {
		if n, err := graph.Normalize(v.Attrs); err != nil || !cmp.Equal(n, any(map[string]any(v.Attrs)), cmp.AllowUnexported()) && v.Attrs != nil {
			t.Fatalf("%s %q: attributes are not in normal form: %v", v.Type, v.ID, err)
		}
		if _, ok := catalog.VertexTypeOf(v.Type); !ok && !catalog.IsFolder(v.Type) {
			t.Errorf("%q is no type of the catalog", v.Type)
		}
		for depth, at := 0, v; at.Parent != ""; depth++ {
			if at = d.Get(at.Parent); at == nil || depth > 12 {
				t.Fatalf("%s %q: the way up ends", v.Type, v.ID)
			}
		}
	}
	g, nums := graphtest.Topology(d)
	typ, _, _ := catalog.Pick(&graph.Environment{Name: "cloud", EnvironmentType: catalog.OpenStack}, graph.Instance, catalog.CliqueTypes())
	plan := clique.Compile(g, typ, clique.Options{})
	var finder clique.Finder
	links := 0
	for _, v := range d.Of(graph.Instance) {
		r := finder.Find(g, plan, nums.Of[v.ID], clique.Limit{Networks: v.Attrs.Strings("network")})
		reached := map[graph.ID]bool{}
		for _, n := range r.Nodes {
			reached[nums.ID(n.Num)] = true
		}
		for _, n := range v.Attrs.Strings("network") {
			if !reached[graph.ID(n)] {
				t.Fatalf("the clique of %s does not reach its network %s", v.Name, n)
			}
		}
		links += len(r.Links)
	}
	if mean := float64(links) / float64(instances); mean < 8 || mean > 12 {
		t.Errorf("%.1f links in the clique of an instance", mean)
	}
}

func TestCloudIsTheSameForTheSameSeed(t *testing.T) {
	opt := graphtest.CloudOptions{Seed: 3, Hosts: 2, InstancesPerHost: 4}
	a, b := graphtest.Draw(draft(t, graphtest.Cloud(opt))), graphtest.Draw(draft(t, graphtest.Cloud(opt)))
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
	opt.Seed = 4
	if a == graphtest.Draw(draft(t, graphtest.Cloud(opt))) {
		t.Error("another seed gives the same cloud")
	}
}

func TestCloudStopsWhenItsReaderDoes(t *testing.T) {
	n := 0
	for range graphtest.Cloud(graphtest.CloudOptions{Hosts: 1_000_000}) {
		if n++; n == 100 {
			break
		}
	}
	if n != 100 {
		t.Errorf("read %d records", n)
	}
}
