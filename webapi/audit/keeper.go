package audit

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"time"

	"calipso/graph"
)

// Store is what entries are kept in.
type Store interface {
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
}

// Options for a Keeper. The zero value works.
type Options struct {
	Clock func() time.Time // nil: time.Now
	Keep  time.Duration    // how old an entry becomes; 0: a year
	Most  int              // how many there may be; 0: 200,000
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	o.Keep = cmp.Or(o.Keep, 365*24*time.Hour)
	o.Most = cmp.Or(o.Most, 200_000)
	return o
}

// Keeper keeps entries. Its methods may be called from several goroutines.
type Keeper struct {
	store Store
	opt   Options
}

// New returns the keeper of the entries in a store.
func New(store Store, opt Options) *Keeper { return &Keeper{store, opt.withDefaults()} }

// Write keeps an entry, under an id and time of its own.
func (k *Keeper) Write(ctx context.Context, e Entry) error {
	tail := make([]byte, 4)
	rand.Read(tail) // never fails
	e.Time = k.opt.Clock().UTC()
	if e.Envs == nil {
		e.Envs = []graph.EnvID{}
	}
	if e.Changes == nil {
		e.Changes = []DocumentChange{}
	}
	e.ID = idOf(e.Time, binary.BigEndian.Uint32(tail))
	slices.Sort(e.Envs)
	e.Envs = slices.Compact(e.Envs)
	d, err := e.document()
	if err != nil {
		return err
	}
	if _, err := k.store.Commit(ctx, graph.Shared, cause(), &graph.Batch{PutDocs: []*graph.Document{d}}); err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	return nil
}

func cause() graph.Cause { return graph.Cause{Kind: graph.CauseSystem, ID: "audit"} }

// Query says which entries are asked for; what is zero does not matter.
type Query struct {
	Who, From    string
	What         string // operation, or collection or id of a document changed
	Env          graph.EnvID
	Since, Until time.Time                  // both included
	Sees         func(env graph.EnvID) bool // only entries that tell of these environments alone; nil: all
	Start        string                     // id to begin with
}

func (q *Query) fits(e *Entry) bool {
	return (q.Who == "" || q.Who == e.Who) && (q.From == "" || q.From == e.From) &&
		(q.What == "" || q.What == e.Action || slices.ContainsFunc(e.Changes, q.is)) &&
		(q.Env == "" || slices.Contains(e.Envs, q.Env)) && (q.Until.IsZero() || !e.Time.After(q.Until)) &&
		(q.Sees == nil || !slices.ContainsFunc(e.Envs, func(env graph.EnvID) bool { return !q.Sees(env) }))
}

func (q *Query) is(c DocumentChange) bool { return q.What == string(c.Collection) || q.What == c.ID }

// Entries iterates over entries, the newest first.
func (k *Keeper) Entries(ctx context.Context, q Query) iter.Seq2[*Entry, error] {
	return func(yield func(*Entry, error) bool) {
		start := q.Start
		if !q.Until.IsZero() {
			start = max(start, firstOf(q.Until))
		}
		v, err := k.store.View(ctx, graph.Shared, graph.Now)
		if err != nil {
			yield(nil, fmt.Errorf("audit: %w", err))
			return
		}
		for d, err := range v.DocumentsFrom(ctx, graph.Audit, start) {
			var e *Entry
			if err == nil {
				e, err = entryOf(d)
			}
			if err != nil {
				yield(nil, fmt.Errorf("audit: %w", err))
				return
			}
			if e.Time.Before(q.Since) {
				return
			}
			if q.fits(e) && !yield(e, nil) {
				return
			}
		}
	}
}

// sweepAtOnce is how many entries one commit of Sweep removes.
const sweepAtOnce = 1000

// Sweep removes entries that are too old or too many, and says how many.
func (k *Keeper) Sweep(ctx context.Context) (int, error) {
	v, err := k.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return 0, fmt.Errorf("audit: %w", err)
	}
	var old []graph.DocKey
	removed, n, oldest := 0, 0, firstOf(k.opt.Clock().Add(-k.opt.Keep))
	flush := func() error {
		if len(old) == 0 {
			return nil
		}
		if _, err := k.store.Commit(ctx, graph.Shared, cause(), &graph.Batch{DeleteDocs: old}); err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		removed, old = removed+len(old), old[:0]
		return nil
	}
	for d, err := range v.Documents(ctx, graph.Audit) {
		if err != nil {
			return removed, fmt.Errorf("audit: %w", err)
		}
		if n++; n <= k.opt.Most && d.ID < oldest {
			continue
		}
		old = append(old, d.DocKey)
		if len(old) == sweepAtOnce {
			if err := flush(); err != nil {
				return removed, err
			}
		}
	}
	return removed, flush()
}
