package badger

import (
	"context"
	"errors"
	"fmt"

	engine "github.com/dgraph-io/badger/v4"
)

// Reclaim gives back the disk space of what was deleted or replaced, and tells
// by how many bytes the tables shrank. A deletion is a record of its own that
// hides the value until both meet in a compaction, which for old, quiet data is
// never: so all levels are compacted into one here, and then the files of large
// values are rewritten that are at least half empty. It reads and writes most of
// the database, beside readers and writers; worth a call in quiet hours after
// much was removed. Ending ctx ends it between its steps only.
func (d *DB) Reclaim(ctx context.Context) (bytes int64, err error) {
	if err := d.gate.enter(); err != nil {
		return 0, fmt.Errorf("badger: reclaim: %w", err)
	}
	defer d.gate.leave()
	before := d.size()
	err = d.compact(ctx)
	for err == nil {
		if err = ctx.Err(); err == nil {
			err = d.db.RunValueLogGC(0.5)
		}
	}
	if !errors.Is(err, engine.ErrNoRewrite) {
		return 0, fmt.Errorf("badger: reclaim: %w", err)
	}
	return before - d.size(), nil
}

// compact brings all tables to one level.
func (d *DB) compact(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.writing.Lock()
	err := d.flush()
	d.writing.Unlock()
	if err != nil {
		return err
	}
	return d.db.Flatten(2)
}
