package graph

import (
	"context"
	"fmt"
	"iter"

	"calipso/graph/kv"
)

// loadChunk is how many records a load holds at a time.
const loadChunk = 4000

// Load makes a stream of records true in one commit, as Commit would, without
// holding them: it needs a few thousand of them at a time, and about 300 bytes
// for each vertex and edge. Into an environment that has no records yet it takes
// a faster way, which needs Options.SortBytes besides and may make other readers
// and writers of the database wait (kv.DB.Load). Order is free; an edge may come
// before its ends. A record that comes again in the same form counts once.
// Records are not to be changed after they were given.
//
// The result lists no changes; Changes reads them from the log.
//
// Errors: those of Commit and of the stream. After an error nothing is changed.
func (s *Store) Load(ctx context.Context, env EnvID, cause Cause, src iter.Seq2[*Record, error]) (*Commit, error) {
	c, err := s.load(ctx, env, cause, src)
	if err != nil {
		return nil, fmt.Errorf("graph: load into %q: %w", env, EngineError(err))
	}
	if env == Shared {
		s.registerDocumented(ctx)
	}
	witness(ctx, c)
	return c, nil
}

func (s *Store) load(ctx context.Context, id EnvID, cause Cause, src iter.Seq2[*Record, error]) (*Commit, error) {
	e, err := s.lockEnv(ctx, id, true)
	if err != nil {
		return nil, err
	}
	defer e.writing.Unlock()
	w := s.newWriter(e, cause)
	w.keep, w.newEdges = false, map[[3]uint32]uint32{}
	run := (&loader{w: w}).run
	if w.first() {
		run = newFirstLoad(w).run
	}
	if err := w.run(ctx, func() error { return run(ctx, src) }); err != nil {
		return nil, err
	}
	return w.commit(), nil
}

// loader feeds a stream to a writer, chunk by chunk.
type loader struct {
	w        *writer
	vertices uniques[ID, *Vertex]
	edges    uniques[EdgeKey, *Edge]
	docs     uniques[DocKey, *Document]
	spilled  uint32
}

// uniques is a chunk in which nothing occurs twice.
type uniques[K comparable, V any] struct {
	seen map[K]struct{}
	list []V
}

func (u *uniques[K, V]) has(k K) bool { _, ok := u.seen[k]; return ok }

func (u *uniques[K, V]) add(k K, v V) {
	if u.seen == nil {
		u.seen = make(map[K]struct{}, loadChunk)
	}
	u.seen[k] = struct{}{}
	u.list = append(u.list, v)
}

func (u *uniques[K, V]) take() []V {
	list := u.list
	u.list = nil
	clear(u.seen)
	return list
}

func (l *loader) run(ctx context.Context, src iter.Seq2[*Record, error]) error {
	for rec, err := range src {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = l.add(ctx, rec)
		}
		if err != nil {
			return err
		}
	}
	for _, flush := range []func(context.Context) error{l.putVertices, l.putEdges, l.putDocs, l.putSpilled} {
		if err := flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) add(ctx context.Context, rec *Record) error {
	if err := rec.check(l.w.e.id); err != nil {
		return err
	}
	switch {
	case rec.Vertex != nil:
		if l.vertices.has(rec.Vertex.ID) || len(l.vertices.list) >= loadChunk {
			if err := l.putVertices(ctx); err != nil {
				return err
			}
		}
		l.vertices.add(rec.Vertex.ID, rec.Vertex)
	case rec.Edge != nil:
		if l.edges.has(rec.Edge.EdgeKey) || len(l.edges.list) >= loadChunk {
			if err := l.putEdges(ctx); err != nil {
				return err
			}
		}
		l.edges.add(rec.Edge.EdgeKey, rec.Edge)
	case rec.Doc != nil:
		if len(l.docs.list) >= loadChunk {
			if err := l.putDocs(ctx); err != nil {
				return err
			}
		}
		l.docs.add(rec.Doc.DocKey, rec.Doc)
	}
	return nil
}

func (l *loader) putVertices(ctx context.Context) error {
	return l.w.putVertices(ctx, sortedVertices(l.vertices.take()))
}

func (l *loader) putDocs(ctx context.Context) error {
	return l.w.putDocs(ctx, l.docs.take())
}

// putEdges writes those edges whose ends are there, or waiting in the same
// chunk; the others are put aside on disk.
func (l *loader) putEdges(ctx context.Context) error {
	if err := l.putVertices(ctx); err != nil {
		return err
	}
	missing, err := l.w.putEdgeList(ctx, sortedEdges(l.edges.take()))
	if err != nil {
		return err
	}
	for _, e := range missing {
		body, err := encodeEdge(e)
		if err != nil {
			return err
		}
		if err := l.w.room(ctx, len(body)+64); err != nil {
			return err
		}
		l.w.batch.Put(l.w.e.room.num(kindSpill, l.spilled), body)
		l.spilled++
	}
	return nil
}

// putSpilled writes the edges that were put aside, now that all vertices are
// there.
func (l *loader) putSpilled(ctx context.Context) error {
	if l.spilled == 0 {
		return nil
	}
	if err := l.w.flush(ctx); err != nil {
		return err
	}
	r, err := l.w.read(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	for p, err := range r.Range(ctx, kv.Prefix(l.w.e.room.kind(kindSpill))) {
		if err != nil {
			return err
		}
		e, err := decodeEdge(p.Value)
		if err != nil {
			return err
		}
		if l.edges.has(e.EdgeKey) || len(l.edges.list) >= loadChunk {
			if err := l.putAside(ctx); err != nil {
				return err
			}
		}
		l.edges.add(e.EdgeKey, e)
		if err := l.w.room(ctx, 64); err != nil {
			return err
		}
		l.w.batch.Delete(append([]byte(nil), p.Key...))
	}
	return l.putAside(ctx)
}

func (l *loader) putAside(ctx context.Context) error {
	missing, err := l.w.putEdgeList(ctx, sortedEdges(l.edges.take()))
	if err == nil && len(missing) > 0 {
		err = l.w.dangling(missing[0])
	}
	return err
}
