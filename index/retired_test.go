package index

import (
	"testing"

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
