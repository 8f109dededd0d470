package storetest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calipso/graph"
	"calipso/graph/kv"
)

// words fill a body with text that differs from vertex to vertex.
func words(n int) string { return strings.Repeat(fmt.Sprintf("words of %d; ", n), 450) }

// testFirstLoad loads more than the memory it may use beside environments that
// are there, and wants these untouched and no file left.
func testFirstLoad(t *testing.T, e Engine) {
	b := e.start(t)
	b.opt.SortBytes, b.opt.TempDir = 1, filepath.Join(t.TempDir(), "tmp")
	b.reopen()
	b.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{doc(graph.Environments, "old", nil)}})
	b.commit("old", cloud(20, 1))
	first, err := whole(t.Context(), b.view("old", graph.Now))
	b.ok(err)
	at := b.Last("old")
	b.commit("old", cloud(25, 2))
	second, err := whole(t.Context(), b.view("old", graph.Now))
	b.ok(err)
	files := func() int {
		list, err := filepath.Glob(filepath.Join(b.opt.TempDir, "*"))
		b.ok(err)
		return len(list)
	}
	big := cloud(40, 3)
	for i, v := range big.Put {
		v.Attrs["text"] = words(i)
	}
	src := stream(records(big), nil)
	good := b.opt.TempDir
	blocked := filepath.Join(t.TempDir(), "file")
	b.ok(os.WriteFile(blocked, nil, 0o600))
	b.opt.TempDir = filepath.Join(blocked, "tmp")
	b.reopen()
	if _, err := b.Load(t.Context(), "new", cause, src); err == nil || !strings.Contains(err.Error(), blocked) {
		t.Errorf("with no folder to sort in: %v; so nothing was sorted outside memory", err)
	}
	b.opt.TempDir = good
	b.reopen()
	for _, env := range []graph.EnvID{"new", "newer"} {
		c, err := b.Load(t.Context(), env, cause, src)
		b.ok(err)
		b.equal("last", b.Last(env), c.Time)
	}
	b.equal("files left", files(), 0)
	for range 2 {
		text, err := whole(t.Context(), b.view("old", graph.Now))
		b.ok(err)
		b.equal("the other environment", text == second, true)
		text, err = whole(t.Context(), b.view("old", at))
		b.ok(err)
		b.equal("its past", text == first, true)
		b.cloudCounts("new", 40)
		one, err := whole(t.Context(), b.view("new", graph.Now))
		b.ok(err)
		two, err := whole(t.Context(), b.view("newer", graph.Now))
		b.ok(err)
		b.equal("both loads", one == two, true)
		b.reopen()
	}
	// And it goes on like any other environment.
	b.commit("new", &graph.Batch{Delete: []graph.ID{"tor"}, Put: []*graph.Vertex{vertex("host", "node-0001", "", "version", 9)}})
	_, err = whole(t.Context(), b.view("new", graph.Now))
	b.ok(err)
	b.ok(b.RemoveEnv(t.Context(), "newer", cause))
	_, err = b.Load(t.Context(), "newer", cause, stream(records(cloud(5, 1)), nil))
	b.ok(err)
	b.cloudCounts("newer", 5)
}

// cutLoad is a database whose Load ends after some pairs, as if the process had.
type cutLoad struct {
	cut
	pairs int
}

func (c *cutLoad) Load(ctx context.Context, size int64, pairs iter.Seq2[kv.Pair, error]) error {
	n := 0
	err := c.DB.Load(ctx, size, func(yield func(kv.Pair, error) bool) {
		for p, err := range pairs {
			if n++; n > c.pairs {
				c.left = -1
				yield(kv.Pair{}, errCut)
				return
			}
			if !yield(p, err) {
				return
			}
		}
	})
	return err
}

// testCutLoad ends the process inside a first load: what was there stays, of the
// load is nothing left, and it can be made again.
func testCutLoad(t *testing.T, e Engine) {
	b := e.start(t)
	b.commit("old", cloud(20, 1))
	before, err := whole(t.Context(), b.view("old", graph.Now))
	b.ok(err)
	big := cloud(25, 3)
	for i, v := range big.Put {
		v.Attrs["text"] = words(i)
	}
	for _, n := range []int{0, 1, 50, 700, 1500} {
		s, err := graph.Open(t.Context(), &cutLoad{cut{DB: b.db, left: 1000}, n}, b.opt)
		b.ok(err)
		_, err = s.Load(t.Context(), "new", cause, stream(records(big), nil))
		b.isErr(fmt.Sprint("load cut off after ", n), err, errCut)
		b.reopen()
		text, err := whole(t.Context(), b.view("old", graph.Now))
		b.ok(err)
		b.equal("what was there", text == before, true)
		b.equal("commits of what was not", b.Last("new"), graph.Now)
		b.equal("records of the load", b.room(3), 0)
	}
	_, err = b.Load(t.Context(), "new", cause, stream(records(big), nil))
	b.ok(err)
	b.cloudCounts("new", 25)
	b.reopen()
	_, err = whole(t.Context(), b.view("new", graph.Now))
	b.ok(err)
}

// room counts the keys of one environment.
func (b *bench) room(n byte) (keys int) {
	b.Helper()
	snap, err := b.db.Snapshot(b.Context())
	b.ok(err)
	defer snap.Close()
	for _, err := range snap.Range(b.Context(), keysOfRoom(n)) {
		b.ok(err)
		keys++
	}
	return keys
}

// testLoadPaths loads random records into a new environment and into one that
// had something before, which takes another way, and wants the same result.
func testLoadPaths(t *testing.T, e Engine) {
	b := e.start(t)
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		var list []*graph.Record
		for range rapid.IntRange(0, 4).Draw(r, "batches") { // so that things come again
			batch := batch(r)
			batch.Delete, batch.DeleteEdges, batch.DeleteDocs = nil, nil, nil
			list = append(list, records(batch)...)
		}
		list = rapid.Permutation(list).Draw(r, "order")
		var texts []string
		var errs []error
		for _, used := range []bool{false, true} {
			env := graph.EnvID(fmt.Sprint("round-", round, "-", used))
			if used {
				b.commit(env, &graph.Batch{Put: []*graph.Vertex{vertex("host", "before", "")}})
				b.commit(env, &graph.Batch{Delete: []graph.ID{"before"}})
			}
			_, err := b.Load(t.Context(), env, cause, stream(list, nil))
			errs = append(errs, err)
			view, err := b.View(t.Context(), env, graph.Now)
			if err != nil {
				r.Fatal(err)
			}
			text, err := whole(t.Context(), view)
			if err != nil {
				r.Fatal(err)
			}
			texts = append(texts, text)
		}
		for _, want := range []error{graph.ErrConflict, graph.ErrDangling} {
			if errors.Is(errs[0], want) != errors.Is(errs[1], want) && !errors.Is(errs[1], graph.ErrConflict) && !errors.Is(errs[0], graph.ErrConflict) {
				r.Fatalf("new: %v; used: %v", errs[0], errs[1])
			}
		}
		if (errs[0] == nil) != (errs[1] == nil) || texts[0] != texts[1] {
			r.Fatalf("new: %v\n%s\nused: %v\n%s", errs[0], texts[0], errs[1], texts[1])
		}
	})
}
