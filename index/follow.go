package index

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"calipso/graph"
)

// retryMost is the longest pause after a failure of the source or the disk.
const retryMost = 30 * time.Second

// Run follows the commit logs of all environments until ctx ends; then it
// returns nil. Failures are logged and tried again, damage is repaired by
// making the index anew.
func (x *Index) Run(ctx context.Context) error {
	var tidying sync.WaitGroup
	var busy atomic.Bool
	defer tidying.Wait()
	var asked []chan struct{}
	pause := time.Duration(0)
	full, cold := false, false
	for ctx.Err() == nil {
		wait := x.src.Changed()
		broken := x.broken
		var again <-chan time.Time
		x.passBegins()
		err := x.pass(ctx, full)
		full = errors.Is(err, errNotWritten) || errors.Is(err, errNoRoom)
		if x.failing.Load() {
			err = errors.Join(err, x.reopen())
		}
		x.passEnds(err)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, ErrClosed):
			return err
		case err != nil:
			pause = min(max(2*pause, time.Second), retryMost)
			x.opt.Log.Error("search index is behind", "err", err, "retry", pause)
			again, wait, broken = time.After(pause), nil, nil
		default:
			pause = 0
			for _, done := range asked {
				close(done)
			}
			asked = asked[:0]
			if (x.filled || cold) && busy.CompareAndSwap(false, true) {
				filled := x.filled
				x.filled, cold = false, false
				tidying.Go(func() {
					defer busy.Store(false)
					if filled {
						x.tidy(ctx)
					}
					x.warm(ctx)
				})
			}
		}
		select {
		case <-ctx.Done():
		case <-again:
		case <-x.cold:
			cold = true
		case <-broken:
			x.damaged() // for pass
		case done := <-x.asks:
			asked = append(asked, done)
		case <-wait:
			if done := x.group(ctx); done != nil {
				asked = append(asked, done)
			}
		}
	}
	return nil
}

// tidy brings the index into a shape that is quick to search, beside all else.
func (x *Index) tidy(ctx context.Context) {
	x.mu.RLock()
	e := x.mu.engine
	x.mu.RUnlock()
	if e == nil {
		return
	}
	if err := guarded(func() error { return e.tidy(ctx) }); err != nil && ctx.Err() == nil {
		x.opt.Log.Warn("search index is not tidied", "err", err) // it works all the same
	}
}

// group lets small commits gather, unless someone asks for them.
func (x *Index) group(ctx context.Context) chan struct{} {
	if x.opt.Group == 0 {
		return nil
	}
	t := time.NewTimer(x.opt.Group)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	case done := <-x.asks:
		return done
	}
	return nil
}

// pass brings the index up to the last commit of every environment; if the disk
// was full, only once it takes something again.
func (x *Index) pass(ctx context.Context, full bool) error {
	select {
	case <-x.broken:
		if err := x.renew(); err != nil {
			x.damaged() // still
			return err
		}
		x.opt.Log.Warn("search index is made anew", "err", ErrDamaged)
	default:
	}
	if err := x.reopen(); err != nil {
		return err
	}
	if full {
		if err := x.hasRoom(); err != nil {
			return err
		}
	}
	envs, err := x.src.EnvIDs(ctx)
	if err != nil {
		return err
	}
	held, err := x.environments(ctx)
	if err != nil {
		return err
	}
	for _, env := range held {
		if !slices.Contains(envs, env) {
			if err := x.forget(ctx, env); err != nil {
				return err
			}
		}
	}
	// One environment that cannot be read does not keep the others waiting.
	var failed []error
	for _, env := range envs {
		err := x.follow(ctx, env)
		if errors.Is(err, ErrDamaged) || errors.Is(err, ErrClosed) || ctx.Err() != nil {
			return err
		}
		if errors.Is(err, graph.ErrNotFound) {
			err = x.removed(ctx, env, err)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("index: environment %q: %w", env, err))
		}
	}
	return errors.Join(failed...)
}

// removed forgets an environment that went while it was followed; cause is
// given back if it is still there.
func (x *Index) removed(ctx context.Context, env graph.EnvID, cause error) error {
	envs, err := x.src.EnvIDs(ctx)
	if err != nil {
		return err
	}
	if slices.Contains(envs, env) {
		return cause
	}
	return x.forget(ctx, env)
}

// follow applies the commits of one environment that the index does not hold.
func (x *Index) follow(ctx context.Context, env graph.EnvID) error {
	var position graph.Time
	err := x.use(func(e *engine) (err error) {
		position, err = e.position(env)
		return err
	})
	last := x.src.Last(env)
	if err != nil || position == last {
		return err
	}
	if position == 0 {
		return x.refill(ctx, env, last)
	}
	ids := touched{}
	first := true
	// The log is read from the commit that the index holds already: where that
	// is missing, the log is another one or was cut behind our back.
	for c, err := range x.src.Commits(ctx, env, position-1) {
		switch {
		case errors.Is(err, graph.ErrRetired) || errors.Is(err, graph.ErrNotFound),
			err == nil && first && c.Time != position:
			return x.refill(ctx, env, last)
		case err != nil:
			return err
		case first:
			first = false
			continue
		}
		ids.add(c)
		if position = c.Time; len(ids) >= maxBatch {
			if err := x.apply(ctx, env, ids, position); err != nil {
				return err
			}
			clear(ids)
		}
	}
	if first {
		return x.refill(ctx, env, last)
	}
	err = x.apply(ctx, env, ids, position)
	if errors.Is(err, graph.ErrRetired) {
		return x.refill(ctx, env, last)
	}
	return err
}
