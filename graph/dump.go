package graph

import (
	"context"
	"fmt"
	"iter"

	"calipso/graph/kv"
)

// Pairs iterates, in order, over every record of the store as it is at one
// moment, while writing goes on: what a backup holds. Of a commit that is being
// written ahead a part may be among them; Open sweeps it away, as after a
// crash. A pair's bytes are valid until the next one is asked for.
func (s *Store) Pairs(ctx context.Context) iter.Seq2[kv.Pair, error] {
	return func(yield func(kv.Pair, error) bool) {
		snap, err := s.db.Snapshot(ctx)
		if err != nil {
			yield(kv.Pair{}, fmt.Errorf("graph: records: %w", err))
			return
		}
		defer snap.Close()
		for p, err := range snap.Range(ctx, kv.Range{}) {
			if err != nil {
				err = fmt.Errorf("graph: records: %w", err)
			}
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// KeyID recognises the key that the store's secrets are sealed with, and tells
// nothing of it.
func (s *Store) KeyID() string { return s.seal.id }

// KeyID recognises a key as Store.KeyID does.
//
// Errors: ErrKey if it has not KeyBytes bytes.
func KeyID(key []byte) (string, error) {
	s, err := newSealer(key)
	if err != nil {
		return "", fmt.Errorf("graph: %w", err)
	}
	return s.id, nil
}
