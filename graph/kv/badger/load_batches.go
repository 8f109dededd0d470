package badger

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"calipso/graph/kv"
)

// A new snapshot waits for the batch that is being written, so those of a load
// are small: a millisecond or two.
const (
	loadOps   = 1024
	loadBytes = 128 << 10
)

const (
	// paceBytes is how much a load writes before it looks whether the engine
	// has kept up.
	paceBytes = 1 << 20
	// pace is the time between two such looks if it has not.
	pace = 5 * time.Millisecond
	// mostLogs is how many write buffers there may be, the one in use
	// included; with two more the engine stops all writing, and with it every
	// new snapshot, until one is a table.
	mostLogs = 3
	// mostTables is the same for tables that wait for compaction.
	mostTables = 10
)

// batches writes a load beside others.
func (d *DB) batches(ctx context.Context, pairs iter.Seq2[kv.Pair, error]) error {
	var b kv.Batch
	written := 0
	write := func() error {
		if written += b.Bytes(); written >= paceBytes {
			written = 0
			if err := d.keepUp(ctx); err != nil {
				return err
			}
		}
		err := d.Write(ctx, &b)
		b = kv.Batch{}
		return err
	}
	for p, err := range pairs {
		if err != nil {
			return err
		}
		if b.Len() == loadOps || b.Len() > 0 && b.Bytes()+len(p.Key)+len(p.Value) > loadBytes {
			if err := write(); err != nil {
				return err
			}
		}
		b.Put(bytes.Clone(p.Key), bytes.Clone(p.Value))
	}
	if b.Len() == 0 {
		return nil
	}
	return write()
}

// keepUp waits until the engine has written what it was given before.
func (d *DB) keepUp(ctx context.Context) error {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for {
		behind, err := d.behind()
		if err != nil || !behind {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// behind tells whether so many write buffers or new tables wait that more
// writing would stop at them. The engine tells of the buffers by their logs
// only.
func (d *DB) behind() (bool, error) {
	if err := d.gate.enter(); err != nil {
		return false, fmt.Errorf("badger: load: %w", err)
	}
	defer d.gate.leave()
	if err := d.Room(); err != nil {
		return false, err
	}
	files, err := os.ReadDir(d.dir)
	if err != nil {
		return false, fmt.Errorf("badger: load: %w", err)
	}
	logs := 0
	for _, f := range files {
		if filepath.Ext(f.Name()) == ".mem" {
			logs++
		}
	}
	return logs > mostLogs || d.db.Levels()[0].NumTables > mostTables, nil
}
