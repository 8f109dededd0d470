package clique

import "calipso/graph/topology"

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
	gate    gate
	present typeSet // types of the nodes
	nodes   []Node
	links   []Link
	seen    table // vertex number → index in nodes
	taken   table // edge number → present
	walked  implicitWalk
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
	f.seen.getOrAdd(focal, 0)
	f.nodes = append(f.nodes, Node{Num: focal, typ: typ, named: typ})
	f.present = typeSet{}
	f.present.add(typ)
	for i := range p.steps {
		if found := f.step(p, &p.steps[i]); !found && p.classic {
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
func (f *Finder) step(p *Plan, s *step) bool {
	if !f.present.has(s.start) {
		return false
	}
	firstNode, firstLink := len(f.nodes), len(f.links)
	for i := range firstNode {
		n := &f.nodes[i]
		if n.typ != s.start && n.named != s.start {
			continue
		}
		num := n.Num // n moves when nodes are added
		for _, a := range run(f.gate.g.Out(num), s.fwd) {
			f.take(p, s, i, a, Link{Edge: a.Edge, From: num, To: a.Peer})
		}
		for _, a := range run(f.gate.g.In(num), s.rev) {
			f.take(p, s, i, a, Link{Edge: a.Edge, From: a.Peer, To: num})
		}
		if p.implicit {
			f.chain(p, s, i)
		}
	}
	if len(f.links) == firstLink {
		return false
	}
	sortLinks(f.links[firstLink:])
	if sortNodes(f.nodes[firstNode:]) {
		for i := firstNode; i < len(f.nodes); i++ {
			f.seen.set(f.nodes[i].Num, uint32(i))
		}
	}
	return true
}

// take adds a link from nodes[at] and the vertex at its other end.
func (f *Finder) take(p *Plan, s *step, at int, a topology.Arc, l Link) {
	if v := a.Value(); v != 0 && v != f.gate.first && !f.gate.carries(v) {
		return
	}
	if f.gate.limit.Accept != nil && !f.gate.limit.Accept(a.Edge) {
		return
	}
	if p.guarded && s.other == p.pnic && a.Value() == 0 {
		if _, known := f.seen.get(a.Peer); !known && f.refuses(p, a) {
			f.nodes[at].dead = true
			return
		}
	}
	if _, taken := f.taken.getOrAdd(a.Edge, 0); taken {
		return
	}
	l.Step, l.value = s.number, a.Value()
	f.add(s, at, a.Peer, l)
}

// add appends a link and, if it is new, the vertex it leads to.
func (f *Finder) add(s *step, at int, peer uint32, l Link) {
	f.links = append(f.links, l)
	if i, known := f.seen.getOrAdd(peer, uint32(len(f.nodes))); known {
		n := &f.nodes[i]
		if n.Step == l.Step {
			n.Depth = min(n.Depth, f.nodes[at].Depth+1)
		}
		return
	}
	typ := f.gate.g.VertexType(peer)
	f.present.add(typ)
	f.present.add(s.other)
	f.nodes = append(f.nodes, Node{Num: peer, Depth: f.nodes[at].Depth + 1, Step: l.Step, typ: typ, named: s.other})
}

// typeSet is a set of codes of vertex types; 0 is in none.
type typeSet [4]uint64

func (t *typeSet) add(typ uint8)      { t[typ>>6] |= 1 << (typ & 63) }
func (t *typeSet) has(typ uint8) bool { return typ != 0 && t[typ>>6]>>(typ&63)&1 != 0 }

// run cuts the arcs of one type out of a sorted list.
func run(arcs []topology.Arc, typ uint8) []topology.Arc {
	if typ == 0 {
		return nil
	}
	// Most vertices have few arcs: for these, walking beats searching.
	lo := 0
	for n := len(arcs); n > 16; {
		half := n / 2
		if arcs[lo+half-1].Type() < typ {
			lo += half
		}
		n -= half
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
