package webapi

import (
	"context"
	"fmt"

	"calipso/graph"
	"calipso/graph/scope"
	"calipso/graph/snapshot"
	"calipso/query/diff"
)

// comparing says which comparison of one environment is wanted, as clients
// write it.
type comparing struct {
	Env             graph.EnvID
	From, To        string
	With, ScopeName string
	Folders         bool
	Rules           *diff.Rules // nil: those that hold for the environment
}

// compare makes a report.
//
// Errors: *graph.InvalidError about from, to, with or scope; graph.ErrNotFound.
func (a *API) compare(ctx context.Context, c comparing) (*diff.Report, error) {
	s, err := a.scopeOf(ctx, c.ScopeName)
	if err != nil {
		return nil, err
	}
	from, to, partner, err := a.span(ctx, c, s)
	if err != nil {
		return nil, err
	}
	opt, err := a.diffOptions(ctx, c.Env, c.Rules)
	if err != nil {
		return nil, err
	}
	opt.Folders, opt.Scope = c.Folders, s
	r, err := diff.Diff(ctx, a.opt.Store, c.Env, from, to, opt)
	if err != nil {
		return nil, err
	}
	r.Partner = partner
	return r, nil
}

// diffOptions are those of all comparisons; rules go before what is set for the
// environment.
func (a *API) diffOptions(ctx context.Context, env graph.EnvID, rules *diff.Rules) (diff.Options, error) {
	opt := diff.Options{Extents: a.opt.Extents}
	if rules != nil {
		if err := rules.Validate(); err != nil {
			return opt, err
		}
		opt.Rules = rules.Completed()
		return opt, nil
	}
	var err error
	if a.opt.Rules != nil {
		opt.Rules, _, err = a.opt.Rules.For(ctx, env)
	}
	return opt, err
}

// scopeOf is the scope of a name, as far as the caller may see it; nil for no
// name.
func (a *API) scopeOf(ctx context.Context, name string) (*scope.Scope, error) {
	if name == "" {
		return nil, nil
	}
	return a.visibleScope(ctx, name)
}

// span reads the two times of a comparison, of which the earlier may be told by
// what it is: the design, or last week's.
func (a *API) span(ctx context.Context, c comparing, s *scope.Scope) (from, to graph.Time, p *diff.Partner, err error) {
	if to, err = a.moment(ctx, c.Env, "to", c.To); err != nil {
		return from, to, nil, err
	}
	switch {
	case c.With != "" && c.From != "":
		err = invalidQuery("with", "goes not with from: it finds the time to compare with")
	case c.With != "":
		if p, err = a.partner(ctx, c, s, to); err == nil {
			from = p.Time
		}
	case c.From == "":
		err = invalidQuery("from", `is missing; give a time, the name of a snapshot, or with=design or with=last-week instead`)
	default:
		from, err = a.moment(ctx, c.Env, "from", c.From)
	}
	return from, to, p, err
}

// partner finds the snapshot to compare with (rules S-06, S-07).
func (a *API) partner(ctx context.Context, c comparing, s *scope.Scope, to graph.Time) (*diff.Partner, error) {
	if a.opt.Snapshots == nil {
		return nil, fmt.Errorf("snapshots: %w", ErrUnavailable)
	}
	all, err := a.opt.Snapshots.List(ctx, c.Env)
	if err != nil {
		return nil, err
	}
	var found *snapshot.Snapshot
	switch {
	case c.With == "last-week":
		if to == graph.Now {
			to = a.opt.Store.Last(c.Env)
		}
		if found = snapshot.LastWeek(all, to); found == nil {
			return nil, invalidQuery("with", fmt.Sprintf("there is no complete scheduled snapshot of %q at least 6 days older than %s; a schedule with a snapshot makes them", c.Env, to))
		}
	case s != nil:
		b, ok := s.Baseline(c.Env)
		if !ok {
			return nil, invalidQuery("with", fmt.Sprintf("no snapshot of %q is set as the design of scope %q", c.Env, s.Name))
		}
		return &diff.Partner{Snapshot: b.Snapshot, Kind: string(snapshot.Design), Time: b.Time}, nil
	default:
		if found = snapshot.LastDesign(all); found == nil {
			return nil, invalidQuery("with", fmt.Sprintf("there is no complete snapshot of %q of kind design", c.Env))
		}
	}
	return &diff.Partner{Snapshot: found.Name, Kind: string(found.Kind), Time: found.Time}, nil
}
