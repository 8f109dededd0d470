package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"

	engine "github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/pb"
	"github.com/dgraph-io/ristretto/v2/z"

	"calipso/graph/kv"
	"calipso/graph/kv/badger"
)

// dump writes all pairs of a database into a file and counts them.
func dump(ctx context.Context, dir, file string) (pairs int, bytes int64, err error) {
	db, err := badger.Open(dir, badger.Options{})
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	snap, err := db.Snapshot(ctx)
	if err != nil {
		return 0, 0, err
	}
	defer snap.Close()
	f, err := os.Create(file)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := bufio.NewWriterSize(f, 1<<20)
	var head []byte
	for p, err := range snap.Range(ctx, kv.Range{}) {
		if err != nil {
			return 0, 0, err
		}
		head = binary.AppendUvarint(binary.AppendUvarint(head[:0], uint64(len(p.Key))), uint64(len(p.Value)))
		for _, b := range [][]byte{head, p.Key, p.Value} {
			if _, err := out.Write(b); err != nil {
				return 0, 0, err
			}
		}
		pairs++
		bytes += int64(len(p.Key) + len(p.Value))
	}
	return pairs, bytes, out.Flush()
}

// eachPair reads a file of dump; the bytes are valid until the next one.
func eachPair(file string, do func(key, value []byte) error) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<20)
	var buf []byte
	for {
		k, err := binary.ReadUvarint(in)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		v, err := binary.ReadUvarint(in)
		if err != nil {
			return err
		}
		buf = slices.Grow(buf[:0], int(k+v))[:k+v]
		if _, err := io.ReadFull(in, buf); err != nil {
			return err
		}
		if err := do(buf[:k], buf[k:]); err != nil {
			return err
		}
	}
}

// streamPairs writes a file of pairs into an empty directory with the bare
// engine's StreamWriter, and closes it.
func streamPairs(file, dir string) (err error) {
	db, err := engine.Open(badger.Options{}.Engine(dir))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	w := db.NewStreamWriter()
	if err := w.Prepare(); err != nil {
		return err
	}
	const chunk = 4 << 20
	buf := z.NewBuffer(chunk+chunk/4, "goals")
	defer func() { err = errors.Join(err, buf.Release()) }()
	err = eachPair(file, func(key, value []byte) error {
		engine.KVToBuffer(&pb.KV{Key: key, Value: value, Version: 1, StreamId: 1}, buf)
		if buf.LenNoPadding() < chunk {
			return nil
		}
		defer buf.Reset()
		return w.Write(buf)
	})
	if err == nil {
		err = w.Write(buf)
	}
	if err != nil {
		w.Cancel()
		return err
	}
	return w.Flush()
}

// recorder stands between the store and its engine and keeps what is written,
// apart for each commit: a Sync ends one.
type recorder struct {
	kv.DB
	mu struct {
		sync.Mutex
		open    map[string]kv.Op
		commits [][]kv.Op
	}
}

// forget drops what was kept so far.
func (r *recorder) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mu.open, r.mu.commits = nil, nil
}

func (r *recorder) Write(ctx context.Context, b *kv.Batch) error {
	r.mu.Lock()
	if r.mu.open == nil {
		r.mu.open = map[string]kv.Op{}
	}
	for _, op := range b.Ops() {
		r.mu.open[string(op.Key)] = kv.Op{Key: bytes.Clone(op.Key), Value: bytes.Clone(op.Value), Delete: op.Delete}
	}
	r.mu.Unlock()
	return r.DB.Write(ctx, b)
}

func (r *recorder) Sync(ctx context.Context) error {
	r.mu.Lock()
	if len(r.mu.open) > 0 {
		ops := make([]kv.Op, 0, len(r.mu.open))
		for _, op := range r.mu.open {
			ops = append(ops, op)
		}
		slices.SortFunc(ops, func(a, b kv.Op) int { return bytes.Compare(a.Key, b.Key) })
		r.mu.commits = append(r.mu.commits, ops)
		r.mu.open = nil
	}
	r.mu.Unlock()
	return r.DB.Sync(ctx)
}

// writePairs writes commits with the bare engine's WriteBatch, one after the
// other, each synced, and closes the database. It tells the CPU time, without
// that of opening.
func writePairs(commits [][]kv.Op, dir string) (took float64, err error) {
	db, err := engine.Open(badger.Options{}.Engine(dir))
	if err != nil {
		return 0, err
	}
	return spent(func() (err error) {
		defer func() { err = errors.Join(err, db.Close()) }()
		for _, ops := range commits {
			if err := writeOps(db, ops); err != nil {
				return fmt.Errorf("write batch: %w", err)
			}
			if err := db.Sync(); err != nil {
				return err
			}
		}
		return nil
	})
}

func writeOps(db *engine.DB, ops []kv.Op) (err error) {
	b := db.NewWriteBatch()
	defer b.Cancel()
	for _, op := range ops {
		if op.Delete {
			err = b.Delete(op.Key)
		} else {
			err = b.Set(op.Key, op.Value)
		}
		if err != nil {
			return err
		}
	}
	return b.Flush()
}
