package kvtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
		{"load into data", loadsIntoData}, {"drop", drops}, {"drop behind shorter keys", dropsBehindShorter}, {"close", closes}, {"reopen", reopens},
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
	for _, step := range []int{1, 7, 50, 211, -13} {
		var firsts []kv.Range
		for i := range 9100 / max(step, -step) {
			from := i * step
			if step < 0 {
				from = 9100 + i*step
			}
			firsts = append(firsts, kv.Range{From: fmt.Appendf(nil, "many%05d", from), To: fmt.Appendf(nil, "many%05d", from+1+i%9)})
		}
		values, err := s.FirstMany(t.Context(), firsts)
		ok(t, err)
		found := 0
		for i, r := range firsts {
			var want []byte
			for p, err := range s.Range(t.Context(), r) {
				ok(t, err)
				want = append([]byte{}, p.Value...)
				found++
				break
			}
			if (want == nil) != (values[i] == nil) || !bytes.Equal(want, values[i]) {
				t.Errorf("first from %q to %q (every %d): %q, alone %q", r.From, r.To, step, values[i], want)
			}
		}
		if found == 0 || found == len(firsts) {
			t.Errorf("every %d: %d of %d ranges hold something, which tests little", step, found, len(firsts))
		}
	}
	if values, err := s.FirstMany(t.Context(), nil); err != nil || len(values) != 0 {
		t.Errorf("first of nothing: %q, %v", values, err)
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
