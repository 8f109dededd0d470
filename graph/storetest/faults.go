package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"calipso/graph"
	"calipso/graph/kv"
)

// cut is a database that does what it is told a number of times and then
// nothing any more, as if the process had ended.
type cut struct {
	kv.DB
	left int
}

var errCut = errors.New("cut off")

func (c *cut) step() error {
	if c.left--; c.left < 0 {
		return errCut
	}
	return nil
}

func (c *cut) Write(ctx context.Context, b *kv.Batch) error {
	if err := c.step(); err != nil {
		return err
	}
	return c.DB.Write(ctx, b)
}

func (c *cut) DropPrefix(ctx context.Context, prefix []byte) error {
	if err := c.step(); err != nil {
		return err
	}
	return c.DB.DropPrefix(ctx, prefix)
}

func (c *cut) Sync(ctx context.Context) error {
	if c.left < 0 {
		return errCut
	}
	return c.DB.Sync(ctx)
}

// testCutOff ends the process at every single write of a large commit, and at
// some of the sweep that follows, and wants all of the commit or nothing.
func testCutOff(t *testing.T, e Engine) {
	b := e.start(t)
	b.opt.BatchBytes = 4 << 10
	b.reopen()
	next := cloud(14, 2)
	next.Delete = []graph.ID{"node-0003-tap1", "tor"}
	next.PutDocs = []*graph.Document{doc("parts", "p", graph.Attrs{"n": 2}), doc("parts", "new", nil)}
	next.DeleteDocs = []graph.DocKey{{Collection: "parts", ID: "q"}}
	next.Put = without(next.Put, func(v *graph.Vertex) bool { return slices.Contains(next.Delete, v.ID) })
	next.PutEdges = without(next.PutEdges, func(e *graph.Edge) bool {
		return slices.Contains(next.Delete, e.From) || slices.Contains(next.Delete, e.To)
	})
	first := cloud(12, 1)
	first.PutDocs = []*graph.Document{doc("parts", "p", graph.Attrs{"n": 1}), doc("parts", "q", nil)}
	b.commit("old", first)
	b.commit("old", cloud(11, 7)) // so that some have a past already
	b.commit("whole", first)
	b.commit("whole", cloud(11, 7))
	b.commit("whole", next)
	before, err := whole(t.Context(), b.view("old", graph.Now))
	b.ok(err)
	after, err := whole(t.Context(), b.view("whole", graph.Now))
	b.ok(err)
	if before == after {
		t.Fatal("the commit changes nothing")
	}
	for n := 0; ; n++ {
		ended := b.cutAt(n, next)
		text, err := whole(t.Context(), b.view("old", graph.Now))
		b.ok(err)
		if ended == nil {
			b.equal("the whole commit", text, after)
			if n < 10 {
				t.Errorf("the commit took only %d writes", n)
			}
			return
		}
		if text == after { // the last write was done and its Sync was not
			b.ok(b.RemoveEnv(t.Context(), "old", cause))
			b.commit("old", first)
			b.commit("old", cloud(11, 7))
			continue
		}
		b.equal(fmt.Sprintf("cut off at write %d", n), text, before)
		log := ids(t, b.Commits(t.Context(), "old", 0), commitText)
		b.equal("commits", len(log), 2)
		if t.Failed() {
			return
		}
	}
}

// cutAt lets a commit write n times only, and the start after it n/2 times.
func (b *bench) cutAt(n int, batch *graph.Batch) error {
	c := &cut{DB: b.db, left: n}
	s, err := graph.Open(b.Context(), c, b.opt)
	if err != nil && !errors.Is(err, errCut) {
		b.Fatal(err)
	}
	if err == nil {
		_, err = s.Commit(b.Context(), "old", cause, batch)
	}
	again := &cut{DB: b.db, left: n % 7}
	if _, err := graph.Open(b.Context(), again, b.opt); err != nil && !errors.Is(err, errCut) {
		b.Fatal(err)
	}
	b.reopen()
	return err
}

// keysOfRoom is the range of one environment's keys.
func keysOfRoom(n byte) kv.Range { return kv.Prefix([]byte{0, 0, 0, n}) }

// testCorrupt damages records and wants each read of them to say so.
func testCorrupt(t *testing.T, e Engine) {
	for _, c := range []struct {
		name   string
		kind   byte
		damage func([]byte) []byte
	}{
		{"cut off", 'V', func(v []byte) []byte { return v[:9] }},
		{"body cut off", 'V', func(v []byte) []byte { return v[:len(v)-3] }},
		{"format", 'V', func(v []byte) []byte { return append([]byte{77}, v[1:]...) }},
		{"empty", 'V', func([]byte) []byte { return nil }},
		{"number", 'i', func([]byte) []byte { return []byte{1} }},
		{"edge", 'E', func(v []byte) []byte { return v[:20] }},
		{"edge's body", 'E', func(v []byte) []byte { return v[:len(v)-3] }},
		{"document", 'D', func(v []byte) []byte { return v[:len(v)-1] }},
		{"adjacency", 'G', func(v []byte) []byte { return append(v, 1) }},
		{"log", 'L', func(v []byte) []byte { return v[:1] }},
		{"changes", 'l', func(v []byte) []byte { return v[:len(v)-2] }},
		{"counters", 'n', func([]byte) []byte { return []byte{1} }},
		{"names", 'N', func([]byte) []byte { return []byte("same") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := e.start(t)
			batch := small()
			batch.PutDocs = []*graph.Document{doc("parts", "p", graph.Attrs{"n": 1})}
			b.commit("lab", batch)
			b.damage(t, append(append([]byte{}, 0, 0, 0, 2), c.kind), c.damage)
			err := readEverything(t.Context(), b.Store)
			if err == nil { // what only a start reads
				b.db = e.Reopen(t, b.db, b.dir)
				_, err = graph.Open(t.Context(), b.db, b.opt)
			}
			if !errors.Is(err, graph.ErrCorrupt) {
				t.Errorf("%v, want ErrCorrupt", err)
			} else {
				t.Log(err)
			}
		})
	}
	b := e.start(t)
	b.damage(t, []byte{0, 0, 0, 0, 'f'}, func([]byte) []byte { return []byte{99} })
	b.db = e.Reopen(t, b.db, b.dir)
	_, err := graph.Open(t.Context(), b.db, b.opt)
	b.isErr("a later format", err, graph.ErrCorrupt)
	foreign := e.Open(t, t.TempDir())
	defer func() { _ = foreign.Close() }()
	var w kv.Batch
	w.Put([]byte("something"), []byte("else"))
	b.ok(foreign.Write(t.Context(), &w))
	_, err = graph.Open(t.Context(), foreign, b.opt)
	b.isErr("a database of others", err, graph.ErrCorrupt)
}

func (b *bench) damage(t *testing.T, prefix []byte, change func([]byte) []byte) {
	t.Helper()
	snap, err := b.db.Snapshot(t.Context())
	b.ok(err)
	var w kv.Batch
	for p, err := range snap.Range(t.Context(), kv.Prefix(prefix)) {
		b.ok(err)
		w.Put(bytes.Clone(p.Key), change(bytes.Clone(p.Value)))
	}
	snap.Close()
	if w.Len() == 0 {
		t.Fatalf("no records under %q", prefix)
	}
	b.ok(b.db.Write(t.Context(), &w))
}

func readEverything(ctx context.Context, s *graph.Store) error {
	v, err := s.View(ctx, "lab", graph.Now)
	if err != nil {
		return err
	}
	if _, err := whole(ctx, v); err != nil {
		return err
	}
	if _, err := v.Vertex(ctx, "tap1"); err != nil {
		return err
	}
	for _, err := range s.Commits(ctx, "lab", 0) {
		if err != nil {
			return err
		}
	}
	return nil
}

// testCutRemoval ends the process at each write of a removal: the environment
// is whole afterwards, or gone.
func testCutRemoval(t *testing.T, e Engine) {
	b := e.start(t)
	b.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{doc(graph.Environments, "stays", nil)}})
	b.commit("stays", cloud(5, 1))
	want, err := whole(t.Context(), b.view("stays", graph.Now))
	b.ok(err)
	for n := 0; ; n++ {
		b.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{doc(graph.Environments, "goes", nil)}})
		b.commit("goes", cloud(5, 1))
		s, err := graph.Open(t.Context(), &cut{DB: b.db, left: n}, b.opt)
		b.ok(err)
		removed := s.RemoveEnv(t.Context(), "goes", cause)
		if removed != nil {
			b.isErr(fmt.Sprint("removal cut off at ", n), removed, errCut)
		}
		b.reopen()
		envs, err := b.EnvIDs(t.Context())
		b.ok(err)
		if v, err := b.View(t.Context(), "goes", graph.Now); err == nil {
			b.equal("environments", envs, "[goes stays]")
			text, err := whole(t.Context(), v)
			b.ok(err)
			b.equal("what may have gone", text, want)
			if removed == nil {
				t.Error("it was removed and is there")
			}
		} else {
			b.isErr("view", err, graph.ErrNotFound)
			b.equal("environments", envs, "[stays]")
		}
		text, err := whole(t.Context(), b.view("stays", graph.Now))
		b.ok(err)
		b.equal("what stays", text, want)
		if removed == nil {
			return
		}
	}
}
