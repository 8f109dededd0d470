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
	// codes are those of Networks in names; see In.
	codes []uint32
	names topology.Names
}

// In makes a limit ready for walks over g and all graphs that know the same
// values, which saves looking its networks up in each.
func (l Limit) In(g *topology.Graph) Limit {
	l.names = g.Values()
	l.codes = codesOf(l.names, l.Networks, make([]uint32, 0, len(l.Networks)))
	return l
}

// codesOf appends the codes of those networks that some link states alone.
func codesOf(names topology.Names, networks []string, out []uint32) []uint32 {
	for _, id := range networks {
		if c, ok := names.Code(id); ok && c != 0 {
			out = append(out, uint32(c))
		}
	}
	return out
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
	first   uint32   // of codes, 0 if there is none
	single  bool     // codes has one only
	looked  []uint32 // memory for codes
	// kinds are what is known of values, from one walk to the next: a look at
	// the name costs more than the rest of the walk.
	kinds []valueKind
	names topology.Names // of kinds
}

type valueKind uint8

const (
	unknownValue valueKind = iota
	oneNetwork
	manyNetworks
)

func (t *gate) set(g *topology.Graph, l Limit) {
	t.g, t.limit, t.limited = g, l, l.Strict || len(l.Networks) > 0
	values := g.Values()
	if !t.names.Same(values) {
		t.names = values
		t.kinds = append(t.kinds[:0], make([]valueKind, values.Len()+1)...)
	}
	if len(l.codes) > 0 && l.names.Same(values) {
		t.codes = l.codes
	} else {
		t.looked = codesOf(values, l.Networks, t.looked[:0])
		t.codes = t.looked
	}
	t.first = 0
	if len(t.codes) > 0 {
		t.first = t.codes[0]
	}
	t.single = len(t.codes) == 1
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
	if t.kindOf(value) == oneNetwork {
		return false
	}
	name := t.names.Name(int(value))
	for _, id := range t.limit.Networks {
		if inSet(name, id) {
			return true
		}
	}
	return false
}

func (t *gate) kindOf(value uint32) valueKind {
	k := &t.kinds[value]
	if *k == unknownValue {
		*k = oneNetwork
		if strings.HasPrefix(t.names.Name(int(value)), graph.CarriedSep) {
			*k = manyNetworks
		}
	}
	return *k
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
