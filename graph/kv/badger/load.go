package badger

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	engine "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/pb"
	"github.com/dgraph-io/ristretto/v2/z"

	"calipso/graph/kv"
)

const (
	// streamBelow is the size of a database, in bytes, up to which a load
	// takes the engine for itself. Above it others wait too long.
	streamBelow = 8 << 20
	streamChunk = 4 << 20
)

// scratch is a key of our own, written to be dropped.
var scratch = []byte("\xff\xffscratch")

// Load implements kv.DB. Into a database that holds next to nothing, while
// nobody reads it, it writes finished tables; otherwise sorted batches, which
// cost about twice the CPU.
func (d *DB) Load(ctx context.Context, pairs iter.Seq2[kv.Pair, error]) error {
	if done, ok := d.gate.alone(); ok {
		if d.size() < streamBelow {
			defer done()
			return d.stream(ctx, ordered(ctx, pairs))
		}
		done()
	}
	var b kv.Batch
	for p, err := range ordered(ctx, pairs) {
		if err != nil {
			return err
		}
		if b.Len() == kv.MaxBatchOps || b.Len() > 0 && b.Bytes()+len(p.Key)+len(p.Value) > kv.MaxBatchBytes {
			if err := d.Write(ctx, &b); err != nil {
				return err
			}
			b.Reset()
		}
		b.Put(bytes.Clone(p.Key), bytes.Clone(p.Value))
	}
	if b.Len() == 0 {
		return nil
	}
	return d.Write(ctx, &b)
}

// size is about how many bytes of tables there are.
func (d *DB) size() (bytes int64) {
	for _, level := range d.db.Levels() {
		bytes += level.Size
	}
	return bytes
}

// ordered passes pairs on, checking that their keys ascend.
func ordered(ctx context.Context, pairs iter.Seq2[kv.Pair, error]) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		var last []byte
		for p, err := range pairs {
			if err == nil {
				err = ctx.Err()
			}
			if err == nil && last != nil && bytes.Compare(last, p.Key) >= 0 {
				err = fmt.Errorf("badger: load: key %x: %w", p.Key, kv.ErrOrder)
			}
			if !yield(p, err) || err != nil {
				return
			}
			last = append(last[:0], p.Key...)
		}
	}
}

// stream writes tables above those there are. The engine wants its write
// buffers empty for that; dropping a prefix empties them as a side effect, if
// there is something with that prefix.
func (d *DB) stream(ctx context.Context, pairs iter.Seq2[kv.Pair, error]) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	if err := d.Room(); err != nil {
		return err
	}
	var b kv.Batch
	b.Put(scratch, []byte{})
	if err := d.write(&b); err != nil {
		return err
	}
	if err := d.db.DropPrefix(scratch); err != nil {
		return fmt.Errorf("badger: load: %w", err)
	}
	w := d.db.NewStreamWriter()
	if err := w.PrepareIncremental(); err != nil {
		w.Cancel()
		return fmt.Errorf("badger: load: %w", err)
	}
	if err := d.feed(w, pairs); err != nil {
		w.Cancel()
		return err
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("badger: load: %w", err)
	}
	return ctx.Err()
}

func (d *DB) feed(w *engine.StreamWriter, pairs iter.Seq2[kv.Pair, error]) error {
	buf := z.NewBuffer(streamChunk+streamChunk/4, "calipso.load")
	defer func() { _ = buf.Release() }()
	for p, err := range pairs {
		if err != nil {
			return err
		}
		engine.KVToBuffer(&pb.KV{Key: p.Key, Value: p.Value, Version: 1, StreamId: 1}, buf)
		if buf.LenNoPadding() < streamChunk {
			continue
		}
		if err := d.Room(); err != nil {
			return err
		}
		if err := w.Write(buf); err != nil {
			return fmt.Errorf("badger: load: %w", err)
		}
		buf.Reset()
	}
	if err := w.Write(buf); err != nil {
		return fmt.Errorf("badger: load: %w", err)
	}
	return nil
}
