package badger_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"calipso/graph/kv"
	"calipso/graph/kv/badger"
	"calipso/graph/kv/kvtest"
)

func open(t *testing.T, dir string) kv.DB {
	t.Helper()
	db, err := badger.Open(dir, badger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestSuite(t *testing.T) { kvtest.Run(t, kvtest.Engine{Open: open}) }

func TestLocked(t *testing.T) {
	dir := t.TempDir()
	if held := os.Getenv("CALIPSO_TEST_LOCKED"); held != "" {
		_, err := badger.Open(held, badger.Options{})
		if !errors.Is(err, kv.ErrLocked) || !strings.Contains(err.Error(), held) {
			t.Fatalf("a second process: %v, want ErrLocked with the directory", err)
		}
		return
	}
	db := open(t, dir)
	defer func() { _ = db.Close() }()
	if _, err := badger.Open(dir, badger.Options{}); !errors.Is(err, kv.ErrLocked) {
		t.Errorf("a second DB of this process: %v, want ErrLocked", err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestLocked$")
	cmd.Env = append(os.Environ(), "CALIPSO_TEST_LOCKED="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("second process: %v\n%s", err, out)
	}
}

// A damaged table is an error of the read, not an odd value.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	db := open(t, dir)
	var b kv.Batch
	for i := range 2000 {
		b.Put([]byte{1, byte(i >> 8), byte(i)}, []byte(strings.Repeat("calipso", 10)))
	}
	if err := db.Write(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	tables, err := filepath.Glob(filepath.Join(dir, "*.sst"))
	if err != nil || len(tables) == 0 {
		t.Fatalf("tables: %v, %v", tables, err)
	}
	text, err := os.ReadFile(tables[0])
	if err != nil {
		t.Fatal(err)
	}
	for i := 40; i < 60; i++ {
		text[i] ^= 0xff
	}
	if err := os.WriteFile(tables[0], text, 0o600); err != nil {
		t.Fatal(err)
	}
	damaged, err := badger.Open(dir, badger.Options{})
	if err != nil {
		return // noticed at once
	}
	defer func() { _ = damaged.Close() }()
	if err := readAll(t.Context(), damaged); err == nil {
		t.Error("a damaged table was read without complaint")
	}
}

func readAll(ctx context.Context, db kv.DB) error {
	s, err := db.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	for i := range 2000 {
		if _, err := s.Get(ctx, []byte{1, byte(i >> 8), byte(i)}); err != nil {
			return err
		}
	}
	return nil
}
