package diff_test

import (
	"fmt"
	"iter"
	"testing"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/badger"
	"calipso/graph/kv/memory"
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

// BenchmarkTwoClouds compares two environments of 10,000 objects and 20,000
// links each, the second with other ids (rule C-5: within five seconds).
func BenchmarkTwoClouds(b *testing.B) {
	s, err := graph.Open(b.Context(), memory.New(), graph.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	for _, env := range []graph.EnvID{"east", "west"} {
		if _, err := s.Load(b.Context(), env, graph.Cause{Kind: graph.CauseImport}, linked(string(env)+"-", 20_000)); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		r, err := diff.Across(b.Context(), s, diff.Side{Env: "east"}, diff.Side{Env: "west"}, diff.Mapping{}, diff.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(r.Summary.Differences), "differences")
	}
}

// linked is a cloud of about 10,000 objects whose ids have a prefix, with so
// many links: those that a cloud has, and instances on further networks.
func linked(prefix string, links int) iter.Seq2[*graph.Record, error] {
	return func(yield func(*graph.Record, error) bool) {
		var instances, networks []graph.ID
		have := 0
		for r, err := range graphtest.Cloud(graphtest.CloudSize(10_000)) {
			if err != nil {
				yield(nil, err)
				return
			}
			out := &graph.Record{}
			if v := r.Vertex; v != nil {
				v = v.Clone()
				v.ID = graph.ID(prefix) + v.ID
				if v.Parent != "" {
					v.Parent = graph.ID(prefix) + v.Parent
				}
				switch out.Vertex = v; v.Type {
				case graph.Instance:
					instances = append(instances, v.ID)
				case graph.Network:
					networks = append(networks, v.ID)
				}
			} else {
				e := r.Edge.Clone()
				e.From, e.To = graph.ID(prefix)+e.From, graph.ID(prefix)+e.To
				out.Edge = e
				have++
			}
			if !yield(out, nil) {
				return
			}
		}
		for n := 0; have < links; n, have = n+1, have+1 {
			from, to := instances[n%len(instances)], networks[(n/len(instances)*7+n)%len(networks)]
			e := &graph.Edge{EdgeKey: graph.EdgeKey{Type: "instance-network", From: from, To: to}, Name: fmt.Sprint("further ", n/len(instances))}
			if !yield(&graph.Record{Edge: e}, nil) {
				return
			}
		}
	}
}
