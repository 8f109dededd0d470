package graph

import (
	"context"

	"calipso/graph/kv"
)

// sweep undoes what was written ahead of a commit that never came to be: every
// head newer than the last commit gives way to the version before it. Numbers,
// names and index entries stay; they lead to heads that say what is there.
//
// It may itself be cut short and done again: adjacency lists come first,
// while the heads that tell which are touched are still there, and the note
// of intent goes last.
func (s *Store) sweep(ctx context.Context, r room, last Time) error {
	if last == 0 {
		if err := s.db.DropPrefix(ctx, r.prefix()); err != nil {
			return err
		}
		return s.db.Sync(ctx)
	}
	snap, err := s.db.Snapshot(ctx)
	if err != nil {
		return err
	}
	defer snap.Close()
	sw := &sweeper{records: records{Snapshot: snap, room: r, at: last}, s: s}
	for _, step := range []func(context.Context) error{
		sw.adjacency, sw.flush, sw.vertices, sw.edges, sw.docs, sw.rest,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	sw.batch.Delete(r.kind(kindIntent))
	if err := sw.flush(ctx); err != nil {
		return err
	}
	return s.db.Sync(ctx)
}

type sweeper struct {
	records
	s     *Store
	batch kv.Batch
}

func (w *sweeper) flush(ctx context.Context) error {
	if w.batch.Len() == 0 {
		return nil
	}
	err := w.s.db.Write(ctx, &w.batch)
	w.batch = kv.Batch{}
	return err
}

// fit makes sure that the next thing fits the batch as a whole.
func (w *sweeper) fit(ctx context.Context, bytes int) error {
	if w.batch.Bytes()+bytes <= w.s.opt.BatchBytes && w.batch.Len()+itemOps < kv.MaxBatchOps {
		return nil
	}
	return w.flush(ctx)
}

// touched visits the heads of one kind that are newer than the last commit,
// with the version that was there before, nil if none.
func (w *sweeper) touched(ctx context.Context, kind byte, older func(key []byte) []byte,
	visit func(key, head, before []byte) error) error {
	for p, err := range w.Range(ctx, kv.Prefix(w.room.kind(kind))) {
		if err != nil {
			return err
		}
		t, _, err := decodeHead(p.Value, docHead)
		if err != nil {
			return err
		}
		if t <= w.at {
			continue
		}
		before, err := w.older(ctx, older(p.Key), w.at)
		if err != nil {
			return err
		}
		if err := visit(append([]byte(nil), p.Key...), p.Value, before); err != nil {
			return err
		}
	}
	return nil
}

// restore puts back the version before, or removes a head that had none.
func (w *sweeper) restore(ctx context.Context, key, olderPrefix, before []byte) error {
	if err := w.fit(ctx, len(before)+4*len(key)+256); err != nil {
		return err
	}
	if before == nil {
		w.batch.Delete(key)
		return nil
	}
	t, _, err := decodeHead(before, docHead)
	if err != nil {
		return err
	}
	w.batch.Put(key, before)
	w.batch.Delete(version(olderPrefix, t))
	return nil
}

// numbered turns the key of a head into the prefix of its older versions.
func (w *sweeper) numbered(oldKind byte) func(key []byte) []byte {
	return func(key []byte) []byte {
		n, err := number(key[5:])
		if err != nil {
			return w.room.kind(oldKind)
		}
		return w.room.num(oldKind, n)
	}
}

func (w *sweeper) adjacency(ctx context.Context) error {
	var list []edgeChange
	err := w.touched(ctx, kindEdge, w.numbered(kindEdgeOld), func(key, head, before []byte) error {
		e, err := decodeEdgeVersion(head)
		if err != nil {
			return err
		}
		n, err := number(key[5:])
		if err != nil {
			return err
		}
		c := edgeChange{from: e.from, to: e.to, edge: n, typ: e.typ}
		if before != nil {
			old, err := decodeEdgeVersion(before)
			if err != nil {
				return err
			}
			c.live, c.value = !old.deleted, old.value
		}
		list = append(list, c)
		return nil
	})
	if err != nil {
		return err
	}
	return eachAdjacency(list, func(part byte, of func(edgeChange) uint32, list []edgeChange) error {
		const readAll = ^uint32(0)
		return w.s.packLists(ctx, w.room, part, of, list, readAll, func(uint32) bool { return false }, func(key, value []byte) error {
			if err := w.fit(ctx, len(key)+len(value)); err != nil {
				return err
			}
			w.batch.Put(key, value)
			return nil
		})
	})
}

func (w *sweeper) vertices(ctx context.Context) error {
	older := w.numbered(kindVertexOld)
	return w.touched(ctx, kindVertex, older, func(key, _, before []byte) error {
		if err := w.restore(ctx, key, older(key), before); err != nil {
			return err
		}
		n, err := number(key[5:])
		if err != nil {
			return err
		}
		if before == nil {
			putMeta(&w.batch, w.room, n, nil)
			return nil
		}
		v, err := decodeVertexVersion(before)
		putMeta(&w.batch, w.room, n, &v)
		return err
	})
}

func (w *sweeper) edges(ctx context.Context) error {
	older := w.numbered(kindEdgeOld)
	return w.touched(ctx, kindEdge, older, func(key, _, before []byte) error {
		return w.restore(ctx, key, older(key), before)
	})
}

func (w *sweeper) docs(ctx context.Context) error {
	older := func(key []byte) []byte {
		k, _ := w.room.docKeyOf(key)
		return w.room.docOld(k)
	}
	return w.touched(ctx, kindDoc, older, func(key, _, before []byte) error {
		return w.restore(ctx, key, older(key), before)
	})
}

// rest removes change lists and spilled edges that belong to no commit.
func (w *sweeper) rest(ctx context.Context) error {
	changes := kv.Prefix(w.room.kind(kindChanges))
	changes.From = w.room.time(kindChanges, w.at+1)
	for _, rng := range []kv.Range{changes, kv.Prefix(w.room.kind(kindSpill))} {
		rng.KeysOnly = true
		for p, err := range w.Range(ctx, rng) {
			if err != nil {
				return err
			}
			if err := w.fit(ctx, len(p.Key)); err != nil {
				return err
			}
			w.batch.Delete(append([]byte(nil), p.Key...))
		}
	}
	return nil
}
