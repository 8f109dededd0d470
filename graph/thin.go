package graph

import (
	"context"
	"fmt"

	"calipso/graph/kv"
)

// thinEntries is how many entries of the log are looked at while the writer of
// the environment waits.
const thinEntries = 512

// Thin removes what no time shows that can be read: versions, their entries in
// the log, commits of which nothing is left, and things that no version is left
// of with their places in the indexes. It goes through the log, so it costs
// what was retired, and lets the writer in between every few hundred entries.
// Cut short, it goes on where something is left when it is called again.
//
// Between two neighbouring readable times the newest version of each thing
// stays, unless it is a deletion of what was not there at the earlier one
// either. Of the commit at Retained's Since every entry stays, so that the log
// is whole from there on.
//
// Errors: ErrNotFound if there is no such environment.
func (s *Store) Thin(ctx context.Context, env EnvID) (Retired, error) {
	var out Retired
	e := s.envs.get(env)
	err := error(ErrNotFound)
	if e != nil {
		e.thinning.Lock()
		defer e.thinning.Unlock()
		err = s.thin(ctx, e, &out)
	}
	if err != nil {
		return out, fmt.Errorf("graph: thin %q: %w", env, err)
	}
	return out, nil
}

func (s *Store) thin(ctx context.Context, e *environment, out *Retired) error {
	for {
		h := e.horizon.Load()
		if h == nil || len(h.Todo) == 0 {
			return nil
		}
		for _, gap := range h.Todo {
			t := &thinner{s: s, e: e, gap: gap, since: h.Since, done: out}
			if err := t.run(ctx); err != nil {
				return err
			}
		}
		if err := s.thinned(ctx, e, h); err != nil {
			return err
		}
	}
}

// thinned notes that nothing is left to do for a horizon, unless another one
// has come meanwhile.
func (s *Store) thinned(ctx context.Context, e *environment, h *horizon) error {
	if err := s.lockSame(ctx, e); err != nil {
		return err
	}
	defer e.writing.Unlock()
	if e.horizon.Load() != h {
		return nil
	}
	return s.writeHorizon(ctx, e, &horizon{Since: h.Since, Kept: h.Kept})
}

// lockSame takes the writer's place of this very environment.
func (s *Store) lockSame(ctx context.Context, e *environment) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	now, err := s.lockEnv(ctx, e.id, false)
	if err == nil && now != e { // removed, and made again
		now.writing.Unlock()
		err = ErrNotFound
	}
	return err
}

// retainDry counts what Retain would drop.
func (s *Store) retainDry(ctx context.Context, env EnvID, keep Keep) (Retired, error) {
	var out Retired
	e := s.envs.get(env)
	err := error(ErrNotFound)
	if e != nil {
		var next *horizon
		if next, err = s.nextHorizon(ctx, e, keep); err == nil && next == nil {
			next = e.horizon.Load() // something may be left to do
		}
		if err == nil && next != nil {
			for _, gap := range next.Todo {
				t := &thinner{s: s, e: e, gap: gap, since: next.Since, done: &out, dry: true}
				if err = t.run(ctx); err != nil {
					break
				}
			}
		}
	}
	if err != nil {
		return Retired{}, fmt.Errorf("graph: count what %q would lose: %w", env, err)
	}
	return out, nil
}

// thinner thins one stretch between neighbouring kept times.
type thinner struct {
	s     *Store
	e     *environment
	gap   span // (From, Until]
	since Time
	dry   bool
	done  *Retired

	// Where the next step begins: so many entries into a chunk of the log.
	next   []byte
	offset int
	heads  Time          // commits up to here are decided
	left   map[Time]bool // later ones of which something stays

	// Of one step.
	records
	batch kv.Batch
	gone  map[string]struct{} // keys that the batch removes
	freed bool                // numbers of ids among them
	lists map[string][]byte   // adjacency lists that it shortens
}

func (t *thinner) run(ctx context.Context) error {
	room := t.e.room
	t.next, t.heads, t.left = room.time(kindChanges, t.gap.From+1), t.gap.From, map[Time]bool{}
	for {
		more, err := t.step(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// step does some entries: what it reads and what it writes is one moment for
// others.
func (t *thinner) step(ctx context.Context) (more bool, err error) {
	if t.dry {
		err = ctx.Err()
	} else if err = t.s.lockSame(ctx, t.e); err == nil {
		defer t.e.writing.Unlock()
	}
	if err != nil {
		return false, err
	}
	snap, err := t.s.db.Snapshot(ctx)
	if err != nil {
		return false, err
	}
	defer snap.Close()
	t.records = records{Snapshot: snap, room: t.e.room, at: maxTime}
	t.batch, t.gone, t.lists, t.freed = kv.Batch{}, map[string]struct{}{}, map[string][]byte{}, false
	pieces, more, err := t.pieces(ctx)
	if err != nil {
		return false, err
	}
	for i, p := range pieces {
		whole, err := t.piece(ctx, p)
		if err != nil {
			return false, err
		}
		if !whole { // the batch is full
			pieces, more = pieces[:i+1], true
			break
		}
	}
	if more, err = t.commits(ctx, pieces, more); err != nil {
		return false, err
	}
	if t.dry || t.batch.Len()+len(t.lists) == 0 {
		return more, nil
	}
	for key, list := range t.lists {
		if len(list) == 0 {
			t.batch.Delete([]byte(key))
		} else {
			t.batch.Put([]byte(key), list)
		}
	}
	err = t.s.db.Write(ctx, &t.batch)
	if t.freed {
		t.e.nums.forget()
	}
	return more, err
}
