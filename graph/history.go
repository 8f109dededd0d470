package graph

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"calipso/graph/kv"
)

// Version is one version of a vertex.
type Version struct {
	Time   Time
	Cause  Cause
	Vertex *Vertex // nil: removed at that time
}

// EdgeVersion is one version of an edge.
type EdgeVersion struct {
	Time  Time
	Cause Cause
	Edge  *Edge // nil: removed at that time
}

// History iterates over all retained versions of a vertex, newest first.
//
// Errors: ErrNotFound if there never was such a vertex.
func (s *Store) History(ctx context.Context, env EnvID, id ID) iter.Seq2[Version, error] {
	return func(yield func(Version, error) bool) {
		err := s.readEnv(ctx, env, func(_ *environment, sh *shown, r records) error {
			n, err := r.num(ctx, id)
			if err != nil {
				return err
			}
			return r.history(ctx, kindVertex, kindVertexOld, n, sh.last, func(b []byte, cause Cause) error {
				ver, err := decodeVertexVersion(b)
				if err != nil {
					return err
				}
				out := Version{Time: ver.time, Cause: cause}
				if !ver.deleted {
					if out.Vertex, err = decodeVertex(ver.body); err != nil {
						return err
					}
				}
				return keepOn(yield(out, nil))
			})
		})
		if err != nil && err != errStop {
			yield(Version{}, fmt.Errorf("graph: history of vertex %q of %q: %w", id, env, err))
		}
	}
}

// EdgeHistory iterates over all retained versions of an edge, newest first.
//
// Errors: ErrNotFound if there never was such an edge.
func (s *Store) EdgeHistory(ctx context.Context, env EnvID, k EdgeKey) iter.Seq2[EdgeVersion, error] {
	return func(yield func(EdgeVersion, error) bool) {
		err := s.readEnv(ctx, env, func(_ *environment, sh *shown, r records) error {
			n, err := r.number(ctx, r.room.edgeKey(k))
			if err != nil {
				return err
			}
			return r.history(ctx, kindEdge, kindEdgeOld, n, sh.last, func(b []byte, cause Cause) error {
				ver, err := decodeEdgeVersion(b)
				if err != nil {
					return err
				}
				out := EdgeVersion{Time: ver.time, Cause: cause}
				if !ver.deleted {
					if out.Edge, err = decodeEdge(ver.body); err != nil {
						return err
					}
				}
				return keepOn(yield(out, nil))
			})
		})
		if err != nil && err != errStop {
			yield(EdgeVersion{}, fmt.Errorf("graph: history of edge %q from %q to %q of %q: %w", k.Type, k.From, k.To, env, err))
		}
	}
}

func keepOn(more bool) error {
	if !more {
		return errStop
	}
	return nil
}

// history visits the versions of one number up to the last commit, newest
// first, with the cause of the commit that made each.
func (r records) history(ctx context.Context, kind, oldKind byte, n uint32, last Time,
	visit func(b []byte, cause Cause) error) error {
	if n == 0 {
		return ErrNotFound
	}
	some := false
	show := func(b []byte) error {
		t, _, err := decodeHead(b, docHead)
		if err != nil {
			return fmt.Errorf("record %c %d: %w", kind, n, err)
		}
		if t > last { // of a commit that is being written
			return nil
		}
		cause, err := r.causeOf(ctx, t)
		if err != nil {
			return err
		}
		some = true
		return visit(b, cause)
	}
	head, err := r.Get(ctx, r.room.num(kind, n))
	if errors.Is(err, kv.ErrNotFound) {
		return ErrNotFound
	}
	if err != nil {
		return err
	}
	if err := show(head); err != nil {
		return err
	}
	for p, err := range r.Range(ctx, kv.Prefix(r.room.num(oldKind, n))) {
		if err != nil {
			return err
		}
		if err := show(p.Value); err != nil {
			return err
		}
	}
	if !some {
		return ErrNotFound
	}
	return nil
}

func (r records) causeOf(ctx context.Context, t Time) (Cause, error) {
	b, err := r.Get(ctx, r.room.time(kindCommit, t))
	if errors.Is(err, kv.ErrNotFound) {
		return Cause{}, corrupt(fmt.Errorf("a version is of %s, but the log has no such commit", t))
	}
	if err != nil {
		return Cause{}, err
	}
	rec, err := decodeCommit(b)
	return rec.cause(), err
}
