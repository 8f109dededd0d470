package topology

import (
	"cmp"
	"slices"
)

// Edit collects changes to a graph. It is not safe for concurrent use.
type Edit struct {
	base        *Graph
	vertexTypes Names
	edgeTypes   Names
	values      Names
	vertices    []vertexOp
	edges       []edgeOp
}

type vertexOp struct {
	n      uint32
	parent uint32
	typ    uint8
}

type edgeOp struct {
	from, to, edge uint32
	meta           uint32
	live           bool
}

// Edit starts the changes that lead to the next version.
func (g *Graph) Edit() *Edit {
	return &Edit{base: g, vertexTypes: g.vertexTypes, edgeTypes: g.edgeTypes, values: g.values}
}

// Names replaces the name lists; the new ones must extend the old.
func (e *Edit) Names(vertexTypes, edgeTypes, values Names) {
	e.vertexTypes, e.edgeTypes, e.values = vertexTypes, edgeTypes, values
}

// SetVertex adds or replaces a vertex; parent 0 means none.
func (e *Edit) SetVertex(n uint32, typ uint8, parent uint32) {
	e.vertices = append(e.vertices, vertexOp{n: n, typ: typ, parent: parent})
}

// RemoveVertex removes a vertex, but not its edges.
func (e *Edit) RemoveVertex(n uint32) {
	e.vertices = append(e.vertices, vertexOp{n: n})
}

// SetEdge adds or replaces the edge of that type between two vertices.
func (e *Edit) SetEdge(edge uint32, typ uint8, from, to, value uint32) {
	e.edges = append(e.edges, edgeOp{from: from, to: to, edge: edge, meta: NewArc(0, 0, typ, value).meta, live: true})
}

// RemoveEdge removes the edge of that type between two vertices.
func (e *Edit) RemoveEdge(typ uint8, from, to uint32) {
	e.edges = append(e.edges, edgeOp{from: from, to: to, meta: NewArc(0, 0, typ, 0).meta})
}

// Len is the number of changes collected.
func (e *Edit) Len() int { return len(e.vertices) + len(e.edges) }

// arcOp is one change of one end's list.
type arcOp struct {
	n    uint32
	arc  Arc
	live bool
}

// Graph makes the next version. The later of two changes of one thing wins.
func (e *Edit) Graph() *Graph {
	g := &Graph{
		pages:       slices.Clone(e.base.pages),
		length:      e.base.length,
		vertices:    e.base.vertices,
		edges:       e.base.edges,
		vertexTypes: e.vertexTypes,
		edgeTypes:   e.edgeTypes,
		values:      e.values,
	}
	fresh := map[uint32]*page{} // pages of this version, by index
	own := func(n uint32) *page {
		i := n >> pageBits
		if p, ok := fresh[i]; ok {
			return p
		}
		for int(i) >= len(g.pages) {
			g.pages = append(g.pages, emptyPage)
		}
		p := *g.pages[i]
		fresh[i], g.pages[i] = &p, &p
		return &p
	}
	for _, op := range e.vertices {
		p, i := own(op.n), op.n%pageSize
		if p.types[i] != 0 {
			g.vertices--
		}
		if op.typ != 0 {
			g.vertices++
		}
		p.types[i], p.parents[i] = op.typ, op.parent
		g.length = max(g.length, int(op.n)+1)
	}
	out, in := e.arcs()
	for ops := range pageRuns(out) {
		p := own(ops[0].n)
		before := len(p.out.arcs)
		p.out = merge(&p.out, ops)
		g.edges += len(p.out.arcs) - before
	}
	for ops := range pageRuns(in) {
		p := own(ops[0].n)
		p.in = merge(&p.in, ops)
	}
	for _, op := range e.edges {
		g.length = max(g.length, int(op.from)+1, int(op.to)+1)
	}
	return g
}

// arcs splits the changes of edges into those of each end, sorted by vertex,
// type and peer, with only the last change of each.
func (e *Edit) arcs() (out, in []arcOp) {
	out = make([]arcOp, len(e.edges))
	in = make([]arcOp, len(e.edges))
	for i, op := range e.edges {
		out[i] = arcOp{op.from, Arc{op.to, op.edge, op.meta}, op.live}
		in[i] = arcOp{op.to, Arc{op.from, op.edge, op.meta}, op.live}
	}
	return lastOf(out), lastOf(in)
}

func lastOf(ops []arcOp) []arcOp {
	compare := func(a, b arcOp) int { return cmp.Or(cmp.Compare(a.n, b.n), compareArcs(a.arc, b.arc)) }
	slices.SortStableFunc(ops, compare)
	kept := ops[:0]
	for i, op := range ops {
		if i+1 < len(ops) && compare(op, ops[i+1]) == 0 {
			continue
		}
		kept = append(kept, op)
	}
	return kept
}

// pageRuns cuts sorted changes where the page changes.
func pageRuns(ops []arcOp) func(yield func([]arcOp) bool) {
	return func(yield func([]arcOp) bool) {
		for len(ops) > 0 {
			n := 1
			for n < len(ops) && ops[n].n>>pageBits == ops[0].n>>pageBits {
				n++
			}
			if !yield(ops[:n]) {
				return
			}
			ops = ops[n:]
		}
	}
}

// merge applies the sorted changes of one page to its rows.
func merge(old *rows, ops []arcOp) rows {
	next := rows{arcs: make([]Arc, 0, len(old.arcs)+len(ops))}
	for i := range uint32(pageSize) {
		next.start[i] = uint32(len(next.arcs))
		have := old.of(i)
		for len(ops) > 0 && ops[0].n%pageSize == i {
			op := ops[0]
			ops = ops[1:]
			for len(have) > 0 && compareArcs(have[0], op.arc) < 0 {
				next.arcs = append(next.arcs, have[0])
				have = have[1:]
			}
			if len(have) > 0 && compareArcs(have[0], op.arc) == 0 {
				have = have[1:]
			}
			if op.live {
				next.arcs = append(next.arcs, op.arc)
			}
		}
		next.arcs = append(next.arcs, have...)
	}
	next.start[pageSize] = uint32(len(next.arcs))
	next.arcs = slices.Clip(next.arcs)
	return next
}
