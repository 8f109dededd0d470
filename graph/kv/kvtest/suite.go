package kvtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"calipso/graph/kv"
)

// Engine is what the suite needs to know of an engine.
type Engine struct {
	// Open opens the database of a directory, which may be empty.
	Open func(t *testing.T, dir string) kv.DB
	// Volatile says that nothing survives Close.
	Volatile bool
}

// Run runs the suite.
func Run(t *testing.T, e Engine) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Engine)
	}{
		{"read and write", readWrite}, {"ranges", ranges}, {"bytes of any kind", anyBytes},
		{"atomic batch", batches}, {"sizes", sizes}, {"snapshot", snapshots}, {"load", loads},
		{"load into data", loadsIntoData}, {"drop", drops}, {"close", closes}, {"reopen", reopens},
		{"cancelled", cancelled}, {"against a model", model},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, e) })
	}
}

// tester is what *testing.T and *rapid.T have in common, as far as needed.
type tester interface {
	Helper()
	Context() context.Context
	Cleanup(func())
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func (e Engine) open(t *testing.T) kv.DB {
	t.Helper()
	db := e.Open(t, t.TempDir())
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func write(t tester, db kv.DB, pairs ...string) {
	t.Helper()
	var b kv.Batch
	for i := 0; i < len(pairs); i += 2 {
		b.Put([]byte(pairs[i]), []byte(pairs[i+1]))
	}
	ok(t, db.Write(t.Context(), &b))
}

func remove(t tester, db kv.DB, keys ...string) {
	t.Helper()
	var b kv.Batch
	for _, k := range keys {
		b.Delete([]byte(k))
	}
	ok(t, db.Write(t.Context(), &b))
}

func ok(t tester, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func snapshot(t tester, db kv.DB) kv.Snapshot {
	t.Helper()
	s, err := db.Snapshot(t.Context())
	ok(t, err)
	t.Cleanup(s.Close)
	return s
}

// list reads a range as "key=value" texts.
func list(t tester, s kv.Snapshot, r kv.Range) []string {
	t.Helper()
	out := []string{}
	for p, err := range s.Range(t.Context(), r) {
		ok(t, err)
		if r.KeysOnly {
			out = append(out, string(p.Key))
		} else {
			out = append(out, string(p.Key)+"="+string(p.Value))
		}
	}
	return out
}

func all(t tester, db kv.DB) []string {
	t.Helper()
	s, err := db.Snapshot(t.Context())
	ok(t, err)
	defer s.Close()
	return list(t, s, kv.Range{})
}

func same(t tester, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func readWrite(t *testing.T, e Engine) {
	db := e.open(t)
	write(t, db, "a", "1", "b", "", "a", "2")
	s := snapshot(t, db)
	v, err := s.Get(t.Context(), []byte("a"))
	ok(t, err)
	if string(v) != "2" {
		t.Errorf("a = %q, want the last one put", v)
	}
	v[0] = 'x' // it is the caller's
	if v, _ := s.Get(t.Context(), []byte("a")); string(v) != "2" {
		t.Errorf("a = %q after the caller changed its copy", v)
	}
	if _, err := s.Get(t.Context(), []byte("c")); !errors.Is(err, kv.ErrNotFound) {
		t.Errorf("no key: %v, want ErrNotFound", err)
	}
	many, err := s.GetMany(t.Context(), [][]byte{[]byte("b"), []byte("c"), []byte("a"), []byte("a")})
	ok(t, err)
	if many[0] == nil || len(many[0]) != 0 || many[1] != nil || string(many[2]) != "2" || string(many[3]) != "2" {
		t.Errorf("many: %q", many)
	}
	reads(t, db)
	remove(t, db, "a", "nothing")
	same(t, "after removal", all(t, db), []string{"b="})
	write(t, db, "a", "again")
	same(t, "put again", all(t, db), []string{"a=again", "b="})
}

// reads compares batched reads with single ones, near and far, in any order.
func reads(t *testing.T, db kv.DB) {
	t.Helper()
	var b kv.Batch
	for i := range 3000 {
		if i%5 != 0 {
			b.Put(fmt.Appendf(nil, "many%05d", i*3), fmt.Appendf(nil, "%d", i))
		}
	}
	b.Put([]byte("many00003"), []byte{})
	ok(t, db.Write(t.Context(), &b))
	s, err := db.Snapshot(t.Context())
	ok(t, err)
	defer s.Close()
	for _, step := range []int{1, 7, 50, 211} {
		var keys [][]byte
		for i := 9100; i >= 0; i -= step {
			keys = append(keys, fmt.Appendf(nil, "many%05d", (i*37)%9101))
		}
		keys = append(keys, keys[0], []byte("a"), []byte("zz"))
		values, err := s.GetMany(t.Context(), keys)
		ok(t, err)
		for i, key := range keys {
			one, err := s.Get(t.Context(), key)
			if errors.Is(err, kv.ErrNotFound) != (values[i] == nil) || !bytes.Equal(one, values[i]) {
				t.Errorf("%q of many (every %d): %q, alone %q, %v", key, step, values[i], one, err)
			}
		}
	}
	ok(t, db.DropPrefix(t.Context(), []byte("many")))
}

func ranges(t *testing.T, e Engine) {
	db := e.open(t)
	write(t, db, "a", "1", "ab", "2", "b", "3", "ba", "4", "bb", "5", "c", "6")
	remove(t, db, "ba")
	s := snapshot(t, db)
	for _, c := range []struct {
		name string
		r    kv.Range
		want []string
	}{
		{"all", kv.Range{}, []string{"a=1", "ab=2", "b=3", "bb=5", "c=6"}},
		{"prefix", kv.Prefix([]byte("b")), []string{"b=3", "bb=5"}},
		{"between", kv.Range{From: []byte("aa"), To: []byte("bb")}, []string{"ab=2", "b=3"}},
		{"to the end", kv.Range{From: []byte("bb")}, []string{"bb=5", "c=6"}},
		{"nothing", kv.Range{From: []byte("d")}, []string{}},
		{"empty", kv.Range{From: []byte("b"), To: []byte("b")}, []string{}},
		{"backwards", kv.Range{Reverse: true}, []string{"c=6", "bb=5", "b=3", "ab=2", "a=1"}},
		{"backwards between", kv.Range{From: []byte("ab"), To: []byte("bb"), Reverse: true}, []string{"b=3", "ab=2"}},
		{"backwards prefix", kv.Range{From: []byte("b"), To: []byte("c"), Reverse: true}, []string{"bb=5", "b=3"}},
		{"backwards from the end", kv.Range{From: []byte("b"), Reverse: true}, []string{"c=6", "bb=5", "b=3"}},
		{"keys", kv.Range{From: []byte("b"), KeysOnly: true}, []string{"b", "bb", "c"}},
	} {
		same(t, c.name, list(t, s, c.r), c.want)
	}
	for p, err := range s.Range(t.Context(), kv.Range{}) { // leaving early
		ok(t, err)
		if string(p.Key) != "a" {
			t.Errorf("first key %q", p.Key)
		}
		break
	}
	n := 0
	for _, err := range s.Range(t.Context(), kv.Range{}) { // one range inside another
		ok(t, err)
		n += len(list(t, s, kv.Range{}))
	}
	if n != 25 {
		t.Errorf("nested ranges saw %d pairs, want 25", n)
	}
}

func anyBytes(t *testing.T, e Engine) {
	db := e.open(t)
	keys := []string{"\x00", "\x00\x00", "\x00\xff", "\x01", "a\x00b", "a\xff", "a\xff\xff", "\xfe\xff\xff", string(bytes.Repeat([]byte{'k'}, kv.MaxKeyBytes))}
	for _, k := range keys {
		write(t, db, k, k[:1])
	}
	slices.Sort(keys)
	s := snapshot(t, db)
	same(t, "order", list(t, s, kv.Range{KeysOnly: true}), keys)
	same(t, "prefix that ends in 0xff", list(t, s, keysOnly(kv.Prefix([]byte("a\xff")))), []string{"a\xff", "a\xff\xff"})
	same(t, "prefix 0xfe 0xff", list(t, s, keysOnly(kv.Prefix([]byte("\xfe\xff")))), []string{"\xfe\xff\xff"})
}

func keysOnly(r kv.Range) kv.Range { r.KeysOnly = true; return r }

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
	ok(t, db.Load(t.Context(), pairs(0, 20_000)))
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
	ok(t, db.Load(t.Context(), pairs(0, 5000)))
	checkPairs(t, db, 5000)
	s := snapshot(t, db) // somebody reads meanwhile
	ok(t, db.Load(t.Context(), pairs(5000, 9000)))
	checkPairs(t, db, 9000)
	if got := len(list(t, s, kv.Range{})); got != 5002 {
		t.Errorf("snapshot from before the load sees %d pairs, want 5002", got)
	}
	s.Close()
	err := db.Load(t.Context(), func(yield func(kv.Pair, error) bool) {
		_ = yield(kv.Pair{Key: []byte("x2")}, nil) && yield(kv.Pair{Key: []byte("x1")}, nil)
	})
	if !errors.Is(err, kv.ErrOrder) {
		t.Errorf("keys out of order: %v, want ErrOrder", err)
	}
	broken := errors.New("source broke")
	err = db.Load(t.Context(), func(yield func(kv.Pair, error) bool) {
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
	ok(t, db.Load(t.Context(), pairs(0, 3000)))
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
		"drop": db.DropPrefix(t.Context(), []byte("a")), "load": db.Load(t.Context(), pairs(0, 1)),
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
		"sync": db.Sync(ctx), "drop": db.DropPrefix(ctx, []byte("a")), "load": db.Load(ctx, pairs(0, 10)),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, want context.Canceled", what, err)
		}
	}
	same(t, "nothing was done", all(t, db), []string{"a=1"})
}
