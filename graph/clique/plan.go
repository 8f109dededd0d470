package clique

import (
	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/topology"
)

// Options change how cliques are found. The zero value is the default.
type Options struct {
	// Classic walks as the first Calipso did, for comparison with its data
	// (rule LC-10): it stops at the first link type that adds nothing, takes
	// one direction only, chosen for the whole environment, rejects links that
	// state a network if the focal point has none, and keeps dead ends.
	Classic bool
}

// Plan is a clique type made ready for one version of a graph. It never
// changes, so any number of Finders may use it.
type Plan struct {
	steps    []step
	implicit bool
	classic  bool
	// carries are the codes by which interfaces say what networks they carry;
	// guarded is false if the clique type does not ask, or may not prune.
	carries  pair
	guarded  bool
	pnic     uint8
	passages passages
}

// step follows one link type from the nodes of one type. Codes are 0 where the
// graph has no such type; then nothing is found.
type step struct {
	start, other uint8 // vertex types
	pair
	number uint16 // position in the clique type's list, from 1
}

// pair are the codes of an edge type and of its mirror.
type pair struct{ fwd, rev uint8 }

// passages are the types that only lead from virtual switches to interfaces.
type passages struct{ otep, vconnector uint8 }

// Compile makes a clique type ready for walks over g. It costs some look-ups of
// names, so keep the plan where many focal points share it.
func Compile(g *topology.Graph, t catalog.CliqueType, opt Options) *Plan {
	p := &Plan{implicit: t.UseImplicitLinks, classic: opt.Classic, pnic: vertexCode(g, graph.HostPNIC)}
	p.passages = passages{otep: vertexCode(g, graph.OTEP), vconnector: vertexCode(g, graph.VConnector)}
	p.carries = pairOf(g, graph.EdgeTypeOf(graph.HostPNIC, graph.Network))
	var present [256]bool
	if opt.Classic {
		present = presentTypes(g)
	}
	for i, l := range t.LinkTypes {
		from, to, ok := l.Ends()
		s := step{number: uint16(i + 1)}
		if ok {
			s.start, s.other, s.pair = vertexCode(g, from), vertexCode(g, to), pairOf(g, l)
			if from == graph.HostPNIC && to == graph.Network {
				p.guarded = !opt.Classic && p.pnic != 0
			}
		}
		if opt.Classic {
			s.pair = s.oneWay(present)
		}
		if !p.classic && !p.implicit && (s.start == 0 || s.pair == pair{}) {
			continue // nothing of that kind is there
		}
		p.steps = append(p.steps, s)
	}
	return p
}

// oneWay keeps the direction that the first Calipso took: backward if the
// mirrored type occurs anywhere, else forward; a type that is its own mirror
// forward only.
func (s step) oneWay(present [256]bool) pair {
	if s.fwd != s.rev && s.rev != 0 && present[s.rev] {
		return pair{rev: s.rev}
	}
	return pair{fwd: s.fwd}
}

func presentTypes(g *topology.Graph) (present [256]bool) {
	for n := range g.Len() {
		for _, a := range g.Out(uint32(n)) {
			present[a.Type()] = true
		}
	}
	return present
}

func pairOf(g *topology.Graph, t graph.EdgeType) pair {
	fwd, _ := g.EdgeTypes().Code(string(t))
	rev, _ := g.EdgeTypes().Code(string(t.Reverse()))
	return pair{uint8(fwd), uint8(rev)}
}

func vertexCode(g *topology.Graph, t graph.VertexType) uint8 {
	c, _ := g.VertexTypes().Code(string(t))
	return uint8(c)
}
