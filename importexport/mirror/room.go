package mirror

import (
	"context"
	"errors"
	"time"

	"calipso/graph"
)

// ways are what differs between the documents of no environment and those of
// one: how they are copied and how what has changed is told.
type ways struct {
	collections []string
	// copies makes all documents of a collection at a time.
	copies func(ctx context.Context, at, rules *graph.View, collection string, put func(Op) error) error
	// changes makes the ops that lead from one time to another.
	//
	// Errors: errAnew if that cannot be told.
	changes func(ctx context.Context, from, to moment, put func(collection string, op Op) error) error
}

// moment is an environment at one commit, with the rules that held then.
type moment struct{ view, rules *graph.View }

// reference brings the documents of no environment up to date.
func (m *Mirror) reference(ctx context.Context) error {
	return m.bring(ctx, graph.Shared, ways{
		collections: referenceCollections(), copies: m.copyReference, changes: m.changedReference,
	})
}

// environment brings the documents of one environment up to date.
func (m *Mirror) environment(ctx context.Context, env graph.EnvID) error {
	return m.bring(ctx, env, ways{
		collections: m.ofEnvironments(), copies: m.copyEnvironment, changes: m.changedEnvironment,
	})
}

// bring brings one room up to its last commit: what was begun is finished
// first, exactly as it was begun.
func (m *Mirror) bring(ctx context.Context, env graph.EnvID, w ways) error {
	for more := true; more; {
		var err error
		more, err = m.step(ctx, env, w)
		switch {
		case errors.Is(err, errAnew), errors.Is(err, graph.ErrRetired):
			m.opt.Log.Info("documents of an environment are compared with the store", "env", env, "why", err)
			m.state.fresh(env, m.state.room(env).Room)
			delete(m.views, env)
			more = true
		case err != nil:
			return err
		}
	}
	return nil
}

// step does one thing: finish what was begun, after which there may be more, or
// write what has come since.
func (m *Mirror) step(ctx context.Context, env graph.EnvID, w ways) (more bool, err error) {
	view, err := m.src.View(ctx, env, graph.Now)
	if err != nil {
		return false, err
	}
	r := m.state.room(env)
	if view.Time() == 0 { // nothing was ever written there
		if r != nil && r.Room != view.Room() {
			return false, m.remove(ctx, env) // but in one before, of that name
		}
		return false, nil
	}
	if r == nil || r.Room != view.Room() {
		r = m.state.fresh(env, view.Room())
		delete(m.views, env)
	}
	now := moment{view: view, rules: view}
	if env != graph.Shared {
		now.rules = m.views[graph.Shared]
	}
	begun := r.To != 0
	to := now
	if begun {
		if to, err = m.moment(ctx, env, r.To, r.ToRules); err != nil {
			return false, err
		}
	}
	switch {
	case r.At == 0:
		return begun, m.copy(ctx, env, to, w)
	case !begun && r.At == to.view.Time() && r.Rules == to.rules.Time():
		m.views[env] = to.view
		return false, nil
	}
	from, err := m.moment(ctx, env, r.At, r.Rules)
	if err != nil {
		return false, err
	}
	return begun, m.follow(ctx, env, from, to, w)
}

// moment is an environment at a commit of the past.
//
// Errors: graph.ErrRetired or errAnew if it is not known any more.
func (m *Mirror) moment(ctx context.Context, env graph.EnvID, at, rules graph.Time) (moment, error) {
	view, err := m.at(ctx, env, at)
	if err != nil || env == graph.Shared {
		return moment{view, view}, err
	}
	ruling, err := m.at(ctx, graph.Shared, rules)
	return moment{view, ruling}, err
}

func (m *Mirror) at(ctx context.Context, env graph.EnvID, t graph.Time) (*graph.View, error) {
	if v := m.views[env]; v != nil && v.Time() == t {
		return v, nil // has its arrays at hand
	}
	v, err := m.src.View(ctx, env, t)
	if err == nil && v.Time() != t {
		return nil, errAnew // the log is another one
	}
	return v, err
}

// follow writes what differs between two moments.
func (m *Mirror) follow(ctx context.Context, env graph.EnvID, from, to moment, w ways) error {
	r := m.state.room(env)
	out := m.newWriter(ctx, false, func() error {
		m.told.doing(Following)
		r.To, r.ToRules = to.view.Time(), to.rules.Time()
		return m.note(ctx)
	})
	begun, unfinished := time.Now(), r.To != 0
	err := out.close(w.changes(out.ctx, from, to, out.put))
	if errors.Is(err, ErrDuplicate) {
		return errors.Join(errAnew, err) // somebody else wrote there
	}
	if err != nil {
		return err
	}
	*r = Room{Env: env, Room: r.Room, At: to.view.Time(), Rules: to.rules.Time()}
	m.views[env] = to.view
	if !out.begun && !unfinished {
		m.stale = true // is noted with the next thing that is
		return nil
	}
	m.opt.Log.Debug("changes are written to MongoDB", "env", env, "at", r.At, "dur", time.Since(begun))
	return m.note(ctx)
}
