package diff_test

import (
	"context"
	"fmt"
	"iter"
	"testing"

	"calipso/graph"
	"calipso/graph/kv"
	"calipso/graph/kv/memory"
	"calipso/query/diff"
)

// counting counts the pairs that are read.
type counting struct {
	kv.DB
	reads int
}

func (c *counting) Snapshot(ctx context.Context) (kv.Snapshot, error) {
	s, err := c.DB.Snapshot(ctx)
	return &countingSnapshot{s, c}, err
}

type countingSnapshot struct {
	kv.Snapshot
	c *counting
}

func (s *countingSnapshot) Get(ctx context.Context, key []byte) ([]byte, error) {
	s.c.reads++
	return s.Snapshot.Get(ctx, key)
}

func (s *countingSnapshot) GetMany(ctx context.Context, keys [][]byte) ([][]byte, error) {
	s.c.reads += len(keys)
	return s.Snapshot.GetMany(ctx, keys)
}

func (s *countingSnapshot) FirstMany(ctx context.Context, ranges []kv.Range) ([][]byte, error) {
	s.c.reads += len(ranges)
	return s.Snapshot.FirstMany(ctx, ranges)
}

func (s *countingSnapshot) Range(ctx context.Context, r kv.Range) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		s.c.reads++
		for p, err := range s.Snapshot.Range(ctx, r) {
			s.c.reads++
			if !yield(p, err) {
				return
			}
		}
	}
}

// readsOf is what a comparison reads, of an environment of some size in which
// some instances changed their name and host.
func readsOf(t *testing.T, size, edits int) int {
	t.Helper()
	db := &counting{DB: memory.New()}
	f := newFixture(t, db)
	cloud := func(edited int) *graph.Draft {
		d := graph.NewDraft()
		for i := range size {
			host, name := "h1", fmt.Sprint("web-", i)
			if i < edited {
				host, name = "h2", fmt.Sprint("db-", i)
			}
			d.Put(&graph.Vertex{ID: graph.ID(fmt.Sprint("i", i)), Type: graph.Instance, Name: name, Host: host})
			d.Put(&graph.Vertex{ID: graph.ID(fmt.Sprint("v", i)), Type: graph.VNIC, Name: "tap"})
			d.PutEdge(&graph.Edge{EdgeKey: graph.EdgeKey{Type: "instance-vnic", From: graph.ID(fmt.Sprint("i", i)), To: graph.ID(fmt.Sprint("v", i))}, Name: name})
		}
		return d
	}
	old, new := cloud(0), cloud(edits)
	f.become(t, "lab", 1000, nil, old)
	f.become(t, "lab", 2000, old, new)
	db.reads = 0
	r, err := diff.Diff(t.Context(), f, "lab", 1000, 2000, diff.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Summary.Objects.Moved != edits || r.Summary.Links.Changed != edits {
		t.Fatalf("%d edits: %+v", edits, r.Summary)
	}
	return db.reads
}

func TestDiffCostsWhatChanged(t *testing.T) {
	small, large := readsOf(t, 100, 10), readsOf(t, 3000, 10)
	if small != large {
		t.Errorf("10 changes cost %d reads among 100 instances and %d among 3000", small, large)
	}
	if more := readsOf(t, 3000, 1000); more < 50*large || more > 150*large {
		t.Errorf("100 times as many changes cost %d reads instead of %d", more, large)
	}
	if small > 10*30 {
		t.Errorf("10 changed instances with as many links cost %d reads", small)
	}
}
