package badger

import (
	"fmt"
	"log/slog"
	"strings"

	engine "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
)

// Options are the engine's settings; the zero value works.
type Options struct {
	// Log receives the engine's warnings and, at debug level, its chatter.
	// nil: silent.
	Log *slog.Logger
	// CacheBytes is the room for decompressed blocks; 64 MiB if 0.
	CacheBytes int64
	// IndexCacheBytes is the room for tables' indexes and filters; 64 MiB if
	// 0. Too small a room costs every read a disk access.
	IndexCacheBytes int64
	// MemtableBytes is the size of one of at most three write buffers; 16 MiB
	// if 0. It bounds the size of an atomic batch (15 % of it), so less than
	// 16 MiB is raised to that.
	MemtableBytes int64
	// AloneBytes is the size up to which a load may make everybody else wait,
	// where that makes it faster; 256 MiB if 0, which takes some seconds. A
	// negative size has no limit: right for a program that does nothing else.
	// With kv.MaxBatchBytes or less nobody ever waits: right for a server.
	AloneBytes int64
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.CacheBytes <= 0 {
		o.CacheBytes = 64 << 20
	}
	if o.IndexCacheBytes <= 0 {
		o.IndexCacheBytes = 64 << 20
	}
	if o.AloneBytes == 0 {
		o.AloneBytes = 256 << 20
	}
	o.MemtableBytes = max(o.MemtableBytes, 16<<20)
	return o
}

// Engine are Badger's options for a directory, for Open and for measuring the
// bare engine beside it. Its own defaults suit a machine that does nothing
// else: 64 MiB buffers, 1 GiB log files, 256 MiB cache. A fresh directory of
// ours shows about 300 MB, nearly all of it sparse.
func (o Options) Engine(dir string) engine.Options {
	o = o.withDefaults()
	opt := engine.DefaultOptions(dir).
		WithLogger(logger{o.Log}).
		WithMemTableSize(o.MemtableBytes).
		WithNumMemtables(3).
		WithBaseTableSize(2 << 20).
		// The level that a first load writes: what a hundred thousand objects
		// take stays there. With a sixth of this, which is the default, the
		// engine wrote all of it a second time in the minutes after.
		WithBaseLevelSize(64 << 20).
		WithValueLogFileSize(128 << 20).
		// Values up to this size stay beside their keys, so that their space
		// comes back through compaction and a dropped prefix is really gone.
		// More than kv.MaxLarge of them would not fit an atomic batch.
		WithValueThreshold(256 << 10).
		WithBlockCacheSize(o.CacheBytes).
		WithIndexCacheSize(o.IndexCacheBytes).
		WithNumCompactors(2).
		WithCompression(options.ZSTD).
		WithZSTDCompressionLevel(1).
		// A damaged block is an error and not an odd answer.
		WithChecksumVerificationMode(options.OnBlockRead).
		WithVerifyValueChecksum(true).
		WithMetricsEnabled(false).
		// The store has one writer per environment: nothing to detect.
		WithDetectConflicts(false).
		// What is written survives the end of the process, and after Sync
		// the end of the machine.
		WithSyncWrites(false).
		WithCompactL0OnClose(false)
	// Small tables, of one size on all levels. The engine keeps eight buffers
	// of a table's size before compression and more; with tables that double
	// from level to level, as is the default, a load of a million objects
	// took gigabytes, so it takes about 300 MB.
	opt.TableSizeMultiplier = 1
	return opt
}

// logger passes the engine's printf lines to slog.
type logger struct{ log *slog.Logger }

func text(format string, args []any) string {
	return strings.TrimSpace(fmt.Sprintf(format, args...))
}

func (l logger) Errorf(f string, args ...any)   { l.log.Error("badger", "text", text(f, args)) }
func (l logger) Warningf(f string, args ...any) { l.log.Warn("badger", "text", text(f, args)) }
func (l logger) Infof(f string, args ...any)    { l.log.Debug("badger", "text", text(f, args)) }
func (l logger) Debugf(f string, args ...any)   {}
