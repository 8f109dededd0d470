package kv

import (
	"context"
	"errors"
	"iter"
)

// What callers ask of an error with errors.Is.
var (
	// ErrNotFound: no such key.
	ErrNotFound = errors.New("key not found")
	// ErrLocked: another process, or another DB of this one, holds the data.
	ErrLocked = errors.New("locked by another process")
	// ErrClosed: the DB was closed, or is being closed.
	ErrClosed = errors.New("database is closed")
	// ErrDamaged: files are not what was written.
	ErrDamaged = errors.New("is damaged")
	// ErrFull: there is no room left; nothing of the write was done.
	ErrFull = errors.New("no room is left on the disk")
	// ErrTooLarge: the batch is larger than the engine can write atomically.
	ErrTooLarge = errors.New("batch is too large")
	// ErrOrder: keys given to Load do not ascend, or exist.
	ErrOrder = errors.New("keys do not ascend")
)

// What every engine takes in one atomic batch: that many operations, that many
// bytes of keys and values, and beside these up to MaxLarge values of any size
// up to MaxValueBytes.
const (
	MaxBatchOps   = 8192
	MaxBatchBytes = 1 << 20
	MaxLarge      = 4
	MaxValueBytes = 16 << 20
)

// MaxKeyBytes is the longest key that every engine takes.
const MaxKeyBytes = 60_000

// DB is an ordered set of keys, compared byte by byte, each with a value. Keys
// are not empty and do not begin with 0xff, which engines keep for themselves.
// It is safe for concurrent use.
type DB interface {
	// Snapshot starts a consistent read of all that was written before.
	Snapshot(ctx context.Context) (Snapshot, error)
	// Write makes all of a batch true, or nothing. When it returns later
	// snapshots see the batch, but only Sync makes it durable.
	Write(ctx context.Context, b *Batch) error
	// Load writes many pairs whose keys ascend strictly and do not exist yet
	// (ErrOrder, as far as noticed): the fastest way to bring in much. size is
	// about how many bytes they have together, by which an engine may choose
	// how. It is not atomic: after an error, or a crash, any part may be there.
	Load(ctx context.Context, size int64, pairs iter.Seq2[Pair, error]) error
	// DropPrefix removes all keys with a prefix and gives their space back.
	// It is not atomic; writes wait while it runs.
	DropPrefix(ctx context.Context, prefix []byte) error
	// Sync makes durable what was written before: it survives the end of the
	// process and of the machine.
	Sync(ctx context.Context) error
	// Close waits for open snapshots, syncs and ends. Later calls of anything
	// but Close give ErrClosed; Close again does nothing.
	Close() error
}

// Snapshot reads the database as it was at one moment. It serves one goroutine
// and must be closed.
type Snapshot interface {
	// Get is the value of a key, the caller's to keep; ErrNotFound itself if
	// there is none.
	Get(ctx context.Context, key []byte) ([]byte, error)
	// GetMany is the values of many keys, in their order; nil where there is
	// no such key. A value that is there is never nil.
	GetMany(ctx context.Context, keys [][]byte) ([][]byte, error)
	// FirstMany is the first value of each of many ranges, in their order; nil
	// where a range is empty. It is fastest where they ascend.
	FirstMany(ctx context.Context, ranges []Range) ([][]byte, error)
	// Range iterates over pairs in order and stops at the first error. A
	// pair's bytes are valid until the next one is asked for.
	Range(ctx context.Context, r Range) iter.Seq2[Pair, error]
	// Close ends the snapshot.
	Close()
}

// Pair is a key with its value.
type Pair struct{ Key, Value []byte }

// Range is which keys to iterate over.
type Range struct {
	// From is the first key, To the end, which is not included; a nil To is
	// the end of all keys.
	From, To []byte
	// Reverse goes from the last to the first.
	Reverse bool
	// KeysOnly leaves the values out, where that is cheaper.
	KeysOnly bool
}

// Prefix is the range of all keys with a prefix.
func Prefix(prefix []byte) Range {
	return Range{From: prefix, To: After(prefix)}
}

// After is the first key behind all those with a prefix; nil if there is none.
func After(prefix []byte) []byte {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] != 0xff {
			end := append([]byte(nil), prefix[:i+1]...)
			end[i]++
			return end
		}
	}
	return nil
}
