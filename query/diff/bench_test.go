package diff_test

import (
	"testing"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/badger"
	"calipso/query/diff"
)

// BenchmarkDiff compares two times between which one object in a hundred got
// another status and one link of an instance in a hundred went: what differs
// (compare), and the report on it (report).
func BenchmarkDiff(b *testing.B) {
	db, err := badger.Open(b.TempDir(), badger.Options{AloneBytes: -1})
	if err != nil {
		b.Fatal(err)
	}
	s, err := graph.Open(b.Context(), db, graph.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	const env = "lab"
	change, n := &graph.Batch{}, 0
	for r, err := range graphtest.Cloud(graphtest.CloudSize(benchObjects)) {
		if err != nil {
			b.Fatal(err)
		}
		switch v, e := r.Vertex, r.Edge; {
		case v != nil:
			if n++; n%100 == 0 {
				v = v.Clone()
				if v.Attrs == nil {
					v.Attrs = graph.Attrs{}
				}
				v.Attrs["status"] = "changed"
				change.Put = append(change.Put, v)
			}
		case e != nil && e.Type == "instance-vnic":
			if n++; n%100 == 0 {
				change.DeleteEdges = append(change.DeleteEdges, e.EdgeKey)
			}
		}
	}
	if _, err := s.Load(b.Context(), env, graph.Cause{Kind: graph.CauseImport}, graphtest.Cloud(graphtest.CloudSize(benchObjects))); err != nil {
		b.Fatal(err)
	}
	before := s.Last(env)
	if _, err := s.Commit(b.Context(), env, graph.Cause{Kind: graph.CauseScan}, change); err != nil {
		b.Fatal(err)
	}
	b.Run("compare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.Compare(b.Context(), env, before, graph.Now); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("report", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := diff.Diff(b.Context(), s, env, before, graph.Now, diff.Options{Folders: true}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// benchObjects is about how many objects the cloud has.
const benchObjects = 100_000
