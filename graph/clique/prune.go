package clique

import "calipso/graph/topology"

// refuses tells whether an interface, reached by a link that states nothing,
// itself says that it carries none of the wanted networks: it has links to
// networks, and all of them to others.
func (f *Finder) refuses(p *Plan, a topology.Arc) bool {
	if !p.guarded || !f.gate.limited || a.Value() != 0 || f.gate.g.VertexType(a.Peer) != p.pnic {
		return false
	}
	out, in := run(f.gate.g.Out(a.Peer), p.carries.fwd), run(f.gate.g.In(a.Peer), p.carries.rev)
	for _, list := range [2][]topology.Arc{out, in} {
		for _, c := range list {
			if f.gate.passes(c) {
				return false
			}
		}
	}
	return len(out)+len(in) > 0
}

// prune drops the tunnel endpoints (and bridges that only hold their address)
// from which every way on was refused and that nothing else in the clique
// needs. Later nodes come first, so that one pass follows a branch to its root.
func (f *Finder) prune(p *Plan) {
	dropped := false
	for i := len(f.nodes) - 1; i > 0; i-- {
		n := &f.nodes[i]
		if !n.dead || (n.typ != p.passages.otep && n.typ != p.passages.vconnector) {
			continue
		}
		only := f.onlyLink(n.Num)
		if only == nil || only.value != 0 {
			continue
		}
		other, _ := f.seen.find(only.From + only.To - n.Num)
		if n.typ == p.passages.vconnector && f.nodes[other].typ != p.passages.otep {
			continue
		}
		f.nodes[other].dead = true
		only.Step, n.Step, dropped = 0, 0, true
	}
	if !dropped {
		return
	}
	links, nodes := f.links[:0], f.nodes[:1]
	for _, l := range f.links {
		if l.Step != 0 {
			links = append(links, l)
		}
	}
	for _, n := range f.nodes[1:] {
		if n.Step != 0 {
			nodes = append(nodes, n)
		}
	}
	f.links, f.nodes = links, nodes
}

// onlyLink is the link at a node, nil if it has none or several.
func (f *Finder) onlyLink(num uint32) *Link {
	var only *Link
	for i := range f.links {
		l := &f.links[i]
		if l.Step == 0 || (l.From != num && l.To != num) {
			continue
		}
		if only != nil {
			return nil
		}
		only = l
	}
	return only
}
