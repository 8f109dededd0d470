package index

import (
	"context"
	"time"

	"calipso/graph"
)

// refill brings an environment into the index from the store, whatever the
// index holds of it.
func (x *Index) refill(ctx context.Context, env graph.EnvID, at graph.Time) error {
	if at == 0 {
		return x.forget(ctx, env)
	}
	start := time.Now()
	view, err := x.src.View(ctx, env, at)
	if err != nil {
		return err
	}
	held, err := x.holds(ctx, env)
	if err != nil {
		return err
	}
	seen := map[graph.ID]bool{}
	w := x.writer(env)
	n := 0
	for v, err := range view.Vertices(ctx) {
		if err == nil {
			err = w.put(v)
		}
		if err != nil {
			return err
		}
		if n++; held {
			seen[v.ID] = true
		}
	}
	if held {
		gone, err := x.without(ctx, env, seen)
		if err != nil {
			return err
		}
		for _, id := range gone {
			if err := w.delete(id); err != nil {
				return err
			}
		}
	}
	if err := w.finish(at); err != nil {
		return err
	}
	x.opt.Log.Info("search index filled", "env", env, "objects", n, "dur", time.Since(start))
	return nil
}

// forget removes all documents of an environment, and its position.
func (x *Index) forget(ctx context.Context, env graph.EnvID) error {
	gone, err := x.without(ctx, env, nil)
	if err != nil {
		return err
	}
	w := x.writer(env)
	for _, id := range gone {
		if err := w.delete(id); err != nil {
			return err
		}
	}
	return w.finish(0)
}

// without lists the ids that the index holds of an environment except some.
func (x *Index) without(ctx context.Context, env graph.EnvID, seen map[graph.ID]bool) ([]graph.ID, error) {
	var gone []graph.ID
	err := x.each(ctx, env, func(id graph.ID) bool {
		if !seen[id] {
			gone = append(gone, id)
		}
		return true
	})
	return gone, err
}
