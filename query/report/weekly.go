package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"calipso/graph"
	"calipso/graph/snapshot"
	"calipso/query/diff"
	"calipso/query/diff/render"
	"calipso/query/health"
)

// WeeklyReport is what a weekly report says.
type WeeklyReport struct {
	Env  graph.EnvID `json:"environment"`
	From *Moment     `json:"from,omitempty"`
	To   Moment      `json:"to"`
	// Note says why there is no comparison; empty: there is one.
	Note   string         `json:"note,omitempty"`
	Diff   *diff.Report   `json:"diff,omitempty"`
	Health *health.Report `json:"health"`
	// Failed are the scans of the week that could not read all, newest first.
	Failed []FailedScan `json:"failed_scans"`
	// Scans is how many scans ended in the week.
	Scans int    `json:"scans"`
	Trend *Trend `json:"trend,omitempty"`
}

// Trend is what the last weekly report of the same scope said.
type Trend struct {
	Report  string    `json:"report"` // its id
	Created time.Time `json:"created"`
	Totals  Figures   `json:"totals"`
}

// FailedScan is a scan that failed, or parts of which did.
type FailedScan struct {
	ID     string       `json:"id"`
	Ended  time.Time    `json:"ended"`
	Status string       `json:"status"`
	Error  string       `json:"error,omitempty"`
	Parts  []FailedPart `json:"parts"`
}

// FailedPart is a part of a scan that failed.
type FailedPart struct {
	Part  string `json:"part"`
	Error string `json:"error"`
}

// Lead says in one line what a report comes to.
func (w *WeeklyReport) Lead() string {
	out := "instances: " + w.Health.Totals.Text()
	if w.Diff != nil {
		return render.Lead(w.Diff) + "; " + out
	}
	return out
}

func (k *Keeper) weekly(ctx context.Context, r *Report) (*WeeklyReport, error) {
	w := &WeeklyReport{Env: r.Env, To: r.Inputs.To, Failed: []FailedScan{}}
	if r.Inputs.From == nil {
		p, err := k.partner(ctx, r.Env, r.Inputs.To.Time)
		if err != nil {
			return nil, err
		}
		r.Inputs.From = p
	}
	since := graph.TimeOf(r.Inputs.To.Time.Std().Add(-7 * 24 * time.Hour))
	var err error
	if w.From = r.Inputs.From; w.From == nil {
		w.Note = "there is no complete scheduled snapshot at least 6 days older yet, so nothing is compared"
	} else {
		since = w.From.Time
		if w.Diff, err = k.diff(ctx, r); err != nil {
			return nil, err
		}
	}
	if w.Health, err = k.health(ctx, r); err != nil {
		return nil, err
	}
	if w.Scans, w.Failed, err = k.scans(ctx, r.Env, since, r.Inputs.To.Time); err != nil {
		return nil, err
	}
	w.Trend, err = k.trend(ctx, r)
	return w, err
}

// partner is the latest complete scheduled snapshot at least six days older
// than a time (rule S-06); nil: there is none.
func (k *Keeper) partner(ctx context.Context, env graph.EnvID, to graph.Time) (*Moment, error) {
	all, err := k.snapshots.List(ctx, env)
	if err != nil {
		return nil, err
	}
	if s := snapshot.LastWeek(all, to); s != nil {
		return &Moment{Time: s.Time, Snapshot: s.Name}, nil
	}
	return nil, nil
}

// trend is the weekly report before this one.
func (k *Keeper) trend(ctx context.Context, r *Report) (*Trend, error) {
	all, err := k.List(ctx, r.Env, Weekly) // newest first
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		if o.Inputs.Scope == r.Inputs.Scope && o.Inputs.To.Time < r.Inputs.To.Time {
			return &Trend{Report: o.ID, Created: o.Created, Totals: o.Totals}, nil
		}
	}
	return nil, nil
}

// scans counts the scans that ended between two times, or made what the later
// one shows, and lists those that could not read all.
func (k *Keeper) scans(ctx context.Context, env graph.EnvID, from, to graph.Time) (n int, failed []FailedScan, err error) {
	v, err := k.store.View(ctx, env, graph.Now)
	if err != nil {
		return 0, nil, err
	}
	failed = []FailedScan{}
	for d, err := range v.Documents(ctx, graph.Scans) {
		if err != nil {
			return 0, nil, err
		}
		ended, _ := d.Body["end_timestamp"].(time.Time)
		if text := d.Body.String("end_timestamp"); text != "" {
			if ended, err = time.Parse(time.RFC3339Nano, text); err != nil {
				return 0, nil, fmt.Errorf("report: scan %s: %w: %w", d.ID, graph.ErrCorrupt, err)
			}
		}
		if at := graph.TimeOf(ended); ended.IsZero() || at <= from || at > to {
			continue
		}
		n++
		f := FailedScan{ID: d.ID, Ended: ended, Status: d.Body.String("status"), Error: d.Body.String("error"), Parts: []FailedPart{}}
		for _, p := range d.Body.Map("report").Maps("parts") {
			if why := p.String("error"); why != "" {
				f.Parts = append(f.Parts, FailedPart{Part: p.String("name"), Error: why})
			}
		}
		if f.Status != "completed" || len(f.Parts) > 0 {
			failed = append(failed, f)
		}
	}
	slices.SortFunc(failed, func(a, b FailedScan) int { return cmp.Or(b.Ended.Compare(a.Ended), cmp.Compare(a.ID, b.ID)) })
	return n, failed, nil
}
