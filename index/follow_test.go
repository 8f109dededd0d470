package index

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
)

func instance(id, name string) *graph.Vertex {
	return &graph.Vertex{ID: graph.ID(id), Type: graph.Instance, Name: name}
}

func want(t *testing.T, x *Index, text string, wanted ...string) {
	t.Helper()
	if got := ids(find(t, x, Query{Text: text})); !slices.Equal(got, wanted) {
		t.Errorf("%q: %v, want %v", text, got, wanted)
	}
}

func caughtUp(t *testing.T, x *Index) {
	t.Helper()
	if err := x.CaughtUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestFollow(t *testing.T) {
	f := newFake()
	x := openIndex(t, t.TempDir(), f)
	run(t, x)
	f.commit("lab", []*graph.Vertex{instance("a", "alpha"), instance("b", "beta")})
	caughtUp(t, x)
	want(t, x, "alpha", "lab/a")
	f.commit("lab", []*graph.Vertex{instance("a", "gamma")})
	f.commit("lab", nil, "b")
	f.commit("new", []*graph.Vertex{instance("a", "gamma")})
	caughtUp(t, x)
	want(t, x, "alpha")
	want(t, x, "beta")
	want(t, x, "gamma", "lab/a", "new/a")
	f.remove("lab")
	caughtUp(t, x)
	want(t, x, "gamma", "new/a")
	// An environment of the same name later is another one.
	f.commit("lab", []*graph.Vertex{instance("c", "gamma")})
	caughtUp(t, x)
	want(t, x, "gamma", "lab/c", "new/a")
}

// Whatever happened between two runs, the index holds what the store does.
func TestCatchUp(t *testing.T) {
	first := []*graph.Vertex{instance("a", "alpha"), instance("b", "beta")}
	for name, change := range map[string]func(*fakeStore){
		"nothing":     func(*fakeStore) {},
		"commits":     func(f *fakeStore) { f.commit("lab", []*graph.Vertex{instance("c", "alpha")}, "b") },
		"log cut":     func(f *fakeStore) { f.cut("lab", f.commit("lab", []*graph.Vertex{instance("c", "alpha")}, "b")) },
		"removed":     func(f *fakeStore) { f.remove("lab") },
		"other store": func(f *fakeStore) { f.remove("lab"); f.commit("lab", []*graph.Vertex{instance("d", "alpha")}) },
	} {
		t.Run(name, func(t *testing.T) {
			dir, f := t.TempDir(), newFake()
			f.commit("lab", first)
			x := openIndex(t, dir, f)
			run(t, x)()
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			change(f)
			x = openIndex(t, dir, f)
			run(t, x)
			compareWithStore(t, x, f)
		})
	}
}

// compareWithStore looks every object up by name and by id.
func compareWithStore(t *testing.T, x *Index, f *fakeStore) {
	t.Helper()
	var wanted []string
	names := map[string]bool{}
	envs, _ := f.EnvIDs(t.Context())
	for _, env := range envs {
		view, err := f.View(t.Context(), env, graph.Now)
		if err != nil {
			t.Fatal(err)
		}
		for v := range view.Vertices(t.Context()) {
			wanted = append(wanted, string(env)+"/"+string(v.ID))
			names[v.Name] = true
		}
	}
	var got []string
	for _, env := range append(envs, "lab") {
		err := x.each(t.Context(), env, func(id graph.ID, live bool) {
			if live {
				got = append(got, string(env)+"/"+string(id))
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(wanted)
	slices.Sort(got)
	got = slices.Compact(got)
	if !slices.Equal(wanted, got) {
		t.Errorf("index holds %v, store %v", got, wanted)
	}
	for name := range names {
		if r := find(t, x, Query{Text: name}); r.Total == 0 {
			t.Errorf("%q is not found", name)
		}
	}
}

// A kill leaves the index as it was written last: with an older position.
func TestAfterKill(t *testing.T) {
	dir, f := t.TempDir(), newFake()
	f.commit("lab", []*graph.Vertex{instance("a", "alpha"), instance("b", "beta")})
	x := openIndex(t, dir, f)
	run(t, x)
	before := filepath.Join(t.TempDir(), "killed")
	if err := os.CopyFS(before, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	f.commit("lab", []*graph.Vertex{instance("c", "gamma")}, "b")
	caughtUp(t, x)
	y := openIndex(t, before, f)
	want(t, y, "beta", "lab/b")
	run(t, y)
	compareWithStore(t, y, f)
}

// Files that are not what was written are noticed on opening, and the index is
// made anew.
func TestDamage(t *testing.T) {
	for name, harm := range map[string]func(t *testing.T, path string){
		"segments overwritten":  func(t *testing.T, p string) { overwrite(t, p, "store/*.zap", 0) },
		"one byte of a segment": func(t *testing.T, p string) { overwrite(t, p, "store/*.zap", 1) },
		"segments zeroed": func(t *testing.T, p string) {
			each(t, p, "store/*.zap", func(f string) error {
				info, err := os.Stat(f)
				if err != nil {
					return err
				}
				return os.WriteFile(f, make([]byte, info.Size()), 0o600)
			})
		},
		"root overwritten": func(t *testing.T, p string) { overwrite(t, p, "store/root.bolt", 0) },
		"description":      func(t *testing.T, p string) { overwrite(t, p, "index_meta.json", 0) },
		"segments gone":    func(t *testing.T, p string) { each(t, p, "store/*.zap", os.Remove) },
		"segments cut": func(t *testing.T, p string) {
			each(t, p, "store/*.zap", func(f string) error { return os.Truncate(f, 50) })
		},
		"root cut": func(t *testing.T, p string) {
			each(t, p, "store/root.bolt", func(f string) error { return os.Truncate(f, 5000) })
		},
		"root gone":               func(t *testing.T, p string) { each(t, p, "store/root.bolt", os.Remove) },
		"everything gone":         func(t *testing.T, p string) { each(t, p, "*", os.RemoveAll) },
		"of another form":         otherForm,
		"an unfinished segment":   func(t *testing.T, p string) { writeFile(t, filepath.Join(p, "store", "00000000ffff.zap")) },
		"a directory not of ours": func(t *testing.T, p string) { writeFile(t, filepath.Join(filepath.Dir(p), "notes")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir, f := t.TempDir(), newFake()
			var list []*graph.Vertex
			for i := range 300 {
				list = append(list, instance(fmt.Sprint("i", i), fmt.Sprint("alpha-", i)))
			}
			f.commit("lab", list)
			x := openIndex(t, dir, f)
			run(t, x)()
			if err := x.Close(); err != nil {
				t.Fatal(err)
			}
			harm(t, filepath.Join(dir, "00000001"))
			x = openIndex(t, dir, f)
			run(t, x)
			compareWithStore(t, x, f)
		})
	}
}

func each(t *testing.T, path, glob string, f func(string) error) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(path, glob))
	if err != nil || len(files) == 0 {
		t.Fatalf("no %s: %v", glob, err)
	}
	for _, file := range files {
		if err := f(file); err != nil {
			t.Fatal(err)
		}
	}
}

// overwrite writes garbage over n bytes in the middle of files, 0: everywhere.
func overwrite(t *testing.T, path, glob string, n int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	each(t, path, glob, func(file string) error {
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		part := b
		if n > 0 {
			part = b[len(b)/2 : len(b)/2+n]
		}
		for i := range part {
			part[i] ^= byte(1 + r.IntN(255))
		}
		return os.WriteFile(file, b, 0o600)
	})
}

func otherForm(t *testing.T, path string) {
	e, err := openEngine(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(e.db.SetInternal(formKey, []byte("0")), e.close()); err != nil {
		t.Fatal(err)
	}
}

func writeFile(t *testing.T, file string) {
	if err := os.WriteFile(file, []byte("half of it"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLocked(t *testing.T) {
	dir := t.TempDir()
	openIndex(t, dir, newFake())
	if _, err := Open(t.Context(), dir, newFake(), Options{}); !errors.Is(err, graph.ErrLocked) {
		t.Errorf("second Open: %v", err)
	}
}

// Damage met by a search is repaired while running.
func TestRepairWhileRunning(t *testing.T) {
	f := newFake()
	f.commit("lab", []*graph.Vertex{instance("a", "alpha")})
	x := openIndex(t, t.TempDir(), f)
	run(t, x)
	err := x.use(func(*engine) error { panic("slice bounds out of range") })
	if !errors.Is(err, ErrDamaged) {
		t.Fatal(err)
	}
	caughtUp(t, x)
	want(t, x, "alpha", "lab/a")
	if n, _ := x.generations(); !slices.Equal(n, []int{2}) {
		t.Errorf("generations %v", n)
	}
}

func TestBigCommit(t *testing.T) {
	if testing.Short() {
		t.Skip("writes more than one batch")
	}
	f := newFake()
	var list []*graph.Vertex
	for i := range maxBatch + 500 {
		list = append(list, instance(fmt.Sprint("i", i), fmt.Sprint("vm", i)))
	}
	f.commit("lab", list[:10])
	x := openIndex(t, t.TempDir(), f)
	run(t, x)
	f.commit("lab", list)
	caughtUp(t, x)
	if r := find(t, x, Query{Text: "vm", Limit: MaxLimit}); r.Total != len(list) {
		t.Errorf("%d of %d", r.Total, len(list))
	}
}

// failing is a store that goes away after some objects.
type failing struct {
	*fakeStore
	after int
}

func (f failing) Histories(ctx context.Context, env graph.EnvID) iter.Seq2[graph.Past, error] {
	return func(yield func(graph.Past, error) bool) {
		n := 0
		for p, err := range f.fakeStore.Histories(ctx, env) {
			if n++; n > f.after {
				yield(graph.Past{}, errors.New("gone"))
				return
			}
			if !yield(p, err) {
				return
			}
		}
	}
}

// A build that ends half way, some batches written, is not taken for whole.
func TestHalfBuilt(t *testing.T) {
	if testing.Short() {
		t.Skip("writes more than one batch")
	}
	f := newFake()
	var list []*graph.Vertex
	for i := range maxBatch + 600 {
		list = append(list, instance(fmt.Sprint("i", i), fmt.Sprint("vm", i)))
	}
	f.commit("lab", list)
	f.commit("lab", list[:50], "i7")
	dir := t.TempDir()
	x := openIndex(t, dir, failing{f, maxBatch + 500})
	if err := x.pass(t.Context(), false); err == nil {
		t.Fatal("the store went away, and nobody noticed")
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	x = openIndex(t, dir, f)
	if have, err := x.documents(t.Context(), "lab"); err != nil || len(have) == 0 {
		t.Fatalf("%d documents, %v: nothing was half built", len(have), err)
	}
	f.commit("lab", nil, "i8") // meanwhile
	run(t, x)
	whole := openIndex(t, t.TempDir(), f)
	run(t, whole)
	if d := cmp.Diff(dump(t, whole), dump(t, x)); d != "" {
		t.Errorf("built at once -, in two goes +:\n%s", d)
	}
}

// Objects that are changed again and again do not pile up.
func TestLevelsOff(t *testing.T) {
	f := newFake()
	x := openIndex(t, t.TempDir(), f)
	run(t, x)
	const rounds = 200
	for i := range rounds {
		var list []*graph.Vertex
		for n := range 20 {
			list = append(list, port(fmt.Sprint("p", n), "port", fmt.Sprintf("fa:16:3e:00:00:%02x", (i+n)%32), "10.0.0.1"))
		}
		f.commit("lab", list)
		caughtUp(t, x)
	}
	documents, segments := 0, 0
	err := x.reading(func(s *snapshot) error {
		segments = len(s.parts)
		for _, p := range s.parts {
			documents += int(p.seg.Segment().Count())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if segments > rounds/4 || documents > rounds*20/2 {
		t.Errorf("%d segments and %d documents of 20 objects after %d rounds", segments, documents, rounds)
	}
}

// While an environment is read whole, and while a commit of many objects is
// written, Status tells how much of it is done.
func TestStatusCounts(t *testing.T) {
	f := newFake()
	x := openIndex(t, t.TempDir(), f)
	f.commit("lab", many(30))
	x.beginsPiece("lab", 0)
	x.count(12)
	s, err := x.Status(t.Context())
	if err != nil || s.Done != 12 || s.ToDo != 30 {
		t.Errorf("%+v, %v", s, err)
	}
	if err := x.pass(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if s, err := x.Status(t.Context()); err != nil || s.Done != 30 || s.ToDo != 30 {
		t.Errorf("filled: %+v, %v", s, err)
	}
	f.commit("lab", many(7))
	if err := x.pass(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if s, err := x.Status(t.Context()); err != nil || s.Done != 7 || s.ToDo != 7 {
		t.Errorf("followed: %+v, %v", s, err)
	}
	x.passEnds(nil)
	if s, err := x.Status(t.Context()); err != nil || s.Done != 0 || s.ToDo != 0 || s.Objects != 49 {
		t.Errorf("at rest: %+v, %v", s, err)
	}
}
