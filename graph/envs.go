package graph

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"calipso/graph/kv"
	"calipso/graph/topology"
)

// envTable is the environments that the store knows.
type envTable struct {
	sync.Mutex
	byID   map[EnvID]*environment
	closed bool
}

func (t *envTable) init() { t.byID = map[EnvID]*environment{} }

func (t *envTable) get(id EnvID) *environment {
	t.Lock()
	defer t.Unlock()
	return t.byID[id]
}

func (t *envTable) put(e *environment) {
	t.Lock()
	defer t.Unlock()
	t.byID[e.id] = e
}

func (t *envTable) drop(id EnvID) {
	t.Lock()
	defer t.Unlock()
	delete(t.byID, id)
}

// close empties the table for good.
func (t *envTable) close() []*environment {
	t.Lock()
	defer t.Unlock()
	t.closed = true
	return slices.SortedFunc(maps.Values(t.byID), func(a, b *environment) int { return int(a.room) - int(b.room) })
}

// environment is one environment in memory.
type environment struct {
	id      EnvID
	room    room
	removed atomic.Bool
	shown   atomic.Pointer[shown]
	past    pastGraphs
	nums    knownNums
	// horizon is nil until something is retired.
	horizon  atomic.Pointer[horizon]
	thinning sync.Mutex // held while old versions are removed

	// writing is held by the one writer; it guards what follows.
	writing    sync.Mutex
	nextVertex uint32
	nextEdge   uint32
	broken     error // why nothing can be written until the store is reopened
}

// shown is what readers see: everything up to one commit. It never changes.
type shown struct {
	last  Time // 0 before the first commit
	graph *topology.Graph
	count countOnce
}

// await waits for the writer that is at work, if there is one; those that wait
// behind it find the table closed.
func (e *environment) await() {
	e.writing.Lock()
	defer e.writing.Unlock()
}

// envRecord is what the store notes of an environment.
type envRecord struct {
	_    struct{} `cbor:",toarray"`
	Room uint32
	// Removing says that the environment is being removed, and why: if this
	// is found at start, the removal goes on.
	Removing bool
	Kind     CauseKind
	ID, Who  string
}

func envRecordKey(id EnvID) []byte { return metaRoom.text(metaEnv, string(id)) }

// openEnvs loads every environment, and finishes removals that were cut short.
func (s *Store) openEnvs(ctx context.Context) error {
	records, err := s.envRecords(ctx)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(records)) {
		rec := records[id]
		e := &environment{id: id, room: room(rec.Room)}
		if !rec.Removing {
			if err := s.loadEnv(ctx, e); err != nil {
				return fmt.Errorf("environment %q: %w", id, err)
			}
		}
		s.envs.put(e)
		s.clock.last = max(s.clock.last, e.last())
	}
	if s.envs.get(Shared) == nil {
		if _, err := s.register(ctx, Shared); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(records)) {
		if rec := records[id]; rec.Removing {
			s.opt.Log.Info("going on with the removal of an environment", "env", id)
			if err := s.remove(ctx, s.envs.get(id), Cause{Kind: rec.Kind, ID: rec.ID, Who: rec.Who}); err != nil {
				return fmt.Errorf("environment %q: %w", id, err)
			}
		}
	}
	s.registerDocumented(ctx)
	return nil
}

func (s *Store) envRecords(ctx context.Context) (map[EnvID]envRecord, error) {
	snap, err := s.db.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	out := map[EnvID]envRecord{}
	prefix := metaRoom.kind(metaEnv)
	for p, err := range snap.Range(ctx, kv.Prefix(prefix)) {
		if err != nil {
			return nil, err
		}
		id := EnvID(p.Key[len(prefix):])
		var rec envRecord
		if err := decodeBody.Unmarshal(p.Value, &rec); err != nil {
			return nil, fmt.Errorf("environment %q: %w", id, corrupt(err))
		}
		out[id] = rec
	}
	return out, nil
}

func (e *environment) last() Time {
	if sh := e.shown.Load(); sh != nil {
		return sh.last
	}
	return 0
}

// register gives an environment its room, unless it has one.
func (s *Store) register(ctx context.Context, id EnvID) (*environment, error) {
	s.envs.Lock()
	defer s.envs.Unlock()
	if s.envs.closed {
		return nil, kv.ErrClosed
	}
	if e := s.envs.byID[id]; e != nil {
		return e, nil
	}
	e := &environment{id: id, room: sharedRoom, nextVertex: 1, nextEdge: 1}
	var b kv.Batch
	if id != Shared {
		next, err := s.get(ctx, metaRoom.kind(metaNextRoom))
		if err != nil {
			return nil, err
		}
		e.room = sharedRoom + 1
		if next != nil {
			n, err := number(next)
			if err != nil {
				return nil, err
			}
			e.room = room(n)
		}
		b.Put(metaRoom.kind(metaNextRoom), numberBytes(uint32(e.room)+1))
	}
	rec, err := encodeBody.Marshal(envRecord{Room: uint32(e.room)})
	if err != nil {
		return nil, err
	}
	b.Put(envRecordKey(id), rec)
	if err := s.db.Write(ctx, &b); err != nil {
		return nil, err
	}
	e.shown.Store(&shown{graph: topology.New(topology.NewNames(), topology.NewNames(), topology.NewNames())})
	s.envs.byID[id] = e
	return e, nil
}

// lockEnv takes the place of an environment's writer; the caller unlocks
// e.writing. With make, an environment that is not there yet is made.
func (s *Store) lockEnv(ctx context.Context, id EnvID, make bool) (*environment, error) {
	for {
		e := s.envs.get(id)
		if e == nil && !make {
			return nil, ErrNotFound
		}
		if e == nil {
			var err error
			if e, err = s.register(ctx, id); err != nil {
				return nil, err
			}
		}
		e.writing.Lock()
		if err := s.writable(e); err != nil {
			e.writing.Unlock()
			return nil, err
		}
		if !e.removed.Load() {
			return e, nil
		}
		e.writing.Unlock()
	}
}

func (s *Store) writable(e *environment) error {
	s.envs.Lock()
	defer s.envs.Unlock()
	if s.envs.closed {
		return kv.ErrClosed
	}
	return e.broken
}

// EnvIDs lists the environments that have a document in Environments, sorted.
func (s *Store) EnvIDs(ctx context.Context) ([]EnvID, error) {
	out, err := s.documented(ctx)
	if err != nil {
		return nil, fmt.Errorf("graph: environments: %w", err)
	}
	return out, nil
}

func (s *Store) documented(ctx context.Context) ([]EnvID, error) {
	var out []EnvID
	err := s.readEnv(ctx, Shared, func(_ *environment, sh *shown, r records) error {
		r.at = sh.last
		prefix := r.room.docPrefix(Environments)
		for p, err := range r.Range(ctx, kv.Prefix(prefix)) {
			if err != nil {
				return err
			}
			id := string(p.Key[len(prefix):])
			d, err := r.docAsOf(ctx, DocKey{Environments, id}, p.Value)
			if err != nil {
				return fmt.Errorf("document %q: %w", id, err)
			}
			if d != nil {
				out = append(out, EnvID(id))
			}
		}
		return nil
	})
	return out, err
}

// Last is the time of an environment's last commit; Now if it has none.
func (s *Store) Last(id EnvID) Time {
	if e := s.envs.get(id); e != nil {
		return e.last()
	}
	return Now
}

var errBroken = errors.New("an earlier write ended in an unknown state; reopen the store")
