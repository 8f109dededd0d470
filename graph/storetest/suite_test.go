package storetest_test

import (
	"errors"
	"testing"

	"calipso/graph"
	"calipso/graph/kv"
	"calipso/graph/kv/badger"
	"calipso/graph/kv/memory"
	"calipso/graph/storetest"
)

func openBadger(t testing.TB, dir string) kv.DB {
	t.Helper()
	db, err := badger.Open(dir, badger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func reopenBadger(t testing.TB, db kv.DB, dir string) kv.DB {
	t.Helper()
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return openBadger(t, dir)
}

func TestMemory(t *testing.T) {
	storetest.Run(t, storetest.Engine{
		Open:   func(testing.TB, string) kv.DB { return memory.New() },
		Reopen: func(_ testing.TB, db kv.DB, _ string) kv.DB { return db.(*memory.DB).Reopen() },
	})
}

func TestBadger(t *testing.T) {
	storetest.Run(t, storetest.Engine{Open: openBadger, Reopen: reopenBadger})
}

func TestLocked(t *testing.T) {
	dir := t.TempDir()
	db := openBadger(t, dir)
	defer func() { _ = db.Close() }()
	_, err := badger.Open(dir, badger.Options{})
	if err = graph.EngineError(err); !errors.Is(err, graph.ErrLocked) || !errors.Is(err, kv.ErrLocked) {
		t.Errorf("a directory that is open: %v, want ErrLocked", err)
	}
}
