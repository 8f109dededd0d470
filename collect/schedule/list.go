package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"calipso/collect/scan"
	"calipso/graph"
)

// Get is one scan of an environment, with its progress if it runs.
//
// Errors: graph.ErrNotFound.
func (q *Queue) Get(ctx context.Context, env graph.EnvID, id string) (*Scan, error) {
	if s := q.live(env, id); s != nil {
		return s, nil
	}
	view, err := q.store.View(ctx, env, graph.Now)
	if err != nil {
		return nil, err
	}
	doc, err := view.Document(ctx, graph.Scans, id)
	if err != nil {
		return nil, fmt.Errorf("schedule: scan %q of %q: %w", id, env, err)
	}
	return parseScan(doc)
}

// List is the scans of an environment, newest first; ended ones without their
// reports' parts, which Get has.
func (q *Queue) List(ctx context.Context, env graph.EnvID) ([]*Scan, error) {
	all, err := q.stored(ctx, env, func(*Scan) bool { return true })
	if err != nil {
		return nil, err
	}
	for i, s := range all {
		if l := q.live(env, s.ID); l != nil {
			all[i] = l
		}
		if r := all[i].Report; r != nil {
			short := *r
			short.Parts, short.Findings = nil, nil
			all[i].Report = &short
		}
	}
	slices.SortFunc(all, func(a, b *Scan) int { return b.Submitted.Compare(a.Submitted) })
	return all, nil
}

// Abort stops a scan that runs, or takes one that waits out of the queue.
//
// Errors: graph.ErrNotFound; graph.ErrConflict if it has ended.
func (q *Queue) Abort(ctx context.Context, env graph.EnvID, id string) error {
	q.mu.Lock()
	if s := q.mu.running[env]; s != nil && s.ID == id && !s.ended() {
		cancel := q.mu.cancel[id]
		q.mu.Unlock()
		if cancel != nil {
			cancel()
			return nil
		}
		return fmt.Errorf("schedule: scan %q of %q is just beginning, try again: %w", id, env, graph.ErrConflict)
	}
	var out *Scan
	q.mu.waiting = slices.DeleteFunc(q.mu.waiting, func(s *Scan) bool {
		if s.ID == id && s.Env == env {
			out = s
		}
		return out == s
	})
	q.mu.Unlock()
	if out == nil {
		if _, err := q.Get(ctx, env, id); err != nil {
			return err
		}
		return fmt.Errorf("schedule: scan %q of %q has ended: %w", id, env, graph.ErrConflict)
	}
	out.Status, out.Ended, out.Error = scan.Aborted, q.opt.Clock().UTC(), "taken out of the queue"
	out.unmade()
	err := q.write(ctx, out)
	q.announce(out)
	return err
}

// live copies a scan that waits or runs.
func (q *Queue) live(env graph.EnvID, id string) *Scan {
	q.mu.Lock()
	defer q.mu.Unlock()
	if s := q.mu.running[env]; s != nil && s.ID == id {
		return q.placed(s)
	}
	for _, s := range q.mu.waiting {
		if s.ID == id && s.Env == env {
			return q.placed(s)
		}
	}
	return nil
}

// placed copies a scan with its place in the queue, whose lock is held.
func (q *Queue) placed(s *Scan) *Scan {
	c := *s
	if c.ended() {
		return &c
	}
	if r := q.mu.running[s.Env]; r != nil {
		c.Behind, c.Place = r.ID, 1
		if r == s {
			c.Behind = ""
			return &c
		}
	}
	for _, w := range q.mu.waiting {
		if w.Env != s.Env {
			continue
		}
		if c.Behind == "" && w != s {
			c.Behind = w.ID
		}
		if c.Place++; w == s {
			break
		}
	}
	return &c
}

func (q *Queue) stored(ctx context.Context, env graph.EnvID, keep func(*Scan) bool) ([]*Scan, error) {
	view, err := q.store.View(ctx, env, graph.Now)
	if errors.Is(err, graph.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []*Scan
	for doc, err := range view.Documents(ctx, graph.Scans) {
		if err != nil {
			return nil, err
		}
		s, err := parseScan(doc)
		if err != nil {
			return nil, err
		}
		if keep(s) {
			out = append(out, s)
		}
	}
	return out, nil
}

func (q *Queue) write(ctx context.Context, s *Scan) error {
	doc, err := s.document()
	if err != nil {
		return err
	}
	_, err = q.store.Commit(ctx, s.Env, graph.Cause{Kind: graph.CauseScan, ID: s.ID, Who: s.Who}, &graph.Batch{PutDocs: []*graph.Document{doc}})
	return err
}
