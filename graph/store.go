package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"time"

	"calipso/graph/kv"
	"calipso/graph/kv/extsort"
)

// Options are the store's settings; the zero value works.
type Options struct {
	// Log hears of recovery and of damage; nil: silent.
	Log *slog.Logger
	// Clock tells the time of commits; time.Now if nil.
	Clock func() time.Time
	// Key, of KeyBytes bytes, seals the secrets of documents. If it is nil,
	// the store makes one and keeps it beside the data: that hides secrets
	// from a casual look at the files and from nobody else.
	Key []byte
	// BatchBytes is about how much of a large commit is written at a time;
	// 512 KiB if 0, at most kv.MaxBatchBytes.
	BatchBytes int
	// TempDir is the folder for what a load sorts outside memory; the system's
	// own if empty. Files that a crash left there go when the store is opened,
	// so no other store may use it.
	TempDir string
	// SortBytes is how much a load sorts in memory; 128 MiB if 0.
	SortBytes int
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.BatchBytes <= 0 {
		o.BatchBytes = 512 << 10
	}
	o.BatchBytes = min(o.BatchBytes, kv.MaxBatchBytes)
	if o.SortBytes <= 0 {
		o.SortBytes = 128 << 20
	}
	return o
}

// maxTime is later than any commit.
const maxTime Time = math.MaxInt64 - 1

// Store keeps vertices, edges and documents of many environments, at every
// time. It is safe for concurrent use: readers never wait for a writer, and
// each environment has one writer at a time.
type Store struct {
	db   kv.DB
	opt  Options
	seal *sealer
	envs envTable

	clock struct {
		sync.Mutex
		last Time // of any commit
	}
	changed struct {
		sync.Mutex
		c chan struct{}
	}
	closing struct {
		sync.Mutex
		done bool
	}
}

// Open opens the store that a database holds, or makes one in an empty
// database. What a crash left of an unfinished commit is swept away, and the
// arrays for walks are made from what is stored, which takes about a second
// per million edges. The store owns the database from now on.
//
// Errors: ErrKey if Options.Key is not the key of this store, ErrCorrupt if the
// records contradict each other or come from an unknown format.
func Open(ctx context.Context, db kv.DB, opt Options) (*Store, error) {
	s := &Store{db: db, opt: opt.withDefaults()}
	s.changed.c = make(chan struct{})
	s.envs.init()
	if err := s.open(ctx); err != nil {
		return nil, fmt.Errorf("graph: open store: %w", EngineError(err))
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	if s.opt.TempDir != "" {
		if err := extsort.Clean(s.opt.TempDir); err != nil {
			return err
		}
	}
	if err := s.openFormat(ctx); err != nil {
		return err
	}
	if err := s.openKey(ctx); err != nil {
		return err
	}
	return s.openEnvs(ctx)
}

// openFormat checks the format's version, or writes it into an empty database.
func (s *Store) openFormat(ctx context.Context) error {
	key := metaRoom.kind(metaFormat)
	format, err := s.get(ctx, key)
	if err != nil {
		return err
	}
	if format == nil {
		snap, err := s.db.Snapshot(ctx)
		if err != nil {
			return err
		}
		defer snap.Close()
		for p, err := range snap.Range(ctx, kv.Range{KeysOnly: true}) {
			if err != nil {
				return err
			}
			return corrupt(fmt.Errorf("the database holds something else (key %x)", p.Key))
		}
		return s.write(ctx, key, []byte{formatVersion})
	}
	if len(format) != 1 || format[0] != formatVersion {
		return corrupt(fmt.Errorf("the store has format %x, this program knows %d", format, formatVersion))
	}
	return nil
}

// openKey takes the key given, or the store's own, and checks that it is the
// one which sealed what is stored.
func (s *Store) openKey(ctx context.Context) error {
	key := s.opt.Key
	check, err := s.get(ctx, metaRoom.kind(metaKeyCheck))
	if err != nil {
		return err
	}
	if key == nil {
		if key, err = s.get(ctx, metaRoom.kind(metaKey)); err != nil {
			return err
		}
		if key == nil && check != nil {
			return fmt.Errorf("secrets are sealed with key %s, and none was given: %w", check, ErrKey)
		}
		if key == nil {
			key = NewKey()
			if err := s.write(ctx, metaRoom.kind(metaKey), key); err != nil {
				return err
			}
			s.opt.Log.Warn("no key given: made one and keep it beside the data")
		}
	}
	if s.seal, err = newSealer(key); err != nil {
		return err
	}
	if check == nil {
		return s.write(ctx, metaRoom.kind(metaKeyCheck), []byte(s.seal.id))
	}
	if string(check) != s.seal.id {
		return fmt.Errorf("secrets are sealed with key %s, the one given is %s: %w", check, s.seal.id, ErrKey)
	}
	return nil
}

// get reads one record outside any environment; nil if there is none.
func (s *Store) get(ctx context.Context, key []byte) ([]byte, error) {
	snap, err := s.db.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	defer snap.Close()
	b, err := snap.Get(ctx, key)
	if errors.Is(err, kv.ErrNotFound) {
		return nil, nil
	}
	return b, err
}

// write writes one record durably.
func (s *Store) write(ctx context.Context, key, value []byte) error {
	var b kv.Batch
	b.Put(key, value)
	if err := s.db.Write(ctx, &b); err != nil {
		return err
	}
	return s.db.Sync(ctx)
}

// tick is the time of the next commit: the clock's, or just after the last
// commit if the clock is behind it.
func (s *Store) tick() Time {
	s.clock.Lock()
	defer s.clock.Unlock()
	s.clock.last = max(TimeOf(s.opt.Clock()), s.clock.last+1)
	return s.clock.last
}

// Changed is closed at the next commit of any environment, and at Close. Ask
// first, then read what is new, then wait; call again for the commit after.
func (s *Store) Changed() <-chan struct{} {
	s.changed.Lock()
	defer s.changed.Unlock()
	return s.changed.c
}

func (s *Store) notify() {
	s.changed.Lock()
	defer s.changed.Unlock()
	close(s.changed.c)
	s.changed.c = make(chan struct{})
}

// Close waits for running commits and reads and closes the database. Closing
// again does nothing.
func (s *Store) Close() error {
	s.closing.Lock()
	defer s.closing.Unlock()
	if s.closing.done {
		return nil
	}
	s.closing.done = true
	for _, e := range s.envs.close() {
		e.await()
	}
	s.notify()
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("graph: close store: %w", err)
	}
	return nil
}

// EngineError gives an engine's error the meaning it has here: kv.ErrLocked is
// an ErrLocked too. Other errors stay what they are.
func EngineError(err error) error {
	if errors.Is(err, kv.ErrLocked) && !errors.Is(err, ErrLocked) {
		return fmt.Errorf("%w: %w", ErrLocked, err)
	}
	return err
}
