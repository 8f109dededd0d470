package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"testing"

	"calipso/graph"
	"calipso/graph/kv"
)

// full is a database on a disk that has no room for some writes: those from
// number from on, as many as there are in short.
type full struct {
	kv.DB
	n, from, short int
}

func (f *full) Write(ctx context.Context, b *kv.Batch) error {
	f.n++
	if f.n > f.from && f.n <= f.from+f.short {
		return fmt.Errorf("write: %w: %w", kv.ErrFull, syscall.ENOSPC)
	}
	return f.DB.Write(ctx, b)
}

// testFull fills the disk at every single write of a large commit, for that
// write alone and for some more, so that undoing it meets the full disk too:
// the commit fails and says why, readers see what was there, and once there is
// room the same store, not opened anew, takes the commit.
func testFull(t *testing.T, e Engine) {
	b := e.start(t)
	b.opt.BatchBytes = 4 << 10
	b.reopen()
	batches := []*graph.Batch{cloud(6, 1), cloud(8, 2)}
	batches[0].PutDocs = []*graph.Document{doc("parts", "p", graph.Attrs{"n": 1})}
	batches[1].PutDocs = []*graph.Document{doc("parts", "p", graph.Attrs{"n": 2}), doc("parts", "q", nil)}
	batches[1].Delete = []graph.ID{"node-0003-tap1"}
	batches[1].Put = without(batches[1].Put, func(v *graph.Vertex) bool { return slices.Contains(batches[1].Delete, v.ID) })
	batches[1].PutEdges = without(batches[1].PutEdges, func(e *graph.Edge) bool { return slices.Contains(batches[1].Delete, e.From) })
	var want [2]string
	for i, batch := range batches {
		b.commit("whole", batch)
		var err error
		want[i], err = whole(t.Context(), b.view("whole", graph.Now))
		b.ok(err)
	}
	for _, short := range []int{1, 2, 1000} {
		for n, done := 0, false; !done; n++ {
			env := graph.EnvID(fmt.Sprintf("full-%d-%d", short, n))
			b.commit(env, batches[0])
			disk := &full{DB: b.db, from: n, short: short}
			s, err := graph.Open(t.Context(), disk, b.opt)
			b.ok(err)
			disk.n = 0
			_, err = s.Commit(t.Context(), env, cause, batches[1])
			done = err == nil
			now := 1
			if !done {
				now = 0
				if !errors.Is(err, graph.ErrFull) || !errors.Is(err, syscall.ENOSPC) {
					t.Fatalf("no room at write %d: %v, want ErrFull", n, err)
				}
			}
			view := func() string {
				t.Helper()
				v, err := s.View(t.Context(), env, graph.Now)
				b.ok(err)
				text, err := whole(t.Context(), v)
				b.ok(err)
				return text
			}
			b.equal(fmt.Sprintf("no room for %d writes from number %d on", short, n), view(), want[now])
			disk.short = 0 // there is room again
			c, err := s.Commit(t.Context(), env, cause, batches[1])
			b.ok(err)
			if done != c.Empty() {
				t.Errorf("no room for %d writes from number %d on: the commit after is empty: %t", short, n, c.Empty())
			}
			b.equal("with room again", view(), want[1])
			if n == 0 && done {
				t.Error("the disk was not full at any write")
			}
			if n%5 != 0 {
				continue
			}
			b.reopen()
			text, err := whole(t.Context(), b.view(env, graph.Now))
			b.ok(err)
			b.equal("opened again", text, want[1])
			if t.Failed() {
				return
			}
		}
	}
}
