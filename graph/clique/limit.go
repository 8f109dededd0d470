package clique

import (
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/topology"
)

// Limit is what the links of a clique must agree with. The zero value lets
// everything pass.
type Limit struct {
	// Networks are the ids of which a link that states networks must carry
	// one; empty: not limited (rule LC-07).
	Networks []string
	// Strict limits also if Networks is empty: then no link that states
	// networks passes, as in the first Calipso.
	Strict bool
	// Accept decides on links by further attributes; nil: all pass. It gets
	// the number of the edge.
	Accept func(edge uint32) bool
}

// LimitOf reads the constraints of a focal point: values are what the clique
// document shows (null where the focal point lacks the attribute), limit is
// what walks check, and others are the constraints that limit cannot check
// without reading edges: see Agree.
func LimitOf(focal *graph.Vertex, names []string, opt Options) (values graph.Attrs, limit Limit, others []string) {
	values = graph.Attrs{}
	for _, name := range names {
		v, ok := focal.Attrs[name]
		if !ok {
			v = nil
		}
		values[name] = v
		switch {
		case name == "network":
			limit.Networks = focal.Attrs.Strings(name)
			limit.Strict = opt.Classic
		case v != nil || opt.Classic:
			others = append(others, name)
		}
	}
	return values, limit, others
}

// Agree tells whether an edge's attributes agree with the focal point's values
// in the named constraints: the edge lacks the attribute, or has the value, or
// has a member of it.
func Agree(attrs, values graph.Attrs, names []string) bool {
	for _, name := range names {
		have := attrs.Strings(name)
		if len(have) == 0 {
			continue
		}
		want := values.Strings(name)
		if !slices.ContainsFunc(have, func(h string) bool { return slices.Contains(want, h) }) {
			return false
		}
	}
	return true
}

// gate is a Limit made ready for one graph.
type gate struct {
	g       *topology.Graph
	limit   Limit
	limited bool
	codes   []uint32 // of the wanted networks that some link states alone
}

func (t *gate) set(g *topology.Graph, l Limit) {
	t.g, t.limit, t.limited = g, l, l.Strict || len(l.Networks) > 0
	t.codes = t.codes[:0]
	values := g.Values()
	for _, id := range l.Networks {
		if c, ok := values.Code(id); ok && c != 0 {
			t.codes = append(t.codes, uint32(c))
		}
	}
}

// passes tells whether a walk may take an arc.
func (t *gate) passes(a topology.Arc) bool {
	return t.carries(a.Value()) && (t.limit.Accept == nil || t.limit.Accept(a.Edge))
}

// carries tells whether a value allows one of the wanted networks: it states
// none, or states a wanted one, alone or in a set.
func (t *gate) carries(value uint32) bool {
	if value == 0 || !t.limited {
		return true
	}
	if slices.Contains(t.codes, value) {
		return true
	}
	name := t.g.Values().Name(int(value))
	if !strings.HasPrefix(name, graph.CarriedSep) {
		return false
	}
	for _, id := range t.limit.Networks {
		if inSet(name, id) {
			return true
		}
	}
	return false
}

// inSet looks an id up in a value of graph.CarriedValue without splitting it.
func inSet(set, id string) bool {
	for rest := set; ; {
		i := strings.Index(rest, id)
		if i < 0 {
			return false
		}
		end := i + len(id)
		if i > 0 && rest[i-1] == graph.CarriedSep[0] && (end == len(rest) || rest[end] == graph.CarriedSep[0]) {
			return true
		}
		rest = rest[i+1:]
	}
}
