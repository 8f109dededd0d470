package schedule

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"calipso/collect/scan"
	"calipso/graph"
)

// Store is what the queue needs of the graph.
type Store interface {
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
	EnvIDs(ctx context.Context) ([]graph.EnvID, error)
}

// Scanner runs one scan; package scan's does.
type Scanner interface {
	Run(ctx context.Context, req scan.Request) (*scan.Report, error)
}

// Options of the queue. The zero value works.
type Options struct {
	// Parallel is how many environments are scanned at the same time; default 2.
	Parallel int `koanf:"parallel" yaml:"parallel"`
	// Snapshots names what scans leave; nil: none can be asked for.
	Snapshots Snapshots `koanf:"-" yaml:"-"`
	// Reports makes the reports that schedules want; nil: none can be asked for.
	Reports Reports `koanf:"-" yaml:"-"`
	Log     *slog.Logger
	Clock   func() time.Time
}

func (o Options) withDefaults() Options {
	if o.Parallel == 0 {
		o.Parallel = 2
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return o
}

// Queue takes scan requests and has them run.
type Queue struct {
	store   Store
	scanner Scanner
	opt     Options
	wake    chan struct{}

	mu struct {
		sync.Mutex
		waiting  []*Scan                       // pending, oldest first
		running  map[graph.EnvID]*Scan         // at most one for each environment
		cancel   map[string]context.CancelFunc // of running scans, by id
		watchers map[*Watcher]bool
	}
}

// New returns a queue; Run makes it work.
func New(store Store, scanner Scanner, opt Options) *Queue {
	q := &Queue{store: store, scanner: scanner, opt: opt.withDefaults(), wake: make(chan struct{}, 1)}
	q.mu.running = map[graph.EnvID]*Scan{}
	q.mu.cancel = map[string]context.CancelFunc{}
	q.mu.watchers = map[*Watcher]bool{}
	return q
}

// Submit stores a request; it runs when its turn comes.
//
// Errors: *graph.InvalidError; graph.ErrNotFound if there is no such
// environment.
func (q *Queue) Submit(ctx context.Context, req Request) (*Scan, error) {
	if err := req.Validate(); err != nil {
		return nil, err
	}
	if _, err := q.environment(ctx, req.Env); err != nil {
		return nil, err
	}
	if err := q.checkSnapshot(ctx, req); err != nil {
		return nil, err
	}
	now := q.opt.Clock().UTC()
	s := &Scan{ID: string(graph.NewOID(now)), Request: req, Status: scan.Pending, Submitted: now}
	if err := q.write(ctx, s); err != nil {
		return nil, err
	}
	q.mu.Lock()
	q.mu.waiting = append(q.mu.waiting, s)
	out := q.placed(s)
	q.mu.Unlock()
	q.announce(s)
	q.poke()
	return out, nil
}

// Run works the queue off until ctx ends; scans under way are then stopped and
// closed as aborted, and Run returns when they are.
func (q *Queue) Run(ctx context.Context) error {
	if err := q.recover(ctx); err != nil {
		return err
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		for s := q.next(ctx); s != nil; s = q.next(ctx) {
			wg.Go(func() { q.run(ctx, s) })
		}
		select {
		case <-ctx.Done():
			return nil
		case <-q.wake:
		}
	}
}

// recover takes up what an earlier process left: pending requests wait again,
// running ones were cut off.
func (q *Queue) recover(ctx context.Context) error {
	envs, err := q.store.EnvIDs(ctx)
	if err != nil {
		return err
	}
	var waiting []*Scan
	for _, env := range envs {
		left, err := q.stored(ctx, env, func(s *Scan) bool { return !s.ended() })
		if err != nil {
			return err
		}
		for _, s := range left {
			if s.Status == scan.Pending {
				waiting = append(waiting, s)
				continue
			}
			s.Status, s.Ended, s.Error = scan.Failed, q.opt.Clock().UTC(), "the server stopped while this scan ran; nothing was changed"
			s.unmade()
			if err := errors.Join(q.write(ctx, s), q.tell(ctx, s)); err != nil {
				return err
			}
			q.announce(s)
		}
	}
	slices.SortFunc(waiting, func(a, b *Scan) int { return a.Submitted.Compare(b.Submitted) })
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, s := range waiting {
		if !slices.ContainsFunc(q.mu.waiting, func(w *Scan) bool { return w.ID == s.ID }) {
			q.mu.waiting = append(q.mu.waiting, s)
		}
	}
	return nil
}

// next takes the oldest request whose environment is free, if the limit allows.
func (q *Queue) next(ctx context.Context) *Scan {
	q.mu.Lock()
	defer q.mu.Unlock()
	if ctx.Err() != nil || len(q.mu.running) >= q.opt.Parallel {
		return nil
	}
	i := slices.IndexFunc(q.mu.waiting, func(s *Scan) bool { return q.mu.running[s.Env] == nil })
	if i < 0 {
		return nil
	}
	s := q.mu.waiting[i]
	q.mu.waiting = slices.Delete(q.mu.waiting, i, i+1)
	q.mu.running[s.Env] = s
	return s
}

func (q *Queue) poke() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *Queue) environment(ctx context.Context, env graph.EnvID) (*graph.Environment, error) {
	view, err := q.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	doc, err := view.Document(ctx, graph.Environments, string(env))
	if err != nil {
		return nil, fmt.Errorf("schedule: environment %q: %w", env, err)
	}
	return graph.ParseEnvironment(doc.Body)
}
