package diff

import "calipso/graph"

// count fills in the summary.
func (r *Report) count(commits int) {
	s := Summary{Commits: commits, ObjectTypes: map[graph.VertexType]Counts{}, LinkTypes: map[graph.EdgeType]Counts{}}
	tally(r.Objects.Added, s.ObjectTypes, objectType, func(c *Counts) *int { return &c.Added })
	tally(r.Objects.Removed, s.ObjectTypes, objectType, func(c *Counts) *int { return &c.Removed })
	tally(r.Objects.Changed, s.ObjectTypes, objectType, func(c *Counts) *int { return &c.Changed })
	tally(r.Objects.Moved, s.ObjectTypes, objectType, func(c *Counts) *int { return &c.Moved })
	tally(r.Objects.Unconfirmed, s.ObjectTypes, objectType, func(c *Counts) *int { return &c.Unconfirmed })
	tally(r.Status.Objects, s.ObjectTypes, objectType, func(c *Counts) *int { return &c.Status })
	tally(r.Links.Added, s.LinkTypes, linkType, func(c *Counts) *int { return &c.Added })
	tally(r.Links.Removed, s.LinkTypes, linkType, func(c *Counts) *int { return &c.Removed })
	tally(r.Links.Changed, s.LinkTypes, linkType, func(c *Counts) *int { return &c.Changed })
	tally(r.Links.Moved, s.LinkTypes, linkType, func(c *Counts) *int { return &c.Moved })
	tally(r.Links.Unconfirmed, s.LinkTypes, linkType, func(c *Counts) *int { return &c.Unconfirmed })
	tally(r.Status.Links, s.LinkTypes, linkType, func(c *Counts) *int { return &c.Status })
	for _, c := range s.ObjectTypes {
		s.Objects.add(c)
	}
	for _, c := range s.LinkTypes {
		s.Links.add(c)
	}
	o, l := s.Objects, s.Links
	s.Differences = o.Added + o.Removed + o.Changed + o.Moved + o.Status + l.Added + l.Removed + l.Changed + l.Status
	r.Summary = s
}

func objectType(o Object) graph.VertexType { return o.Type }
func linkType(l Link) graph.EdgeType       { return l.Type }

func tally[T any, K comparable](list []T, into map[K]Counts, key func(T) K, field func(*Counts) *int) {
	for _, item := range list {
		c := into[key(item)]
		*field(&c)++
		into[key(item)] = c
	}
}

func (c *Counts) add(o Counts) {
	c.Added += o.Added
	c.Removed += o.Removed
	c.Changed += o.Changed
	c.Moved += o.Moved
	c.Status += o.Status
	c.Unconfirmed += o.Unconfirmed
}
