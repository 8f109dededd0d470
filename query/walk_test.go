package query

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"calipso/graph"
)

// Filters leave out what a walk over the objects that meet them would not see;
// passing through, they leave out nothing else.
func TestTraverseFiltersAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		store, d := randomGraph(t)
		for _, v := range d.Of() {
			v.Attrs = graph.Attrs{"good": rapid.Bool().Draw(t, "good")}
		}
		s := New(store, &fakeIndex{}, Options{})
		q := TraverseRequest{At: lab, Start: []graph.ID{"x0"}, MaxDepth: rapid.IntRange(1, 6).Draw(t, "depth"),
			Filters: []Filter{{"good", "eq", true}}, Unmatched: rapid.SampledFrom([]Unmatched{"", EndWalk, PassThrough}).Draw(t, "unmatched")}
		depth, want := map[graph.ID]int{"x0": 0}, map[graph.ID]int{"x0": 0}
		for level := range q.MaxDepth {
			for _, v := range d.Of() {
				if at, ok := depth[v.ID]; !ok || at != level || v.ID != "x0" && !v.Attrs.Bool("good") && q.Unmatched != PassThrough {
					continue
				}
				for _, p := range next(t, d, v.ID, Both, nil) {
					if _, known := depth[p]; known {
						continue
					}
					if depth[p] = level + 1; d.Get(p).Attrs.Bool("good") {
						want[p] = level + 1
					}
				}
			}
		}
		r, err := s.Traverse(t.Context(), q)
		if err != nil || r.Truncated {
			t.Fatal(r, err)
		}
		got := map[graph.ID]int{}
		for _, n := range r.Nodes {
			got[n.ID] = n.Depth
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s: want -, got +:\n%s", q.Unmatched, diff)
		}
		for _, l := range r.Links {
			if _, ok := want[l.Source.ID]; !ok {
				t.Fatalf("a link of %s, which is left out", l.Source.ID)
			}
		}
	})
}

func TestTraverse(t *testing.T) {
	s, _ := service(t)
	for _, c := range []struct {
		q           TraverseRequest
		nodes, rest string
	}{
		{TraverseRequest{Start: []graph.ID{"e1"}}, "e1/0 p1/1 v1/1 v2/1", "e1>p1 v1>e1 v2>e1"},
		{TraverseRequest{Start: []graph.ID{"e1"}, Direction: Out, MaxDepth: 5}, "e1/0 p1/1 n1/2 n2/2", "p1>n1 p1>n2 e1>p1"},
		{TraverseRequest{Start: []graph.ID{"e1"}, Direction: In, MaxDepth: 5}, "e1/0 v1/1 v2/1 i1/2 i2/2", "i1>v1 i2>v2 v1>e1 v2>e1"},
		{TraverseRequest{Start: []graph.ID{"i1"}, MaxDepth: 9, ObjectTypes: []graph.VertexType{"vnic", "vedge"}}, "i1/0 v1/1 e1/2 v2/3", "i1>v1 v1>e1 v2>e1"},
		{TraverseRequest{Start: []graph.ID{"i1"}, MaxDepth: 9, LinkTypes: []graph.EdgeType{"instance-vnic"}}, "i1/0 v1/1", "i1>v1"},
		{TraverseRequest{Start: []graph.ID{"i1", "i2", "i1"}}, "i1/0 i2/0 v1/1 v2/1", "i1>v1 i2>v2"},
		{TraverseRequest{Start: []graph.ID{"e1"}, Limit: 2}, "e1/0 v1/1 truncated", "v1>e1"},
		{TraverseRequest{Start: []graph.ID{"r1"}, Limit: 1}, "r1/0", ""},
	} {
		c.q.At = lab
		r, err := s.Traverse(t.Context(), c.q)
		if err != nil {
			t.Fatal(err)
		}
		nodes, links := drawWalk(r)
		if c.q.Limit == 2 { // which of the neighbours is left out is the store's order
			c.nodes, c.rest = nodes, links
			if !r.Truncated || len(r.Nodes) != 2 {
				t.Errorf("%+v", r)
			}
		}
		if d := cmp.Diff(c.nodes+"\n"+c.rest, nodes+"\n"+links); d != "" {
			t.Errorf("%+v: want -, got +:\n%s", c.q, d)
		}
	}
	if r, err := s.Neighbors(t.Context(), "e1", TraverseRequest{At: lab}); err != nil || len(r.Nodes) != 4 {
		t.Error(r, err)
	}
	for _, q := range []TraverseRequest{{}, {Start: []graph.ID{"e1"}, MaxDepth: 65}, {Start: []graph.ID{"e1"}, Direction: "up"}, {Start: []graph.ID{"e1"}, Limit: 5000}} {
		var bad *graph.InvalidError
		q.At = lab
		if _, err := s.Traverse(t.Context(), q); !errors.As(err, &bad) {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if _, err := s.Traverse(t.Context(), TraverseRequest{At: lab, Start: []graph.ID{"gone"}}); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
}

func drawWalk(r *Traversal) (nodes, links string) {
	var n, l []string
	for _, x := range r.Nodes {
		n = append(n, fmt.Sprintf("%s/%d", x.ID, x.Depth))
	}
	for _, x := range r.Links {
		l = append(l, string(x.Source.ID)+">"+string(x.Target.ID))
	}
	if r.Truncated {
		n = append(n, "truncated")
	}
	return strings.Join(n, " "), strings.Join(l, " ")
}

func TestPaths(t *testing.T) {
	s, _ := service(t)
	p, err := s.Paths(t.Context(), PathsRequest{At: lab, From: "i1", To: "i2"})
	if err != nil {
		t.Fatal(err)
	}
	if got := drawPaths(p); got != "i1 v1 e1 v2 i2" || p.Truncated {
		t.Errorf("%q, truncated %v", got, p.Truncated)
	}
	hop := p.Paths[0].Hops[3]
	if hop.From.ID != "v2" || hop.To.ID != "i2" || len(hop.Links) != 1 || hop.Links[0].Source.ID != "i2" {
		t.Errorf("%+v", hop)
	}
	for _, c := range []struct {
		q    PathsRequest
		want string
	}{
		{PathsRequest{From: "i1", To: "i1"}, "i1"},
		{PathsRequest{From: "i1", To: "r1"}, ""},
		{PathsRequest{From: "n1", To: "v2", LinkTypes: []graph.EdgeType{"vnic-vedge"}}, ""},
	} {
		c.q.At = lab
		p, err := s.Paths(t.Context(), c.q)
		if err != nil || drawPaths(p) != c.want || p.Truncated || p.Paths == nil {
			t.Errorf("%+v: %+v, %v", c.q, p, err)
		}
	}
	if _, err := s.Paths(t.Context(), PathsRequest{At: lab, From: "i1", To: "gone"}); !errors.Is(err, graph.ErrNotFound) || !strings.Contains(err.Error(), "gone") {
		t.Error(err)
	}
	if _, err := s.Paths(t.Context(), PathsRequest{At: lab, From: "i1", To: "i2", Limit: 101}); err == nil {
		t.Error("limit 101")
	}
}

func drawPaths(p *Paths) string {
	var out []string
	for _, x := range p.Paths {
		ids := string(p.From.ID)
		for _, h := range x.Hops {
			ids += " " + string(h.To.ID)
		}
		out = append(out, ids)
	}
	return strings.Join(out, "\n")
}

// randomGraph draws a graph of few vertices, so that everything can be tried.
func randomGraph(t *rapid.T) (fakeStore, *graph.Draft) {
	d := graph.NewDraft()
	n := rapid.IntRange(1, 7).Draw(t, "vertices")
	types := []graph.VertexType{"instance", "vnic", "vedge"}
	for i := range n {
		d.Put(&graph.Vertex{ID: graph.ID(fmt.Sprint("x", i)), Type: rapid.SampledFrom(types).Draw(t, "type")})
	}
	for range rapid.IntRange(0, 14).Draw(t, "edges") {
		from := d.Get(graph.ID(fmt.Sprint("x", rapid.IntRange(0, n-1).Draw(t, "from"))))
		to := d.Get(graph.ID(fmt.Sprint("x", rapid.IntRange(0, n-1).Draw(t, "to"))))
		d.PutEdge(&graph.Edge{EdgeKey: graph.EdgeKey{Type: graph.EdgeTypeOf(from.Type, to.Type), From: from.ID, To: to.ID}})
	}
	s := fakeStore{}
	s.put("lab", 1, d)
	return s, d
}

// next are the neighbours of a vertex, the plain way.
func next(t *rapid.T, d *graph.Draft, id graph.ID, dir Direction, links []graph.EdgeType) []graph.ID {
	var out []graph.ID
	for e, err := range d.Edges(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if len(links) > 0 && !slices.Contains(links, e.Type) {
			continue
		}
		if e.From == id && dir != In {
			out = append(out, e.To)
		}
		if e.To == id && dir != Out {
			out = append(out, e.From)
		}
	}
	return out
}

func TestTraverseAgainstPlainWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		store, d := randomGraph(t)
		s := New(store, &fakeIndex{}, Options{})
		q := TraverseRequest{
			At: lab, Start: []graph.ID{"x0"}, MaxDepth: rapid.IntRange(1, 5).Draw(t, "depth"),
			Direction:   rapid.SampledFrom([]Direction{"", Out, In, Both}).Draw(t, "direction"),
			LinkTypes:   rapid.SampledFrom([][]graph.EdgeType{nil, {"vnic-vedge", "instance-vnic"}}).Draw(t, "links"),
			ObjectTypes: rapid.SampledFrom([][]graph.VertexType{nil, {"vnic", "vedge"}}).Draw(t, "objects"),
		}
		depth := map[graph.ID]int{"x0": 0}
		for level := 1; level <= q.MaxDepth; level++ {
			for _, v := range d.Of() {
				if at, ok := depth[v.ID]; !ok || at != level-1 {
					continue
				}
				for _, p := range next(t, d, v.ID, q.Direction, q.LinkTypes) {
					_, known := depth[p]
					if !known && (q.ObjectTypes == nil || slices.Contains(q.ObjectTypes, d.Get(p).Type)) {
						depth[p] = level
					}
				}
			}
		}
		links := 0
		for e := range d.Edges(t.Context(), q.LinkTypes...) {
			_, from := depth[e.From]
			_, to := depth[e.To]
			if from && to {
				links++
			}
		}
		r, err := s.Traverse(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		got := map[graph.ID]int{}
		for _, n := range r.Nodes {
			got[n.ID] = n.Depth
		}
		if diff := cmp.Diff(depth, got); diff != "" || len(r.Links) != links || r.Truncated {
			t.Fatalf("%d links of %d, truncated %v; want -, got +:\n%s", len(r.Links), links, r.Truncated, diff)
		}
		q.Limit = rapid.IntRange(1, 7).Draw(t, "limit")
		cut, err := s.Traverse(t.Context(), q)
		if err != nil || len(cut.Nodes) != min(q.Limit, len(depth)) || cut.Truncated != (len(depth) > q.Limit) {
			t.Fatalf("limit %d: %d of %d nodes, truncated %v, %v", q.Limit, len(cut.Nodes), len(depth), cut.Truncated, err)
		}
	})
}

func TestPathsAgainstAllPaths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		store, d := randomGraph(t)
		s := New(store, &fakeIndex{}, Options{})
		ids := d.Of()
		from, to := rapid.SampledFrom(ids).Draw(t, "from").ID, rapid.SampledFrom(ids).Draw(t, "to").ID
		var all [][]graph.ID
		var try func(path []graph.ID)
		try = func(path []graph.ID) {
			at := path[len(path)-1]
			if at == to {
				all = append(all, slices.Clone(path))
				return
			}
			peers := next(t, d, at, Both, nil)
			slices.Sort(peers)
			for _, p := range slices.Compact(peers) {
				if !slices.Contains(path, p) {
					try(append(slices.Clip(path), p))
				}
			}
		}
		try([]graph.ID{from})
		limit := rapid.IntRange(1, 10).Draw(t, "limit")
		p, err := s.Paths(t.Context(), PathsRequest{At: lab, From: from, To: to, Limit: limit})
		if err != nil {
			t.Fatal(err)
		}
		slices.SortStableFunc(all, func(a, b []graph.ID) int { return len(a) - len(b) })
		if len(p.Paths) != min(limit, len(all)) || p.Truncated != (len(all) > limit) {
			t.Fatalf("%d of %d paths, limit %d, truncated %v", len(p.Paths), len(all), limit, p.Truncated)
		}
		seen := map[string]bool{}
		for i, got := range p.Paths {
			if got.Length != len(all[i])-1 {
				t.Errorf("path %d has %d hops, want %d", i, got.Length, len(all[i])-1)
			}
			nodes := []graph.ID{from}
			for _, h := range got.Hops {
				if h.From.ID != nodes[len(nodes)-1] || len(h.Links) == 0 {
					t.Errorf("path %d is broken: %+v", i, got)
				}
				nodes = append(nodes, h.To.ID)
			}
			if !slices.ContainsFunc(all, func(a []graph.ID) bool { return slices.Equal(a, nodes) }) || seen[fmt.Sprint(nodes)] {
				t.Errorf("%v is no path, or twice", nodes)
			}
			seen[fmt.Sprint(nodes)] = true
		}
		again, err := s.Paths(t.Context(), PathsRequest{At: lab, From: from, To: to, Limit: limit})
		if err != nil || drawPaths(again) != drawPaths(p) {
			t.Errorf("second answer differs: %v, %v", drawPaths(p), drawPaths(again))
		}
	})
}
