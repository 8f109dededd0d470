package query

import (
	"cmp"
	"context"
	"fmt"
	"hash/crc32"
	"iter"
	"maps"
	"slices"
	"testing"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/topology"
	"calipso/index"
)

// fakeStore holds drawn graphs, one for each time of an environment.
type fakeStore map[graph.EnvID][]*fakeView

type fakeView struct {
	*graph.Draft
	env  graph.EnvID
	time graph.Time
	g    *topology.Graph
	nums *graphtest.Numbers
	docs map[graph.DocKey]*graph.Document
}

func (s fakeStore) draw(t graphtest.T, env graph.EnvID, at graph.Time, picture string, docs ...*graph.Document) {
	t.Helper()
	d := graphtest.MustParse(t, picture)
	s.put(env, at, d, docs...)
}

func (s fakeStore) put(env graph.EnvID, at graph.Time, d *graph.Draft, docs ...*graph.Document) {
	v := &fakeView{Draft: d, env: env, time: at, docs: map[graph.DocKey]*graph.Document{}}
	v.g, v.nums = graphtest.Topology(d)
	for _, doc := range docs {
		v.docs[doc.DocKey] = doc
	}
	s[env] = append(s[env], v)
}

func (s fakeStore) EnvIDs(context.Context) ([]graph.EnvID, error) {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(s)), func(e graph.EnvID) bool { return e == graph.Shared }), nil
}

func (s fakeStore) View(_ context.Context, env graph.EnvID, at graph.Time) (View, error) {
	for _, v := range slices.Backward(s[env]) {
		if at == graph.Now || v.time <= at {
			return v, nil
		}
	}
	return nil, fmt.Errorf("fake: environment %q: %w", env, graph.ErrNotFound)
}

func (s fakeStore) History(context.Context, graph.EnvID, graph.ID) iter.Seq2[graph.Version, error] {
	panic("the fake has no history; ask a real store")
}

func (fakeStore) Retained(graph.EnvID) (graph.Retained, error) { return graph.Retained{}, nil }

func (s fakeStore) LinksHistory(context.Context, graph.EnvID, graph.ID, graph.Time) iter.Seq2[graph.EdgeStep, error] {
	panic("the fake has no history; ask a real store")
}

func (v *fakeView) Env() graph.EnvID { return v.env }
func (v *fakeView) Time() graph.Time { return v.time }

func (v *fakeView) Edge(_ context.Context, k graph.EdgeKey) (*graph.Edge, error) {
	if e := v.Draft.Edge(k); e != nil {
		return e, nil
	}
	return nil, fmt.Errorf("fake: edge %v: %w", k, graph.ErrNotFound)
}

func (v *fakeView) Children(_ context.Context, parent graph.ID) iter.Seq2[*graph.Vertex, error] {
	list := slices.DeleteFunc(v.Of(), func(x *graph.Vertex) bool { return x.Parent != parent })
	slices.SortFunc(list, func(a, b *graph.Vertex) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return func(yield func(*graph.Vertex, error) bool) {
		for _, x := range list {
			if !yield(x, nil) {
				return
			}
		}
	}
}

func (v *fakeView) Path(ctx context.Context, id graph.ID) ([]*graph.Vertex, error) {
	x, err := v.Vertex(ctx, id)
	if err != nil {
		return nil, err
	}
	if x.Parent == "" {
		return []*graph.Vertex{x}, nil
	}
	above, err := v.Path(ctx, x.Parent)
	return append(above, x), err
}

func (v *fakeView) EdgesOf(ctx context.Context, id graph.ID) (out, in []*graph.Edge, err error) {
	for e := range v.Edges(ctx) {
		if e.From == id {
			out = append(out, e)
		}
		if e.To == id {
			in = append(in, e)
		}
	}
	return out, in, nil
}

func (v *fakeView) Counts(ctx context.Context) (map[graph.VertexType]int, map[graph.EdgeType]int, error) {
	vertices, edges := map[graph.VertexType]int{}, map[graph.EdgeType]int{}
	for x := range v.Vertices(ctx) {
		vertices[x.Type]++
	}
	for e := range v.Edges(ctx) {
		edges[e.Type]++
	}
	return vertices, edges, nil
}

func (v *fakeView) Document(_ context.Context, c graph.Collection, id string) (*graph.Document, error) {
	if d, ok := v.docs[graph.DocKey{Collection: c, ID: id}]; ok {
		return d, nil
	}
	return nil, fmt.Errorf("fake: %s %q: %w", c, id, graph.ErrNotFound)
}

func (v *fakeView) Documents(_ context.Context, c graph.Collection) iter.Seq2[*graph.Document, error] {
	return v.documents(c, 1)
}

func (v *fakeView) DocumentsBackward(_ context.Context, c graph.Collection) iter.Seq2[*graph.Document, error] {
	return v.documents(c, -1)
}

func (v *fakeView) documents(c graph.Collection, order int) iter.Seq2[*graph.Document, error] {
	return func(yield func(*graph.Document, error) bool) {
		for _, k := range slices.SortedFunc(maps.Keys(v.docs), func(a, b graph.DocKey) int { return order * cmp.Compare(a.ID, b.ID) }) {
			if k.Collection == c && !yield(v.docs[k], nil) {
				return
			}
		}
	}
}

func (v *fakeView) Topology(context.Context) (*topology.Graph, error) { return v.g, nil }

func (v *fakeView) Num(_ context.Context, id graph.ID) (uint32, error) {
	if n, ok := v.nums.Of[id]; ok {
		return n, nil
	}
	return 0, fmt.Errorf("fake: vertex %q: %w", id, graph.ErrNotFound)
}

func (v *fakeView) VerticesByNum(_ context.Context, list []uint32) ([]*graph.Vertex, error) {
	out := make([]*graph.Vertex, len(list))
	for i, n := range list {
		out[i] = v.nums.Vertex[n]
	}
	return out, nil
}

func (v *fakeView) EdgesByNum(_ context.Context, list []uint32) ([]*graph.Edge, error) {
	out := make([]*graph.Edge, len(list))
	for i, n := range list {
		out[i] = v.nums.Edge[n]
	}
	return out, nil
}

func (v *fakeView) DatedVertices(ctx context.Context, list []uint32) (out []graph.Dated[*graph.Vertex], err error) {
	for _, n := range list {
		out = append(out, graph.Dated[*graph.Vertex]{Thing: v.nums.Vertex[n], Since: v.time})
	}
	return out, nil
}

func (v *fakeView) DatedEdges(ctx context.Context, list []uint32) (out []graph.Dated[*graph.Edge], err error) {
	for _, n := range list {
		out = append(out, graph.Dated[*graph.Edge]{Thing: v.nums.Edge[n], Since: v.time})
	}
	return out, nil
}

// Touched: each graph of the fake was drawn anew.
func (v *fakeView) Touched(context.Context, graph.Time, int) (graph.Touched, bool, error) {
	return graph.Touched{}, false, nil
}

func (v *fakeView) Room() uint32 { return crc32.ChecksumIEEE([]byte(v.env)) }

// fakeIndex answers with what it was given, and remembers the question.
type fakeIndex struct {
	result index.Result
	asked  index.Query
}

func (f *fakeIndex) Search(_ context.Context, q index.Query) (index.Result, error) {
	f.asked = q
	return f.result, nil
}

func doc(t testing.TB, c graph.Collection, id, body string) *graph.Document {
	t.Helper()
	a, err := graph.ParseJSON([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: c, ID: id}, Body: a}
}
