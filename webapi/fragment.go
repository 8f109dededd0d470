package webapi

import (
	"cmp"
	"context"
	"slices"
	"time"

	"calipso/graph"
	"calipso/graph/clique"
	"calipso/graph/document"
	"calipso/query"
)

// fragment is an object or a link in its documented shape as JSON, but for the
// closing brace and the members that depend on more than its own version:
// these follow in each answer. It says nothing that depends on who asks.
type fragment struct {
	json []byte
	// What the order in an answer goes by, and where a link's ids come from.
	id, to graph.ID
	typ    string
	part   string // of an object: the part of the scan that states it
	ends   [2]uint8
}

// fragmentCache is about how many bytes of fragments are kept.
const fragmentCache = 32 << 20

func (f *fragment) bytes() int { return cap(f.json) + len(f.id) + len(f.to) + len(f.typ) + len(f.part) }

// newFragment writes a document without the members left out.
func newFragment(d map[string]any, without ...string) ([]byte, error) {
	for _, name := range without {
		delete(d, name)
	}
	b, err := appendJSON(make([]byte, 0, 1024), d)
	if err != nil {
		return nil, err
	}
	return slices.Clone(b[:len(b)-1]), nil
}

type placedNode struct {
	*fragment
	num         uint32
	step, depth uint16
}

// cliqueNodes are the objects of a clique: the focal point, then by step and
// id.
func (a *API) cliqueNodes(ctx context.Context, w *query.CliqueWalk) ([]placedNode, error) {
	nums := make([]uint32, len(w.Nodes))
	for i, n := range w.Nodes {
		nums[i] = n.Num
	}
	var wrong error
	list, err := a.fragments.Vertices(ctx, w.View, nums, make([]*fragment, 0, len(nums)), func(_ uint32, x *graph.Vertex) (*fragment, int) {
		f := &fragment{id: x.ID, typ: string(x.Type), part: x.Part}
		var err error
		f.json, err = newFragment(document.Object(w.View.Env(), x, document.Place{}), "stale", "step", "depth")
		wrong = cmp.Or(wrong, err)
		return f, f.bytes()
	})
	if err = cmp.Or(err, wrong); err != nil {
		return nil, err
	}
	out := make([]placedNode, len(list))
	for i, f := range list {
		out[i] = placedNode{f, nums[i], w.Nodes[i].Step, w.Nodes[i].Depth}
	}
	slices.SortFunc(out[1:], func(a, b placedNode) int { return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(a.id, b.id)) })
	return out, nil
}

type placedLink struct {
	*fragment
	step uint16
}

// cliqueLinks are the links of a clique by step, source and target.
func (a *API) cliqueLinks(ctx context.Context, w *query.CliqueWalk, nodes []placedNode) ([]placedLink, error) {
	env, g := w.View.Env(), w.Graph
	endsOf := func(l clique.Link) [2]uint8 { return [2]uint8{g.VertexType(l.From), g.VertexType(l.To)} }
	write := func(l clique.Link, e *graph.Edge) (*fragment, error) {
		f := &fragment{id: e.From, to: e.To, typ: string(e.Type), ends: endsOf(l)}
		typ := func(code uint8) graph.VertexType { return graph.VertexType(g.VertexTypes().Name(int(code))) }
		d := document.Link(env, e, typ(f.ends[0]), typ(f.ends[1]), time.Time{})
		var err error
		f.json, err = newFragment(d, "step")
		return f, err
	}
	stored := make([]uint32, 0, len(w.Links))
	for _, l := range w.Links {
		if l.Edge != clique.NoEdge {
			stored = append(stored, l.Edge)
		}
	}
	var wrong error
	list, err := a.fragments.Edges(ctx, w.View, stored, make([]*fragment, 0, len(stored)), func(n uint32, e *graph.Edge) (*fragment, int) {
		i := slices.IndexFunc(w.Links, func(l clique.Link) bool { return l.Edge == n })
		f, err := write(w.Links[i], e)
		wrong = cmp.Or(wrong, err)
		return f, f.bytes()
	})
	if err = cmp.Or(err, wrong); err != nil {
		return nil, err
	}
	out := make([]placedLink, len(w.Links))
	for i, l := range w.Links {
		var f *fragment
		switch {
		case l.Edge == clique.NoEdge:
			f, err = write(l, clique.Implied(nodeVertex(nodes, l.From), nodeVertex(nodes, l.To)))
		case list[0].ends != endsOf(l): // an end is of another type than when it was written
			var e []*graph.Edge
			if e, err = w.View.EdgesByNum(ctx, []uint32{l.Edge}); err == nil {
				f, err = write(l, e[0])
			}
		default:
			f = list[0]
		}
		if err != nil {
			return nil, err
		}
		if l.Edge != clique.NoEdge {
			list = list[1:]
		}
		out[i] = placedLink{f, l.Step}
	}
	slices.SortFunc(out, func(a, b placedLink) int {
		return cmp.Or(cmp.Compare(a.step, b.step), cmp.Compare(a.id, b.id), cmp.Compare(a.to, b.to), cmp.Compare(a.typ, b.typ))
	})
	return out, nil
}

// nodeVertex is what an implied link asks of its ends.
func nodeVertex(nodes []placedNode, num uint32) *graph.Vertex {
	i := slices.IndexFunc(nodes, func(n placedNode) bool { return n.num == num })
	return &graph.Vertex{ID: nodes[i].id, Type: graph.VertexType(nodes[i].typ)}
}
