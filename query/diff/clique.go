package diff

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"calipso/graph"
	"calipso/query"
)

// Cliques finds cliques: a query.Service.
type Cliques interface {
	Clique(ctx context.Context, q query.CliqueRequest) (*query.Clique, error)
}

// CliqueReport sets the clique of one object at two times side by side.
type CliqueReport struct {
	Env        graph.EnvID `json:"environment"`
	From       graph.Time  `json:"from"`
	To         graph.Time  `json:"to"`
	FocalPoint query.Ref   `json:"focal_point"`
	// OldType and NewType are the clique types used; empty: the object was not
	// there.
	OldType string `json:"old_clique_type,omitempty"`
	NewType string `json:"new_clique_type,omitempty"`
	// Nodes and Links are by step, as the chain was followed: the old one in
	// the order of the old clique, each with its counterpart, then what is new.
	Nodes []NodePair `json:"nodes"`
	Links []LinkPair `json:"links"`
	// Reasons are what happened to members of either clique between the two
	// times, in the order of time.
	Reasons []Reason `json:"reasons"`
	// Differences is how many nodes and links are not the same on both sides.
	Differences int `json:"differences"`
}

// Empty tells that both cliques are the same.
func (r *CliqueReport) Empty() bool { return r.Differences == 0 && r.OldType == r.NewType }

// NodePair is an object of a clique on both sides; nil where it is no member.
// Op is "added", "removed", "moved", "changed" (a field or its status), or
// empty for what is the same.
type NodePair struct {
	Op  string      `json:"op,omitempty"`
	Old *CliqueNode `json:"old"`
	New *CliqueNode `json:"new"`
}

// CliqueNode is a member of a clique.
type CliqueNode struct {
	query.Ref
	Host  string `json:"host,omitempty"`
	Stale bool   `json:"stale,omitempty"`
	Step  int    `json:"step"`
}

// LinkPair is a link of a clique on both sides.
type LinkPair struct {
	Op  string      `json:"op,omitempty"`
	Old *CliqueLink `json:"old"`
	New *CliqueLink `json:"new"`
}

// CliqueLink is a link of a clique.
type CliqueLink struct {
	Type   graph.EdgeType  `json:"link_type"`
	Name   string          `json:"link_name,omitempty"`
	State  graph.EdgeState `json:"state"`
	Source query.Ref       `json:"source"`
	Target query.Ref       `json:"target"`
	Step   int             `json:"step"`
}

// CliqueDiff compares the clique of an object at two times, and tells what
// happened to its members in between. The object may be named by its id at
// either time.
//
// Errors: graph.ErrNotFound if the object was there at neither time.
func CliqueDiff(ctx context.Context, s Store, c Cliques, env graph.EnvID, id graph.ID, from, to graph.Time, opt Options) (*CliqueReport, error) {
	d, err := compare(ctx, s, env, from, to, opt)
	if err != nil {
		return nil, err
	}
	oldID, newID := d.both(id)
	old, err := find(ctx, c, env, oldID, d.comparison.From)
	if err != nil && !errors.Is(err, graph.ErrNotFound) {
		return nil, err
	}
	new, errNew := find(ctx, c, env, newID, d.comparison.To)
	if errNew != nil && (old == nil || !errors.Is(errNew, graph.ErrNotFound)) {
		return nil, errNew
	}
	r := &CliqueReport{Env: env, From: d.r.From, To: d.r.To, Nodes: []NodePair{}, Links: []LinkPair{}, Reasons: []Reason{}}
	for _, side := range []struct {
		c    *query.Clique
		name *string
	}{{old, &r.OldType}, {new, &r.NewType}} {
		if side.c != nil {
			*side.name = side.c.CliqueType
			r.FocalPoint = query.Ref{ID: side.c.FocalPoint, Type: side.c.FocalPointType, Name: side.c.FocalPointName}
		}
	}
	d.nodes(r, old, new)
	d.cliqueLinks(r, old, new)
	if r.Reasons, err = d.reasons(ctx, old, new); err != nil {
		return nil, err
	}
	for _, n := range r.Nodes {
		r.Differences += min(len(n.Op), 1)
	}
	for _, l := range r.Links {
		r.Differences += min(len(l.Op), 1)
	}
	return r, nil
}

// find is nil if the object is not there at that time.
func find(ctx context.Context, c Cliques, env graph.EnvID, id graph.ID, v *graph.View) (*query.Clique, error) {
	if v.Time() == graph.Now { // before the first commit
		return nil, graph.ErrNotFound
	}
	return c.Clique(ctx, query.CliqueRequest{At: query.At{Env: env, Time: v.Time()}, ID: id})
}

// both are the ids of one thing at the two times, given either.
func (d *differ) both(id graph.ID) (old, new graph.ID) {
	if now, ok := d.newID[id]; ok {
		return id, now
	}
	for was, now := range d.newID {
		if now == id {
			return was, id
		}
	}
	return id, id
}

func (d *differ) nodes(r *CliqueReport, old, new *query.Clique) {
	changed := map[graph.ID]bool{}
	for _, list := range [][]Object{d.r.Objects.Changed, d.r.Status.Objects} {
		for _, o := range list {
			changed[o.ID] = true
		}
	}
	there := map[graph.ID]*CliqueNode{}
	if new != nil {
		for _, n := range new.Nodes {
			there[n.ID] = &CliqueNode{n.Ref, n.Host, n.Stale, n.Step}
		}
	}
	taken := map[graph.ID]bool{}
	if old != nil {
		for _, n := range old.Nodes {
			p := NodePair{Old: &CliqueNode{n.Ref, n.Host, n.Stale, n.Step}}
			_, id := d.both(n.ID)
			switch p.New = there[id]; {
			case p.New == nil:
				p.Op = "removed"
			case d.moved[id]:
				p.Op = "moved"
			case changed[id]:
				p.Op = "changed"
			}
			taken[id] = true
			r.Nodes = append(r.Nodes, p)
		}
	}
	if new != nil {
		for _, n := range new.Nodes {
			if !taken[n.ID] {
				r.Nodes = append(r.Nodes, NodePair{Op: "added", New: there[n.ID]})
			}
		}
	}
	slices.SortStableFunc(r.Nodes, func(a, b NodePair) int { return cmp.Compare(a.step(), b.step()) })
}

func (p NodePair) step() int {
	if p.Old != nil {
		return p.Old.Step
	}
	return p.New.Step
}

func (d *differ) cliqueLinks(r *CliqueReport, old, new *query.Clique) {
	changed := map[graph.EdgeKey]bool{}
	for _, list := range [][]Link{d.r.Links.Changed, d.r.Status.Links} {
		for _, l := range list {
			changed[graph.EdgeKey{Type: l.Type, From: l.Source.ID, To: l.Target.ID}] = true
		}
	}
	there := map[graph.EdgeKey]*CliqueLink{}
	if new != nil {
		for _, l := range new.Links {
			there[l.Edge.EdgeKey] = cliqueLink(l)
		}
	}
	taken := map[graph.EdgeKey]bool{}
	if old != nil {
		for _, l := range old.Links {
			p := LinkPair{Old: cliqueLink(l)}
			key, other := d.now(l.Edge.EdgeKey)
			switch p.New = there[key]; {
			case p.New == nil:
				p.Op = "removed"
			case changed[key]:
				p.Op = "changed"
			case other:
				p.Op = "moved"
			}
			taken[key] = true
			r.Links = append(r.Links, p)
		}
	}
	if new != nil {
		for _, l := range new.Links {
			if !taken[l.Edge.EdgeKey] {
				r.Links = append(r.Links, LinkPair{Op: "added", New: there[l.Edge.EdgeKey]})
			}
		}
	}
	slices.SortStableFunc(r.Links, func(a, b LinkPair) int { return cmp.Compare(a.step(), b.step()) })
}

func (p LinkPair) step() int {
	if p.Old != nil {
		return p.Old.Step
	}
	return p.New.Step
}

func cliqueLink(l query.CliqueLink) *CliqueLink {
	return &CliqueLink{l.Type, l.Name, l.State, l.Source, l.Target, l.Step}
}
