package diff

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/fields"
	"calipso/graph/scope"
	"calipso/query/extent"
)

// Store is where comparisons read: a graph.Store.
type Store interface {
	Compare(ctx context.Context, env graph.EnvID, from, to graph.Time) (*graph.Comparison, error)
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
}

var _ Store = (*graph.Store)(nil)

// Options of a comparison. The zero value works.
type Options struct {
	// Rules are DefaultRules if nil.
	Rules *Rules
	// Scope restricts the comparison to what is within it at either time; nil:
	// everything counts. Extents, which finds what that is, must be given then.
	Scope   *scope.Scope
	Extents *extent.Resolver
	// Folders counts the folders of the tree too, which say nothing that the
	// objects in them do not.
	Folders bool
}

// Diff compares two times of an environment; graph.Now is the last commit.
//
// Errors: graph.ErrNotFound if there is no such environment, graph.ErrRetired
// for a time that is no longer kept.
func Diff(ctx context.Context, s Store, env graph.EnvID, from, to graph.Time, opt Options) (*Report, error) {
	d, err := compare(ctx, s, env, from, to, opt)
	if err != nil {
		return nil, err
	}
	return d.r, nil
}

func compare(ctx context.Context, s Store, env graph.EnvID, from, to graph.Time, opt Options) (*differ, error) {
	c, err := s.Compare(ctx, env, from, to)
	if err != nil {
		return nil, err
	}
	d := newDiffer(s, env, c, opt)
	d.r.From, d.r.To = shown(from, c.From), shown(to, c.To)
	for _, step := range []func(context.Context) error{d.restrict, d.objects, d.links, d.neighbours, d.warnings} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	d.r.order()
	d.r.count(d.commits())
	return d, nil
}

func newDiffer(s Store, env graph.EnvID, c *graph.Comparison, opt Options) *differ {
	if opt.Rules == nil {
		opt.Rules = DefaultRules()
	}
	d := &differ{
		opt: opt, store: s, comparison: c, causes: map[graph.Time]graph.Cause{},
		old: newPlaces(c.From), new: newPlaces(c.To),
		matchers: map[graph.VertexType]matcher{},
		newID:    map[graph.ID]graph.ID{}, moved: map[graph.ID]bool{}, unconfirmed: map[graph.ID]bool{},
		r: &Report{
			Env: env, Rules: opt.Rules.Version(), Warnings: []Warning{},
			Objects: Objects{Added: []Object{}, Removed: []Object{}, Changed: []Object{}, Moved: []Object{}, Unconfirmed: []Object{}},
			Links:   Links{Added: []Link{}, Removed: []Link{}, Changed: []Link{}, Moved: []Link{}, Unconfirmed: []Link{}},
			Status:  Status{Objects: []Object{}, Links: []Link{}},
		},
	}
	for _, commit := range c.Commits {
		d.causes[commit.Time] = commit.Cause
	}
	return d
}

// shown is the time that a report names: what was asked for, or the commit that
// now was.
func shown(asked graph.Time, v *graph.View) graph.Time { return cmp.Or(asked, v.Time()) }

// differ makes one report.
type differ struct {
	opt        Options
	store      Store
	comparison *graph.Comparison
	causes     map[graph.Time]graph.Cause
	old, new   *places
	matchers   map[graph.VertexType]matcher
	vertices   []vertexPair // matched
	edges      []edgePair   // matched
	r          *Report

	// translate puts names of the old environment into words of the new one;
	// nil: there is only one.
	translate   func(string) string
	within      *within               // nil: no scope
	elsewhere   []vertexPair          // what came outside the scope
	newID       map[graph.ID]graph.ID // of what has another id now, by the old one
	moved       map[graph.ID]bool     // new ids of what moved
	unconfirmed map[graph.ID]bool
}

func (d *differ) objects(ctx context.Context) error {
	for _, p := range d.comparison.Vertices {
		d.old.know(p.Old)
		d.new.know(p.New)
	}
	var err error
	if d.vertices, err = kept(ctx, rematch(retype(d.comparison.Vertices)), d.keeps); err != nil {
		return err
	}
	if err := d.ready(ctx); err != nil {
		return err
	}
	for _, p := range d.vertices {
		if catalog.IsFolder(typeOf(p)) && !d.opt.Folders {
			continue
		}
		if err := d.object(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// ready reads at once what the report says of other things than those that
// differ.
func (d *differ) ready(ctx context.Context) error {
	var vertices [2][]*graph.Vertex
	var edges [2][]*graph.Edge
	for _, p := range d.vertices {
		if p.New != nil {
			vertices[1] = append(vertices[1], p.New)
		} else {
			vertices[0] = append(vertices[0], p.Old)
		}
	}
	for _, p := range d.comparison.Edges {
		if d.within != nil { // may be elsewhere
			break
		}
		if p.New != nil {
			edges[1] = append(edges[1], p.New)
		} else {
			edges[0] = append(edges[0], p.Old)
		}
	}
	if err := d.old.ready(ctx, vertices[0], edges[0]); err != nil {
		return err
	}
	return d.new.ready(ctx, vertices[1], edges[1])
}

func typeOf(p vertexPair) graph.VertexType {
	if p.New != nil {
		return p.New.Type
	}
	return p.Old.Type
}

func (d *differ) object(ctx context.Context, p vertexPair) error {
	o := Object{}
	o.Time, o.Cause = d.last(p.Touched)
	var err error
	switch {
	case p.Old == nil:
		if o, err = d.new.object(ctx, o, p.New); err == nil {
			d.r.Objects.Added = append(d.r.Objects.Added, o)
		}
		return err
	case p.New == nil:
		if o, err = d.old.object(ctx, o, p.Old); err != nil {
			return err
		}
		proven, err := d.proven(ctx, p)
		if err != nil {
			return err
		}
		if proven {
			d.r.Objects.Removed = append(d.r.Objects.Removed, o)
		} else {
			d.unconfirmed[p.Old.ID] = true
			d.r.Objects.Unconfirmed = append(d.r.Objects.Unconfirmed, o)
		}
		return nil
	}
	if p.Old.ID != p.New.ID {
		d.newID[p.Old.ID] = p.New.ID
	}
	return d.compared(ctx, o, p, p.Old)
}

// compared reports on an object that is there at both times; was is the old one in
// its own words.
func (d *differ) compared(ctx context.Context, o Object, p vertexPair, was *graph.Vertex) error {
	o, err := d.new.object(ctx, o, p.New)
	if err != nil {
		return err
	}
	if moved(p) {
		d.moved[p.New.ID] = true
	}
	other, status := d.matcher(p.New.Type).sort(fields.Diff(p.Old, p.New), d.implied(p)...)
	if len(status) > 0 {
		s := o
		s.Fields = status
		d.r.Status.Objects = append(d.r.Status.Objects, s)
	}
	if o.Fields, err = d.own(ctx, p.New, other); err != nil {
		return err
	}
	switch {
	case moved(p):
		if o.From, err = d.old.place(ctx, was); err != nil {
			return err
		}
		if o.To, err = d.new.place(ctx, p.New); err != nil {
			return err
		}
		d.r.Objects.Moved = append(d.r.Objects.Moved, o)
	case len(o.Fields) > 0:
		d.r.Objects.Changed = append(d.r.Objects.Changed, o)
	}
	return nil
}

// implied are the fields that tell of a move, which From and To do already.
func (d *differ) implied(p vertexPair) []string {
	if moved(p) {
		return []string{"host", "parent_id"}
	}
	return nil
}

func (d *differ) matcher(t graph.VertexType) matcher {
	m, ok := d.matchers[t]
	if !ok {
		m = d.opt.Rules.objects(t)
		d.matchers[t] = m
	}
	return m
}

// last is the last commit that touched something.
func (d *differ) last(touched []graph.Time) (graph.Time, graph.Cause) {
	if len(touched) == 0 {
		return graph.Now, graph.Cause{}
	}
	t := touched[len(touched)-1]
	return t, d.causes[t]
}

// proven tells whether an object's absence means that it is gone. It does not
// if the part of the scans that states it had failed when it went (a scan may
// have been told to forget what it does not find), or, looking back, had failed
// at the earlier time (rule S-05).
func (d *differ) proven(ctx context.Context, p vertexPair) (bool, error) {
	if p.Old.Part == "" {
		return true, nil
	}
	v := d.comparison.To
	if d.comparison.From.Time() < v.Time() && len(p.Touched) > 0 {
		var err error
		if v, err = d.store.View(ctx, d.r.Env, p.Touched[len(p.Touched)-1]); err != nil {
			return false, err
		}
	}
	part := p.Old.Part
	if d.translate != nil {
		part = d.translate(part)
	}
	doc, err := v.Document(ctx, graph.Parts, part)
	if errors.Is(err, graph.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return doc.Body.String("state") != "failed", nil
}

// warnings lists the parts that had failed at either time. Parts that answer
// have no document, so there are few.
func (d *differ) warnings(ctx context.Context) error {
	for _, side := range []struct {
		at   string
		time graph.Time
		v    *graph.View
	}{{"from", d.r.From, d.comparison.From}, {"to", d.r.To, d.comparison.To}} {
		for doc, err := range side.v.Documents(ctx, graph.Parts) {
			if err != nil {
				return err
			}
			if doc.Body.String("state") == "failed" {
				d.r.Warnings = append(d.r.Warnings, Warning{side.at, side.time, doc.ID, doc.Body.String("error")})
			}
		}
	}
	return nil
}

// commits is how many commits touched what is not the same now; the log holds
// others too, of documents.
func (d *differ) commits() int {
	times := map[graph.Time]bool{}
	for _, p := range d.vertices {
		for _, t := range p.Touched {
			times[t] = true
		}
	}
	for _, p := range d.edges {
		for _, t := range p.Touched {
			times[t] = true
		}
	}
	return len(times)
}

// order sorts all lists.
func (r *Report) order() {
	for _, l := range [][]Object{r.Objects.Added, r.Objects.Removed, r.Objects.Changed, r.Objects.Moved, r.Objects.Unconfirmed, r.Status.Objects} {
		slices.SortFunc(l, func(a, b Object) int { return compareRefs(a.Ref, b.Ref) })
	}
	slices.SortFunc(r.SharedNeighbours, func(a, b Neighbour) int { return compareRefs(a.Ref, b.Ref) })
	for _, l := range [][]Link{r.Links.Added, r.Links.Removed, r.Links.Changed, r.Links.Moved, r.Links.Unconfirmed, r.Status.Links} {
		slices.SortFunc(l, func(a, b Link) int {
			return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Source.Name, b.Source.Name), cmp.Compare(a.Target.Name, b.Target.Name),
				cmp.Compare(a.Source.ID, b.Source.ID), cmp.Compare(a.Target.ID, b.Target.ID))
		})
	}
}
