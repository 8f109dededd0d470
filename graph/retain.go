package graph

import (
	"context"
	"fmt"
	"slices"
)

// Keep says what retention leaves of an environment's past.
type Keep struct {
	// Since: everything at or after it stays.
	Since Time
	// Times before it that stay readable, such as those of snapshots.
	Times []Time
	// DryRun only counts.
	DryRun bool
}

// Retired is what retention dropped.
type Retired struct {
	Commits  int   `json:"commits"`  // that left nothing behind
	Versions int   `json:"versions"` // of vertices, edges and documents
	Bytes    int64 `json:"bytes"`    // of their records, before compression
}

// Retained is what an environment knows of its past.
type Retained struct {
	// Since is from when on everything is there; Now: from the beginning.
	Since Time `json:"since"`
	// Times are those before Since that can be read as well, ascending.
	Times []Time `json:"times"`
	// Pending: something of the rest is still on disk; Thin removes it.
	Pending bool `json:"pending"`
}

// Retain forgets what an environment was at times that nobody wants any more:
// Retire, then Thin.
//
// Errors: those of Retire and Thin.
func (s *Store) Retain(ctx context.Context, env EnvID, keep Keep) (Retired, error) {
	if keep.DryRun {
		return s.retainDry(ctx, env, keep)
	}
	if err := s.Retire(ctx, env, keep); err != nil {
		return Retired{}, err
	}
	return s.Thin(ctx, env)
}

// Retire notes, durably, which times of an environment stay readable. From now
// on others before keep.Since answer ErrRetired; nothing is removed yet. A time
// stands for the commit that it shows, up to the next one. The time before the
// first commit always stays readable, and shows nothing.
//
// Errors: ErrNotFound if there is no such environment, ErrRetired for a time
// that is retired already, *InvalidError for Since before what Retained tells.
func (s *Store) Retire(ctx context.Context, env EnvID, keep Keep) error {
	e, err := s.lockEnv(ctx, env, false)
	if err == nil {
		err = s.retire(ctx, e, keep)
		e.writing.Unlock()
	}
	if err != nil {
		return fmt.Errorf("graph: retire times of %q: %w", env, err)
	}
	e.past.forget(e.horizon.Load())
	return nil
}

func (s *Store) retire(ctx context.Context, e *environment, keep Keep) error {
	next, err := s.nextHorizon(ctx, e, keep)
	if err != nil || next == nil {
		return err
	}
	return s.writeHorizon(ctx, e, next)
}

// writeHorizon makes it durable, then valid. The environment's writer waits.
func (s *Store) writeHorizon(ctx context.Context, e *environment, h *horizon) error {
	b, err := h.encode()
	if err != nil {
		return err
	}
	if err := s.write(ctx, e.room.kind(kindHorizon), b); err != nil {
		return err
	}
	e.horizon.Store(h)
	return nil
}

// nextHorizon is what keep makes of the horizon; nil: it stays.
func (s *Store) nextHorizon(ctx context.Context, e *environment, keep Keep) (*horizon, error) {
	if err := keep.check(); err != nil {
		return nil, err
	}
	snap, err := s.db.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	r := records{Snapshot: snap, room: e.room, at: maxTime}
	old := e.horizon.Load()
	if old != nil && keep.Since < old.Since {
		return nil, keepError("since", fmt.Sprintf("%s is earlier than %s, before which times are retired already", keep.Since, old.Since))
	}
	next := &horizon{}
	if next.Since, err = r.lastCommit(ctx, min(keep.Since, e.last())); err != nil || next.Since == 0 {
		return nil, err
	}
	first, err := r.firstCommit(ctx, old)
	if err != nil || old == nil && next.Since <= first {
		return nil, err
	}
	next.Kept = []span{{Until: first}}
	for _, t := range slices.Sorted(slices.Values(keep.Times)) {
		if t >= next.Since || t < next.Kept[len(next.Kept)-1].Until {
			continue
		}
		s, err := r.spanAt(ctx, e.id, old, t)
		if err != nil {
			return nil, err
		}
		next.Kept = append(next.Kept, s)
	}
	if old != nil && next.equal(old) {
		return nil, nil
	}
	next.Todo = next.stretches(old)
	return next, nil
}

func (k Keep) check() error {
	if k.Since <= Now {
		return keepError("since", "is missing; give the time from which on everything stays")
	}
	for i, t := range k.Times {
		if t <= Now {
			return keepError(fmt.Sprintf("times[%d]", i), "is missing; give a time")
		}
	}
	return nil
}

func keepError(field, reason string) error {
	return &InvalidError{What: "retention", Fields: []FieldError{{Field: field, Reason: reason}}}
}

// firstCommit is the time of the environment's first commit; 0 if none.
func (r records) firstCommit(ctx context.Context, h *horizon) (Time, error) {
	if h != nil {
		return h.first(), nil
	}
	return r.commitAfter(ctx, 0)
}

// commitAfter is the time of the first commit after a time; 0 if none.
func (r records) commitAfter(ctx context.Context, t Time) (Time, error) {
	for p, err := range r.Range(ctx, keysOnly(between(r.room.time(kindCommit, t+1), r.room.kind(kindCommit)))) {
		if err != nil {
			return 0, err
		}
		return timeAt(p.Key)
	}
	return 0, nil
}

// spanAt is how long the commit that a time shows was shown.
func (r records) spanAt(ctx context.Context, env EnvID, old *horizon, t Time) (s span, err error) {
	if old != nil && t < old.Since {
		s, ok := old.at(t)
		if !ok {
			return s, old.retired(env, t)
		}
		return s, nil
	}
	if s.From, err = r.lastCommit(ctx, t); err != nil {
		return s, err
	}
	s.Until, err = r.commitAfter(ctx, s.From)
	return s, err
}

// Retained tells what an environment knows of its past.
//
// Errors: ErrNotFound if there is no such environment.
func (s *Store) Retained(env EnvID) (Retained, error) {
	e := s.envs.get(env)
	if e == nil || e.removed.Load() {
		return Retained{}, fmt.Errorf("graph: what is retained of %q: %w", env, ErrNotFound)
	}
	out := Retained{Times: []Time{}}
	if h := e.horizon.Load(); h != nil {
		out.Since, out.Pending = h.Since, len(h.Todo) > 0
		for _, k := range h.Kept[1:] {
			out.Times = append(out.Times, k.From)
		}
	}
	return out, nil
}

// First is the time of an environment's first commit, retired or not; Now if it
// has none.
//
// Errors: ErrNotFound if there is no such environment.
func (s *Store) First(ctx context.Context, env EnvID) (Time, error) {
	var first Time
	err := s.readEnv(ctx, env, func(e *environment, _ *shown, r records) (err error) {
		first, err = r.firstCommit(ctx, e.horizon.Load())
		return err
	})
	if err != nil {
		return Now, fmt.Errorf("graph: first commit of %q: %w", env, err)
	}
	return first, nil
}
