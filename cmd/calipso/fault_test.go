package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calipso/graph"
)

// A second process on the same data directory is told who is there.
func TestSecondProcess(t *testing.T) {
	dir := keep(t)
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "error")
	p.until("listening on ")
	code, _, said := calipso(t, "--data-dir", dir, "serve", "--listen", "127.0.0.1:0")
	if code != exitError || !strings.Contains(said, graph.ErrLocked.Error()) || !strings.Contains(said, dir) {
		t.Errorf("exit %d, %s", code, said)
	}
	must(t, "--data-dir", dir, "env", "list") // through the one that runs
	if code := p.terminate(); code != exitDone {
		t.Errorf("exit %d", code)
	}
}

// Without the right key nothing is opened, and nothing is changed.
func TestSecretKey(t *testing.T) {
	dir := keep(t)
	want := remembered(t, dir)
	path := filepath.Join(dir, keyFile)
	key, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text []byte
		word string
	}{
		"missing":   {nil, "secret.key is missing"},
		"another":   {graph.NewKey(), "secret.key is not the key of this data directory"},
		"cut short": {key[:7], "has 7 bytes instead of 32"},
	} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		if c.text != nil {
			if err := os.WriteFile(path, c.text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		code, _, said := calipso(t, "--data-dir", dir, "env", "list")
		if code != exitError || !strings.Contains(said, c.word) || !strings.Contains(said, "put ") {
			t.Errorf("%s: exit %d, %s", name, code, said)
		}
		if b, err := os.ReadFile(path); c.text == nil && err == nil || c.text != nil && string(b) != string(c.text) {
			t.Errorf("%s: the key was replaced", name)
		}
	}
	if err := os.WriteFile(path, key, 0o600); err != nil {
		t.Fatal(err)
	}
	if remembered(t, dir) != want {
		t.Error("the store is not what it was")
	}
}

// A damaged search index makes itself anew.
func TestDamagedIndex(t *testing.T) {
	dir := keep(t)
	finds := func(when string) {
		t.Helper()
		if got := mustJSON[hits](t, "--data-dir", dir, "search", "node-0001-tap3", "--env", "lab"); got.Total == 0 || got.Items[0].ID != "node-0001-tap3" {
			t.Errorf("%s: found %+v", when, got)
		}
	}
	finds("before")
	var files []string
	index := filepath.Join(dir, indexDir)
	err := filepath.WalkDir(index, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) < 2 {
		t.Fatalf("files of the index: %v, %v", files, err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if errors.Is(err, fs.ErrNotExist) {
			continue // of an index that was given up
		}
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > 0 {
			flip(t, f, info.Size()/2)
			finds(filepath.Base(f) + " is damaged")
		}
		if err := os.Truncate(f, info.Size()/3); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		finds(filepath.Base(f) + " is cut short")
	}
	if err := os.RemoveAll(index); err != nil {
		t.Fatal(err)
	}
	finds("the index is gone")
}
