package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"calipso/graph"
	"calipso/graph/kv"
	"calipso/graph/kv/badger"
)

// What a data directory holds beside server.json: the store, the search index
// that is made from it, small files that providers remember things in, what
// imports put aside while they run, and the key that seals secrets.
const (
	graphDir = "graph"
	indexDir = "index"
	stateDir = "state"
	tempDir  = "tmp"
	keyFile  = "secret.key"
)

// openStore opens the store of the data directory.
//
// Errors: graph.ErrLocked if another process holds it.
func (a *app) openStore(ctx context.Context, alone int64) error {
	if err := finishRestore(a.cfg.DataDir); err != nil {
		return err
	}
	key, err := sealingKey(a.cfg.DataDir)
	if err != nil {
		return err
	}
	db, err := badger.Open(filepath.Join(a.cfg.DataDir, graphDir), badger.Options{Log: a.log, AloneBytes: alone})
	if errors.Is(err, kv.ErrLocked) {
		return fmt.Errorf("%s: %w", a.cfg.DataDir, graph.ErrLocked)
	}
	if errors.Is(err, kv.ErrDamaged) {
		return damagedStore(a.cfg.DataDir, err)
	}
	if err != nil {
		return graph.EngineError(err)
	}
	a.db = db
	a.store, err = graph.Open(ctx, a.db, graph.Options{Log: a.log, Key: key, TempDir: filepath.Join(a.cfg.DataDir, tempDir)})
	if errors.Is(err, graph.ErrKey) {
		return fmt.Errorf("%s is not the key of this data directory; put back the file that was made with it: %w", filepath.Join(a.cfg.DataDir, keyFile), err)
	}
	if errors.Is(err, graph.ErrCorrupt) {
		return damagedStore(a.cfg.DataDir, err)
	}
	return err
}

// damagedStore says what to do.
func damagedStore(dir string, err error) error {
	return fmt.Errorf("what is kept in %s is damaged, and nothing of it can be trusted: move the directory away and restore a backup (calipso restore); without one, start on an empty directory, add the environments and scan them: %w", dir, err)
}

// sealingKey is the key that seals the secrets of a data directory; the first
// start makes it. Whoever has the directory and this file can read them, so a
// backup may leave the file out and keep it elsewhere.
func sealingKey(dataDir string) ([]byte, error) {
	path := filepath.Join(dataDir, keyFile)
	key, err := os.ReadFile(path)
	if err == nil && len(key) != graph.KeyBytes {
		return nil, fmt.Errorf("%s has %d bytes instead of %d; put back the file that was made with this data directory", path, len(key), graph.KeyBytes)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if _, err := os.Stat(filepath.Join(dataDir, graphDir)); err == nil {
		return nil, fmt.Errorf("%s is missing, and without it the secrets kept here cannot be read; put it back", path)
	}
	if err := os.MkdirAll(dataDir, 0o700); err != nil {
		return nil, err
	}
	key = make([]byte, graph.KeyBytes)
	rand.Read(key)         // never fails
	part := path + ".part" // so that a key that is there is whole
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := writeFile(part, key); err != nil {
		return nil, err
	}
	if err := os.Rename(part, path); err != nil {
		return nil, err
	}
	return key, syncDir(dataDir)
}
