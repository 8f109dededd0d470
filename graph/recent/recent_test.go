package recent_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"calipso/graph"
	"calipso/graph/kv/memory"
	"calipso/graph/recent"
)

// steps is the number of commits and reads of one random run;
// CALIPSO_RECENT_STEPS makes it another.
func steps(t *testing.T) int {
	text := os.Getenv("CALIPSO_RECENT_STEPS")
	if text == "" {
		return 60
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Whatever is committed, removed and made again in between, and whatever time
// is looked at, a cache says what the view says.
func TestCacheIsNeverStale(t *testing.T) {
	n := steps(t)
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		st, err := graph.Open(ctx, memory.New(), graph.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		c := recent.New[string](rapid.SampledFrom([]int{0, 1000, 1 << 20}).Draw(t, "bytes"))
		var views []*graph.View
		for step := range n {
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0, 1:
				b := &graph.Batch{}
				for i := range 8 {
					id := graph.ID(fmt.Sprint("v", i))
					switch rapid.IntRange(0, 4).Draw(t, "vertex") {
					case 0:
						b.Put = append(b.Put, &graph.Vertex{ID: id, Type: "vnic", Name: fmt.Sprint(step)})
					case 1:
						if i > 3 {
							b.Delete = append(b.Delete, id)
						}
					}
				}
				if rapid.Bool().Draw(t, "edge") {
					b.Put, b.Delete = append(b.Put, &graph.Vertex{ID: "a", Type: "vnic"}, &graph.Vertex{ID: "b", Type: "vnic"}), nil
					b.PutEdges = append(b.PutEdges, &graph.Edge{EdgeKey: graph.EdgeKey{Type: "vnic-vnic", From: "a", To: "b"}, Name: fmt.Sprint(step)})
				}
				if _, err := st.Commit(ctx, "lab", graph.Cause{Kind: graph.CauseUser}, b); err != nil {
					t.Fatal(err)
				}
			case 2:
				if rapid.IntRange(0, 5).Draw(t, "remove") > 0 {
					continue
				}
				if err := st.RemoveEnv(ctx, "lab", graph.Cause{Kind: graph.CauseUser}); err != nil && !errors.Is(err, graph.ErrNotFound) {
					t.Fatal(err)
				}
				views = nil
			default:
				if v, err := st.View(ctx, "lab", graph.Now); err == nil && v.Time() != graph.Now {
					views = append(views, v)
				}
				if len(views) == 0 {
					continue
				}
				v := rapid.SampledFrom(views).Draw(t, "view")
				if v, err = st.View(ctx, "lab", v.Time()); err != nil {
					t.Fatal(err)
				}
				compare(t, c, v)
			}
		}
	})
}

func compare(t *rapid.T, c *recent.Cache[string], v *graph.View) {
	ctx := context.Background()
	g, err := v.Topology(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var vertices, edges []uint32
	for n := range uint32(g.Len()) {
		if g.VertexType(n) != 0 {
			vertices = append(vertices, n)
		}
		for _, a := range g.Out(n) {
			edges = append(edges, a.Edge)
		}
	}
	got, err := c.Vertices(ctx, v, vertices, []string{"kept"}, func(_ uint32, x *graph.Vertex) (string, int) { return string(x.ID) + x.Name, 10 })
	if err != nil || got[0] != "kept" {
		t.Fatal(got, err)
	}
	want, err := v.VerticesByNum(ctx, vertices)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range want {
		if got[i+1] != string(x.ID)+x.Name {
			t.Fatalf("vertex %d at %s is %q, the cache says %q", vertices[i], v.Time(), string(x.ID)+x.Name, got[i+1])
		}
	}
	got, err = c.Edges(ctx, v, edges, nil, func(_ uint32, x *graph.Edge) (string, int) { return x.Name, 10 })
	if err != nil {
		t.Fatal(err)
	}
	es, err := v.EdgesByNum(ctx, edges)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range es {
		if got[i] != x.Name {
			t.Fatalf("edge %d at %s is %q, the cache says %q", edges[i], v.Time(), x.Name, got[i])
		}
	}
}

// A cache saves reading, and no more than it is allowed to.
func TestCacheKeepsWhatItMay(t *testing.T) {
	ctx := t.Context()
	st := open(t)
	b := &graph.Batch{}
	for i := range 100 {
		b.Put = append(b.Put, &graph.Vertex{ID: graph.ID(fmt.Sprint(i)), Type: "vnic"})
	}
	if _, err := st.Commit(ctx, "lab", graph.Cause{Kind: graph.CauseUser}, b); err != nil {
		t.Fatal(err)
	}
	v, err := st.View(ctx, "lab", graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	of := func(uint32, *graph.Vertex) (int, int) { made++; return 0, 1000 }
	c := recent.New[int](40_000)
	ask := func(from, to uint32) int {
		made = 0
		for n := from; n <= to; n++ {
			if _, err := c.Vertices(ctx, v, []uint32{n}, nil, of); err != nil {
				t.Fatal(err)
			}
		}
		return made
	}
	if got := ask(1, 10); got != 10 {
		t.Errorf("made %d of 10", got)
	}
	if got := ask(1, 10); got != 0 {
		t.Errorf("made %d again", got)
	}
	ask(11, 100)
	if got := ask(1, 10); got != 10 {
		t.Errorf("kept %d of those not asked for", 10-got)
	}
	if got := ask(95, 100); got != 0 {
		t.Errorf("forgot %d of the last ones", got)
	}
}

func open(t *testing.T) *graph.Store {
	st, err := graph.Open(t.Context(), memory.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

func TestMemo(t *testing.T) {
	ctx := t.Context()
	st := open(t)
	m := recent.NewMemo[string, string](10, graph.Users)
	read := 0
	get := func(id string) string {
		t.Helper()
		v, err := st.View(ctx, graph.Shared, graph.Now)
		if err != nil {
			t.Fatal(err)
		}
		s, err := m.Get(ctx, v, id, func(ctx context.Context) (string, error) {
			read++
			d, err := v.Document(ctx, graph.Users, id)
			if err != nil {
				return "", err
			}
			return d.Body.String("name"), nil
		})
		if errors.Is(err, graph.ErrNotFound) {
			return "none"
		}
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	put := func(c graph.Collection, id, name string) {
		t.Helper()
		d := &graph.Document{DocKey: graph.DocKey{Collection: c, ID: id}, Body: graph.Attrs{"name": name}}
		if _, err := st.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{d}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		do    func()
		want  string
		reads int
	}{
		{func() {}, "none", 1},
		{func() {}, "none", 2}, // what is not there is not kept
		{func() { put(graph.Users, "u", "olga") }, "olga", 3},
		{func() {}, "olga", 3},
		{func() { put(graph.Constants, "u", "other") }, "olga", 3},
		{func() { put(graph.Users, "u", "olga 2") }, "olga 2", 4},
		{func() {
			for i := range 20 {
				put(graph.Constants, fmt.Sprint(i), "x")
				get("u")
			}
		}, "olga 2", 4},
	} {
		c.do()
		if got := get("u"); got != c.want || read != c.reads {
			t.Errorf("%q after %d reads, want %q after %d", got, read, c.want, c.reads)
		}
	}
	for i := range 12 { // more than it may keep
		put(graph.Users, fmt.Sprint("x", i), "x")
	}
	for i := range 12 {
		get(fmt.Sprint("x", i))
	}
	if before := read; get("x0") != "x" || read != before+1 {
		t.Errorf("the first of 12 is still among 10")
	}
}
