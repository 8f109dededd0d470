package graph

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Commit makes a batch true: all of it, or after an error nothing. What is
// stored already in exactly that form is left out; if nothing is left, no
// commit is written and the result is Empty. A commit that is returned is on
// disk, and visible to every view opened from now on.
//
// The first commit of an environment makes it. A document in Environments makes
// the environment that it describes. The batch is not kept.
//
// Errors: ErrDangling if an edge would lack an end, ErrConflict if the batch
// contradicts itself or puts vertices into Shared, *InvalidError for a thing
// without type or id, ErrFull if there is no room on the disk. Every error names
// the thing.
func (s *Store) Commit(ctx context.Context, env EnvID, cause Cause, b *Batch) (*Commit, error) {
	c, err := s.commit(ctx, env, cause, b)
	if err != nil {
		return nil, fmt.Errorf("graph: commit to %q: %w", env, EngineError(err))
	}
	if env == Shared {
		s.registerDocumented(ctx)
	}
	witness(ctx, c)
	return c, nil
}

func (s *Store) commit(ctx context.Context, id EnvID, cause Cause, b *Batch) (*Commit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := b.check(id); err != nil {
		return nil, err
	}
	if b.empty() {
		return &Commit{Env: id, Cause: cause}, nil
	}
	e, err := s.lockEnv(ctx, id, true)
	if err != nil {
		return nil, err
	}
	defer e.writing.Unlock()
	w := s.newWriter(e, cause)
	if err := w.run(ctx, func() error { return w.apply(ctx, b) }); err != nil {
		return nil, err
	}
	return w.commit(), nil
}

// commit is the result of a writer that has run.
func (w *writer) commit() *Commit {
	c := &Commit{Env: w.e.id, Cause: w.cause}
	if w.changes > 0 {
		c.Time, c.Changes = w.time, w.list
	}
	return c
}

// registerDocumented makes the environments that have a document and are not
// there yet. No writing lock may be held. If it fails, the next commit to
// Shared, or the next Open, does it.
func (s *Store) registerDocumented(ctx context.Context) {
	ids, err := s.documented(ctx)
	for _, id := range ids {
		if err == nil && s.envs.get(id) == nil {
			_, err = s.register(ctx, id)
		}
	}
	if err != nil {
		s.opt.Log.Error("environment with a document has no room yet", "err", err)
	}
}

// apply does a batch in the order that makes sense. Vertices and edges go by
// type and id, so that what is read together lies together.
func (w *writer) apply(ctx context.Context, b *Batch) error {
	gone := map[ID]bool{}
	for _, id := range b.Delete {
		gone[id] = true
	}
	for _, e := range b.PutEdges {
		for _, end := range []ID{e.From, e.To} {
			if gone[end] {
				return dangling(e.EdgeKey, end)
			}
		}
	}
	if err := w.putVertices(ctx, sortedVertices(b.Put)); err != nil {
		return err
	}
	missing, err := w.putEdgeList(ctx, sortedEdges(b.PutEdges))
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return w.dangling(missing[0])
	}
	if err := w.deleteEdges(ctx, b.DeleteEdges, b.Delete); err != nil {
		return err
	}
	if err := w.deleteVertices(ctx, b.Delete); err != nil {
		return err
	}
	if err := w.putDocs(ctx, b.PutDocs); err != nil {
		return err
	}
	return w.deleteDocs(ctx, b.DeleteDocs)
}

func (w *writer) dangling(e *Edge) error {
	if w.alive(w.nums[e.From]) {
		return dangling(e.EdgeKey, e.To)
	}
	return dangling(e.EdgeKey, e.From)
}

func sortedVertices(list []*Vertex) []*Vertex {
	return slices.SortedFunc(slices.Values(list), func(a, b *Vertex) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID))
	})
}

func sortedEdges(list []*Edge) []*Edge {
	return slices.SortedFunc(slices.Values(list), func(a, b *Edge) int {
		return CompareEdgeKeys(a.EdgeKey, b.EdgeKey)
	})
}
