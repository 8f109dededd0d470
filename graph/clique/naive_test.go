package clique

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/graphtest"
	"calipso/graph/topology"
)

// naive follows the words of the definition, over lists of edges.
func naive(d *graph.Draft, focal graph.ID, types []graph.EdgeType, networks []string) []string {
	nodes := map[graph.ID]bool{focal: true}
	var links []string
	taken := map[graph.EdgeKey]bool{}
	for _, t := range types {
		from, _, _ := t.Ends()
		known := map[graph.ID]bool{}
		for n := range nodes {
			known[n] = true
		}
		var found []*graph.Edge
		for e, err := range d.Edges(context.Background()) {
			if err != nil {
				panic(err)
			}
			carried, stated := graph.Carried(e.Attrs)
			agrees := !stated || len(networks) == 0 || slices.ContainsFunc(carried, func(c string) bool { return slices.Contains(networks, c) })
			ahead := e.Type == t && known[e.From] && d.Get(e.From).Type == from
			back := e.Type == t.Reverse() && known[e.To] && d.Get(e.To).Type == from
			if agrees && !taken[e.EdgeKey] && (ahead || back) {
				found = append(found, e)
			}
		}
		var names []string
		for _, e := range found {
			taken[e.EdgeKey] = true
			nodes[e.From], nodes[e.To] = true, true
			names = append(names, fmt.Sprintf("%s %s>%s", e.Type, e.From, e.To))
		}
		slices.Sort(names)
		links = append(links, names...)
	}
	return links
}

func TestRandomGraphsAgainstNaive(t *testing.T) {
	kinds := []graph.VertexType{graph.VNIC, graph.VConnector, graph.VEdge, graph.OTEP}
	networks := []string{"n1", "n2", "n3"}
	rapid.Check(t, func(t *rapid.T) {
		d := graph.NewDraft()
		var all []graph.ID
		for i := range rapid.IntRange(1, 12).Draw(t, "vertices") {
			k := rapid.SampledFrom(kinds).Draw(t, "type")
			v := &graph.Vertex{ID: graph.ID(fmt.Sprintf("%s%d", k, i)), Type: k}
			d.Put(v)
			all = append(all, v.ID)
		}
		for range rapid.IntRange(0, 30).Draw(t, "edges") {
			a, b := rapid.SampledFrom(all).Draw(t, "from"), rapid.SampledFrom(all).Draw(t, "to")
			e := &graph.Edge{EdgeKey: graph.EdgeKey{Type: graph.EdgeTypeOf(d.Get(a).Type, d.Get(b).Type), From: a, To: b}, Attrs: graph.Attrs{}}
			switch rapid.IntRange(0, 3).Draw(t, "stated") {
			case 1:
				e.Attrs["network"] = rapid.SampledFrom(networks).Draw(t, "network")
			case 2:
				list := rapid.SliceOfN(rapid.SampledFrom(networks), 0, 3).Draw(t, "networks")
				e.Attrs["networks"] = anyList(list)
			}
			d.PutEdge(e)
		}
		var types []graph.EdgeType
		for range rapid.IntRange(1, 10).Draw(t, "types") {
			types = append(types, graph.EdgeTypeOf(rapid.SampledFrom(kinds).Draw(t, "a"), rapid.SampledFrom(kinds).Draw(t, "b")))
		}
		wanted := rapid.SliceOfN(rapid.SampledFrom(networks), 0, 2).Draw(t, "wanted")

		g, nums := graphtest.Topology(d)
		plan := Compile(g, catalog.CliqueType{LinkTypes: types}, Options{})
		var finder Finder
		contains := map[[2]uint32]bool{} // focal point, vertex
		for _, focal := range all {
			r := finder.Find(g, plan, nums.Of[focal], Limit{Networks: wanted})
			if diff := cmp.Diff(naive(d, focal, types, wanted), names(nums, r)); diff != "" {
				t.Fatalf("clique of %s along %v, networks %v:\n%s-naive +found:\n%s", focal, types, wanted, graphtest.Draw(d), diff)
			}
			checkNodes(t, r)
			for _, n := range r.Nodes {
				contains[[2]uint32{nums.Of[focal], n.Num}] = true
			}
		}
		checkFocals(t, g, nums, all, types, contains)
	})
}

// checkFocals: whoever has a vertex in its clique is among the focal points
// that the vertex leads back to.
func checkFocals(t *rapid.T, g *topology.Graph, nums *graphtest.Numbers, all []graph.ID, types []graph.EdgeType, contains map[[2]uint32]bool) {
	for _, x := range all {
		of := map[graph.VertexType][]uint32{}
		for _, focal := range all {
			kind := nums.Vertex[nums.Of[focal]].Type
			if of[kind] == nil {
				c := &Choice{Type: catalog.CliqueType{FocalPoint: kind, LinkTypes: types}}
				c.plan = Compile(g, c.Type, Options{})
				of[kind] = append(c.Focals(g, nums.Of[x]), NoEdge)
			}
			_, among := slices.BinarySearch(of[kind], nums.Of[focal])
			if contains[[2]uint32{nums.Of[focal], nums.Of[x]}] && !among {
				t.Fatalf("the clique of %s along %v contains %s, which does not lead back to it", focal, types, x)
			}
		}
	}
}

// names lists the links of a result step by step.
func names(nums *graphtest.Numbers, r Result) []string {
	var out []string
	for at := 0; at < len(r.Links); {
		end := at
		var step []string
		for end < len(r.Links) && r.Links[end].Step == r.Links[at].Step {
			e := nums.Edge[r.Links[end].Edge]
			step = append(step, fmt.Sprintf("%s %s>%s", e.Type, e.From, e.To))
			end++
		}
		slices.Sort(step)
		out = append(out, step...)
		at = end
	}
	return out
}

// checkNodes: the nodes are the focal point and the ends of the links, each
// once, and a neighbour of every node is nearer to the focal point.
func checkNodes(t *rapid.T, r Result) {
	depth := map[uint32]uint16{}
	for _, n := range r.Nodes {
		if _, twice := depth[n.Num]; twice {
			t.Fatalf("node %d twice", n.Num)
		}
		depth[n.Num] = n.Depth
	}
	nearer := map[uint32]bool{r.Nodes[0].Num: true}
	for _, l := range r.Links {
		for _, end := range [][2]uint32{{l.From, l.To}, {l.To, l.From}} {
			a, ok := depth[end[0]]
			if !ok {
				t.Fatalf("link end %d is no node", end[0])
			}
			if b, ok := depth[end[1]]; ok && b+1 == a {
				nearer[end[0]] = true
			}
		}
	}
	for _, n := range r.Nodes {
		if !nearer[n.Num] {
			t.Fatalf("node %d at depth %d hangs in the air", n.Num, n.Depth)
		}
	}
}

func anyList(list []string) []any {
	out := make([]any, len(list))
	for i, s := range list {
		out[i] = s
	}
	return out
}
