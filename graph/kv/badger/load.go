package badger

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math/bits"
	"time"

	engine "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/ristretto/v2/z"

	"calipso/graph/kv"
)

const (
	// streamBelow is the size of a database, in bytes, up to which any load may
	// have the engine to itself: what is there is rewritten first.
	streamBelow = 8 << 20
	// streamShare is how many times larger than what is there a load must be
	// for that otherwise.
	streamShare = 4
	// streamWait is how long a load waits for a moment without readers.
	streamWait  = time.Second
	streamChunk = 4 << 20
)

// scratch is a key of our own, written to be dropped.
var scratch = []byte("\xff\xffscratch")

// Load implements kv.DB. It writes finished tables where it can, which takes
// the engine for itself meanwhile; otherwise sorted batches, which cost more
// than twice the CPU and let everybody go on.
func (d *DB) Load(ctx context.Context, size int64, pairs iter.Seq2[kv.Pair, error]) error {
	if size > kv.MaxBatchBytes && d.mayStream(size) {
		if done, ok := d.gate.alone(streamWait); ok {
			defer done()
			return d.stream(ctx, ordered(ctx, pairs))
		}
	}
	return d.batches(ctx, ordered(ctx, pairs))
}

// mayStream tells whether others can wait for a load of that size, what is
// there is small beside it, and there is room on the disk for certain: in the
// middle of a table the engine knows no way back from a full one.
func (d *DB) mayStream(size int64) bool {
	if d.alone >= 0 && size > d.alone {
		return false
	}
	if there := d.size(); there >= streamBelow && there > size/streamShare {
		return false
	}
	free, known := freeBytes(d.dir)
	return !known || free > 2*size+streamBelow
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

// flush writes the engine's write buffers to tables. There is no call for that;
// dropping a prefix does it as a side effect, if there is something with that
// prefix. Nobody may write meanwhile.
func (d *DB) flush() error {
	var b kv.Batch
	b.Put(scratch, []byte{})
	if err := d.write(&b); err != nil {
		return err
	}
	return d.db.DropPrefix(scratch)
}

// stream writes tables above those there are. The engine wants its write
// buffers empty for that.
func (d *DB) stream(ctx context.Context, pairs iter.Seq2[kv.Pair, error]) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	if err := d.Room(); err != nil {
		return err
	}
	if err := d.flush(); err != nil {
		return fmt.Errorf("badger: load: %w", err)
	}
	// Newer than all there is: a deletion of the same key that compaction has
	// not dropped yet would win otherwise.
	txn := d.db.NewTransaction(false)
	version := txn.ReadTs() + 1
	txn.Discard()
	w := d.db.NewStreamWriter()
	if err := w.PrepareIncremental(); err != nil {
		w.Cancel()
		return fmt.Errorf("badger: load: %w", err)
	}
	// What a broken source gave is finished too: tables that are not put in
	// order would mislead every later read.
	err := d.feed(w, version, pairs)
	if flushed := w.Flush(); flushed != nil {
		err = errors.Join(err, fmt.Errorf("badger: load: %w", flushed))
	}
	return cmp.Or(err, ctx.Err())
}

func (d *DB) feed(w *engine.StreamWriter, version uint64, pairs iter.Seq2[kv.Pair, error]) error {
	buf := z.NewBuffer(streamChunk+streamChunk/4, "calipso.load")
	defer func() { _ = buf.Release() }()
	for p, err := range pairs {
		if err != nil {
			return err
		}
		appendKV(buf, p, version)
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

// appendKV writes a pair as the engine reads it, a pb.KV message, without the
// detour through reflection.
func appendKV(buf *z.Buffer, p kv.Pair, version uint64) {
	const key, value, versionField, stream = 1<<3 | 2, 2<<3 | 2, 4 << 3, 10 << 3
	size := 1 + uvarintLen(uint64(len(p.Key))) + len(p.Key) + 1 + uvarintLen(uint64(len(p.Value))) + len(p.Value) +
		1 + uvarintLen(version) + 2
	b := buf.SliceAllocate(size)[:0]
	b = append(binary.AppendUvarint(append(b, key), uint64(len(p.Key))), p.Key...)
	b = append(binary.AppendUvarint(append(b, value), uint64(len(p.Value))), p.Value...)
	b = binary.AppendUvarint(append(b, versionField), version)
	_ = append(b, stream, 1) // in place: the size was reckoned before
}

func uvarintLen(n uint64) int { return (bits.Len64(n|1) + 6) / 7 }
