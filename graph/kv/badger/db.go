package badger

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

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

// Open opens a directory, making it if there is none.
//
// Errors: kv.ErrLocked if the directory is open already.
func Open(dir string, opt Options) (*DB, error) {
	opt = opt.withDefaults()
	db, err := engine.Open(opt.Engine(dir))
	if err != nil {
		// The engine's error has no type of its own for this.
		if strings.Contains(err.Error(), "directory lock") {
			return nil, fmt.Errorf("badger: %s: %w", dir, kv.ErrLocked)
		}
		return nil, fmt.Errorf("badger: %s: %w", dir, err)
	}
	return &DB{db: db, dir: dir, alone: opt.AloneBytes, gate: newGate()}, nil
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

// DropPrefix implements kv.DB.
func (d *DB) DropPrefix(ctx context.Context, prefix []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.gate.enter(); err != nil {
		return fmt.Errorf("badger: drop: %w", err)
	}
	defer d.gate.leave()
	d.writing.Lock()
	defer d.writing.Unlock()
	if err := d.db.DropPrefix(prefix); err != nil {
		return fmt.Errorf("badger: drop prefix %x: %w", prefix, err)
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
