package mirror

import (
	"context"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/importexport"
)

// copy writes all documents of a room as they were at one moment, collection by
// collection. What is there already is compared, and removed if it should not
// be there.
func (m *Mirror) copy(ctx context.Context, env graph.EnvID, at moment, w ways) error {
	r := m.state.room(env)
	m.told.doing(Copying)
	if r.To == 0 {
		r.To, r.ToRules, r.Copied = at.view.Time(), at.rules.Time(), nil
		if err := m.note(ctx); err != nil {
			return err
		}
	}
	for _, c := range w.collections {
		if slices.Contains(r.Copied, c) {
			continue
		}
		begun := time.Now()
		if err := m.copyCollection(ctx, env, at, w, c); err != nil {
			return err
		}
		r.Copied = append(r.Copied, c)
		if err := m.note(ctx); err != nil {
			return err
		}
		m.opt.Log.Info("collection is copied to MongoDB", "env", env, "collection", c, "at", r.To, "dur", time.Since(begun))
	}
	*r = Room{Env: env, Room: r.Room, At: r.To, Rules: r.ToRules}
	m.views[env] = at.view
	return m.note(ctx)
}

func (m *Mirror) copyCollection(ctx context.Context, env graph.EnvID, at moment, w ways, collection string) error {
	empty, err := m.sink.Empty(ctx, collection, env)
	if err != nil {
		return ofSink(err)
	}
	if !empty {
		// Before anything is written: what is there under another id may be in
		// the way of what is unique.
		if err := m.sweep(ctx, env, at, w, collection); err != nil {
			return err
		}
	}
	out := m.newWriter(ctx, !empty, nil)
	return out.close(w.copies(out.ctx, at.view, at.rules, collection, func(op Op) error { return out.put(collection, op) }))
}

// sweep removes the documents of a room that should not be there.
func (m *Mirror) sweep(ctx context.Context, env graph.EnvID, at moment, w ways, collection string) error {
	wanted := newIDSet()
	err := w.copies(ctx, at.view, at.rules, collection, func(op Op) error {
		wanted.add(op.ID)
		return nil
	})
	if err != nil {
		return err
	}
	for more := true; more; {
		var strange []any
		if strange, more, err = m.strange(ctx, env, collection, wanted); err != nil {
			return err
		}
		out := m.newWriter(ctx, false, nil)
		for _, id := range strange {
			if err = out.put(collection, Op{ID: id}); err != nil {
				break
			}
		}
		if err = out.close(err); err != nil {
			return err
		}
	}
	return nil
}

// mostStrange bounds the ids of documents to be removed that are in memory.
const mostStrange = 100_000

// strange lists documents of a room that should not be there, and tells whether
// there are more. Nothing is removed while the MongoDB is being read: not every
// server bears that.
func (m *Mirror) strange(ctx context.Context, env graph.EnvID, collection string, wanted *idSet) (out []any, more bool, err error) {
	for id, err := range m.sink.IDs(ctx, collection, env) {
		if err != nil {
			return nil, false, ofSink(err)
		}
		if wanted.has(id) {
			continue
		}
		if out = append(out, id); len(out) == mostStrange {
			return out, true, nil
		}
	}
	return out, false, nil
}

// copyEnvironment makes all documents of a collection of an environment.
func (m *Mirror) copyEnvironment(ctx context.Context, at, rules *graph.View, collection string, put func(Op) error) error {
	maker, err := importexport.NewMaker(ctx, at.Env(), at)
	if err != nil {
		return err
	}
	add := func(d bson.D, err error) error {
		if err != nil || d == nil {
			return err
		}
		id, b, err := raw(d)
		if err != nil {
			return err
		}
		return put(Op{id, b})
	}
	switch collection {
	case importexport.Inventory:
		for v, err := range at.Vertices(ctx) {
			if err != nil {
				return err
			}
			if err := add(maker.Object(ctx, v)); err != nil {
				return err
			}
		}
	case importexport.Links:
		for e, err := range at.Edges(ctx) {
			if err != nil {
				return err
			}
			if err := add(maker.Link(ctx, e)); err != nil {
				return err
			}
		}
	case importexport.CliqueSet:
		ruling, _, err := importexport.NewReference(rules).Rules(ctx, at.Env())
		if err != nil {
			return err
		}
		cliques, err := maker.Cliques(ctx, ruling)
		if err != nil {
			return err
		}
		for d, err := range cliques.All(ctx) {
			if err := add(d, err); err != nil {
				return err
			}
		}
	default:
		for d, err := range at.Documents(ctx, graph.Collection(collection)) {
			if err != nil {
				return err
			}
			if err := add(maker.Document(d)); err != nil {
				return err
			}
		}
	}
	return nil
}
