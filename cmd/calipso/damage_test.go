package main

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/graph/storetest"
)

// TestDamagedFiles changes a byte here and there in every file of the store:
// the program says which file is damaged and what to do, or shows all there was;
// it shows nothing else, and does not fall over.
func TestDamagedFiles(t *testing.T) {
	if dir := os.Getenv("CALIPSO_TEST_DAMAGED"); dir != "" {
		a := opened(t, dir)
		for _, env := range []graph.EnvID{"lab", graph.Shared} {
			text, err := storetest.History(t.Context(), a.store, env, graph.Now, 0)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Printf("holds %x\n", sha256.Sum256([]byte(text)))
		}
		shut(t, a)
		return
	}
	dir := keep(t)
	a := opened(t, dir)
	noise := make([]byte, 300<<10) // a value of its own file
	rand.NewChaCha8([32]byte{}).Read(noise)
	for n := range 2 {
		large := &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: "large"}, Body: graph.Attrs{"bytes": fmt.Sprintf("%d %x", n, noise)}}
		if _, err := a.store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseImport}, &graph.Batch{PutDocs: []*graph.Document{large}}); err != nil {
			t.Fatal(err)
		}
	}
	// Opened and closed again and again there are several tables.
	shut(t, a)
	want := holds(t, dir)
	if len(want) != 2 {
		t.Fatalf("the undamaged store: %q", want)
	}
	files, err := os.ReadDir(filepath.Join(dir, graphDir))
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]int{}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range spots(f.Name(), info.Size()) {
			damaged := filepath.Join(t.TempDir(), "data")
			if err := os.CopyFS(damaged, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			flip(t, filepath.Join(damaged, graphDir, f.Name()), at)
			got := holds(t, damaged)
			switch text := strings.Join(got, "\n"); {
			case text == strings.Join(want, "\n"):
			case len(got) == 1 && strings.Contains(text, f.Name()) && strings.Contains(text, "restore a backup"),
				len(got) == 1 && filepath.Ext(f.Name()) == ".vlog" && strings.Contains(text, ".vlog file) is damaged"): // told when it is read
				told[filepath.Ext(f.Name())]++
			default:
				t.Errorf("%s of %d bytes, damaged at %d: %s", f.Name(), info.Size(), at, text)
			}
			if err := os.RemoveAll(damaged); err != nil {
				t.Fatal(err)
			}
		}
	}
	if told[".sst"] == 0 || told[".vlog"] == 0 || told[""] == 0 {
		t.Errorf("damage that was told, by kind of file: %v; want tables and the list of tables among them", told)
	}
}

// spots are where to damage a file.
func spots(name string, size int64) (at []int64) {
	n := int64(6)
	if name == "MANIFEST" {
		n = 12
	}
	for i := range n {
		if p := size * i / n; len(at) == 0 && size > 0 || p > at[len(at)-1] {
			at = append(at, p)
		}
	}
	if size > 8 {
		at = append(at, size-8, size-1)
	}
	return at
}

func flip(t *testing.T, path string, at int64) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 1)
	if _, err := f.ReadAt(b, at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= 0x15
	if _, err := f.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}

// holds is what a process of its own reads of a data directory: two sums, or
// one complaint.
func holds(t *testing.T, dir string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestDamagedFiles$")
	cmd.Env = append(os.Environ(), "CALIPSO_TEST_DAMAGED="+dir)
	out, err := cmd.CombinedOutput()
	var sums, complaint []string
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "holds ") {
			sums = append(sums, strings.TrimSpace(line))
		} else if strings.Contains(line, "_test.go:") || strings.Contains(line, "panic") || strings.Contains(line, "fatal") {
			complaint = append(complaint, strings.TrimSpace(line))
		}
	}
	if err == nil {
		return sums
	}
	if strings.Contains(string(out), "goroutine ") {
		return []string{"fell over", string(out)}
	}
	return complaint
}
