package health

import (
	"cmp"
	"context"
	"iter"

	"calipso/graph"
	"calipso/graph/scope"
	"calipso/query"
	"calipso/query/extent"
)

// Store is where reports read: a graph.Store.
type Store interface {
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	// History gives the versions of an object, newest first.
	History(ctx context.Context, env graph.EnvID, id graph.ID) iter.Seq2[graph.Version, error]
}

var _ Store = (*graph.Store)(nil)

// Cliques finds cliques: a query.Service.
type Cliques interface {
	Cliques(ctx context.Context, at query.At, ids []graph.ID, visit func(*query.Clique) error) error
}

// Most is how many instances a report lists.
const Most = 20_000

// Request asks for a report.
type Request struct {
	Env graph.EnvID
	At  graph.Time // graph.Now: as it is
	// Scope limits the report to its members and what serves them; nil: all.
	// Extents, which finds what these are, must be given then.
	Scope   *scope.Scope
	Extents *extent.Resolver
	// Baseline is an earlier time whose instances are expected to be there;
	// graph.Now: that of the scope's design, if it has one.
	Baseline graph.Time
	// Limit is how many instances are listed; 0: Most.
	Limit int
}

// Make makes a report.
//
// Errors: graph.ErrNotFound if there is no such environment, or nothing was
// known of it then; graph.ErrRetired for a time that is no longer kept.
func Make(ctx context.Context, s Store, c Cliques, q Request) (*Report, error) {
	view, err := s.View(ctx, q.Env, q.At)
	if err != nil {
		return nil, err
	}
	m := &maker{store: s, cliques: c, q: q, view: view, places: newPlaces(view), failed: map[string]string{}, r: &Report{
		Env: q.Env, At: cmp.Or(q.At, view.Time()), Baseline: q.Baseline, Rules: RulesVersion, Instances: []Instance{}, Services: []Service{}, Warnings: []Failure{},
	}}
	if q.Scope != nil {
		m.r.Scope = q.Scope.Name
		if m.in, err = q.Extents.Of(ctx, q.Scope, q.Env, view.Time()); err != nil {
			return nil, err
		}
		if b, ok := q.Scope.Baseline(q.Env); ok && q.Baseline == graph.Now && b.Time < view.Time() {
			m.q.Baseline, m.r.Baseline = b.Time, b.Time
		}
	}
	for _, step := range []func(context.Context) error{m.failures, m.instances, m.missing, m.chains, m.services} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	m.sum()
	return m.r, nil
}

// maker makes one report.
type maker struct {
	store   Store
	cliques Cliques
	q       Request
	view    *graph.View
	places  *places
	failed  map[string]string // parts of scans, why
	hosts   map[string]bool   // of the scope's instances
	in      *extent.Extent    // what the scope holds; nil: there is none
	r       *Report
}

func (m *maker) failures(ctx context.Context) error {
	for d, err := range m.view.Documents(ctx, graph.Parts) {
		if err != nil {
			return err
		}
		reason := d.Body.String("error")
		if reason == "" && d.Body.String("state") == "failed" {
			reason = "failed"
		}
		if reason != "" {
			m.failed[d.ID] = reason
			m.r.Warnings = append(m.r.Warnings, Failure{d.ID, reason})
		}
	}
	return nil
}

// level is the status of an object, in which staleness counts: what a source
// that did not answer states is not known to be well.
func (m *maker) level(v *graph.Vertex) (Level, []string, bool) {
	level, reasons := Of(v)
	level = cmp.Or(level, Unknown)
	if len(reasons) == 0 && level == Unknown {
		reasons = append(reasons, "no source tells its status")
	}
	_, stale := m.failed[v.Part]
	if stale = stale && v.Part != ""; stale {
		level = worst(level, Unknown)
		reasons = append(reasons, "as last known: "+v.Part+" did not answer")
	}
	return level, reasons, stale
}

// member tells whether an instance is a member of what a scope holds.
func member(ctx context.Context, in *extent.Extent, view *graph.View, v *graph.Vertex) (bool, error) {
	if in == nil {
		return true, nil
	}
	n, err := view.Num(ctx, v.ID)
	return err == nil && in.Member(n), err
}

func (m *maker) instances(ctx context.Context) error {
	m.hosts = map[string]bool{}
	for v, err := range m.view.Vertices(ctx, graph.Instance) {
		if err != nil {
			return err
		}
		in, err := member(ctx, m.in, m.view, v)
		if err != nil {
			return err
		}
		if !in {
			continue
		}
		i, err := m.places.instance(ctx, v)
		if err != nil {
			return err
		}
		i.Status, i.Reasons, i.Stale = m.level(v)
		m.hosts[v.Host] = true
		m.r.Instances = append(m.r.Instances, i)
	}
	return nil
}
