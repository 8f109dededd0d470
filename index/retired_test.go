package index

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/kv/memory"
)

// TestRetired: commits that the index has not seen are forgotten meanwhile.
func TestRetired(t *testing.T) {
	store, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	commit := func(env graph.EnvID, b *graph.Batch) graph.Time {
		t.Helper()
		c, err := store.Commit(t.Context(), env, graph.Cause{}, b)
		if err != nil {
			t.Fatal(err)
		}
		return c.Time
	}
	commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{}}}})
	commit("lab", &graph.Batch{Put: []*graph.Vertex{instance("a", "alpha"), instance("b", "beta")}})
	dir := t.TempDir()
	x := openIndex(t, dir, Over(store))
	stop := run(t, x)
	caughtUp(t, x)
	stop()
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	commit("lab", &graph.Batch{Delete: []graph.ID{"b"}})
	last := commit("lab", &graph.Batch{Put: []*graph.Vertex{instance("c", "gamma")}})
	if _, err := store.Retain(t.Context(), "lab", graph.Keep{Since: last}); err != nil {
		t.Fatal(err)
	}
	x = openIndex(t, dir, Over(store))
	run(t, x)
	caughtUp(t, x)
	want(t, x, "alpha", "lab/a")
	want(t, x, "beta")
	want(t, x, "gamma", "lab/c")
}

// An index that followed a store through retention finds the same as one made
// of what is left, now and at every time that stays readable; through all time
// it knows more.
func TestFollowedThroughRetention(t *testing.T) {
	store, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	followed := openIndex(t, t.TempDir(), Over(store))
	run(t, followed)
	var times []graph.Time
	commit := func(env graph.EnvID, b *graph.Batch) {
		t.Helper()
		c, err := store.Commit(t.Context(), env, graph.Cause{}, b)
		if err != nil {
			t.Fatal(err)
		}
		times = append(times, c.Time)
		caughtUp(t, followed)
	}
	commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{}}}})
	commit("lab", &graph.Batch{Put: []*graph.Vertex{instance("a", "alpha"), instance("b", "beta"), instance("c", "gamma")}})
	commit("lab", &graph.Batch{Put: []*graph.Vertex{instance("a", "omega")}, Delete: []graph.ID{"b"}})
	commit("lab", &graph.Batch{Put: []*graph.Vertex{instance("a", "alpha"), instance("d", "delta")}})
	since := times[len(times)-1]
	commit("lab", &graph.Batch{Put: []*graph.Vertex{instance("b", "beta")}, Delete: []graph.ID{"d"}})
	if _, err := store.Retain(t.Context(), "lab", graph.Keep{Since: since}); err != nil {
		t.Fatal(err)
	}
	commit("lab", &graph.Batch{Put: []*graph.Vertex{instance("c", "omega")}, Delete: []graph.ID{"a"}})
	rebuilt := openIndex(t, t.TempDir(), Over(store))
	run(t, rebuilt)
	caughtUp(t, rebuilt)
	for _, at := range append([]graph.Time{graph.Now}, times[3:]...) {
		for _, text := range []string{"alpha", "beta", "gamma", "delta", "omega", "eta", "gamam"} {
			var got [2][]string
			for i, x := range []*Index{followed, rebuilt} {
				for _, h := range find(t, x, Query{Text: text, Time: at}).Hits {
					got[i] = append(got[i], fmt.Sprint(h.ID, h.Rank, h.Name, h.Matched, h.Exists))
				}
			}
			if d := cmp.Diff(got[0], got[1]); d != "" {
				t.Errorf("%q at %d: followed -, rebuilt +:\n%s", text, at, d)
			}
		}
	}
	if f, r := find(t, followed, Query{Text: "omega", History: true}).Total, find(t, rebuilt, Query{Text: "omega", History: true}).Total; f != 2 || r != 1 {
		t.Errorf("through all time: followed %d, rebuilt %d; want 2, 1", f, r)
	}
}
