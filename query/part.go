package query

import (
	"context"
	"errors"
	"time"

	"calipso/graph"
	"calipso/graph/recent"
)

// part is what the last scans say of one part of theirs.
type part struct {
	ok     time.Time // when it last answered completely
	reason string    // why its last attempt failed; empty: it did not
}

func (p part) failed() bool { return p.reason != "" }

func partOf(d *graph.Document) part {
	p := part{reason: d.Body.String("error")}
	if t := moment(d.Body["ok_time"]); t != nil {
		p.ok = *t
	}
	if p.reason == "" && d.Body.String("state") == "failed" {
		p.reason = "failed"
	}
	return p
}

// allParts is the id of the document that says when the last scan of the whole
// environment ended: parts that have no document of their own, or one that says
// "ok", answered then.
const allParts = "*"

// part reads the state of a part by its name.
func (r *reading) part(ctx context.Context, name string) (part, error) {
	if name == "" {
		return part{}, nil
	}
	if p, known := r.parts[name]; known {
		return p, nil
	}
	d, err := r.view.Document(ctx, graph.Parts, name)
	var p part
	switch {
	case err == nil:
		p = partOf(d)
	case !errors.Is(err, graph.ErrNotFound):
		return part{}, err
	}
	if name != allParts && !p.failed() {
		all, err := r.part(ctx, allParts)
		if err != nil {
			return part{}, err
		}
		if all.ok.After(p.ok) {
			p.ok = all.ok
		}
	}
	r.parts[name] = p
	return p, nil
}

// maxParts is how many parts of an environment are kept.
const maxParts = 10_000

// PartFailed tells whether the last attempt at a part of the scan failed, so
// that what it states is stale.
func (s *Service) PartFailed(ctx context.Context, v View, name string) (bool, error) {
	if name == "" {
		return false, nil
	}
	kept, ok := s.parts.Load(v.Room())
	if !ok {
		kept, _ = s.parts.LoadOrStore(v.Room(), recent.NewMemo[string, part](maxParts, graph.Parts))
	}
	p, err := kept.(*recent.Memo[string, part]).Get(ctx, v, name, func(ctx context.Context) (part, error) {
		return newReading(v).part(ctx, name)
	})
	return p.failed(), err
}
