package mirror

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"calipso/graph"
	"calipso/importexport"
)

// retryMost is the longest pause after a failure, lookAgain how often a MongoDB
// is looked at when nothing is to be written: is it there, and as it was left?
const (
	retryMost = time.Minute
	lookAgain = time.Minute
)

// Mirror keeps a MongoDB in step with a store.
type Mirror struct {
	src  *graph.Store
	sink Sink
	opt  Options
	// asked is told that somebody asked for a rebuild.
	asked chan struct{}

	// What follows belongs to Run.
	state *State
	mark  mark
	// noted is when the state was noted last; stale: it has changed since.
	noted time.Time
	stale bool
	// views are of the commits that the documents are of.
	views map[graph.EnvID]*graph.View

	counts counts
	told   told
	files  sync.Mutex // held while the mark is read and written
}

// New makes a mirror of a store in a sink. Nothing is read or written before
// Run.
func New(src *graph.Store, sink Sink, opt Options) *Mirror {
	m := &Mirror{src: src, sink: sink, opt: opt.withDefaults(), asked: make(chan struct{}, 1), views: map[graph.EnvID]*graph.View{}}
	m.told.init(m.sink.Name())
	return m
}

// Run keeps the MongoDB in step until ctx ends; then it returns nil. Failures
// are logged and tried again, after pauses that grow to a minute.
func (m *Mirror) Run(ctx context.Context) error {
	m.told.running(true)
	defer m.told.running(false)
	pause := time.Duration(0)
	for ctx.Err() == nil {
		changed := m.src.Changed()
		err := m.Sync(ctx)
		var again <-chan time.Time
		switch {
		case ctx.Err() != nil:
			return nil
		case err != nil:
			if pause == 0 || !errors.Is(err, ErrForeign) {
				m.opt.Log.Error("MongoDB is not in step", "err", err)
			}
			pause = min(max(2*pause, time.Second), retryMost)
			changed, again = nil, time.After(pause/2+rand.N(pause/2))
		default:
			if pause > 0 {
				m.opt.Log.Info("MongoDB is in step again")
			}
			pause = 0
		}
		select {
		case <-ctx.Done():
		case <-again:
		case <-m.asked:
		case <-time.After(lookAgain):
		case <-changed:
			m.gather(ctx)
		}
	}
	return nil
}

// gather lets small commits come together.
func (m *Mirror) gather(ctx context.Context) {
	if m.opt.Group == 0 {
		return
	}
	t := time.NewTimer(m.opt.Group)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// Sync brings the MongoDB up to the last commit of every environment, once. It
// must not be called while Run is running.
//
// Errors: ErrForeign if the MongoDB holds what is not ours; those of the
// MongoDB and of the store. What was written by then stays, and the next call
// goes on from there.
func (m *Mirror) Sync(ctx context.Context) error {
	err := m.pass(ctx)
	var sink *sinkError
	if errors.As(err, &sink) || errors.Is(err, ErrMoved) {
		m.state = nil // who knows what was done: read it again
	}
	m.told.passed(m, err)
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("mirror: %w", err)
	}
	return ctx.Err()
}

// pass writes what is missing: first the documents of no environment, by which
// environments and cliques go, then those of each environment.
func (m *Mirror) pass(ctx context.Context) error {
	if err := m.open(ctx); err != nil {
		return err
	}
	if err := m.reference(ctx); err != nil {
		return err
	}
	envs, err := m.environments(ctx)
	if err != nil {
		return err
	}
	if err := m.leave(ctx, envs); err != nil {
		return err
	}
	// One environment that cannot be read does not keep the others waiting.
	var failed []error
	for _, env := range envs {
		err := m.environment(ctx, env)
		var sink *sinkError
		switch {
		case ctx.Err() != nil || errors.As(err, &sink) || errors.Is(err, ErrMoved):
			return err
		case m.removed(ctx, env, err):
			m.opt.Log.Debug("environment went away", "env", env, "err", err) // the next pass hears of it
		case err != nil:
			failed = append(failed, fmt.Errorf("environment %q: %w", env, err))
		}
		m.told.at(m.state)
	}
	if err := errors.Join(failed...); err != nil {
		return err
	}
	if !m.state.Indexed {
		if err := m.sink.Index(ctx, m.collections()); err != nil {
			return ofSink(err)
		}
		m.state.Indexed = true
		return m.note(ctx)
	}
	if m.stale && time.Since(m.noted) > time.Minute {
		return m.note(ctx) // else retention would be ahead of it some day
	}
	return nil
}

// removed tells whether an error is that the environment is not there any more.
func (m *Mirror) removed(ctx context.Context, env graph.EnvID, err error) bool {
	if !notFound(err) {
		return false
	}
	_, err = m.src.View(ctx, env, graph.Now)
	return notFound(err)
}

// environments lists those that are mirrored, as the documents of no
// environment have them.
func (m *Mirror) environments(ctx context.Context) ([]graph.EnvID, error) {
	var out []graph.EnvID
	for d, err := range m.views[graph.Shared].Documents(ctx, graph.Environments) {
		if err != nil {
			return nil, err
		}
		if env := graph.EnvID(d.ID); m.opt.wanted(env) {
			out = append(out, env)
		}
	}
	return out, nil
}

// leave removes what is there of environments that are mirrored no more.
func (m *Mirror) leave(ctx context.Context, envs []graph.EnvID) error {
	keep := map[graph.EnvID]bool{graph.Shared: true}
	for _, env := range envs {
		keep[env] = true
	}
	var gone []graph.EnvID
	for _, r := range m.state.Rooms {
		if !keep[r.Env] {
			gone = append(gone, r.Env)
		}
	}
	for _, env := range gone {
		if err := m.remove(ctx, env); err != nil {
			return err
		}
	}
	return nil
}

// remove removes all documents of an environment.
func (m *Mirror) remove(ctx context.Context, env graph.EnvID) error {
	// Should it come back before all is removed, it is copied anew.
	m.state.fresh(env, 0)
	if err := m.note(ctx); err != nil {
		return err
	}
	for _, c := range m.ofEnvironments() {
		if err := m.sink.Remove(ctx, c, env); err != nil {
			return ofSink(err)
		}
	}
	m.state.drop(env)
	delete(m.views, env)
	if err := m.note(ctx); err != nil {
		return err
	}
	m.opt.Log.Info("documents of an environment are removed from MongoDB", "env", env)
	return nil
}

// ofEnvironments are the collections whose documents belong to environments.
func (m *Mirror) ofEnvironments() []string {
	out := []string{importexport.Inventory, importexport.Links}
	if !m.opt.NoCliques {
		out = append(out, importexport.CliqueSet)
	}
	return append(out, importexport.EnvironmentCollections()...)
}

// collections are all that are mirrored.
func (m *Mirror) collections() []string {
	return append(m.ofEnvironments(), importexport.ReferenceCollections()...)
}
