package query

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"calipso/graph"
	"calipso/graph/kv"
	"calipso/graph/kv/memory"
)

// pastSteps is the number of commits of one random history;
// CALIPSO_WALK_STEPS makes it another.
func pastSteps(t *testing.T) int {
	text := os.Getenv("CALIPSO_WALK_STEPS")
	if text == "" {
		return 12
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// kept is a database that outlives the store that closes it.
type kept struct{ kv.DB }

func (kept) Close() error { return nil }

// Random commits: for each time there was, walks, cliques, the cliques around
// an object and paths over the store are those over the graph of that time drawn
// anew, before and after a restart; and the arrays that commits kept up are
// those that a restart makes. One service answers all along, so that nothing it
// keeps may be of another time.
func TestEveryTimeAgainstGraphsDrawnAnew(t *testing.T) {
	steps := pastSteps(t)
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		db := kept{memory.New()}
		open := func() *graph.Store {
			st, err := graph.Open(ctx, db, graph.Options{Key: make([]byte, 32)})
			if err != nil {
				t.Fatal(err)
			}
			return st
		}
		st := open()
		env := putDocument(graph.Environments, "lab", graph.Attrs{"name": "lab", "environment_type": "OpenStack"})
		if _, err := st.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{env}}); err != nil {
			t.Fatal(err)
		}
		drawn := fakeStore{}
		drawn.put(graph.Shared, 1, graph.NewDraft(), env)
		service, naive := New(Over(st), &fakeIndex{}, Options{}), New(drawn, &fakeIndex{}, Options{})
		now := graph.NewDraft()
		for range steps {
			next, b := change(t, now)
			c, err := st.Commit(ctx, "lab", graph.Cause{Kind: graph.CauseUser}, b)
			if err != nil {
				t.Fatal(err)
			}
			if c.Empty() {
				continue
			}
			now = next
			drawn.put("lab", c.Time, now)
			for range 2 {
				compareAt(t, service, naive, rapid.SampledFrom(drawn["lab"]).Draw(t, "time"))
			}
		}
		if len(drawn["lab"]) == 0 {
			return
		}
		kept := topologyOf(t, st)
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		st = open()
		defer st.Close()
		again := topologyOf(t, st)
		if d := cmp.Diff(kept, again); d != "" {
			t.Fatalf("arrays kept up by commits -, made at start +:\n%s", d)
		}
		service = New(Over(st), &fakeIndex{}, Options{})
		for _, v := range drawn["lab"] {
			compareAt(t, service, naive, v)
		}
	})
}

// topologyOf tells all that is in the arrays, by names.
func topologyOf(t *rapid.T, st *graph.Store) []string {
	v, err := st.View(context.Background(), "lab", graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	g, err := v.Topology(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	out := []string{fmt.Sprint(g.Vertices(), g.Edges())}
	for n := range uint32(g.Len()) {
		if g.VertexType(n) == 0 && len(g.Out(n))+len(g.In(n)) == 0 {
			continue // a number of nothing
		}
		parent, _ := g.Parent(n)
		text := fmt.Sprint(n, g.VertexTypes().Name(int(g.VertexType(n))), parent)
		for _, a := range g.Out(n) {
			text += fmt.Sprint(" >", a.Peer, a.Edge, g.EdgeTypes().Name(int(a.Type())), g.Values().Name(int(a.Value())))
		}
		for _, a := range g.In(n) {
			text += fmt.Sprint(" <", a.Peer, a.Edge)
		}
		out = append(out, text)
	}
	return out
}

// change draws the next graph, and the commit that leads to it.
func change(t *rapid.T, now *graph.Draft) (*graph.Draft, *graph.Batch) {
	ctx := context.Background()
	types := []graph.VertexType{"instance", "vnic", "vedge", "otep", "host_pnic", "network"}
	networks := []string{"n1", "n2"}
	b := &graph.Batch{}
	next := graph.NewDraft()
	gone := map[graph.ID]bool{}
	for _, v := range now.Of() {
		if rapid.IntRange(0, 9).Draw(t, "delete") == 0 {
			b.Delete = append(b.Delete, v.ID)
			gone[v.ID] = true
			continue
		}
		next.Put(v)
	}
	for e := range now.Edges(ctx) {
		switch {
		case gone[e.From] || gone[e.To]:
		case rapid.IntRange(0, 9).Draw(t, "unlink") == 0:
			b.DeleteEdges = append(b.DeleteEdges, e.EdgeKey)
		default:
			next.PutEdge(e)
		}
	}
	for range rapid.IntRange(0, 4).Draw(t, "puts") {
		id := graph.ID(fmt.Sprint("x", rapid.IntRange(0, 11).Draw(t, "id")))
		if gone[id] {
			continue
		}
		v := &graph.Vertex{ID: id, Type: rapid.SampledFrom(types).Draw(t, "type"), Name: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"),
			Attrs: graph.Attrs{"network": []any{rapid.SampledFrom(networks).Draw(t, "network")}}}
		if old := next.Get(id); old != nil {
			v.Type = old.Type // links are named after the types of their ends
		}
		next.Put(v)
		b.Put = append(b.Put, v)
	}
	all := next.Of()
	hub := rapid.Bool().Draw(t, "hub")
	unlinked := map[graph.EdgeKey]bool{}
	for _, k := range b.DeleteEdges {
		unlinked[k] = true
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "links") {
		if len(all) == 0 {
			break
		}
		from, to := rapid.SampledFrom(all).Draw(t, "from"), rapid.SampledFrom(all).Draw(t, "to") // also to itself
		if hub && i > 0 {
			from = all[0]
		}
		e := &graph.Edge{EdgeKey: graph.EdgeKey{Type: graph.EdgeTypeOf(from.Type, to.Type), From: from.ID, To: to.ID}, State: graph.Up}
		if rapid.Bool().Draw(t, "stated") {
			e.Attrs = graph.Attrs{"network": rapid.SampledFrom(networks).Draw(t, "link network")}
		}
		if !unlinked[e.EdgeKey] {
			next.PutEdge(e)
			b.PutEdges = append(b.PutEdges, e)
		}
	}
	// The later of two puts of one thing counts.
	b.Put, b.PutEdges = latest(b.Put, func(v *graph.Vertex) graph.ID { return v.ID }), latest(b.PutEdges, func(e *graph.Edge) graph.EdgeKey { return e.EdgeKey })
	return next, b
}

func latest[T any, K comparable](list []T, key func(T) K) (out []T) {
	at := map[K]int{}
	for _, x := range list {
		if i, twice := at[key(x)]; twice {
			out[i] = x
			continue
		}
		at[key(x)] = len(out)
		out = append(out, x)
	}
	return out
}

// compareAt asks both about one time.
func compareAt(t *rapid.T, service, naive *Service, v *fakeView) {
	ctx := context.Background()
	all := v.Of()
	if len(all) == 0 {
		return
	}
	at := At{"lab", v.time}
	id, to := rapid.SampledFrom(all).Draw(t, "about").ID, rapid.SampledFrom(all).Draw(t, "to").ID
	for name, ask := range map[string]func(s *Service) (any, error){
		"clique": func(s *Service) (any, error) {
			c, err := s.Clique(ctx, CliqueRequest{At: at, ID: id})
			if err != nil {
				return "no clique type", nil
			}
			return c, nil
		},
		"traverse": func(s *Service) (any, error) {
			return s.Traverse(ctx, TraverseRequest{At: at, Start: []graph.ID{id}, MaxDepth: 3, Filters: []Filter{{"name", "ne", "b"}}, Unmatched: PassThrough})
		},
		"neighbours": func(s *Service) (any, error) {
			return s.Neighbors(ctx, id, TraverseRequest{At: at, MaxDepth: 2, Direction: Out})
		},
		"containing": func(s *Service) (any, error) {
			c, err := s.Containing(ctx, ContainingRequest{At: at, ID: id})
			if err != nil {
				return nil, err
			}
			places := map[graph.ID]Membership{}
			for _, m := range c.Items {
				places[m.FocalPoint.ID] = m
			}
			return places, nil
		},
		"paths": func(s *Service) (any, error) {
			p, err := s.Paths(ctx, PathsRequest{At: at, From: id, To: to, Limit: 100})
			if err != nil {
				return nil, err
			}
			lengths := []int{}
			for _, x := range p.Paths {
				lengths = append(lengths, x.Length)
			}
			return lengths, nil
		},
	} {
		want, err := ask(naive)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ask(service)
		if err != nil {
			t.Fatalf("%s of %s at %s: %v", name, id, v.time, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("%s of %s at %s: drawn anew -, store +:\n%s", name, id, v.time, d)
		}
	}
}
