package mirror

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"calipso/graph"
	"calipso/importexport"
)

// open reads how far the MongoDB is, and finds out whether to believe it.
func (m *Mirror) open(ctx context.Context) error {
	rebuild, err := m.readMark()
	if err != nil {
		return err
	}
	s, err := m.sink.State(ctx)
	if err != nil {
		return ofSink(err)
	}
	if m.state != nil && !rebuild && s != nil && s.Store == m.state.Store && s.Number == m.state.Number {
		return nil
	}
	m.state = nil
	clear(m.views)
	store, err := m.identity(ctx)
	if err != nil {
		return err
	}
	wants, err := m.opt.wants()
	if err != nil {
		return err
	}
	ours := m.mark.Sink == m.sink.Name()
	why := ""
	switch {
	case rebuild:
		why = "it was asked for"
	case s == nil && ours:
		why = "the MongoDB has lost what was noted there"
	case s == nil:
		foreign, err := m.foreign(ctx)
		if err != nil {
			return err
		}
		if foreign != "" {
			return fmt.Errorf("collection %s: %w", foreign, ErrForeign)
		}
		why = "the MongoDB is empty"
	case s.Store != store:
		return fmt.Errorf("they are of another server: %w", ErrForeign)
	case s.Wants != wants:
		why = "settings or program are others than before"
	case !ours:
		why = "this server does not remember it"
	case s.Number < m.mark.Number-1 || s.Number > m.mark.Number:
		why = "the MongoDB was set back"
	default:
		m.state = s
		return nil
	}
	return m.anew(ctx, s, State{ID: stateID, Store: store, Wants: wants}, why)
}

// anew begins to compare everything.
func (m *Mirror) anew(ctx context.Context, before *State, s State, why string) error {
	m.opt.Log.Info("MongoDB is compared with the store, document by document", "mongodb", m.sink.Name(), "why", why)
	view, err := m.src.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return err
	}
	var envs []graph.EnvID
	for d, err := range view.Documents(ctx, graph.Environments) {
		if err != nil {
			return err
		}
		if env := graph.EnvID(d.ID); m.opt.wanted(env) {
			envs = append(envs, env)
			s.fresh(env, 0)
		}
	}
	for _, c := range m.ofEnvironments() {
		if err := m.sink.RemoveOthers(ctx, c, envs); err != nil {
			return ofSink(err)
		}
	}
	if before != nil {
		s.Number = before.Number
		if m.opt.NoCliques { // those written before would be wrong soon
			if err := m.sink.RemoveOthers(ctx, importexport.CliqueSet, nil); err != nil {
				return ofSink(err)
			}
		}
	}
	m.state = &s
	if err := m.note(ctx); err != nil {
		m.state = nil
		return err
	}
	return nil
}

// foreign names a collection that holds documents, empty if none does.
func (m *Mirror) foreign(ctx context.Context) (string, error) {
	for _, c := range m.collections() {
		if empty, err := m.sink.Empty(ctx, c, ""); err != nil || !empty {
			return c, ofSink(err)
		}
	}
	return "", nil
}

// note writes the state into the MongoDB. What it will be is remembered here
// first: then a MongoDB that was set back can be told from one that did not hear
// of the last one.
func (m *Mirror) note(ctx context.Context) error {
	next := *m.state
	next.Number++
	next.Written = time.Now().UTC().Truncate(time.Millisecond)
	if err := m.writeMark(mark{Sink: m.sink.Name(), Number: next.Number}); err != nil {
		return err
	}
	if err := m.sink.SetState(ctx, &next, m.state.Number); err != nil {
		return ofSink(err)
	}
	m.state.Number, m.state.Written = next.Number, next.Written
	m.noted, m.stale = next.Written, false
	return nil
}

// readMark tells whether a rebuild was asked for.
func (m *Mirror) readMark() (rebuild bool, err error) {
	m.files.Lock()
	defer m.files.Unlock()
	if m.opt.File != "" {
		if m.mark, err = readMark(m.opt.File); err != nil {
			return false, err
		}
	}
	return m.mark.Rebuild, nil
}

func (m *Mirror) writeMark(next mark) error {
	m.files.Lock()
	defer m.files.Unlock()
	if err := next.write(m.opt.File); err != nil {
		return err
	}
	m.mark = next
	return nil
}

// Rebuild has everything compared, by a Run that is running or by the next one,
// and has documents of others replaced. It returns at once.
func (m *Mirror) Rebuild() error {
	m.files.Lock()
	defer m.files.Unlock()
	now := m.mark
	if m.opt.File != "" {
		var err error
		if now, err = readMark(m.opt.File); err != nil {
			return err
		}
	}
	now.Rebuild = true
	if err := now.write(m.opt.File); err != nil {
		return err
	}
	m.mark = now
	select {
	case m.asked <- struct{}{}:
	default: // somebody has asked already
	}
	return nil
}

// identityDoc is the document by which a store is told from others.
var identityKey = graph.DocKey{Collection: graph.Settings, ID: "mirror"}

// identity is by what the MongoDB knows the store; it is made when there is
// none.
func (m *Mirror) identity(ctx context.Context) (string, error) {
	view, err := m.src.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return "", err
	}
	d, err := view.Document(ctx, identityKey.Collection, identityKey.ID)
	if err == nil && d.Body.String("identity") != "" {
		return d.Body.String("identity"), nil
	}
	if err != nil && !errors.Is(err, graph.ErrNotFound) {
		return "", err
	}
	body := graph.Attrs{}
	if d != nil {
		body = maps.Clone(d.Body)
	}
	body["identity"] = string(graph.NewOID(time.Now()))
	_, err = m.src.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseSystem}, &graph.Batch{PutDocs: []*graph.Document{{DocKey: identityKey, Body: body}}})
	return body.String("identity"), err
}
