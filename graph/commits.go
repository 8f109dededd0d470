package graph

import (
	"context"
	"fmt"
	"iter"

	"calipso/graph/kv"
)

// Commits iterates over an environment's commits later than after, oldest
// first, each with its whole list of changes: for the commit of a first load
// that is much. CommitHeads and Changes read the same piece by piece.
//
// Errors: ErrNotFound if there is no such environment, ErrRetired if the log
// after that time is not whole any more: who follows it begins anew, with a view
// of now.
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
		err := s.readEnv(ctx, env, func(e *environment, sh *shown, r records) error {
			if err := e.horizon.Load().checkLog(env, after); err != nil {
				return err
			}
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
//
// Errors: ErrNotFound if there is no such environment, ErrRetired if the commit
// lies before what is kept whole.
func (s *Store) Changes(ctx context.Context, env EnvID, at Time) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		err := s.readEnv(ctx, env, func(e *environment, sh *shown, r records) error {
			if err := e.horizon.Load().checkLog(env, at-1); err != nil {
				return err
			}
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
