package query

import (
	"testing"
	"time"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/badger"
)

// BenchmarkPast asks about a time before one object in a hundred changed and
// about now in turn, once that time has been asked for: the ratio is what the
// past costs.
func BenchmarkPast(b *testing.B) {
	db, err := badger.Open(b.TempDir(), badger.Options{})
	if err != nil {
		b.Fatal(err)
	}
	st, err := graph.Open(b.Context(), db, graph.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	env := putDocument(graph.Environments, "lab", graph.Attrs{"name": "lab", "environment_type": "OpenStack"})
	if _, err := st.Commit(b.Context(), graph.Shared, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{env}}); err != nil {
		b.Fatal(err)
	}
	if _, err := st.Load(b.Context(), "lab", graph.Cause{Kind: graph.CauseImport}, graphtest.Cloud(graphtest.CloudSize(10_000))); err != nil {
		b.Fatal(err)
	}
	before := st.Last("lab")
	v, err := st.View(b.Context(), "lab", graph.Now)
	if err != nil {
		b.Fatal(err)
	}
	var ids []graph.ID
	change := &graph.Batch{}
	for x, err := range v.Vertices(b.Context(), graph.Instance) {
		if err != nil {
			b.Fatal(err)
		}
		ids = append(ids, x.ID)
		if len(ids)%15 == 0 {
			x.Attrs["changed"] = true
			change.Put = append(change.Put, x)
		}
	}
	if _, err := st.Commit(b.Context(), "lab", graph.Cause{Kind: graph.CauseUser}, change); err != nil {
		b.Fatal(err)
	}
	s := New(Over(st), &fakeIndex{}, Options{})
	for _, c := range []struct {
		name string
		ask  func(at At, id graph.ID) error
	}{
		{"clique", func(at At, id graph.ID) error {
			_, err := s.Clique(b.Context(), CliqueRequest{At: at, ID: id})
			return err
		}},
		{"walked", func(at At, id graph.ID) error {
			_, err := s.WalkClique(b.Context(), CliqueRequest{At: at, ID: id})
			return err
		}},
		{"around", func(at At, id graph.ID) error {
			_, err := s.Neighbors(b.Context(), id, TraverseRequest{At: at, MaxDepth: 3})
			return err
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var past, now time.Duration
			for n := 0; b.Loop(); n++ {
				id := ids[n%len(ids)]
				start := time.Now()
				if err := c.ask(At{"lab", before}, id); err != nil {
					b.Fatal(err)
				}
				middle := time.Now()
				if err := c.ask(At{"lab", graph.Now}, id); err != nil {
					b.Fatal(err)
				}
				past, now = past+middle.Sub(start), now+time.Since(middle)
			}
			b.ReportMetric(float64(past)/float64(now), "past/now")
			b.ReportMetric(float64(now.Microseconds())/float64(b.N), "now-µs")
		})
	}
}
