package backup_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"calipso/graph"
	"calipso/graph/backup"
	"calipso/graph/kv"
	"calipso/graph/kv/badger"
	"calipso/graph/kv/memory"
	"calipso/graph/storetest"
)

var key = []byte("0123456789abcdef0123456789abcdef")

func openBadger(t *testing.T) kv.DB {
	t.Helper()
	db, err := badger.Open(t.TempDir(), badger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func openStore(t *testing.T, db kv.DB) *graph.Store {
	t.Helper()
	s, err := graph.Open(t.Context(), db, graph.Options{Key: key, BatchBytes: 8 << 10})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func commit(t *testing.T, s *graph.Store, env graph.EnvID, b *graph.Batch) {
	t.Helper()
	if _, err := s.Commit(t.Context(), env, graph.Cause{Kind: graph.CauseScan, ID: "some"}, b); err != nil {
		t.Fatal(err)
	}
}

// filled is a store of three environments with history, deletions, documents
// and secrets.
func filled(t *testing.T, db kv.DB, hosts int) *graph.Store {
	t.Helper()
	s := openStore(t, db)
	for i, env := range []graph.EnvID{"one", "two", "three"} {
		commit(t, s, graph.Shared, &graph.Batch{PutDocs: []*graph.Document{{
			DocKey: graph.DocKey{Collection: graph.Environments, ID: string(env)},
			Body:   graph.Attrs{"pwd": graph.NewSecret(fmt.Sprint("secret of ", env))},
		}}})
		for n := range 3 + i {
			commit(t, s, env, storetest.NumberedOf(hosts, n+1))
		}
	}
	if err := s.RemoveEnv(t.Context(), "two", graph.Cause{Kind: graph.CauseUser}); err != nil {
		t.Fatal(err)
	}
	return s
}

func restore(t *testing.T, file []byte, db kv.DB) (*graph.Store, *backup.Extras) {
	t.Helper()
	r, err := backup.NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	x, err := backup.Load(t.Context(), r, db, int64(4*len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return openStore(t, db), x
}

func history(t *testing.T, s *graph.Store, env graph.EnvID, until graph.Time, last int) string {
	t.Helper()
	text, err := storetest.History(t.Context(), s, env, until, last)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What is read from a restored store, at any time, is what the first one says,
// from one engine to the other; and bytes are bytes.
func TestRestored(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to func(*testing.T) kv.DB
	}{
		{"badger to badger", openBadger, openBadger},
		{"memory to badger", func(*testing.T) kv.DB { return memory.New() }, openBadger},
		{"badger to memory", openBadger, func(*testing.T) kv.DB { return memory.New() }},
	} {
		t.Run(c.name, func(t *testing.T) {
			from := filled(t, c.from(t), 5)
			var file bytes.Buffer
			files := map[string][]byte{"known_hosts.one": []byte("a host"), "empty": {}}
			if err := backup.Write(t.Context(), &file, backup.Contents{Store: from, Files: files, Key: key, Program: "test"}); err != nil {
				t.Fatal(err)
			}
			h, n, err := backup.Verify(bytes.NewReader(file.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			if h.Program != "test" || !h.WithKey || h.KeyID != from.KeyID() || h.Time.IsZero() || n < 100 {
				t.Errorf("header %+v of %d records", h, n)
			}
			to, x := restore(t, file.Bytes(), c.to(t))
			if !bytes.Equal(x.Key, key) || string(x.Files["known_hosts.one"]) != "a host" || x.Files["empty"] == nil || len(x.Files) != 2 {
				t.Errorf("beside the store there is %+v", x)
			}
			if got, want := pairs(t, to), pairs(t, from); !slices.Equal(got, want) {
				t.Errorf("%d pairs were restored, not the %d there are", len(got), len(want))
			}
			for _, env := range []graph.EnvID{"one", "three", graph.Shared} {
				if history(t, to, env, graph.Now, 0) != history(t, from, env, graph.Now, 0) {
					t.Errorf("%q is not what it was", env)
				}
			}
			view, err := to.View(t.Context(), graph.Shared, graph.Now)
			if err != nil {
				t.Fatal(err)
			}
			d, err := view.Document(t.Context(), graph.Environments, "one")
			if err != nil {
				t.Fatal(err)
			}
			if pwd, ok := d.Body["pwd"].(graph.Secret); !ok || pwd.Reveal() != "secret of one" {
				t.Error("the secret does not open")
			}
			// It goes on as any store does.
			commit(t, to, "one", storetest.NumberedOf(5, 9))
			if err := storetest.Check(t.Context(), to); err != nil {
				t.Error(err)
			}
		})
	}
}

func pairs(t *testing.T, s *graph.Store) (out []string) {
	t.Helper()
	for p, err := range s.Pairs(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, hex.EncodeToString(p.Key)+"="+hex.EncodeToString(p.Value))
	}
	return out
}

// gated lets a test do something after so many bytes were written.
type gated struct {
	bytes.Buffer
	at int
	do func()
}

func (g *gated) Write(b []byte) (int, error) {
	if g.do != nil && g.Len()+len(b) > g.at {
		do := g.do
		g.do = nil
		do()
	}
	return g.Buffer.Write(b)
}

// While a backup is written, commits of many batches go on. It holds a moment:
// the commits up to some point, whole, and none after.
func TestWhileWriting(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	from := filled(t, openBadger(t), 40)
	ctx, stop := context.WithCancel(t.Context())
	var writers errgroup.Group
	progress := make(chan struct{}, 1000)
	for _, env := range []graph.EnvID{"one", "three"} {
		writers.Go(func() error {
			for n := 10; ctx.Err() == nil; n++ {
				if _, err := from.Commit(t.Context(), env, graph.Cause{Kind: graph.CauseScan}, storetest.NumberedOf(40, n)); err != nil {
					return err
				}
				select {
				case progress <- struct{}{}:
				default:
				}
			}
			return nil
		})
	}
	var files []*gated
	for range 2 {
		<-progress
		file := &gated{at: random.IntN(40 << 10)}
		file.do = func() { <-progress; <-progress } // a commit at least begins and ends
		if err := backup.Write(t.Context(), file, backup.Contents{Store: from}); err != nil {
			t.Fatal(err)
		}
		if file.do != nil {
			t.Errorf("the backup has only %d bytes", file.Len())
		}
		files = append(files, file)
	}
	stop()
	if err := writers.Wait(); err != nil {
		t.Fatal(err)
	}
	for i, file := range files {
		to, _ := restore(t, file.Bytes(), openBadger(t))
		for _, env := range []graph.EnvID{"one", "three", graph.Shared} {
			until := to.Last(env)
			if history(t, to, env, graph.Now, 2) != history(t, from, env, until, 2) {
				t.Errorf("backup %d: %q at %s is not what it was", i, env, until)
			}
			if env != graph.Shared && until == from.Last(env) {
				t.Errorf("backup %d: nothing was written to %q meanwhile", i, env)
			}
		}
	}
}

// A file that is not what was written says so, whichever byte it is; and never
// that it is whole.
func TestDamaged(t *testing.T) {
	var whole bytes.Buffer
	s := openStore(t, memory.New())
	commit(t, s, "one", storetest.NumberedOf(5, 1))
	if err := backup.Write(t.Context(), &whole, backup.Contents{Store: s, Key: key}); err != nil {
		t.Fatal(err)
	}
	file := whole.Bytes()
	step := max(1, len(file)/500)
	for at := 0; at < len(file); at += step {
		damaged := bytes.Clone(file)
		damaged[at] ^= 0x10
		_, _, err := backup.Verify(bytes.NewReader(damaged))
		if !errors.Is(err, backup.ErrDamaged) && !errors.Is(err, backup.ErrNoBackup) && !errors.Is(err, backup.ErrCutShort) {
			t.Fatalf("byte %d of %d is another one: %v", at, len(file), err)
		}
		_, _, err = backup.Verify(bytes.NewReader(file[:at]))
		if !errors.Is(err, backup.ErrCutShort) && (at > 0 || !errors.Is(err, backup.ErrNoBackup)) {
			t.Fatalf("only %d of %d bytes are there: %v", at, len(file), err)
		}
	}
	_, _, err := backup.Verify(io.MultiReader(bytes.NewReader(file), strings.NewReader("x")))
	if !errors.Is(err, backup.ErrDamaged) {
		t.Errorf("something follows: %v", err)
	}
	_, _, err = backup.Verify(strings.NewReader("a text of some other kind"))
	if !errors.Is(err, backup.ErrNoBackup) {
		t.Errorf("another file: %v", err)
	}
}

// A block that is missing or doubled has checksums that are right.
func TestBlocksMissing(t *testing.T) {
	var file bytes.Buffer
	w, err := backup.NewWriter(&file, backup.Header{})
	if err != nil {
		t.Fatal(err)
	}
	var ends []int
	noise := rand.NewChaCha8([32]byte{})
	for i := range 4 {
		value := make([]byte, 1<<20)
		noise.Read(value)
		if err := w.Add(backup.Record{Kind: backup.Pair, Name: []byte{byte(i)}, Value: value}); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, file.Len())
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	b := file.Bytes()
	if _, n, err := backup.Verify(bytes.NewReader(b)); err != nil || n != 4 {
		t.Fatalf("%d records, %v", n, err)
	}
	second := b[ends[0]:ends[1]]
	for what, damaged := range map[string][]byte{
		"missing": slices.Concat(b[:ends[0]], b[ends[1]:]),
		"doubled": slices.Concat(b[:ends[1]], second, b[ends[1]:]),
		"swapped": slices.Concat(b[:ends[0]], b[ends[1]:ends[2]], second, b[ends[2]:]),
	} {
		if _, _, err := backup.Verify(bytes.NewReader(damaged)); !errors.Is(err, backup.ErrDamaged) {
			t.Errorf("a block is %s: %v", what, err)
		}
	}
}

// FuzzReader: no file makes the reader fall over or fill the memory.
func FuzzReader(f *testing.F) {
	var file bytes.Buffer
	w, err := backup.NewWriter(&file, backup.Header{Program: "test"})
	if err != nil {
		f.Fatal(err)
	}
	if err := errors.Join(w.Add(backup.Record{Kind: backup.File, Name: []byte("a"), Value: []byte("b")}), w.Close()); err != nil {
		f.Fatal(err)
	}
	f.Add(file.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, _, err := backup.Verify(bytes.NewReader(b)); err == nil && !bytes.HasPrefix(b, []byte("calipso backup\n")) {
			t.Error("something else is taken for a backup")
		}
	})
}
