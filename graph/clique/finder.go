package clique

import (
	"cmp"
	"slices"

	"calipso/graph/topology"
)

// NoEdge is the edge number of a link that is no edge of the graph: one
// derived by chaining others (implicit).
const NoEdge = ^uint32(0)

// Node is one vertex of a clique.
type Node struct {
	Num uint32
	// Depth is the number of links from the focal point along the way it was
	// found first.
	Depth uint16
	// Step is the position in the clique type's list, from 1, of the link type
	// that found it; 0: the focal point.
	Step  uint16
	typ   uint8
	named uint8 // the type under which the link type files it
	dead  bool  // all ways on from here were refused
}

// Link is one edge of a clique, in its stored direction.
type Link struct {
	Edge     uint32
	From, To uint32
	// Step is the position in the clique type's list, from 1.
	Step  uint16
	value uint32
}

// Result is a clique by numbers: nodes by step, then number, the focal point
// first; links by step, then source, then target.
type Result struct {
	Nodes []Node
	Links []Link
}

// Finder finds cliques one after the other, reusing its memory. Its zero value
// is ready; it is not safe for concurrent use.
type Finder struct {
	gate   gate
	nodes  []Node
	links  []Link
	seen   table // vertex number → index in nodes
	taken  table // edge number → present
	walked implicitWalk
}

// Find walks the plan from the focal point. A clique without links has the
// focal point alone. The result is valid until the next call.
//
// It costs what is looked at: the links of the types of the plan at the nodes
// of the clique.
func (f *Finder) Find(g *topology.Graph, p *Plan, focal uint32, limit Limit) Result {
	f.gate.set(g, limit)
	f.nodes, f.links = f.nodes[:0], f.links[:0]
	f.seen.reset()
	f.taken.reset()
	typ := g.VertexType(focal)
	f.seen.add(focal, 0)
	f.nodes = append(f.nodes, Node{Num: focal, typ: typ, named: typ})
	for i := range p.steps {
		if found := f.step(p, uint16(i+1)); !found && p.classic {
			break
		}
	}
	if p.guarded {
		f.prune(p)
	}
	return Result{Nodes: f.nodes, Links: f.links}
}

// step follows one link type from the nodes known before it, both ways, and
// tells whether it added a link.
func (f *Finder) step(p *Plan, number uint16) bool {
	s := &p.steps[number-1]
	firstNode, firstLink := len(f.nodes), len(f.links)
	for i := range firstNode {
		n := f.nodes[i]
		if s.start == 0 || (n.typ != s.start && n.named != s.start) {
			continue
		}
		for _, a := range run(f.gate.g.Out(n.Num), s.fwd) {
			f.take(p, number, i, a, Link{Edge: a.Edge, From: n.Num, To: a.Peer})
		}
		for _, a := range run(f.gate.g.In(n.Num), s.rev) {
			f.take(p, number, i, a, Link{Edge: a.Edge, From: a.Peer, To: n.Num})
		}
		if p.implicit {
			f.chain(p, number, i)
		}
	}
	slices.SortFunc(f.links[firstLink:], func(a, b Link) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	added := f.nodes[firstNode:]
	slices.SortFunc(added, func(a, b Node) int { return cmp.Compare(a.Num, b.Num) })
	for i := range added {
		f.seen.add(added[i].Num, uint32(firstNode+i))
	}
	return len(f.links) > firstLink
}

// take adds a link from nodes[at] and the vertex at its other end.
func (f *Finder) take(p *Plan, number uint16, at int, a topology.Arc, l Link) {
	if _, known := f.taken.get(a.Edge); known || !f.gate.passes(a) {
		return
	}
	if _, known := f.seen.get(a.Peer); !known && f.refuses(p, a) {
		f.nodes[at].dead = true
		return
	}
	f.taken.add(a.Edge, 0)
	l.Step, l.value = number, a.Value()
	f.add(p, at, a.Peer, l)
}

// add appends a link and, if it is new, the vertex it leads to.
func (f *Finder) add(p *Plan, at int, peer uint32, l Link) {
	f.links = append(f.links, l)
	if i, known := f.seen.get(peer); known {
		n := &f.nodes[i]
		if n.Step == l.Step {
			n.Depth = min(n.Depth, f.nodes[at].Depth+1)
		}
		return
	}
	f.seen.add(peer, uint32(len(f.nodes)))
	f.nodes = append(f.nodes, Node{
		Num: peer, Depth: f.nodes[at].Depth + 1, Step: l.Step,
		typ: f.gate.g.VertexType(peer), named: p.steps[l.Step-1].other,
	})
}

// run cuts the arcs of one type out of a sorted list.
func run(arcs []topology.Arc, typ uint8) []topology.Arc {
	if typ == 0 {
		return nil
	}
	// Most vertices have few arcs: for these, walking beats searching.
	lo := 0
	if len(arcs) > 16 {
		lo, _ = slices.BinarySearchFunc(arcs, typ, func(a topology.Arc, t uint8) int { return cmp.Compare(a.Type(), t) })
	}
	for lo < len(arcs) && arcs[lo].Type() < typ {
		lo++
	}
	hi := lo
	for hi < len(arcs) && arcs[hi].Type() == typ {
		hi++
	}
	return arcs[lo:hi]
}

// Find is Finder.Find for a single clique; the result is the caller's.
func Find(g *topology.Graph, p *Plan, focal uint32, limit Limit) Result {
	return new(Finder).Find(g, p, focal, limit)
}
