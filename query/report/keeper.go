package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"calipso/graph"
	"calipso/graph/scope"
	"calipso/graph/snapshot"
	"calipso/query/diff"
	"calipso/query/diff/ruleset"
	"calipso/query/extent"
	"calipso/query/health"
)

// Store is where reports are made from and kept: a graph.Store.
type Store interface {
	diff.Store
	health.Store
	snapshot.Reader
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
}

var _ Store = (*graph.Store)(nil)

// Snapshots lists the snapshots of an environment, newest first: a
// snapshot.Keeper.
type Snapshots interface {
	List(ctx context.Context, env graph.EnvID) ([]*snapshot.Snapshot, error)
}

// Cliques finds cliques: a query.Service.
type Cliques interface {
	health.Cliques
	diff.Cliques
}

// Scopes keeps scopes: a scope.Keeper.
type Scopes interface {
	Get(ctx context.Context, name string) (*scope.Scope, error)
}

// Rules keeps what comparisons leave out: a ruleset.Keeper.
type Rules interface {
	For(ctx context.Context, env graph.EnvID) (*diff.Rules, ruleset.Origin, error)
}

// Options of a Keeper. The zero value works.
type Options struct {
	Program string // version of the program, which reports name
	// Scopes keeps scopes and Extents finds what they hold; nil: no report can
	// be limited to one.
	Scopes  Scopes
	Extents *extent.Resolver
	// Rules are those of comparisons; nil: what is built in.
	Rules Rules
	Clock func() time.Time // nil: time.Now

	storedMost int // tests
}

// Keeper makes, keeps, shows and removes reports.
type Keeper struct {
	store     Store
	snapshots Snapshots
	cliques   Cliques
	opt       Options
}

// New makes a Keeper.
func New(st Store, snapshots Snapshots, cliques Cliques, opt Options) *Keeper {
	if opt.Clock == nil {
		opt.Clock = time.Now
	}
	opt.storedMost = cmp.Or(opt.storedMost, storedMost)
	return &Keeper{store: st, snapshots: snapshots, cliques: cliques, opt: opt}
}

// Create makes a report and keeps it.
//
// Errors: *graph.InvalidError, also for what is too large to keep;
// graph.ErrNotFound for the environment, the object, or if nothing was known
// then; graph.ErrRetired for times that are no longer kept.
func (k *Keeper) Create(ctx context.Context, q Request) (*Report, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	now := k.opt.Clock().UTC()
	r := &Report{
		ID: string(graph.NewOID(now)), Env: q.Env, Kind: q.Kind, Title: q.Title, Change: q.Change, Text: q.Text, Author: q.Author, Created: now,
		Schedule: q.Schedule, Scan: q.Scan, Program: k.opt.Program,
		Inputs: Inputs{Object: q.Object, Scope: q.Scope, Group: q.Group, Folders: q.Folders},
	}
	var err error
	if r.scope, err = k.scope(ctx, q.Scope); err != nil {
		return nil, err
	}
	if r.Inputs.To, err = k.moment(ctx, q.Env, "to", q.To); err != nil {
		return nil, err
	}
	if q.From != "" {
		from, err := k.moment(ctx, q.Env, "from", q.From)
		if err != nil {
			return nil, err
		}
		r.Inputs.From = &from
	}
	content, err := k.make(ctx, r)
	if err != nil {
		return nil, err
	}
	doc, size, err := k.pack(r.ID, content)
	if err != nil {
		return nil, err
	}
	r.Bytes = size
	about, err := r.document()
	if err != nil {
		return nil, err
	}
	cause := graph.Cause{Kind: graph.CauseUser, Who: q.Author}
	if q.Scan != "" {
		cause = graph.Cause{Kind: graph.CauseScan, ID: q.Scan, Who: q.Author}
	}
	_, err = k.store.Commit(ctx, q.Env, cause, &graph.Batch{PutDocs: []*graph.Document{about, doc}})
	return r, err
}

// scope is the scope of a name; nil for no name.
func (k *Keeper) scope(ctx context.Context, name string) (*scope.Scope, error) {
	switch {
	case name == "":
		return nil, nil
	case k.opt.Scopes == nil || k.opt.Extents == nil:
		return nil, &graph.InvalidError{What: "report", Fields: []graph.FieldError{{Field: "scope", Reason: "cannot be given: this server keeps no scopes"}}}
	}
	return k.opt.Scopes.Get(ctx, name)
}

// moment reads what stands for a time. A question about now is about the last
// commit, whose time the report names.
func (k *Keeper) moment(ctx context.Context, env graph.EnvID, field, text string) (Moment, error) {
	t, err := snapshot.At(ctx, k.store, env, text)
	var bad *graph.InvalidError
	if errors.As(err, &bad) {
		return Moment{}, &graph.InvalidError{What: "report", Fields: []graph.FieldError{{Field: field, Reason: bad.Fields[0].Reason}}}
	}
	if err != nil {
		return Moment{}, err
	}
	m := Moment{Time: t}
	if _, err := graph.ParseTime(text); err != nil {
		m.Snapshot = text
	}
	if m.Time != graph.Now {
		return m, nil
	}
	v, err := k.store.View(ctx, env, graph.Now)
	if err != nil {
		return m, err
	}
	if m.Time = v.Time(); m.Time == graph.Now {
		return m, fmt.Errorf("report: nothing is known of %q yet, scan it first: %w", env, graph.ErrNotFound)
	}
	return m, nil
}

// List gives what reports of an environment are kept, newest first; kinds limit
// them if there are any.
//
// Errors: graph.ErrNotFound if there is no such environment.
func (k *Keeper) List(ctx context.Context, env graph.EnvID, kinds ...Kind) ([]*Report, error) {
	v, err := k.store.View(ctx, env, graph.Now)
	if err != nil {
		return nil, err
	}
	out := []*Report{}
	for d, err := range v.Documents(ctx, graph.Reports) {
		if err != nil {
			return nil, err
		}
		r, err := parse(d)
		if err != nil {
			return nil, err
		}
		if len(kinds) == 0 || slices.Contains(kinds, r.Kind) {
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b *Report) int { return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID)) })
	return out, nil
}

// Get is the report of an id, without its content.
//
// Errors: graph.ErrNotFound.
func (k *Keeper) Get(ctx context.Context, env graph.EnvID, id string) (*Report, error) {
	d, err := k.document(ctx, env, graph.Reports, id)
	if err != nil {
		return nil, err
	}
	return parse(d)
}

// Content is what a report says, as JSON.
//
// Errors: graph.ErrNotFound.
func (k *Keeper) Content(ctx context.Context, env graph.EnvID, id string) ([]byte, error) {
	d, err := k.document(ctx, env, graph.ReportContents, id)
	if err != nil {
		return nil, err
	}
	return unpack(d)
}

func (k *Keeper) document(ctx context.Context, env graph.EnvID, c graph.Collection, id string) (*graph.Document, error) {
	v, err := k.store.View(ctx, env, graph.Now)
	if err != nil {
		return nil, err
	}
	d, err := v.Document(ctx, c, id)
	if errors.Is(err, graph.ErrNotFound) {
		return nil, fmt.Errorf("report: %q of %q: %w", id, env, graph.ErrNotFound)
	}
	return d, err
}

// Remove forgets a report.
//
// Errors: graph.ErrNotFound.
func (k *Keeper) Remove(ctx context.Context, who string, env graph.EnvID, id string) error {
	if _, err := k.document(ctx, env, graph.Reports, id); err != nil {
		return err
	}
	_, err := k.store.Commit(ctx, env, graph.Cause{Kind: graph.CauseUser, Who: who}, &graph.Batch{DeleteDocs: []graph.DocKey{
		{Collection: graph.Reports, ID: id}, {Collection: graph.ReportContents, ID: id}}})
	return err
}

// Referenced names the snapshots of an environment that kept reports refer to.
func (k *Keeper) Referenced(ctx context.Context, env graph.EnvID) (map[string]bool, error) {
	all, err := k.List(ctx, env)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, r := range all {
		for _, m := range []*Moment{r.Inputs.From, &r.Inputs.To} {
			if m != nil && m.Snapshot != "" {
				out[m.Snapshot] = true
			}
		}
	}
	return out, nil
}
