package mirror

import "calipso/graph/topology"

// below tells which vertices hang, near or far, under some others. Each way up
// is gone once.
type below struct {
	g *topology.Graph
	// known is what was found out of parents.
	known map[uint32]bool
	chain []uint32
}

func newBelow(g *topology.Graph, roots []uint32) *below {
	b := &below{g: g, known: make(map[uint32]bool, len(roots))}
	for _, n := range roots {
		b.known[n] = true
	}
	return b
}

// has tells of a vertex that is no root itself.
func (b *below) has(n uint32) bool {
	b.chain = b.chain[:0]
	found := false
	for up, ok := n, true; ok && len(b.chain) < maxDepth; up, ok = b.g.Parent(up) {
		if known, seen := b.known[up]; seen {
			found = known
			break
		}
		b.chain = append(b.chain, up)
	}
	for _, c := range b.chain[min(1, len(b.chain)):] {
		b.known[c] = found // parents are asked for again, leaves are not
	}
	return found
}

// maxDepth is deeper than any tree of vertices is.
const maxDepth = 64
