package badger

import (
	"bytes"
	"context"
	"fmt"

	engine "github.com/dgraph-io/badger/v4"

	"calipso/graph/kv"
)

// DropPrefix implements kv.DB.
//
// The engine compares prefixes with keys that end in their version, eight bytes
// that begin with 0xff. So it passes over tables whose first key is the
// beginning of the prefix ("b", for "ba"), and takes "b" itself for a key with
// the prefix "b\xff". Where such a key is, what has the prefix is deleted one by
// one instead.
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
	if !d.misled(prefix) {
		if err := d.db.DropPrefix(prefix); err != nil {
			return fmt.Errorf("badger: drop prefix %x: %w", prefix, err)
		}
	}
	// The engine does not say so either if it could not rewrite a table.
	if err := d.deletePrefix(ctx, prefix); err != nil {
		return fmt.Errorf("badger: drop prefix %x: %w", prefix, err)
	}
	return nil
}

// misled tells whether a key, or the trace of a deleted one, is the beginning
// of a prefix.
func (d *DB) misled(prefix []byte) bool {
	if len(prefix) < 2 {
		return false
	}
	txn := d.db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(engine.IteratorOptions{Prefix: prefix[:1], AllVersions: true})
	defer it.Close()
	for n := 1; n < len(prefix); n++ {
		it.Seek(prefix[:n])
		if it.Valid() && bytes.Equal(it.Item().Key(), prefix[:n]) {
			return true
		}
	}
	return false
}

// deletePrefix deletes one by one what has a prefix. Others must not write.
func (d *DB) deletePrefix(ctx context.Context, prefix []byte) error {
	txn := d.db.NewTransaction(false)
	defer txn.Discard()
	it := txn.NewIterator(engine.IteratorOptions{Prefix: prefix})
	defer it.Close()
	var b kv.Batch
	flush := func() error {
		if b.Len() == 0 {
			return nil
		}
		if err := d.Room(); err != nil {
			return err
		}
		defer b.Reset()
		return d.write(&b)
	}
	for it.Rewind(); it.Valid(); it.Next() {
		if b.Len() == kv.MaxBatchOps || b.Bytes() > kv.MaxBatchBytes-kv.MaxKeyBytes {
			if err := flush(); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		b.Delete(it.Item().KeyCopy(nil))
	}
	return flush()
}
