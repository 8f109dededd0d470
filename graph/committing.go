package graph

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"calipso/graph/kv"
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
// without type or id. Every error names the thing.
func (s *Store) Commit(ctx context.Context, env EnvID, cause Cause, b *Batch) (*Commit, error) {
	c, err := s.commit(ctx, env, cause, b)
	if err != nil {
		return nil, fmt.Errorf("graph: commit to %q: %w", env, err)
	}
	if env == Shared {
		s.registerDocumented(ctx)
	}
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

func (b *Batch) empty() bool {
	return len(b.Put)+len(b.Delete)+len(b.PutEdges)+len(b.DeleteEdges)+len(b.PutDocs)+len(b.DeleteDocs) == 0
}

// check finds what is wrong with a batch by itself.
func (b *Batch) check(env EnvID) error {
	if env == Shared && len(b.Put)+len(b.Delete)+len(b.PutEdges)+len(b.DeleteEdges) > 0 {
		return fmt.Errorf("shared documents have no vertices or edges: %w", ErrConflict)
	}
	vertices := once[ID]{what: "vertex"}
	for _, v := range b.Put {
		if err := v.check(); err != nil {
			return err
		}
		vertices.put(v.ID)
	}
	vertices.deleted(b.Delete)
	edges := once[EdgeKey]{what: "edge"}
	for _, e := range b.PutEdges {
		if err := e.check(); err != nil {
			return err
		}
		edges.put(e.EdgeKey)
	}
	edges.deleted(b.DeleteEdges)
	docs := once[DocKey]{what: "document"}
	for _, d := range b.PutDocs {
		if err := d.check(); err != nil {
			return err
		}
		docs.put(d.DocKey)
	}
	docs.deleted(b.DeleteDocs)
	return cmp.Or(vertices.err, edges.err, docs.err)
}

// once notices things that a batch puts twice, or both puts and deletes.
type once[K comparable] struct {
	what string
	seen map[K]struct{}
	err  error
}

func (o *once[K]) put(k K) {
	if _, twice := o.seen[k]; twice && o.err == nil {
		o.err = fmt.Errorf("%s %q is put twice: %w", o.what, fmt.Sprint(k), ErrConflict)
	}
	if o.seen == nil {
		o.seen = map[K]struct{}{}
	}
	o.seen[k] = struct{}{}
}

func (o *once[K]) deleted(keys []K) {
	for _, k := range keys {
		if _, both := o.seen[k]; both && o.err == nil {
			o.err = fmt.Errorf("%s %q is both put and deleted: %w", o.what, fmt.Sprint(k), ErrConflict)
		}
	}
}

// maxName is the longest id or type, in bytes; keys hold up to three of them.
const maxName = 8 << 10

// names collects what is wrong with the names of one thing.
type names struct{ wrong []FieldError }

func (n *names) need(field, text string) {
	switch {
	case text == "":
		n.wrong = append(n.wrong, FieldError{field, "is missing"})
	case strings.Contains(text, "\x00"):
		n.wrong = append(n.wrong, FieldError{field, "may not hold a zero byte"})
	case len(text) > maxName:
		n.wrong = append(n.wrong, FieldError{field, fmt.Sprintf("has %d bytes, at most %d are possible", len(text), maxName)})
	}
}

func (n *names) err(format string, args ...any) error {
	if len(n.wrong) == 0 {
		return nil
	}
	return &InvalidError{What: fmt.Sprintf(format, args...), Fields: n.wrong}
}

func (v *Vertex) check() error {
	var n names
	n.need("id", string(v.ID))
	n.need("type", string(v.Type))
	if v.Parent != "" {
		n.need("parent", string(v.Parent))
	}
	if v.Parent == v.ID {
		n.wrong = append(n.wrong, FieldError{"parent", "is the vertex itself"})
	}
	return n.err("vertex %q", v.ID)
}

func (e *Edge) check() error {
	var n names
	n.need("link_type", string(e.Type))
	n.need("source", string(e.From))
	n.need("target", string(e.To))
	return n.err("edge %q from %q to %q", e.Type, e.From, e.To)
}

func (d *Document) check() error {
	var n names
	n.need("collection", string(d.Collection))
	n.need("id", d.ID)
	return n.err("document %q of %q", d.ID, d.Collection)
}

// Commits iterates over an environment's commits later than after, oldest
// first, each with its whole list of changes: for the commit of a first load
// that is much. CommitHeads and Changes read the same piece by piece.
//
// Errors: ErrNotFound if there is no such environment.
func (s *Store) Commits(ctx context.Context, env EnvID, after Time) iter.Seq2[*Commit, error] {
	return func(yield func(*Commit, error) bool) {
		for c, err := range s.CommitHeads(ctx, env, after) {
			if err != nil {
				yield(nil, err)
				return
			}
			for ch, err := range s.Changes(ctx, env, c.Time) {
				if err != nil {
					yield(nil, err)
					return
				}
				c.Changes = append(c.Changes, ch)
			}
			if !yield(c, nil) {
				return
			}
		}
	}
}

// CommitHeads iterates as Commits does, without the changes.
func (s *Store) CommitHeads(ctx context.Context, env EnvID, after Time) iter.Seq2[*Commit, error] {
	return func(yield func(*Commit, error) bool) {
		err := s.readEnv(ctx, env, func(_ *environment, sh *shown, r records) error {
			rng := kv.Range{From: r.room.time(kindCommit, after+1), To: r.room.time(kindCommit, sh.last+1)}
			for p, err := range r.Range(ctx, rng) {
				if err != nil {
					return err
				}
				t, err := timeAt(p.Key)
				if err != nil {
					return err
				}
				rec, err := decodeCommit(p.Value)
				if err != nil {
					return fmt.Errorf("commit at %s: %w", t, err)
				}
				if !yield(&Commit{Env: env, Time: t, Cause: rec.cause()}, nil) {
					return errStop
				}
			}
			return nil
		})
		if err != nil && err != errStop {
			yield(nil, fmt.Errorf("graph: commits of %q: %w", env, err))
		}
	}
}

// Changes iterates over what the commit at exactly that time changed.
func (s *Store) Changes(ctx context.Context, env EnvID, at Time) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		err := s.readEnv(ctx, env, func(_ *environment, sh *shown, r records) error {
			types := sh.graph.VertexTypes()
			name := func(code uint8) VertexType { return VertexType(types.Name(int(code))) }
			for list, err := range r.entries(ctx, at-1, min(at, sh.last)) {
				if err != nil {
					return err
				}
				changes, err := r.resolve(ctx, list, name)
				if err != nil {
					return err
				}
				for _, c := range changes {
					if !yield(c, nil) {
						return errStop
					}
				}
			}
			return nil
		})
		if err != nil && err != errStop {
			yield(Change{}, fmt.Errorf("graph: changes of %q at %s: %w", env, at, err))
		}
	}
}
