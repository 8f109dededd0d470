package kvtest

import (
	"bytes"
	"context"
	"iter"
	"maps"
	"slices"
	"sync"

	"calipso/graph/kv"
)

// Recorder is a database that notes what is written through it, so that a
// benchmark can give the very same pairs to the bare engine.
type Recorder struct {
	kv.DB
	mu struct {
		sync.Mutex
		pairs map[string][]byte
	}
}

// Record starts to note what is written to db from now on.
func Record(db kv.DB) *Recorder {
	r := &Recorder{DB: db}
	r.mu.pairs = map[string][]byte{}
	return r
}

// Take lists what was written since the last call and stays, by key: a key
// that was written twice has its last value, one that was deleted is left out.
func (r *Recorder) Take() []kv.Pair {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]kv.Pair, 0, len(r.mu.pairs))
	for _, k := range slices.Sorted(maps.Keys(r.mu.pairs)) {
		out = append(out, kv.Pair{Key: []byte(k), Value: r.mu.pairs[k]})
	}
	r.mu.pairs = map[string][]byte{}
	return out
}

func (r *Recorder) note(op kv.Op) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if op.Delete {
		delete(r.mu.pairs, string(op.Key))
	} else {
		r.mu.pairs[string(op.Key)] = bytes.Clone(op.Value)
	}
}

// Write implements kv.DB.
func (r *Recorder) Write(ctx context.Context, b *kv.Batch) error {
	for _, op := range b.Ops() {
		r.note(op)
	}
	return r.DB.Write(ctx, b)
}

// Load implements kv.DB.
func (r *Recorder) Load(ctx context.Context, size int64, pairs iter.Seq2[kv.Pair, error]) error {
	return r.DB.Load(ctx, size, func(yield func(kv.Pair, error) bool) {
		for p, err := range pairs {
			if err == nil {
				r.note(kv.Op{Key: p.Key, Value: p.Value})
			}
			if !yield(p, err) {
				return
			}
		}
	})
}
