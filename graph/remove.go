package graph

import (
	"context"
	"errors"
	"fmt"

	"calipso/graph/kv"
)

// RemoveEnv removes an environment with all it ever held: graph, documents,
// history, and its document in Environments with that one's history. What is
// left is one commit of Shared that says so. Views of it fail from now on.
// A crash on the way does not stop it: the next Open goes on.
//
// Errors: ErrNotFound if there is no such environment, ErrConflict for Shared.
func (s *Store) RemoveEnv(ctx context.Context, id EnvID, cause Cause) error {
	if id == Shared {
		return fmt.Errorf("graph: remove the shared documents: %w", ErrConflict)
	}
	e, err := s.lockEnv(ctx, id, false)
	if err != nil {
		return fmt.Errorf("graph: remove environment %q: %w", id, err)
	}
	defer e.writing.Unlock()
	if err := s.remove(ctx, e, cause); err != nil {
		if e.removed.Load() || !errors.Is(err, kv.ErrFull) {
			e.broken = fmt.Errorf("%w: %w", errBroken, err)
		}
		return fmt.Errorf("graph: remove environment %q: %w", id, EngineError(err))
	}
	return nil
}

// remove does the work; each step may be done again.
func (s *Store) remove(ctx context.Context, e *environment, cause Cause) error {
	rec, err := encodeBody.Marshal(envRecord{
		Room: uint32(e.room), Removing: true, Kind: cause.Kind, ID: cause.ID, Who: cause.Who,
	})
	if err != nil {
		return err
	}
	if err := s.write(ctx, envRecordKey(e.id), rec); err != nil {
		return err
	}
	e.removed.Store(true)
	// From here on there is no way back, so a cancelled ctx does not stop it.
	ctx = context.WithoutCancel(ctx)
	if err := s.forgetEnvDocument(ctx, e.id, cause); err != nil {
		return err
	}
	if err := s.db.DropPrefix(ctx, e.room.prefix()); err != nil {
		return err
	}
	var b kv.Batch
	b.Delete(envRecordKey(e.id))
	if err := s.db.Write(ctx, &b); err != nil {
		return err
	}
	if err := s.db.Sync(ctx); err != nil {
		return err
	}
	s.envs.drop(e.id)
	s.notify()
	return nil
}

// forgetEnvDocument removes an environment's document with its history. The
// commit is written even if there is no document, so that followers hear of
// the end.
func (s *Store) forgetEnvDocument(ctx context.Context, id EnvID, cause Cause) error {
	e, err := s.lockEnv(ctx, Shared, true)
	if err != nil {
		return err
	}
	defer e.writing.Unlock()
	key := DocKey{Environments, string(id)}
	w := s.newWriter(e, cause)
	err = w.run(ctx, func() error {
		if err := w.deleteDocs(ctx, []DocKey{key}); err != nil || w.changes > 0 {
			return err
		}
		return w.changed(ctx, entry{op: Removed, what: entryDoc, doc: key}, Change{Op: Removed, Doc: &key})
	})
	if err != nil {
		return err
	}
	witness(ctx, w.commit())
	return s.db.DropPrefix(ctx, e.room.docOld(key))
}
