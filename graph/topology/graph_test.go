package topology_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"calipso/graph/topology"
)

func TestBuilder(t *testing.T) {
	var b topology.Builder
	b.Vertex(1, "host", 0)
	b.Vertex(2, "vnic", 1)
	b.Vertex(300, "vedge", 1)
	b.Edge("vnic-vedge", 2, 300, "net1")
	b.Edge("vnic-vedge", 2, 2, "")
	g := b.Graph()
	if g.Len() != 301 || g.Vertices() != 3 || g.Edges() != 2 {
		t.Errorf("len %d, %d vertices, %d edges", g.Len(), g.Vertices(), g.Edges())
	}
	if p, ok := g.Parent(2); p != 1 || !ok {
		t.Errorf("parent of 2: %d, %v", p, ok)
	}
	if _, ok := g.Parent(1); ok {
		t.Error("1 has a parent")
	}
	if name := g.VertexTypes().Name(int(g.VertexType(300))); name != "vedge" {
		t.Errorf("300 is a %q", name)
	}
	out := g.Out(2)
	if len(out) != 2 || out[0].Peer != 2 || out[1].Peer != 300 || out[1].Edge != 1 || g.Values().Name(int(out[1].Value())) != "net1" || out[0].Value() != 0 {
		t.Errorf("out of 2: %+v", out)
	}
	if in := g.In(300); len(in) != 1 || in[0].Peer != 2 {
		t.Errorf("in of 300: %+v", in)
	}
	for _, n := range []uint32{0, 3, 299, 301, 1 << 20} {
		if g.VertexType(n) != 0 || len(g.Out(n)) != 0 || len(g.In(n)) != 0 {
			t.Errorf("%d is there", n)
		}
	}
	var none topology.Builder
	if g := none.Graph(); g.Len() != 0 || g.Edges() != 0 {
		t.Errorf("empty graph has %d numbers", g.Len())
	}
}

func TestNames(t *testing.T) {
	first := topology.NewNames("a", "b")
	second := first.Add("c").Add("a")
	if second.Len() != 3 || first.Len() != 2 {
		t.Errorf("lengths %d and %d", second.Len(), first.Len())
	}
	if _, ok := first.Code("c"); ok {
		t.Error("an earlier version knows a later name")
	}
	if c, ok := second.Code("c"); c != 3 || !ok || second.Name(3) != "c" {
		t.Errorf("c has code %d, %v", c, ok)
	}
	other := first.Add("d") // second was given up
	if c, ok := other.Code("d"); c != 3 || !ok {
		t.Errorf("d has code %d, %v", c, ok)
	}
	if _, ok := other.Code("c"); ok {
		t.Error("a name that was given up is known")
	}
	if c, ok := other.Code(""); c != 0 || !ok {
		t.Errorf("no name has code %d, %v", c, ok)
	}
	if other.Name(0) != "" || other.Name(9) != "" || other.Name(-1) != "" {
		t.Error("names without a code")
	}
}

type edge struct {
	typ      uint8
	from, to uint32
}

// naive is the model: maps, rebuilt into a graph from nothing.
type naive struct {
	vertices map[uint32][2]uint32 // type, parent
	edges    map[edge][2]uint32   // number, value
}

func (m naive) rebuild(names [3]topology.Names) *topology.Graph {
	e := topology.New(names[0], names[1], names[2]).Edit()
	for _, n := range slices.Sorted(maps.Keys(m.vertices)) {
		e.SetVertex(n, uint8(m.vertices[n][0]), m.vertices[n][1])
	}
	for k, v := range m.edges {
		e.SetEdge(v[0], k.typ, k.from, k.to, v[1])
	}
	return e.Graph()
}

// Whatever is edited, and in however many versions: the result is that of
// building the graph at once, and no earlier version has changed.
func TestEditsEqualRebuild(t *testing.T) {
	names := [3]topology.Names{topology.NewNames("a", "b"), topology.NewNames("x", "y", "z"), topology.NewNames("n")}
	rapid.Check(t, func(r *rapid.T) {
		g := topology.New(names[0], names[1], names[2])
		m := naive{map[uint32][2]uint32{}, map[edge][2]uint32{}}
		number := rapid.OneOf(rapid.Uint32Range(1, 6), rapid.Uint32Range(250, 260), rapid.Uint32Range(600, 602))
		var versions []*topology.Graph
		var texts []string
		next := uint32(0)
		for range rapid.IntRange(1, 6).Draw(r, "versions") {
			e := g.Edit()
			for range rapid.IntRange(0, 30).Draw(r, "changes") {
				n := number.Draw(r, "n")
				k := edge{uint8(rapid.IntRange(1, 3).Draw(r, "type")), n, number.Draw(r, "to")}
				switch rapid.IntRange(0, 5).Draw(r, "what") {
				case 0:
					e.RemoveVertex(n)
					delete(m.vertices, n)
				case 1, 2:
					v := [2]uint32{uint32(k.typ), k.to}
					e.SetVertex(n, k.typ, k.to)
					m.vertices[n] = v
				case 3:
					e.RemoveEdge(k.typ, k.from, k.to)
					delete(m.edges, k)
				default:
					next++
					value := rapid.Uint32Range(0, 1).Draw(r, "value")
					e.SetEdge(next, k.typ, k.from, k.to, value)
					m.edges[k] = [2]uint32{next, value}
				}
			}
			g = e.Graph()
			versions, texts = append(versions, g), append(texts, print(g))
			if want := m.rebuild(names); !g.Equal(want) {
				r.Fatalf("edited:\n%swant:\n%s", print(g), print(want))
			}
			check(r, g, m)
		}
		for i, v := range versions {
			if print(v) != texts[i] {
				r.Fatalf("version %d changed later", i)
			}
		}
	})
}

func check(r *rapid.T, g *topology.Graph, m naive) {
	if g.Vertices() != len(m.vertices) || g.Edges() != len(m.edges) {
		r.Fatalf("%d vertices and %d edges, want %d and %d", g.Vertices(), g.Edges(), len(m.vertices), len(m.edges))
	}
	for k, v := range m.edges {
		a, ok := g.Find(k.typ, k.from, k.to)
		if !ok || a.Edge != v[0] || a.Value() != v[1] {
			r.Fatalf("edge %+v: %+v, %v, want %v", k, a, ok, v)
		}
	}
	for n := range uint32(g.Len()) {
		for _, arcs := range [][]topology.Arc{g.Out(n), g.In(n)} {
			if !slices.IsSortedFunc(arcs, func(a, b topology.Arc) int {
				return cmp.Or(cmp.Compare(a.Type(), b.Type()), cmp.Compare(a.Peer, b.Peer))
			}) {
				r.Fatalf("arcs of %d are not sorted: %+v", n, arcs)
			}
		}
	}
}

func print(g *topology.Graph) string {
	out := fmt.Sprintln(g.Len(), g.Vertices(), g.Edges())
	for n := range uint32(g.Len()) {
		p, _ := g.Parent(n)
		if g.VertexType(n) != 0 || len(g.Out(n))+len(g.In(n)) > 0 {
			out += fmt.Sprintln(n, g.VertexType(n), p, g.Out(n), g.In(n))
		}
	}
	return out
}

// star is a hub with n spokes, each a chain of two.
func star(n uint32) *topology.Graph {
	var b topology.Builder
	b.Vertex(1, "hub", 0)
	for i := range n {
		b.Vertex(2+2*i, "a", 1)
		b.Vertex(3+2*i, "b", 1)
		b.Edge("hub-a", 1, 2+2*i, "")
		b.Edge("a-b", 2+2*i, 3+2*i, "net")
	}
	return b.Graph()
}

func BenchmarkWalk(b *testing.B) {
	g := star(50_000)
	b.ReportAllocs()
	arcs := 0
	for n := uint32(0); b.Loop(); n = (n + 1) % 50_000 {
		for _, a := range g.Out(2 + 2*n) { // a clique-like walk: six steps back and forth
			for range 3 {
				for _, back := range g.In(a.Peer) {
					arcs += len(g.Out(back.Peer))
				}
			}
		}
	}
	b.ReportMetric(float64(arcs)/b.Elapsed().Seconds(), "arcs/s")
}

func BenchmarkEdit(b *testing.B) {
	g := star(50_000)
	b.ReportAllocs()
	for n := uint32(0); b.Loop(); n = (n + 1) % 50_000 {
		e := g.Edit()
		e.SetEdge(1_000_000+n, 2, 2+2*n, 5, 0)
		g = e.Graph()
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		star(50_000)
	}
	b.ReportMetric(float64(b.N)*100_000/b.Elapsed().Seconds(), "vertices/s")
}
