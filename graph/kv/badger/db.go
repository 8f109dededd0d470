package badger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	engine "github.com/dgraph-io/badger/v4"

	"calipso/graph/kv"
)

// DB is one open directory.
type DB struct {
	db    *engine.DB
	dir   string
	alone int64 // Options.AloneBytes
	gate  *gate
	// writing is held shared by writers and alone by what blocks them inside
	// the engine, which would turn them away instead of letting them wait.
	writing sync.RWMutex
}

var _ kv.DB = (*DB)(nil)

// Open opens a directory, making it if there is none. Every table is read once
// and compared with its checksums, which takes about a second per gigabyte.
//
// Errors: kv.ErrLocked if the directory is open already, kv.ErrDamaged with the
// name of the file, kv.ErrFull if the disk has no room for the engine's logs.
func Open(dir string, opt Options) (*DB, error) {
	opt = opt.withDefaults()
	if err := inspect(dir, opt.Engine(dir)); err != nil {
		return nil, fmt.Errorf("badger: %w", err)
	}
	db, err := engine.Open(opt.Engine(dir))
	if err != nil {
		return nil, fmt.Errorf("badger: %w", opening(dir, err))
	}
	return &DB{db: db, dir: dir, alone: opt.AloneBytes, gate: newGate()}, nil
}

// opening gives meaning to what the engine says when it does not open. Its
// errors have no types, and lose those of the system's.
func opening(dir string, err error) error {
	text := err.Error()
	if strings.Contains(text, "directory lock") {
		return fmt.Errorf("%s: %w", dir, kv.ErrLocked)
	}
	for _, e := range []syscall.Errno{syscall.EACCES, syscall.EPERM, syscall.EROFS, syscall.ENOSPC, syscall.EDQUOT, syscall.EIO, syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM} {
		if strings.Contains(text, e.Error()) {
			return fmt.Errorf("%s: %w: %w", dir, e, err)
		}
	}
	if errors.Is(err, engine.ErrEncryptionKeyMismatch) {
		return damaged(filepath.Join(dir, engine.KeyRegistryFileName), err)
	}
	return damaged(dir, err)
}

// inspect looks at a directory before the engine does.
func inspect(dir string, opt engine.Options) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	release, err := hold(dir)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := roomIn(dir, leastReserve); err != nil {
		return err
	}
	return verify(dir, opt)
}

// Write implements kv.DB.
func (d *DB) Write(ctx context.Context, b *kv.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.gate.enter(); err != nil {
		return fmt.Errorf("badger: write: %w", err)
	}
	defer d.gate.leave()
	d.writing.RLock()
	defer d.writing.RUnlock()
	if err := d.Room(); err != nil {
		return err
	}
	return d.write(b)
}

func (d *DB) write(b *kv.Batch) error {
	txn := d.db.NewTransaction(true)
	defer txn.Discard()
	for _, op := range b.Ops() {
		var err error
		if op.Delete {
			err = txn.Delete(op.Key)
		} else {
			err = txn.Set(op.Key, op.Value)
		}
		if errors.Is(err, engine.ErrTxnTooBig) {
			return fmt.Errorf("badger: write of %d bytes in %d operations: %w", b.Bytes(), b.Len(), kv.ErrTooLarge)
		}
		if err != nil {
			return fmt.Errorf("badger: write key %x: %w", op.Key, err)
		}
	}
	if err := txn.Commit(); err != nil {
		return fmt.Errorf("badger: write: %w", err)
	}
	return nil
}

// Sync implements kv.DB.
func (d *DB) Sync(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.gate.enter(); err != nil {
		return fmt.Errorf("badger: sync: %w", err)
	}
	defer d.gate.leave()
	if err := d.db.Sync(); err != nil {
		return fmt.Errorf("badger: sync: %w", err)
	}
	return nil
}

// Close implements kv.DB.
func (d *DB) Close() error {
	if err := d.gate.close(); err != nil {
		return nil // closed before
	}
	if err := d.db.Close(); err != nil {
		return fmt.Errorf("badger: close: %w", err)
	}
	return nil
}
