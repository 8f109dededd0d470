package graph

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"

	"calipso/graph/kv"
)

// Past is one vertex through time.
type Past struct {
	ID ID
	// Versions are all that are retained, newest first, without their causes.
	Versions []Version
}

// Histories iterates over every vertex that there is, or was as far as
// versions are retained, up to the last commit. It is one pass over the store,
// in the order in which ids were first seen.
//
// Errors: ErrNotFound if there is no such environment.
func (s *Store) Histories(ctx context.Context, env EnvID) iter.Seq2[Past, error] {
	return func(yield func(Past, error) bool) {
		err := s.readEnv(ctx, env, func(_ *environment, sh *shown, r records) error {
			return r.histories(ctx, sh.last, func(p Past) error { return keepOn(yield(p, nil)) })
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(Past{}, fmt.Errorf("graph: histories of %q: %w", env, err))
		}
	}
}

// histories goes through newest and older versions side by side: both are
// ordered by number.
func (r records) histories(ctx context.Context, last Time, visit func(Past) error) error {
	next, stop := iter.Pull2(r.Range(ctx, kv.Prefix(r.room.kind(kindVertexOld))))
	defer stop()
	old := cursor{next: next, head: len(r.room.kind(kindVertexOld))}
	if err := old.advance(); err != nil {
		return err
	}
	prefix := r.room.kind(kindVertex)
	for p, err := range r.Range(ctx, kv.Prefix(prefix)) {
		if err != nil {
			return err
		}
		if len(p.Key) != len(prefix)+4 {
			return corrupt(fmt.Errorf("key %x", p.Key))
		}
		n := binary.BigEndian.Uint32(p.Key[len(prefix):])
		past := Past{}
		if err := past.add(p.Value, last); err != nil {
			return fmt.Errorf("vertex %d: %w", n, err)
		}
		for !old.done && old.n <= n {
			if old.n == n {
				if err := past.add(old.value, last); err != nil {
					return fmt.Errorf("vertex %d: %w", n, err)
				}
			}
			if err := old.advance(); err != nil {
				return err
			}
		}
		if len(past.Versions) > 0 {
			if err := visit(past); err != nil {
				return err
			}
		}
	}
	return nil
}

// add appends a version unless it belongs to a commit that is being written.
func (p *Past) add(b []byte, last Time) error {
	ver, err := decodeVertexVersion(b)
	if err != nil || ver.time > last {
		return err
	}
	v, err := decodeVertex(ver.body)
	if err != nil {
		return err
	}
	p.ID = v.ID
	if ver.deleted {
		v = nil
	}
	p.Versions = append(p.Versions, Version{Time: ver.time, Vertex: v})
	return nil
}

// cursor stands on one older version.
type cursor struct {
	next  func() (kv.Pair, error, bool)
	head  int // bytes of a key before the number
	n     uint32
	value []byte
	done  bool
}

func (c *cursor) advance() error {
	p, err, ok := c.next()
	if !ok {
		c.done = true
		return nil
	}
	if err != nil {
		return err
	}
	if len(p.Key) < c.head+4 {
		return corrupt(fmt.Errorf("key %x", p.Key))
	}
	c.n, c.value = binary.BigEndian.Uint32(p.Key[c.head:]), slices.Clone(p.Value)
	return nil
}
