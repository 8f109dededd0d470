package retention

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"calipso/graph"
	"calipso/graph/snapshot"
)

// Store is what retention needs of a graph.Store.
type Store interface {
	EnvIDs(ctx context.Context) ([]graph.EnvID, error)
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
	Retained(env graph.EnvID) (graph.Retained, error)
	Retain(ctx context.Context, env graph.EnvID, keep graph.Keep) (graph.Retired, error)
	Retire(ctx context.Context, env graph.EnvID, keep graph.Keep) error
	Thin(ctx context.Context, env graph.EnvID) (graph.Retired, error)
}

var _ Store = (*graph.Store)(nil)

// Options of a Keeper.
type Options struct {
	Policy Policy // where an environment has nothing else
	// At is the time of day, in Zone, of the nightly run.
	At   time.Duration
	Zone *time.Location // nil: time.Local
	// Referenced names the snapshots of an environment that something needs,
	// such as a report: they stay whatever their age. nil: none.
	Referenced func(ctx context.Context, env graph.EnvID) (map[string]bool, error)
	// Reclaim gives back the disk space of what was removed, and tells how many
	// bytes; nil: nothing is to be done for that.
	Reclaim func(ctx context.Context) (int64, error)
	// ReclaimFrom is how many bytes must have been dropped for a nightly run to
	// call Reclaim, which may rewrite the whole database; 8 MiB if 0.
	ReclaimFrom int64
	Log         *slog.Logger // nil: silent
	Clock       func() time.Time
}

// Keeper applies policies. There should be one for a store.
type Keeper struct {
	store     Store
	snapshots *snapshot.Keeper
	opt       Options
	turn      chan struct{} // holds one value while nobody runs; guards owed
	owed      int64         // bytes dropped since the last Reclaim
	status    struct {
		sync.Mutex
		Status
	}
}

// Status is what a Keeper has done since the program started; LastRun, the
// start of the last nightly run, is remembered beyond that.
type Status struct {
	LastRun   time.Time
	Snapshots int   // removed
	Records   int   // messages, scans and connection tests removed
	Versions  int   // dropped
	Reclaimed int64 // bytes given back
	Failures  int   // environments whose run failed
}

// New makes a Keeper.
func New(st Store, snapshots *snapshot.Keeper, opt Options) *Keeper {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	if opt.ReclaimFrom <= 0 {
		opt.ReclaimFrom = 8 << 20
	}
	if opt.Zone == nil {
		opt.Zone = time.Local
	}
	k := &Keeper{store: st, snapshots: snapshots, opt: opt, turn: make(chan struct{}, 1)}
	k.turn <- struct{}{}
	return k
}

// Status tells what was done.
func (k *Keeper) Status() Status {
	k.status.Lock()
	defer k.status.Unlock()
	return k.status.Status
}

func (k *Keeper) count(do func(s *Status)) {
	k.status.Lock()
	defer k.status.Unlock()
	do(&k.status.Status)
}

// take waits for the one turn there is.
func (k *Keeper) take(ctx context.Context) (done func(), err error) {
	select {
	case <-k.turn:
		return func() { k.turn <- struct{}{} }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Run does a nightly run each night until ctx ends, which is no error, and one
// right away if the last one is overdue. What fails is logged and tried again
// the next night.
func (k *Keeper) Run(ctx context.Context) error {
	last, err := k.lastRun(ctx)
	if err != nil && ctx.Err() == nil {
		k.opt.Log.Error("last nightly run", slog.Any("err", err))
	}
	k.count(func(s *Status) { s.LastRun = last })
	for {
		t := time.NewTimer(k.next(last).Sub(k.opt.Clock()))
		select {
		case <-ctx.Done():
			t.Stop()
			return nil
		case <-t.C:
		}
		last = k.opt.Clock()
		if err := k.Night(ctx); err != nil && ctx.Err() == nil {
			k.opt.Log.Error("nightly run", slog.Any("err", err))
		}
	}
}

// next is the first time of day that is due after a run.
func (k *Keeper) next(last time.Time) time.Time {
	if last.IsZero() {
		return last
	}
	t := last.In(k.opt.Zone)
	for d := 0; ; d++ {
		// By the calendar, so that it stays the same time of day all year.
		due := time.Date(t.Year(), t.Month(), t.Day()+d, 0, 0, int(k.opt.At/time.Second), 0, k.opt.Zone)
		if due.After(last) {
			return due
		}
	}
}

// Night runs for every environment and for the shared documents, then gives
// disk space back. One environment that fails does not keep the others.
func (k *Keeper) Night(ctx context.Context) error {
	done, err := k.take(ctx)
	if err != nil {
		return err
	}
	defer done()
	start := k.opt.Clock()
	envs, err := k.store.EnvIDs(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, env := range append([]graph.EnvID{graph.Shared}, envs...) {
		_, err := k.environment(ctx, env, false)
		if errors.Is(err, graph.ErrNotFound) { // nothing there yet, or removed meanwhile
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			k.count(func(s *Status) { s.Failures++ })
			errs = append(errs, err)
		}
	}
	if k.owed >= k.opt.ReclaimFrom {
		_, err := k.reclaim(ctx)
		errs = append(errs, err)
	}
	k.count(func(s *Status) { s.LastRun = start })
	return errors.Join(append(errs, k.noteRun(ctx, start))...)
}

func (k *Keeper) reclaim(ctx context.Context) (int64, error) {
	if k.opt.Reclaim == nil {
		return 0, nil
	}
	n, err := k.opt.Reclaim(ctx)
	if err == nil {
		k.owed = 0
		k.opt.Log.Info("disk space given back", slog.Int64("bytes", n))
		k.count(func(s *Status) { s.Reclaimed += max(n, 0) })
	}
	return max(n, 0), err
}
