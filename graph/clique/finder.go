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
	seen    set // numbers of nodes, in their order
	taken   set // numbers of the edges of links
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
	f.seen.add(focal)
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
		if s.fwd != 0 {
			for _, a := range run(f.gate.g.Out(num), s.fwd) {
				if f.may(p, s, i, a) {
					f.add(s, i, a.Peer, Link{Edge: a.Edge, From: num, To: a.Peer, Step: s.number, value: a.Value()})
				}
			}
		}
		if s.rev != 0 {
			for _, a := range run(f.gate.g.In(num), s.rev) {
				if f.may(p, s, i, a) {
					f.add(s, i, a.Peer, Link{Edge: a.Edge, From: a.Peer, To: num, Step: s.number, value: a.Value()})
				}
			}
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
			f.seen.move(i, f.nodes[i].Num)
		}
	}
	return true
}

// may tells whether the walk takes a link from nodes[at], and takes note of it.
func (f *Finder) may(p *Plan, s *step, at int, a topology.Arc) bool {
	v := a.Value()
	if v != 0 && v != f.gate.first && (f.gate.single && f.gate.kinds[v] == oneNetwork || !f.gate.carries(v)) {
		return false
	}
	if f.gate.limit.Accept != nil && !f.gate.limit.Accept(a.Edge) {
		return false
	}
	if v == 0 && p.guarded && s.other == p.pnic && !f.seen.has(a.Peer) && f.refuses(p, a) {
		f.nodes[at].dead = true
		return false
	}
	_, taken := f.taken.add(a.Edge)
	return !taken
}

// add appends a link and, if it is new, the vertex it leads to.
func (f *Finder) add(s *step, at int, peer uint32, l Link) {
	f.links = append(f.links, l)
	if i, known := f.seen.add(peer); known {
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
