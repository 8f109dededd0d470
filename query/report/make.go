package report

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"calipso/query/diff"
	"calipso/query/diff/render"
	"calipso/query/diff/ruleset"
	"calipso/query/health"
	"calipso/query/paper"
)

// make gives the content of a report, and fills in what follows from it.
func (k *Keeper) make(ctx context.Context, r *Report) (any, error) {
	switch r.Kind {
	case Diff:
		d, err := k.diff(ctx, r)
		if err != nil {
			return nil, err
		}
		r.name("What changed in " + string(r.Env))
		r.Lead = render.Lead(d)
		return d, nil
	case CliqueDiff:
		return k.cliqueDiff(ctx, r)
	case Health:
		h, err := k.health(ctx, r)
		if err != nil {
			return nil, err
		}
		r.name("Health of " + string(r.Env))
		r.Lead = h.Lead()
		return h, nil
	}
	w, err := k.weekly(ctx, r)
	if err != nil {
		return nil, err
	}
	r.name("Weekly report of " + string(r.Env))
	r.Lead = w.Lead()
	return w, nil
}

// name gives a report that has no title one that says what it is.
func (r *Report) name(what string) {
	if r.Title != "" {
		return
	}
	if r.Title = what; r.Inputs.Scope != "" {
		r.Title += ", scope " + r.Inputs.Scope
	}
	if r.Inputs.From != nil && r.Kind != Health {
		r.Title += ", " + r.Inputs.From.short() + " → " + r.Inputs.To.short()
		return
	}
	r.Title += ", " + r.Inputs.To.short()
}

// short names a moment.
func (m Moment) short() string {
	if m.Snapshot != "" {
		return m.Snapshot
	}
	return m.Time.Std().Format("2006-01-02 15:04")
}

// Text is a moment in full.
func (m Moment) Text() string {
	if m.Snapshot != "" {
		return paper.Moment(m.Time) + ", snapshot " + m.Snapshot
	}
	return paper.Moment(m.Time)
}

func (k *Keeper) diff(ctx context.Context, r *Report) (*diff.Report, error) {
	opt, err := k.options(ctx, r)
	if err != nil {
		return nil, err
	}
	opt.Scope, opt.Folders = r.scope, r.Inputs.Folders
	d, err := diff.Diff(ctx, k.store, r.Env, r.Inputs.From.Time, r.Inputs.To.Time, opt)
	if err != nil {
		return nil, err
	}
	n := d.Summary.Differences
	r.Totals.Differences = &n
	return d, nil
}

func (k *Keeper) cliqueDiff(ctx context.Context, r *Report) (*diff.CliqueReport, error) {
	opt, err := k.options(ctx, r)
	if err != nil {
		return nil, err
	}
	d, err := diff.CliqueDiff(ctx, k.store, k.cliques, r.Env, r.Inputs.Object, r.Inputs.From.Time, r.Inputs.To.Time, opt)
	if err != nil {
		return nil, err
	}
	n := d.Differences
	r.Totals.Differences = &n
	r.name("How the clique of " + d.FocalPoint.Name + " changed")
	r.Lead = render.CliqueLead(d)
	return d, nil
}

func (k *Keeper) health(ctx context.Context, r *Report) (*health.Report, error) {
	q := health.Request{Env: r.Env, At: r.Inputs.To.Time, Scope: r.scope, Extents: k.opt.Extents}
	if r.Inputs.From != nil {
		q.Baseline = r.Inputs.From.Time
	}
	h, err := health.Make(ctx, k.store, k.cliques, q)
	if err != nil {
		return nil, err
	}
	r.Totals.Instances, r.Totals.Services = &h.Totals, &h.ServiceTotals
	r.rules("health " + h.Rules)
	return h, nil
}

// rules adds the version of some rules.
func (r *Report) rules(version string) {
	if r.Rules != "" {
		r.Rules += ", "
	}
	r.Rules += version
}

// options are those of the comparisons of an environment. The report names the
// rules by a fingerprint, since they can be set.
func (k *Keeper) options(ctx context.Context, r *Report) (diff.Options, error) {
	opt := diff.Options{Extents: k.opt.Extents, Rules: diff.DefaultRules()}
	origin := ruleset.BuiltIn
	if k.opt.Rules != nil {
		var err error
		if opt.Rules, origin, err = k.opt.Rules.For(ctx, r.Env); err != nil {
			return opt, err
		}
	}
	b, err := json.Marshal(opt.Rules) // maps are written by key
	if err != nil {
		return opt, fmt.Errorf("report: rules: %w", err)
	}
	r.rules(fmt.Sprintf("diff %.8s (%s)", fmt.Sprintf("%x", sha256.Sum256(b)), origin))
	return opt, nil
}
