package conntest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"calipso/collect"
	"calipso/graph"
)

// Store is what the keeper needs of the graph.
type Store interface {
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
	EnvIDs(ctx context.Context) ([]graph.EnvID, error)
}

// Options of a Keeper. The zero value works.
type Options struct {
	// Providers are what sections are tried with.
	Providers []collect.Provider
	// Works notes that an environment can be used, since all that a test tried
	// does; an environment that is not there is none of its business. nil:
	// nothing is noted.
	Works func(ctx context.Context, who string, env graph.EnvID) error
	// StateDir is where providers remember (known_hosts); empty: nowhere.
	StateDir string
	// Limit is how long one target is tried; default 15 s (rule DIS-25).
	Limit time.Duration
	// Parallel is how many tests run at the same time; default 4.
	Parallel int
	Log      *slog.Logger
	Clock    func() time.Time
}

func (o Options) withDefaults() Options {
	if o.Limit == 0 {
		o.Limit = 15 * time.Second
	}
	if o.Parallel == 0 {
		o.Parallel = 4
	}
	if o.Works == nil {
		o.Works = func(context.Context, string, graph.EnvID) error { return nil }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return o
}

// Keeper takes requests and has them run.
type Keeper struct {
	store Store
	opt   Options
	wake  chan struct{}
}

// New returns a keeper; Run makes it work.
func New(store Store, opt Options) *Keeper {
	return &Keeper{store: store, opt: opt.withDefaults(), wake: make(chan struct{}, 1)}
}

// Submit stores a request; it is tried when its turn comes.
//
// Errors: *graph.InvalidError.
func (k *Keeper) Submit(ctx context.Context, r Request) (*Test, error) {
	env, err := r.environment()
	if err != nil {
		return nil, err
	}
	now := k.opt.Clock().UTC()
	t := &Test{
		ID: string(graph.NewOID(now)), Env: r.Env, Who: r.Who, Targets: slices.Clone(r.Targets), Status: Requested, Submitted: now,
		Results: map[string]bool{}, Errors: map[string]string{},
	}
	t.Sections, _ = env.Body["configuration"].([]any)
	for _, target := range t.Targets {
		t.Results[target] = false
	}
	if _, err := k.environment(ctx, r.Env); err == nil {
		t.room = r.Env
	} else if !errors.Is(err, graph.ErrNotFound) {
		return nil, err
	}
	if err := k.write(ctx, t); err != nil {
		return nil, err
	}
	select {
	case k.wake <- struct{}{}:
	default:
	}
	return t, nil
}

// Run tries what waits, the oldest first, also what an earlier process left,
// until ctx ends, which is no error. What is cut off by that is tried again.
func (k *Keeper) Run(ctx context.Context) error {
	var g errgroup.Group
	g.SetLimit(k.opt.Parallel)
	defer g.Wait() // its functions return nil
	seen := map[string]bool{}
	for {
		waiting, err := k.waiting(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			k.opt.Log.Error("connection tests not read", slog.Any("err", err))
		}
		taken := map[string]bool{}
		for _, t := range waiting {
			taken[t.ID] = true
			if seen[t.ID] {
				continue
			}
			g.Go(func() error {
				k.answer(ctx, t)
				return nil
			})
		}
		seen = taken
		select {
		case <-ctx.Done():
			return nil
		case <-k.wake:
		}
	}
}

// waiting lists the tests to be made, the oldest first. What cannot be read is
// told of in the error and holds up none.
func (k *Keeper) waiting(ctx context.Context) ([]*Test, error) {
	rooms, err := k.store.EnvIDs(ctx)
	if err != nil {
		return nil, err
	}
	var out []*Test
	var errs []error
	for _, room := range append(rooms, graph.Shared) {
		left, err := k.waitingIn(ctx, room)
		out, errs = append(out, left...), append(errs, err)
	}
	slices.SortStableFunc(out, func(a, b *Test) int { return a.Submitted.Compare(b.Submitted) })
	return out, errors.Join(errs...)
}

func (k *Keeper) waitingIn(ctx context.Context, room graph.EnvID) (out []*Test, err error) {
	view, err := k.store.View(ctx, room, graph.Now)
	if errors.Is(err, graph.ErrNotFound) {
		return nil, nil // nothing known of it yet
	}
	if err != nil {
		return nil, err
	}
	var errs []error
	for d, err := range view.Documents(ctx, graph.ConnectionTests) {
		if err != nil {
			errs = append(errs, err)
			break
		}
		if Status(d.Body.String("status")) != Requested {
			continue
		}
		t, err := parse(room, d)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		out = append(out, t)
	}
	return out, errors.Join(errs...)
}

// environment is the document of an environment. Errors: graph.ErrNotFound.
func (k *Keeper) environment(ctx context.Context, env graph.EnvID) (*graph.Document, error) {
	view, err := k.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	return view.Document(ctx, graph.Environments, string(env))
}

func (k *Keeper) write(ctx context.Context, t *Test) error {
	d, err := t.document()
	if err != nil {
		return err
	}
	cause := graph.Cause{Kind: graph.CauseUser, ID: t.ID, Who: t.Who}
	if _, err := k.store.Commit(ctx, t.room, cause, &graph.Batch{PutDocs: []*graph.Document{d}}); err != nil {
		return fmt.Errorf("conntest: %s: %w", t.ID, err)
	}
	return nil
}
