package query

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"calipso/graph"
)

// What walking back finds is what looking into every clique finds, page by
// page.
func TestContainingAgainstAllCliques(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		_, d := randomGraph(t)
		// A cloud whose virtual interfaces see each other, so that cliques are
		// large; the constraint on networks keeps some apart.
		for _, v := range d.Of() {
			v.Attrs = graph.Attrs{"network": []any{rapid.SampledFrom([]string{"n1", "n2"}).Draw(t, "network")}}
		}
		for e := range d.Edges(t.Context()) {
			e.Attrs = graph.Attrs{}
			if rapid.Bool().Draw(t, "stated") {
				e.Attrs["network"] = rapid.SampledFrom([]string{"n1", "n2"}).Draw(t, "link network")
			}
		}
		store := fakeStore{}
		store.put("lab", 1, d)
		store.put(graph.Shared, 1, graph.NewDraft(), putDocument(graph.Environments, "lab", graph.Attrs{"name": "lab", "environment_type": "OpenStack"}))
		s := New(store, &fakeIndex{}, Options{})
		id := rapid.SampledFrom(d.Of()).Draw(t, "of").ID
		want := map[graph.ID]Membership{}
		for _, v := range d.Of() {
			c, err := s.Clique(t.Context(), CliqueRequest{At: lab, ID: v.ID})
			if errors.Is(err, graph.ErrNotFound) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range c.Nodes {
				if n.ID == id && len(c.Links) > 0 {
					want[v.ID] = Membership{refOf(v), v.Host, c.CliqueType, c.CliqueTypeID, n.Step, n.Depth, len(c.Nodes), len(c.Links)}
				}
			}
		}
		got := map[graph.ID]Membership{}
		q := ContainingRequest{At: lab, ID: id, Paging: Paging{Limit: rapid.IntRange(1, 4).Draw(t, "limit")}}
		for {
			page, err := s.Containing(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range page.Items {
				if _, twice := got[m.FocalPoint.ID]; twice {
					t.Fatalf("%s twice", m.FocalPoint.ID)
				}
				got[m.FocalPoint.ID] = m
			}
			if q.Cursor = page.NextCursor; q.Cursor == "" {
				break
			}
			if len(page.Items) != q.Limit {
				t.Fatalf("a page of %d, and more to come", len(page.Items))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("cliques that contain %s: all -, found +:\n%s", id, diff)
		}
	})
}

func TestContainingRefuses(t *testing.T) {
	s, _ := service(t)
	if _, err := s.Containing(t.Context(), ContainingRequest{At: lab, ID: "gone"}); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
	var bad *graph.InvalidError
	if _, err := s.Containing(t.Context(), ContainingRequest{At: lab, ID: "i1", Paging: Paging{Cursor: "x"}}); !errors.As(err, &bad) {
		t.Error(err)
	}
	page, err := s.Containing(t.Context(), ContainingRequest{At: lab, ID: "v1", FocalTypes: []graph.VertexType{"instance"}})
	if err != nil || len(page.Items) != 1 || page.Items[0].FocalPoint.ID != "i1" {
		t.Errorf("%+v, %v", page, err)
	}
}

func putDocument(c graph.Collection, id string, body graph.Attrs) *graph.Document {
	return &graph.Document{DocKey: graph.DocKey{Collection: c, ID: id}, Body: body}
}
