package scan

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"calipso/graph"
)

// Scanner runs scans. One scanner serves all environments; whoever calls Run
// sees to it that scans of one environment do not overlap.
type Scanner struct {
	store Store
	opt   Options
}

// New returns a scanner over a store.
func New(store Store, opt Options) *Scanner {
	return &Scanner{store: store, opt: opt.withDefaults()}
}

// Run runs one scan. The report is never nil: it says how far the scan came and
// which parts failed. A scan that ends with an error has changed nothing; one
// in which no source answered is Failed as well, but has marked what is known
// as stale.
//
// Errors: what kept the scan from saving anything: the context's error, an
// object that does not exist, a store that fails. Sources that fail are no
// error of Run, but of their parts.
func (s *Scanner) Run(ctx context.Context, req Request) (*Report, error) {
	r := &run{Scanner: s, req: req, meter: newMeter(), parts: map[string]*Part{}, log: s.opt.Log.With(slog.String("env", string(req.Env.Name)))}
	r.report = &Report{ID: req.ID, Env: req.Env.Name, Status: Running, Start: s.opt.Clock().UTC()}
	err := r.all(ctx)
	rep := r.report
	rep.End = s.opt.Clock().UTC()
	rep.Sources = r.meter.sources()
	rep.Parts = r.sortedParts()
	switch {
	case err != nil && ctx.Err() != nil:
		rep.Status, rep.Error = Aborted, "stopped before the end; nothing was changed"
		err = errors.Join(ctx.Err(), err)
	case err != nil:
		rep.Status, rep.Error = Failed, req.Env.Conceal(err.Error())
	case len(rep.Parts) > 0 && len(rep.Errors()) == len(rep.Parts):
		rep.Status, rep.Error = Failed, "no source answered; what was known is kept, marked stale"
	case len(rep.Errors()) > 0:
		rep.Status = CompletedWithErrors
	default:
		rep.Status = Completed
	}
	r.progress("done", "")
	return rep, err
}

// run is the state of one scan.
type run struct {
	*Scanner
	req    Request
	report *Report
	meter  *meter
	log    *slog.Logger

	plan    *plan
	sources []source
	known   known               // what the store held at the start
	draft   *graph.Draft        // what will be true after the scan
	facts   map[graph.ID][]fact // what parts state in this scan, by id
	parts   map[string]*Part
	subtree map[graph.ID]bool // when one object is scanned: it and what hangs under it
	done    int
	total   int
}

func (r *run) all(ctx context.Context) error {
	steps := []struct {
		name string
		skip bool
		do   func(context.Context) error
	}{
		{"opening", r.req.LinksOnly, r.open},
		{"reading", false, r.recall},
		{"inventory", r.req.LinksOnly, r.inventory},
		{"joining", r.req.LinksOnly, r.join},
		{"links", r.req.InventoryOnly, r.link},
		{"saving", false, r.save},
	}
	defer r.closeSources()
	for _, step := range steps {
		if step.skip {
			continue
		}
		r.done, r.total = 0, 0
		r.progress(step.name, "")
		begun := time.Now()
		err := step.do(ctx)
		r.report.Phases = append(r.report.Phases, Phase{step.name, time.Since(begun)})
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return fmt.Errorf("scan of %q: %s: %w", r.req.Env.Name, step.name, err)
		}
	}
	return nil
}

func (r *run) progress(phase, current string) {
	if r.req.Progress == nil {
		return
	}
	objects := 0
	if r.draft != nil {
		objects, _ = r.draft.Len()
	}
	r.req.Progress(Progress{Phase: phase, Done: r.done, Total: r.total, Objects: objects, Errors: r.failures(), Current: current})
}

func (r *run) failures() int {
	n := 0
	for _, p := range r.parts {
		if p.Error != "" {
			n++
		}
	}
	return n
}
