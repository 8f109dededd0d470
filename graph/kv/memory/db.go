package memory

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"sync"

	"calipso/graph/kv"
)

// DB keeps its pairs in memory only. Its zero value is empty and open.
type DB struct {
	mu struct {
		sync.Mutex
		root   *node
		open   int // snapshots
		closed bool
	}
	once sync.Once
	idle *sync.Cond
}

var _ kv.DB = (*DB)(nil)

// New is an empty database.
func New() *DB { return &DB{} }

func (d *DB) lock() {
	d.once.Do(func() { d.idle = sync.NewCond(&d.mu.Mutex) })
	d.mu.Lock()
}

// Snapshot implements kv.DB.
func (d *DB) Snapshot(ctx context.Context) (kv.Snapshot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	d.lock()
	defer d.mu.Unlock()
	if d.mu.closed {
		return nil, fmt.Errorf("memory: snapshot: %w", kv.ErrClosed)
	}
	d.mu.open++
	return &snapshot{db: d, root: d.mu.root}, nil
}

// Write implements kv.DB.
func (d *DB) Write(ctx context.Context, b *kv.Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.lock()
	defer d.mu.Unlock()
	if d.mu.closed {
		return fmt.Errorf("memory: write: %w", kv.ErrClosed)
	}
	root := d.mu.root
	for _, op := range b.Ops() {
		if op.Delete {
			root = root.remove(op.Key)
			continue
		}
		root = root.put(bytes.Clone(op.Key), append([]byte{}, op.Value...))
	}
	d.mu.root = root
	return nil
}

// Load implements kv.DB.
func (d *DB) Load(ctx context.Context, _ int64, pairs iter.Seq2[kv.Pair, error]) error {
	var last []byte
	for p, err := range pairs {
		if err != nil {
			return err
		}
		if last != nil && bytes.Compare(last, p.Key) >= 0 {
			return fmt.Errorf("memory: load: key %x: %w", p.Key, kv.ErrOrder)
		}
		last = bytes.Clone(p.Key)
		var b kv.Batch
		b.Put(last, p.Value)
		if err := d.Write(ctx, &b); err != nil {
			return err
		}
	}
	return nil
}

// DropPrefix implements kv.DB.
func (d *DB) DropPrefix(ctx context.Context, prefix []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	d.lock()
	defer d.mu.Unlock()
	if d.mu.closed {
		return fmt.Errorf("memory: drop: %w", kv.ErrClosed)
	}
	below, _, above := d.mu.root.split(prefix)
	if end := kv.After(prefix); end != nil {
		var at *node
		if _, at, above = above.split(end); at != nil {
			above = join(&node{key: at.key, value: at.value, priority: at.priority}, above)
		}
	} else {
		above = nil
	}
	d.mu.root = join(below, above)
	return nil
}

// Sync implements kv.DB; there is nothing to make durable.
func (d *DB) Sync(ctx context.Context) error {
	d.lock()
	defer d.mu.Unlock()
	if d.mu.closed {
		return fmt.Errorf("memory: sync: %w", kv.ErrClosed)
	}
	return ctx.Err()
}

// Close implements kv.DB.
func (d *DB) Close() error {
	d.lock()
	defer d.mu.Unlock()
	d.mu.closed = true
	for d.mu.open > 0 {
		d.idle.Wait()
	}
	d.mu.root = nil
	return nil
}

// Reopen opens a closed copy of the data, as a process that starts again
// would; tests use it. The database itself must not be closed yet.
func (d *DB) Reopen() *DB {
	d.lock()
	defer d.mu.Unlock()
	next := &DB{}
	next.mu.root = d.mu.root
	return next
}
