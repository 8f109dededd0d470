package index

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"calipso/graph"
)

// touched are the vertices that some commits changed: how many of the commits,
// and the last one.
type touched map[graph.ID]touch

type touch struct {
	commits int
	last    graph.Time
}

func (t touched) add(c *graph.Commit) {
	for _, ch := range c.Changes {
		if ch.Vertex != "" {
			t[ch.Vertex] = touch{t[ch.Vertex].commits + 1, c.Time}
		}
	}
}

// apply writes what became of some vertices by a time, and the time with it.
func (x *Index) apply(ctx context.Context, env graph.EnvID, ids touched, at graph.Time) error {
	w := x.writer(env)
	if len(ids) == 0 {
		return w.finish(at)
	}
	x.beginsPiece(env, len(ids))
	view, err := x.src.View(ctx, env, at)
	if err != nil {
		return err
	}
	for list := range slices.Chunk(slices.Sorted(maps.Keys(ids)), applyAtOnce) {
		records, err := x.records(env, list)
		if err != nil {
			return w.drop(err)
		}
		for i, id := range list {
			r := records[i]
			if err := x.advance(ctx, env, view, r, id, ids[id], at); err != nil {
				return w.drop(err)
			}
			if r.seen == 0 {
				continue // came and went unseen
			}
			if err := w.put(id, r); err != nil {
				return w.drop(err)
			}
		}
	}
	return w.finish(at)
}

// applyAtOnce is how many records are read from the index at once.
const applyAtOnce = 1000

// records reads what the index holds of some objects.
func (x *Index) records(env graph.EnvID, ids []graph.ID) ([]*record, error) {
	out := make([]*record, len(ids))
	err := x.reading(func(s *snapshot) error {
		for i, id := range ids {
			r, err := s.record(env, id)
			if err != nil {
				return err
			}
			if r == nil {
				r = &record{}
			}
			out[i] = r
		}
		return nil
	})
	return out, err
}

// advance folds into a record what happened to its object up to a time. If one
// commit touched it, the view of that time tells; if several, its history does.
func (x *Index) advance(ctx context.Context, env graph.EnvID, view graph.Reader, r *record, id graph.ID, t touch, at graph.Time) error {
	if t.commits == 1 {
		v, err := view.Vertex(ctx, id)
		if err != nil && !errors.Is(err, graph.ErrNotFound) {
			return err
		}
		if err != nil {
			v = nil
		}
		if v != nil || r.seen > 0 {
			r.fold(graph.Version{Time: t.last, Vertex: v})
		}
		return nil
	}
	var versions []graph.Version
	for v, err := range x.src.History(ctx, env, id) {
		if errors.Is(err, graph.ErrNotFound) {
			break
		}
		if err != nil {
			return fmt.Errorf("index: %w", err)
		}
		if v.Time <= r.seen {
			break
		}
		versions = append(versions, v)
	}
	r.foldAll(versions, at)
	return nil
}
