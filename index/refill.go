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
	have, err := x.documents(ctx, env)
	if err != nil {
		return err
	}
	x.beginsPiece(env, 0)
	w := x.writer(env)
	n := 0
	for past, err := range x.src.Histories(ctx, env) {
		if err != nil {
			return w.drop(err)
		}
		r := recordOf(past.Versions, at)
		if r.seen == 0 {
			continue // of later commits
		}
		if err := w.put(past.ID, r); err != nil {
			return w.drop(err)
		}
		n++
		delete(have, held{past.ID, true}) // written or deleted by put
		if len(r.past) > 0 {
			delete(have, held{past.ID, false})
		}
	}
	if err := w.deleteAll(have); err != nil {
		return w.drop(err)
	}
	if err := w.finish(at); err != nil {
		return err
	}
	x.filled = true
	x.opt.Log.Info("search index filled", "env", env, "objects", n, "dur", time.Since(start))
	return nil
}

// held is one document of an object.
type held struct {
	id   graph.ID
	live bool
}

// documents are all that the index holds of an environment.
func (x *Index) documents(ctx context.Context, env graph.EnvID) (map[held]bool, error) {
	have := map[held]bool{}
	err := x.each(ctx, env, func(id graph.ID, live bool) { have[held{id, live}] = true })
	return have, err
}

func (w *writer) deleteAll(list map[held]bool) error {
	for d := range list {
		if err := w.delete(d.id, d.live); err != nil {
			return err
		}
	}
	return nil
}

// forget removes all documents of an environment, and its position.
func (x *Index) forget(ctx context.Context, env graph.EnvID) error {
	have, err := x.documents(ctx, env)
	if err != nil {
		return err
	}
	w := x.writer(env)
	if err := w.deleteAll(have); err != nil {
		return w.drop(err)
	}
	return w.finish(0)
}
