package query

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/index"
)

// realStore is a store in memory with the same graphs, at the same times, as
// the fake one of service.
func realStore(t *testing.T) *graph.Store {
	t.Helper()
	var now graph.Time
	st, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32), Clock: func() time.Time { return now.Std() }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	commit := func(env graph.EnvID, at graph.Time, b *graph.Batch) {
		t.Helper()
		now = at
		c, err := st.Commit(t.Context(), env, graph.Cause{Kind: graph.CauseUser}, b)
		if err != nil || c.Time != at {
			t.Fatalf("commit %+v, %v", c, err)
		}
	}
	fake := serviceStore(t)
	commit(graph.Shared, 50, batch(t, fake[graph.Shared][0]))
	commit("lab", 100, batch(t, fake["lab"][0]))
	second := batch(t, fake["lab"][1])
	second.Delete = []graph.ID{"old"}
	commit("lab", 200, second)
	return st
}

func batch(t *testing.T, v *fakeView) *graph.Batch {
	t.Helper()
	b := &graph.Batch{Put: v.Of()}
	for e, err := range v.Edges(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		b.PutEdges = append(b.PutEdges, e)
	}
	for _, d := range v.docs {
		b.PutDocs = append(b.PutDocs, d)
	}
	return b
}

// What the fakes answer is what a real store answers.
func TestRealStoreAnswersAlike(t *testing.T) {
	real := New(Over(realStore(t)), &fakeIndex{}, Options{})
	fake, _ := service(t)
	for name, ask := range map[string]func(ctx context.Context, s *Service) (any, error){
		"environments": func(ctx context.Context, s *Service) (any, error) { return s.Environments(ctx, nil) },
		"past":         func(ctx context.Context, s *Service) (any, error) { return s.Environment(ctx, At{"lab", 150}) },
		"object":       func(ctx context.Context, s *Service) (any, error) { return s.Object(ctx, ObjectRequest{lab, "v1"}) },
		"past object": func(ctx context.Context, s *Service) (any, error) {
			return s.Object(ctx, ObjectRequest{At{"lab", 150}, "old"})
		},
		"children": func(ctx context.Context, s *Service) (any, error) {
			return s.Children(ctx, lab, "node-1", Paging{Limit: 2})
		},
		"types": func(ctx context.Context, s *Service) (any, error) {
			return s.Objects(ctx, ObjectsRequest{At: lab, Types: []graph.VertexType{"instance"}})
		},
		"links of": func(ctx context.Context, s *Service) (any, error) { return s.LinksOf(ctx, lab, "e1") },
		"links": func(ctx context.Context, s *Service) (any, error) {
			return s.Links(ctx, LinksRequest{At: lab, Target: "e1"})
		},
		"tree": func(ctx context.Context, s *Service) (any, error) { return s.Tree(ctx, TreeRequest{At: lab, Depth: 9}) },
		"clique": func(ctx context.Context, s *Service) (any, error) {
			return s.Clique(ctx, CliqueRequest{At: lab, ID: "i1"})
		},
		"past clique": func(ctx context.Context, s *Service) (any, error) {
			return s.Clique(ctx, CliqueRequest{At: At{"lab", 150}, ID: "old"})
		},
		"traverse": func(ctx context.Context, s *Service) (any, error) {
			return s.Traverse(ctx, TraverseRequest{At: lab, Start: []graph.ID{"i1"}, MaxDepth: 9})
		},
		"paths": func(ctx context.Context, s *Service) (any, error) {
			return s.Paths(ctx, PathsRequest{At: lab, From: "i1", To: "n2"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			want, err := ask(t.Context(), fake)
			if err != nil {
				t.Fatal(err)
			}
			got, err := ask(t.Context(), real)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("fake -, real +:\n%s", d)
			}
		})
	}
	for name, ask := range map[string]func(ctx context.Context, s *Service) (any, error){
		"environment": func(ctx context.Context, s *Service) (any, error) { return s.Environment(ctx, At{Env: "nowhere"}) },
		"object":      func(ctx context.Context, s *Service) (any, error) { return s.Object(ctx, ObjectRequest{lab, "old"}) },
		"traverse": func(ctx context.Context, s *Service) (any, error) {
			return s.Traverse(ctx, TraverseRequest{At: lab, Start: []graph.ID{"old"}})
		},
		"parent": func(ctx context.Context, s *Service) (any, error) { return s.Children(ctx, lab, "old", Paging{}) },
	} {
		if got, err := ask(t.Context(), real); !errors.Is(err, graph.ErrNotFound) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// Store, index and questions together: what is committed is found.
func TestSearchOverRealStore(t *testing.T) {
	st := realStore(t)
	x, err := index.Open(t.Context(), t.TempDir(), index.Over(st), index.Options{Group: -1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- x.Run(ctx) }()
	defer func() {
		cancel()
		if err := errors.Join(<-done, x.Close()); err != nil {
			t.Error(err)
		}
	}()
	s := New(Over(st), x, Options{})
	find := func(text string, want ...string) {
		t.Helper()
		if err := x.CaughtUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		f, err := s.Search(t.Context(), SearchRequest{Text: text})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range f.Items {
			got = append(got, h.NamePath)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: want -, got +:\n%s", text, d)
		}
	}
	find("web-1", "/lab/R1/node-1/Instances/web-1")
	find("past-1")
	d := graphtest.MustParse(t, "instance i9 {name: web-9, parent: node-1-instances}")
	if _, err := st.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseUser}, &graph.Batch{Put: d.Of(), Delete: []graph.ID{"i1", "v1"}}); err != nil {
		t.Fatal(err)
	}
	find("web-1", "/lab/R1/node-1/Instances/web-2", "/lab/R1/node-1/Instances/web-9") // nothing but typos now
	find("web-9", "/lab/R1/node-1/Instances/web-9")
	// What is gone is found where it was, when it was there.
	all, err := s.Search(t.Context(), SearchRequest{Text: "web-1", History: true})
	if err != nil || len(all.Items) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	h := all.Items[0]
	if h.NamePath != "/lab/R1/node-1/Instances/web-1" || h.Exists || h.To != st.Last("lab") {
		t.Errorf("%+v", h)
	}
	for at, want := range map[graph.Time]int{h.From - 1: 0, h.From: 1, h.To - 1: 1, h.To: 0} {
		f, err := s.Search(t.Context(), SearchRequest{Text: "web-1", Types: []graph.VertexType{graph.Instance}, Time: at})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, then := range f.Items {
			if then.ID == "i1" && then.NamePath == h.NamePath {
				n++
			}
		}
		if n != want {
			t.Errorf("at %s: %+v, want %d", at, f.Items, want)
		}
	}
	if err := st.RemoveEnv(t.Context(), "lab", graph.Cause{Kind: graph.CauseUser}); err != nil {
		t.Fatal(err)
	}
	find("web-9")
}
