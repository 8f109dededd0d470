package diff

import (
	"context"

	"calipso/graph"
	"calipso/graph/fields"
)

// links compares edges by type and what their ends are: an end that has another
// id now is still the same end (rule C-3).
func (d *differ) links(ctx context.Context) error {
	came := map[graph.EdgeKey]int{}
	for i, p := range d.comparison.Edges {
		if p.Old == nil {
			came[p.New.EdgeKey] = i
		}
	}
	joined := map[int]bool{}
	for i, p := range d.comparison.Edges {
		if p.New != nil {
			continue
		}
		now, other := d.now(p.Old.EdgeKey)
		if j, ok := came[now]; ok && other && !joined[j] {
			q := d.comparison.Edges[j]
			d.edges = append(d.edges, edgePair{Old: p.Old, New: q.New, Touched: merged(p.Touched, q.Touched)})
			joined[i], joined[j] = true, true
		}
	}
	for i, p := range d.comparison.Edges {
		if !joined[i] {
			d.edges = append(d.edges, p)
		}
	}
	var err error
	if d.edges, err = kept(ctx, d.edges, d.keepsEdge); err != nil {
		return err
	}
	m := d.opt.Rules.links()
	for _, p := range d.edges {
		if err := d.link(ctx, m, p); err != nil {
			return err
		}
	}
	return nil
}

// now is the key that an edge has if its ends have other ids now; other is
// false if they have not.
func (d *differ) now(k graph.EdgeKey) (graph.EdgeKey, bool) {
	from, otherFrom := d.newID[k.From]
	to, otherTo := d.newID[k.To]
	if otherFrom {
		k.From = from
	}
	if otherTo {
		k.To = to
	}
	return k, otherFrom || otherTo
}

func (d *differ) link(ctx context.Context, m matcher, p edgePair) error {
	l := Link{}
	l.Time, l.Cause = d.last(p.Touched)
	var err error
	switch {
	case p.Old == nil:
		if l, err = d.new.link(ctx, l, p.New); err == nil {
			d.r.Links.Added = append(d.r.Links.Added, l)
		}
		return err
	case p.New == nil:
		if l, err = d.old.link(ctx, l, p.Old); err != nil {
			return err
		}
		if d.unconfirmed[p.Old.From] || d.unconfirmed[p.Old.To] {
			d.r.Links.Unconfirmed = append(d.r.Links.Unconfirmed, l)
		} else {
			d.r.Links.Removed = append(d.r.Links.Removed, l)
		}
		return nil
	}
	if l, err = d.new.link(ctx, l, p.New); err != nil {
		return err
	}
	var implied []string
	if p.Old.EdgeKey != p.New.EdgeKey {
		l.Was = &Ends{p.Old.From, p.Old.To}
	}
	if d.moved[p.New.From] || d.moved[p.New.To] {
		implied = []string{"source_id", "target_id", "host", "switch"}
	}
	other, status := m.sort(fields.DiffEdge(p.Old, p.New), implied...)
	if len(status) > 0 {
		s := l
		s.Fields = status
		d.r.Status.Links = append(d.r.Status.Links, s)
	}
	l.Fields = other
	switch {
	case len(other) > 0:
		d.r.Links.Changed = append(d.r.Links.Changed, l)
	case l.Was != nil:
		d.r.Links.Moved = append(d.r.Links.Moved, l)
	}
	return nil
}
