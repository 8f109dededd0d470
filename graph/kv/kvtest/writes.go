package kvtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"testing"

	"calipso/graph/kv"
)

func batches(t *testing.T, e Engine) {
	db := e.open(t)
	var b kv.Batch
	b.Put([]byte("a"), []byte("1"))
	b.Delete([]byte("a"))
	b.Delete([]byte("b"))
	b.Put([]byte("b"), []byte("2"))
	ok(t, db.Write(t.Context(), &b))
	same(t, "the last one wins", all(t, db), []string{"b=2"})
	ok(t, db.Write(t.Context(), &kv.Batch{}))
	if b.Len() != 4 || b.Bytes() != 6 {
		t.Errorf("batch of %d operations, %d bytes", b.Len(), b.Bytes())
	}
	b.Reset()
	if b.Len() != 0 || b.Bytes() != 0 {
		t.Error("batch is not empty after Reset")
	}
}

func sizes(t *testing.T, e Engine) {
	db := e.open(t)
	var b kv.Batch
	for i := range kv.MaxBatchOps {
		b.Put(fmt.Appendf(nil, "op%06d", i), []byte{})
	}
	ok(t, db.Write(t.Context(), &b))
	b = kv.Batch{}
	piece := bytes.Repeat([]byte{7}, 1000)
	for i := 0; b.Bytes()+1008 <= kv.MaxBatchBytes; i++ {
		b.Put(fmt.Appendf(nil, "by%06d", i), piece)
	}
	for i := range kv.MaxLarge {
		b.Put(fmt.Appendf(nil, "large%d", i), bytes.Repeat([]byte{byte(i)}, kv.MaxValueBytes>>(3*i)))
	}
	n := b.Len()
	ok(t, db.Write(t.Context(), &b))
	s := snapshot(t, db)
	if got := len(list(t, s, kv.Range{KeysOnly: true})); got != kv.MaxBatchOps+n {
		t.Errorf("%d keys, want %d", got, kv.MaxBatchOps+n)
	}
	for i := range kv.MaxLarge {
		v, err := s.Get(t.Context(), fmt.Appendf(nil, "large%d", i))
		ok(t, err)
		if !bytes.Equal(v, bytes.Repeat([]byte{byte(i)}, kv.MaxValueBytes>>(3*i))) {
			t.Errorf("large value %d came back with %d bytes, or others", i, len(v))
		}
	}
}

func snapshots(t *testing.T, e Engine) {
	db := e.open(t)
	write(t, db, "a", "1", "b", "1")
	before := snapshot(t, db)
	write(t, db, "a", "2", "c", "2")
	remove(t, db, "b")
	same(t, "before", list(t, before, kv.Range{}), []string{"a=1", "b=1"})
	same(t, "after", all(t, db), []string{"a=2", "c=2"})
	if _, err := before.Get(t.Context(), []byte("c")); !errors.Is(err, kv.ErrNotFound) {
		t.Errorf("a later key in an earlier snapshot: %v", err)
	}
	n := 0
	for _, err := range before.Range(t.Context(), kv.Range{}) { // writing while reading
		ok(t, err)
		write(t, db, fmt.Sprintf("new%d", n), "x")
		n++
	}
	if n != 2 {
		t.Errorf("a range saw %d pairs while others were written, want 2", n)
	}
	before.Close()
	before.Close() // once more does nothing
}

func pairs(from, to int) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		for i := from; i < to; i++ {
			if !yield(kv.Pair{Key: fmt.Appendf(nil, "k%08d", i), Value: fmt.Appendf(nil, "value of %d", i)}, nil) {
				return
			}
		}
	}
}

func checkPairs(t tester, db kv.DB, n int) {
	t.Helper()
	s, err := db.Snapshot(t.Context())
	ok(t, err)
	defer s.Close()
	i := 0
	for p, err := range s.Range(t.Context(), kv.Prefix([]byte("k"))) {
		ok(t, err)
		if want := fmt.Sprintf("k%08d", i); string(p.Key) != want || string(p.Value) != fmt.Sprintf("value of %d", i) {
			t.Fatalf("pair %d is %q = %q", i, p.Key, p.Value)
		}
		i++
	}
	if i != n {
		t.Errorf("%d pairs, want %d", i, n)
	}
}

func loads(t *testing.T, e Engine) {
	dir := t.TempDir()
	db := e.Open(t, dir)
	ok(t, db.Load(t.Context(), 20<<20, pairs(0, 20_000)))
	checkPairs(t, db, 20_000)
	write(t, db, "k00000005", "value of 5", "z", "after the load") // it can be written to
	checkPairs(t, db, 20_000)
	ok(t, db.Sync(t.Context()))
	ok(t, db.Close())
	if !e.Volatile {
		db = e.Open(t, dir)
		defer func() { _ = db.Close() }()
		checkPairs(t, db, 20_000)
	}
}

func loadsIntoData(t *testing.T, e Engine) {
	db := e.open(t)
	write(t, db, "a", "1", "k00000003", "old", "z", "26")
	remove(t, db, "k00000003")
	ok(t, db.Load(t.Context(), 20<<20, pairs(0, 5000)))
	checkPairs(t, db, 5000)
	s := snapshot(t, db) // somebody reads meanwhile
	ok(t, db.Load(t.Context(), 0, pairs(5000, 9000)))
	checkPairs(t, db, 9000)
	if got := len(list(t, s, kv.Range{})); got != 5002 {
		t.Errorf("snapshot from before the load sees %d pairs, want 5002", got)
	}
	s.Close()
	err := db.Load(t.Context(), 0, func(yield func(kv.Pair, error) bool) {
		_ = yield(kv.Pair{Key: []byte("x2")}, nil) && yield(kv.Pair{Key: []byte("x1")}, nil)
	})
	if !errors.Is(err, kv.ErrOrder) {
		t.Errorf("keys out of order: %v, want ErrOrder", err)
	}
	broken := errors.New("source broke")
	err = db.Load(t.Context(), 0, func(yield func(kv.Pair, error) bool) {
		_ = yield(kv.Pair{Key: []byte("y1")}, nil) && yield(kv.Pair{}, broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("error of the source: %v", err)
	}
	write(t, db, "zz", "still works")
	checkPairs(t, db, 9000)
}

func drops(t *testing.T, e Engine) {
	dir := t.TempDir()
	db := e.Open(t, dir)
	ok(t, db.Load(t.Context(), 0, pairs(0, 3000)))
	write(t, db, "j", "1", "l", "2", "k", "short")
	ok(t, db.DropPrefix(t.Context(), []byte("k")))
	same(t, "after drop", all(t, db), []string{"j=1", "l=2"})
	write(t, db, "k1", "new")
	ok(t, db.DropPrefix(t.Context(), []byte("nothing")))
	same(t, "a dropped prefix can be used", all(t, db), []string{"j=1", "k1=new", "l=2"})
	ok(t, db.Close())
	if !e.Volatile {
		db = e.Open(t, dir)
		same(t, "after reopening", all(t, db), []string{"j=1", "k1=new", "l=2"})
		ok(t, db.Close())
	}
}

// Keys that are the beginning of a prefix stay, and keep nothing else.
func dropsBehindShorter(t *testing.T, e Engine) {
	for _, c := range []struct {
		name, prefix string
		left         []string
	}{
		{"behind the first key", "ba", []string{"b=1", "bb=5", "b\xff\xff=2"}},
		{"like the end of a key", "b\xff", []string{"b=1", "ba=3", "bab=4", "bb=5"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := e.open(t)
			write(t, db, "b", "1", "b\xff\xff", "2", "ba", "3", "bab", "4", "bb", "5", "c", "6")
			ok(t, db.DropPrefix(t.Context(), []byte("c"))) // moves all to the last level
			ok(t, db.DropPrefix(t.Context(), []byte(c.prefix)))
			same(t, "after drop", all(t, db), c.left)
		})
	}
}

func closes(t *testing.T, e Engine) {
	db := e.open(t)
	write(t, db, "a", "1")
	s, err := db.Snapshot(t.Context())
	ok(t, err)
	done := make(chan error)
	go func() { done <- db.Close() }()
	for { // until Close has begun, which a new snapshot notices
		extra, err := db.Snapshot(t.Context())
		if err != nil {
			if !errors.Is(err, kv.ErrClosed) {
				t.Errorf("snapshot while closing: %v, want ErrClosed", err)
			}
			break
		}
		extra.Close()
	}
	if v, err := s.Get(t.Context(), []byte("a")); err != nil || string(v) != "1" {
		t.Errorf("an open snapshot while closing: %q, %v", v, err)
	}
	s.Close()
	ok(t, <-done)
	var b kv.Batch
	b.Put([]byte("a"), []byte("2"))
	for what, err := range map[string]error{
		"write": db.Write(t.Context(), &b), "sync": db.Sync(t.Context()),
		"drop": db.DropPrefix(t.Context(), []byte("a")), "load": db.Load(t.Context(), 0, pairs(0, 1)),
	} {
		if !errors.Is(err, kv.ErrClosed) {
			t.Errorf("%s after Close: %v, want ErrClosed", what, err)
		}
	}
	ok(t, db.Close()) // again does nothing
}

func reopens(t *testing.T, e Engine) {
	if e.Volatile {
		t.Skip("this engine keeps nothing")
	}
	dir := t.TempDir()
	db := e.Open(t, dir)
	write(t, db, "a", "1", "b", "2")
	remove(t, db, "a")
	ok(t, db.Close())
	db = e.Open(t, dir)
	same(t, "after reopening", all(t, db), []string{"b=2"})
	ok(t, db.Close())
}

func cancelled(t *testing.T, e Engine) {
	db := e.open(t)
	write(t, db, "a", "1")
	s := snapshot(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var b kv.Batch
	b.Put([]byte("a"), []byte("2"))
	_, get := s.Get(ctx, []byte("a"))
	_, many := s.GetMany(ctx, [][]byte{[]byte("a")})
	_, snap := db.Snapshot(ctx)
	var rng error
	for _, err := range s.Range(ctx, kv.Range{}) {
		rng = err
	}
	for what, err := range map[string]error{
		"get": get, "get many": many, "snapshot": snap, "range": rng, "write": db.Write(ctx, &b),
		"sync": db.Sync(ctx), "drop": db.DropPrefix(ctx, []byte("a")), "load": db.Load(ctx, 0, pairs(0, 10)),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", what, err)
		}
	}
	same(t, "nothing was done", all(t, db), []string{"a=1"})
}
