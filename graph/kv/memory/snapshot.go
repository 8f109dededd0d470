package memory

import (
	"context"
	"iter"
	"slices"

	"calipso/graph/kv"
)

type snapshot struct {
	db   *DB
	root *node
	done bool
}

// Get implements kv.Snapshot.
func (s *snapshot) Get(ctx context.Context, key []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n := s.root.get(key)
	if n == nil {
		return nil, kv.ErrNotFound
	}
	return append([]byte{}, n.value...), nil
}

// GetMany implements kv.Snapshot.
func (s *snapshot) GetMany(ctx context.Context, keys [][]byte) ([][]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := make([][]byte, len(keys))
	for i, key := range keys {
		if n := s.root.get(key); n != nil {
			out[i] = append([]byte{}, n.value...)
		}
	}
	return out, nil
}

// FirstMany implements kv.Snapshot.
func (s *snapshot) FirstMany(ctx context.Context, ranges []kv.Range) ([][]byte, error) {
	out := make([][]byte, len(ranges))
	for i, r := range ranges {
		for p, err := range s.Range(ctx, r) {
			if err != nil {
				return nil, err
			}
			out[i] = append([]byte{}, p.Value...)
			break
		}
	}
	return out, nil
}

// Range implements kv.Snapshot.
func (s *snapshot) Range(ctx context.Context, r kv.Range) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		visit := func(n *node) bool {
			if err := ctx.Err(); err != nil {
				yield(kv.Pair{}, err)
				return false
			}
			p := kv.Pair{Key: slices.Clone(n.key)}
			if !r.KeysOnly {
				p.Value = slices.Clone(n.value)
			}
			return yield(p, nil)
		}
		if r.Reverse {
			s.root.descend(r.From, r.To, visit)
			return
		}
		s.root.ascend(r.From, r.To, visit)
	}
}

// Close implements kv.Snapshot.
func (s *snapshot) Close() {
	if s.done {
		return
	}
	s.done = true
	s.db.lock()
	defer s.db.mu.Unlock()
	if s.db.mu.open--; s.db.mu.open == 0 {
		s.db.idle.Broadcast()
	}
}
