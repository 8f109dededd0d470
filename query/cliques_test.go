package query

import (
	"errors"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
)

// cliqueCloud is a generated cloud with its instances.
func cliqueCloud(t testing.TB, objects int) (*Service, []graph.ID) {
	t.Helper()
	s, err := graph.Open(t.Context(), memory.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	env := putDocument(graph.Environments, "lab", graph.Attrs{"name": "lab", "environment_type": "OpenStack"})
	if _, err := s.Commit(t.Context(), graph.Shared, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{env}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), "lab", graph.Cause{Kind: graph.CauseImport}, graphtest.Cloud(graphtest.CloudSize(objects))); err != nil {
		t.Fatal(err)
	}
	v, err := s.View(t.Context(), "lab", graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	var ids []graph.ID
	for x, err := range v.Vertices(t.Context(), graph.Instance) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, x.ID)
	}
	return New(Over(s), &fakeIndex{}, Options{}), ids
}

// TestCliques: many cliques asked for at once are those asked for alone.
func TestCliques(t *testing.T) {
	s, ids := cliqueCloud(t, 2000)
	if len(ids) <= cliquesChunk {
		t.Fatalf("%d instances are one chunk", len(ids))
	}
	n := 0
	err := s.Cliques(t.Context(), At{Env: "lab"}, ids, func(c *Clique) error {
		want, err := s.Clique(t.Context(), CliqueRequest{At: At{Env: "lab"}, ID: ids[n]})
		if err != nil {
			return err
		}
		if d := cmp.Diff(want, c); d != "" {
			t.Fatalf("%s (-alone +together):\n%s", ids[n], d)
		}
		n++
		return nil
	})
	if err != nil || n != len(ids) {
		t.Errorf("%d of %d cliques, %v", n, len(ids), err)
	}
	stop := errors.New("enough")
	if err := s.Cliques(t.Context(), At{Env: "lab"}, ids, func(*Clique) error { return stop }); err != stop {
		t.Errorf("stopped: %v", err)
	}
	if err := s.Cliques(t.Context(), At{Env: "lab"}, []graph.ID{ids[0], "none"}, func(*Clique) error { return nil }); !errors.Is(err, graph.ErrNotFound) {
		t.Errorf("no such object: %v", err)
	}
}

// BenchmarkCliques asks for the cliques of all instances, alone and together;
// cpu-ns/clique is the CPU time.
func BenchmarkCliques(b *testing.B) {
	s, ids := cliqueCloud(b, 10_000)
	measure := func(name string, all func() error) {
		b.Run(name, func(b *testing.B) {
			begun := cpu(b)
			for b.Loop() {
				if err := all(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(cpu(b)-begun)/float64(b.N)/float64(len(ids)), "cpu-ns/clique")
		})
	}
	measure("alone", func() error {
		for _, id := range ids {
			if _, err := s.Clique(b.Context(), CliqueRequest{At: At{Env: "lab"}, ID: id}); err != nil {
				return err
			}
		}
		return nil
	})
	measure("together", func() error {
		return s.Cliques(b.Context(), At{Env: "lab"}, ids, func(*Clique) error { return nil })
	})
}

func cpu(t testing.TB) int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
