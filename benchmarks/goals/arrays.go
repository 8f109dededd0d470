package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/topology"
)

// arrays are the graph as plain arrays: the least that a walk can do with. They
// are made of what the generator gives; only the numbers of vertices and edges
// are the store's, so that answers can be compared.
type arrays struct {
	types     []uint8 // of vertices, 0: none
	out, in   csr
	instances []uint32
	nets      []uint32 // values that instances[i] may follow: nets[netStart[i]:netStart[i+1]]
	netStart  []uint32
	steps     []plainStep // of the clique of an instance
	names     []graph.EdgeType

	// Of the whole: what the generator gave.
	vertices, edges int
}

// csr are the links of all vertices in one direction, sorted by type and peer.
type csr struct {
	start []uint32
	arcs  []plainArc
}

func (c *csr) of(n uint32) []plainArc { return c.arcs[c.start[n]:c.start[n+1]] }

type plainArc struct {
	peer, edge, value uint32
	typ               uint8
}

// plainStep follows one link type from the vertices of one type.
type plainStep struct{ start, fwd, rev uint8 }

// codes numbers names from 1 in the order of their appearance.
type codes map[string]uint32

func (c codes) of(name string) uint32 {
	n, ok := c[name]
	if !ok {
		n = uint32(len(c) + 1)
		c[name] = n
	}
	return n
}

// arrays makes them, once.
func (w *world) arrays(ctx context.Context) (*arrays, error) {
	if w.plain != nil {
		return w.plain, nil
	}
	s, err := w.base(ctx)
	if err != nil {
		return nil, err
	}
	v, err := s.View(ctx, envName, graph.Now)
	if err != nil {
		return nil, err
	}
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	of, err := numbers(ctx, v, g)
	if err != nil {
		return nil, err
	}
	a := &arrays{types: make([]uint8, g.Len())}
	types, links, values := codes{}, codes{}, codes{}
	type link struct {
		from, to uint32
		plainArc
	}
	var all []link
	instanceNets := map[uint32][]uint32{}
	for r, err := range w.records() {
		if err != nil {
			return nil, err
		}
		if x := r.Vertex; x != nil {
			a.vertices++
			n, ok := of[x.ID]
			if !ok {
				return nil, fmt.Errorf("the store has no vertex %q", x.ID)
			}
			a.types[n] = uint8(types.of(string(x.Type)))
			if x.Type == graph.Instance {
				for _, id := range x.Attrs.Strings("network") {
					instanceNets[n] = append(instanceNets[n], values.of(id))
				}
				a.instances = append(a.instances, n)
			}
			continue
		}
		e := r.Edge
		a.edges++
		from, to := of[e.From], of[e.To]
		code, _ := g.EdgeTypes().Code(string(e.Type))
		arc, ok := g.Find(uint8(code), from, to)
		if !ok {
			return nil, fmt.Errorf("the store's arrays have no edge %v", e.EdgeKey)
		}
		l := link{from, to, plainArc{edge: arc.Edge, typ: uint8(links.of(string(e.Type)))}}
		if network := graph.CarriedValue(e.Attrs); network != "" {
			l.value = values.of(network)
		}
		all = append(all, l)
	}
	if a.vertices != g.Vertices() || a.edges != g.Edges() {
		return nil, fmt.Errorf("the store has %d vertices and %d edges, the generator gave %d and %d", g.Vertices(), g.Edges(), a.vertices, a.edges)
	}
	turned := func(end func(link) (at, peer uint32)) csr {
		slices.SortFunc(all, func(x, y link) int {
			xa, xp := end(x)
			ya, yp := end(y)
			return cmp.Or(cmp.Compare(xa, ya), cmp.Compare(x.typ, y.typ), cmp.Compare(xp, yp))
		})
		c := csr{start: make([]uint32, len(a.types)+1), arcs: make([]plainArc, 0, len(all))}
		for _, l := range all {
			at, peer := end(l)
			l.peer = peer
			c.start[at+1]++
			c.arcs = append(c.arcs, l.plainArc)
		}
		for i := range a.types {
			c.start[i+1] += c.start[i]
		}
		return c
	}
	a.out = turned(func(l link) (at, peer uint32) { return l.from, l.to })
	a.in = turned(func(l link) (at, peer uint32) { return l.to, l.from })
	slices.Sort(a.instances)
	for _, n := range a.instances {
		a.netStart = append(a.netStart, uint32(len(a.nets)))
		a.nets = append(a.nets, instanceNets[n]...)
	}
	a.netStart = append(a.netStart, uint32(len(a.nets)))
	a.names = make([]graph.EdgeType, len(links)+1)
	for name, c := range links {
		a.names[c] = graph.EdgeType(name)
	}
	t, err := instanceClique()
	if err != nil {
		return nil, err
	}
	for _, l := range t.LinkTypes {
		from, to, _ := l.Ends()
		s := plainStep{uint8(types[string(from)]), uint8(links[string(l)]), uint8(links[string(graph.EdgeTypeOf(to, from))])}
		if s.start != 0 && (s.fwd != 0 || s.rev != 0) {
			a.steps = append(a.steps, s)
		}
	}
	w.plain = a
	return a, nil
}

// instanceClique is the clique type of instances in the generated cloud.
func instanceClique() (catalog.CliqueType, error) {
	env, err := graph.ParseEnvironment(environmentDocument())
	if err != nil {
		return catalog.CliqueType{}, err
	}
	t, _, ok := catalog.Pick(env, graph.Instance, catalog.CliqueTypes())
	if !ok {
		return t, fmt.Errorf("no clique type fits instances")
	}
	return t, nil
}

// numbers reads the number of every vertex.
func numbers(ctx context.Context, v *graph.View, g *topology.Graph) (map[graph.ID]uint32, error) {
	of := make(map[graph.ID]uint32, g.Vertices())
	var chunk []uint32
	read := func() error {
		list, err := v.VerticesByNum(ctx, chunk)
		if err != nil {
			return err
		}
		for i, x := range list {
			of[x.ID] = chunk[i]
		}
		chunk = chunk[:0]
		return nil
	}
	for n := range uint32(g.Len()) {
		if g.VertexType(n) == 0 {
			continue
		}
		if chunk = append(chunk, n); len(chunk) == 5000 {
			if err := read(); err != nil {
				return nil, err
			}
		}
	}
	return of, read()
}
