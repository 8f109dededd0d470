package clique

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/graphtest"
)

func TestLimitOf(t *testing.T) {
	v := &graph.Vertex{Attrs: graph.Attrs{"network": []any{"n1", "n2"}, "zone": "z"}}
	values, limit, others := LimitOf(v, []string{"network", "zone", "gone"}, Options{})
	if d := cmp.Diff(graph.Attrs{"network": []any{"n1", "n2"}, "zone": "z", "gone": nil}, values); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"n1", "n2"}, limit.Networks); d != "" || limit.Strict {
		t.Error(d, limit.Strict)
	}
	if d := cmp.Diff([]string{"zone"}, others); d != "" {
		t.Error(d)
	}
	for _, tc := range []struct {
		attrs graph.Attrs
		want  bool
	}{
		{nil, true}, {graph.Attrs{"zone": "z"}, true}, {graph.Attrs{"zone": []any{"y", "z"}}, true}, {graph.Attrs{"zone": "y"}, false},
	} {
		if got := Agree(tc.attrs, values, others); got != tc.want {
			t.Errorf("Agree(%v) = %v", tc.attrs, got)
		}
	}
}

func TestInSet(t *testing.T) {
	set := graph.CarriedValue(graph.Attrs{"networks": []any{"ab", "abc", "xab"}})
	for id, want := range map[string]bool{"ab": true, "abc": true, "xab": true, "a": false, "b": false, "bc": false, "xa": false} {
		if got := inSet(set, id); got != want {
			t.Errorf("inSet(%q) = %v", id, got)
		}
	}
}

func TestAcceptDecidesByEdge(t *testing.T) {
	d := graphtest.MustParse(t, "vnic v -> vconnector a {zone: x}\nvnic v -> vconnector b {zone: y}")
	g, nums := graphtest.Topology(d)
	p := Compile(g, catalog.CliqueType{LinkTypes: []graph.EdgeType{"vnic-vconnector"}}, Options{})
	values := graph.Attrs{"zone": "y"}
	r := Find(g, p, nums.Of["v"], Limit{Accept: func(e uint32) bool { return Agree(nums.Edge[e].Attrs, values, []string{"zone"}) }})
	if len(r.Links) != 1 || nums.ID(r.Links[0].To) != "b" {
		t.Errorf("links = %v", r.Links)
	}
}

func TestFindDoesNotAllocate(t *testing.T) {
	d := graphtest.MustParse(t, "instance i {network: n}\ninstance i -> vnic v {network: n}\nvnic v -> vedge e {networks: [m, n]}\nvedge e -> otep o")
	g, nums := graphtest.Topology(d)
	p := Compile(g, catalog.CliqueTypes()[0], Options{})
	var f Finder
	limit := Limit{Networks: []string{"n"}}
	if n := testing.AllocsPerRun(100, func() { f.Find(g, p, nums.Of["i"], limit) }); n != 0 {
		t.Errorf("%v allocations for one clique", n)
	}
}

func TestTableGrowsAndForgets(t *testing.T) {
	var f table
	for round := range uint32(3) {
		f.reset()
		for i := range uint32(1000) {
			if v, known := f.getOrAdd(i*7, i); known || v != i {
				t.Fatalf("round %d: %d = %d, %v before it was added", round, i*7, v, known)
			}
			f.set(i*7, i+round)
		}
		for i := range uint32(1000) {
			if v, ok := f.get(i * 7); !ok || v != i+round {
				t.Fatalf("round %d: %d = %d, %v", round, i*7, v, ok)
			}
			if _, ok := f.get(i*7 + 1); ok {
				t.Fatalf("round %d: %d is there", round, i*7+1)
			}
		}
	}
}
