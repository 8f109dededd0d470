package clique

import (
	"strings"

	"calipso/graph"
	"calipso/graph/topology"
)

// maxChain is the largest number of links that one implicit link stands for
// (rule LC-05).
const maxChain = 8

// implicitWalk is the memory of one search for implicit links.
type implicitWalk struct {
	queue []hop
	seen  table
}

type hop struct {
	num   uint32
	value uint32 // what the links so far agree on, 0: nothing stated
	depth uint8
}

// chain adds the implicit links of a step at nodes[at]: to the vertices of the
// other type that a directed way of links with agreeing networks leads to, or
// comes from.
func (f *Finder) chain(p *Plan, s *step, at int) {
	if s.other == 0 {
		return
	}
	g := f.gate.g
	n := f.nodes[at].Num
	f.explore(n, g.Out, func(peer uint32) {
		if g.VertexType(peer) == s.other && !joined(g, s.fwd, n, peer) && !f.hasImplicit(n, peer) {
			f.add(s, at, peer, Link{Edge: NoEdge, From: n, To: peer, Step: s.number})
		}
	})
	f.explore(n, g.In, func(peer uint32) {
		if g.VertexType(peer) == s.other && !joined(g, s.rev, peer, n) && !f.hasImplicit(peer, n) {
			f.add(s, at, peer, Link{Edge: NoEdge, From: peer, To: n, Step: s.number})
		}
	})
}

// explore visits, breadth first and each once, what arcs lead to from n in two
// to maxChain steps.
func (f *Finder) explore(n uint32, arcs func(uint32) []topology.Arc, visit func(peer uint32)) {
	w := &f.walked
	w.seen.reset()
	w.seen.getOrAdd(n, 0)
	w.queue = append(w.queue[:0], hop{num: n})
	for i := 0; i < len(w.queue); i++ {
		h := w.queue[i]
		if h.depth == maxChain {
			continue
		}
		for _, a := range arcs(h.num) {
			if _, known := w.seen.get(a.Peer); known || !f.gate.passes(a) {
				continue
			}
			value, ok := f.meet(h.value, a.Value())
			if !ok {
				continue
			}
			w.seen.getOrAdd(a.Peer, 0)
			w.queue = append(w.queue, hop{a.Peer, value, h.depth + 1})
			if h.depth > 0 {
				visit(a.Peer)
			}
		}
	}
}

// meet joins what two links state: the one that states something, or the
// narrower of two that have a network in common.
func (f *Finder) meet(a, b uint32) (uint32, bool) {
	if a == 0 || a == b {
		return b, true
	}
	if b == 0 {
		return a, true
	}
	x, y := f.gate.g.Values().Name(int(a)), f.gate.g.Values().Name(int(b))
	if strings.HasPrefix(x, graph.CarriedSep) && (len(y) < len(x) || !strings.HasPrefix(y, graph.CarriedSep)) {
		a, x, y = b, y, x
	}
	if !strings.HasPrefix(y, graph.CarriedSep) {
		return 0, false // two different single values
	}
	for _, id := range graph.CarriedIDs(x) {
		if inSet(y, id) {
			return a, true
		}
	}
	return 0, false
}

func joined(g *topology.Graph, typ uint8, from, to uint32) bool {
	_, ok := g.Find(typ, from, to)
	return ok && typ != 0
}

func (f *Finder) hasImplicit(from, to uint32) bool {
	for _, l := range f.links {
		if l.Edge == NoEdge && l.From == from && l.To == to {
			return true
		}
	}
	return false
}
