package webapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"calipso/graph"
)

// shownChanges is how many changes of a commit its event lists one by one.
const shownChanges = 100

// changeEvent is what a stream tells of a commit.
type changeEvent struct {
	Env   graph.EnvID `json:"environment"`
	Time  graph.Time  `json:"time"`
	Cause graph.Cause `json:"cause"`
	// Objects and Links count what the commit added, changed and removed.
	Objects opCounts `json:"objects"`
	Links   opCounts `json:"links"`
	// Changes lists the first of them; Truncated says that there are more.
	Changes   []changeItem `json:"changes"`
	Truncated bool         `json:"truncated,omitempty"`
}

type opCounts struct {
	Added   int `json:"added"`
	Changed int `json:"changed"`
	Removed int `json:"removed"`
}

func (c *opCounts) count(op graph.Op) {
	switch op {
	case graph.Added:
		c.Added++
	case graph.Changed:
		c.Changed++
	case graph.Removed:
		c.Removed++
	}
}

type changeItem struct {
	Op       graph.Op         `json:"op"`
	ID       graph.ID         `json:"id,omitempty"`
	Type     graph.VertexType `json:"type,omitempty"`
	LinkType graph.EdgeType   `json:"link_type,omitempty"`
	Source   graph.ID         `json:"source_id,omitempty"`
	Target   graph.ID         `json:"target_id,omitempty"`
}

type messageEvent struct {
	Env     graph.EnvID `json:"environment"`
	ID      string      `json:"id"`
	Message graph.Attrs `json:"message"`
}

// Run follows the commit log and the scan queue for the stream of events, and
// removes expired sessions and old audit entries, until ctx ends, which is no
// error.
func (a *API) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return a.followCommits(ctx) })
	g.Go(func() error { return a.sweepSessions(ctx) })
	if a.opt.Scans != nil {
		g.Go(func() error { return a.followScans(ctx) })
	}
	return g.Wait()
}

func (a *API) followScans(ctx context.Context) error {
	err := a.opt.Scans.Watch(ctx, func(s *ScanStatus) {
		if !s.Ended.IsZero() {
			a.metrics.scans.WithLabelValues(string(s.Env), s.Status).Inc()
		}
		brief := *s
		brief.Report = nil
		if err := a.ring.publish("scan", s.Env, &brief); err != nil {
			a.log.Error("stream", slog.Any("err", err))
		}
	})
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("webapi: scans: %w", err)
	}
	return nil
}

// followCommits publishes each commit made from now on.
func (a *API) followCommits(ctx context.Context) error {
	seen := map[graph.EnvID]graph.Time{}
	changed := a.opt.Store.Changed()
	envs, err := a.opt.Store.EnvIDs(ctx)
	for _, env := range envs {
		seen[env] = a.opt.Store.Last(env)
	}
	a.begun() // a stream that begins now misses nothing
	for first := true; ; first = false {
		if err != nil && ctx.Err() == nil {
			return fmt.Errorf("webapi: stream of changes: %w", err)
		}
		if !first {
			select {
			case <-changed:
			case <-ctx.Done():
				return nil
			}
		}
		changed = a.opt.Store.Changed() // before reading, so that none is missed
		if envs, err = a.opt.Store.EnvIDs(ctx); err != nil {
			continue
		}
		for _, env := range envs {
			if seen[env], err = a.publishCommits(ctx, env, seen[env]); err != nil {
				break
			}
		}
	}
}

// publishCommits publishes the commits of one environment after a time, and
// returns the time of the last.
func (a *API) publishCommits(ctx context.Context, env graph.EnvID, after graph.Time) (graph.Time, error) {
	for c, err := range a.opt.Store.Commits(ctx, env, after) {
		if errors.Is(err, graph.ErrNotFound) {
			return after, nil // nothing was written yet, or it is removed by now
		}
		if errors.Is(err, graph.ErrRetired) {
			a.log.Warn("stream of changes passes over what is not retained", slog.String("env", string(env)), slog.Any("err", err))
			return a.opt.Store.Last(env), nil
		}
		if err != nil {
			return after, err
		}
		after = c.Time
		if e := changeOf(c); e.Objects != (opCounts{}) || e.Links != (opCounts{}) {
			if err := a.ring.publish("change", env, e); err != nil {
				return after, err
			}
		}
		if err := a.publishMessages(ctx, c); err != nil && !errors.Is(err, graph.ErrRetired) {
			return after, err
		}
	}
	return after, nil
}

// publishMessages publishes the messages that a commit added.
func (a *API) publishMessages(ctx context.Context, c *graph.Commit) error {
	for _, ch := range c.Changes {
		if ch.Doc == nil || ch.Doc.Collection != graph.Messages || ch.Op != graph.Added {
			continue
		}
		view, err := a.opt.Store.View(ctx, c.Env, c.Time)
		if err != nil {
			return err
		}
		d, err := view.Document(ctx, graph.Messages, ch.Doc.ID)
		if err != nil {
			return err
		}
		if err := a.ring.publish("message", c.Env, messageEvent{c.Env, d.ID, d.Body}); err != nil {
			return err
		}
	}
	return nil
}

func changeOf(c *graph.Commit) changeEvent {
	e := changeEvent{Env: c.Env, Time: c.Time, Cause: c.Cause, Changes: []changeItem{}}
	for _, ch := range c.Changes {
		var item changeItem
		switch {
		case ch.Edge != nil:
			e.Links.count(ch.Op)
			item = changeItem{Op: ch.Op, LinkType: ch.Edge.Type, Source: ch.Edge.From, Target: ch.Edge.To}
		case ch.Doc == nil:
			e.Objects.count(ch.Op)
			item = changeItem{Op: ch.Op, ID: ch.Vertex, Type: ch.Type}
		default:
			continue
		}
		if len(e.Changes) < shownChanges {
			e.Changes = append(e.Changes, item)
		} else {
			e.Truncated = true
		}
	}
	return e
}

// sweepSessions removes sessions and audit entries that have had their time, now
// and then every hour.
func (a *API) sweepSessions(ctx context.Context) error {
	tick := time.NewTicker(cmp.Or(a.sweepEvery, time.Hour))
	defer tick.Stop()
	for {
		if _, err := a.opt.Accounts.Sweep(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("expired sessions", slog.Any("err", err))
		}
		if a.opt.Audit != nil {
			if _, err := a.opt.Audit.Sweep(ctx); err != nil && ctx.Err() == nil {
				a.log.Error("old audit entries", slog.Any("err", err))
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
