package clique

import (
	"slices"

	"calipso/graph/topology"
)

// Focals lists, by number, the vertices of a type among which are all the focal
// points whose cliques by the choice contain a vertex: those from which the
// steps lead to it if no constraint is in the way. Whether a clique does
// contain it, Walk tells.
//
// It follows the steps backwards from the vertex, each vertex once: one that
// is found by a step must have been reached from one that was known before it.
// So it costs what lies around the vertex. For clique types with implicit links
// these are all vertices of the type.
func (c *Choice) Focals(g *topology.Graph, vertex uint32) []uint32 {
	focal := vertexCode(g, c.Type.FocalPoint)
	var out []uint32
	if focal == 0 {
		return nil
	}
	if c.plan.implicit {
		for n := range uint32(g.Len()) {
			if g.VertexType(n) == focal {
				out = append(out, n)
			}
		}
		return out
	}
	steps := c.plan.steps
	// before[i] are the vertices that must be known before steps[i]; a vertex is
	// dealt with where that is latest, which asks least of it.
	before := make([][]uint32, len(steps)+1)
	before[len(steps)] = []uint32{vertex}
	var seen table
	seen.reset()
	for i := len(steps); i >= 0; i-- {
		for _, n := range before[i] {
			if _, known := seen.getOrAdd(n, 0); known {
				continue
			}
			if g.VertexType(n) == focal {
				out = append(out, n)
			}
			for j := range i {
				for _, a := range run(g.In(n), steps[j].fwd) {
					before[j] = append(before[j], a.Peer)
				}
				for _, a := range run(g.Out(n), steps[j].rev) {
					before[j] = append(before[j], a.Peer)
				}
			}
		}
		before[i] = nil
	}
	slices.Sort(out)
	return out
}
