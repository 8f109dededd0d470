package mirror

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/importexport"
	"calipso/importexport/mirror/mirrortest"
)

// TestWritesWhatChanged: whatever a commit does, exactly the documents are
// written that are others than before, cliques among them, and exactly those
// are removed that are gone.
func TestWritesWhatChanged(t *testing.T) {
	s := smallCloud(t)
	sink := newMemory()
	m := New(s, sink, Options{Batch: 50})
	if err := m.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 7))
	cliques := 0
	mine := &graph.Document{DocKey: graph.DocKey{Collection: graph.CliqueTypes, ID: "65f0000000000000000000aa"}, Body: graph.Attrs{
		"name": "mine", "environment": "lab", "focal_point_type": string(graph.Instance), "link_types": []any{"instance-vnic"}}}
	changes := map[string]func(){
		"some of everything": func() { shake(t, s, r) },
		"one link": func() {
			v, err := s.View(t.Context(), "lab", graph.Now)
			if err != nil {
				t.Fatal(err)
			}
			for e, err := range v.Edges(t.Context(), "instance-vnic") {
				if err != nil {
					t.Fatal(err)
				}
				e.Name = fmt.Sprint("renamed ", r.IntN(1000))
				put(t, s, "lab", &graph.Batch{PutEdges: []*graph.Edge{e}})
				return
			}
		},
		"a scan that found nothing new": func() {
			put(t, s, "lab", &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Parts, ID: "*"}, Body: graph.Attrs{"ok_time": time.Now().UTC()}}}})
		},
		"a clique type":        func() { put(t, s, graph.Shared, &graph.Batch{PutDocs: []*graph.Document{mine}}) },
		"a clique type is out": func() { put(t, s, graph.Shared, &graph.Batch{DeleteDocs: []graph.DocKey{mine.DocKey}}) },
		"something that is not mirrored": func() {
			put(t, s, graph.Shared, &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Users, ID: "u"}, Body: graph.Attrs{"n": r.Int64()}}}})
		},
	}
	for round := range 2 {
		for _, name := range sortedKeys(changes) {
			before := fresh(t, s)
			changes[name]()
			after := fresh(t, s)
			sink.wrote, sink.removed = nil, nil
			if err := m.Sync(t.Context()); err != nil {
				t.Fatal(err)
			}
			mirrortest.Same(t, sink.all(), after)
			wrote, removed := between(t, before, after)
			cliques += countOf(wrote, importexport.CliqueSet)
			slices.Sort(sink.wrote)
			slices.Sort(sink.removed)
			if !slices.Equal(sink.wrote, wrote) || !slices.Equal(sink.removed, removed) {
				t.Errorf("%s, round %d: wrote %d and removed %d documents, %d and %d have changed", name, round, len(sink.wrote), len(sink.removed), len(wrote), len(removed))
			}
			if name == "a scan that found nothing new" && countOf(wrote, importexport.CliqueSet) > 0 {
				t.Errorf("a scan that found nothing changed cliques")
			}
		}
	}
	if cliques == 0 {
		t.Error("no change concerned a clique")
	}
}

// between lists which documents differ and which are gone, as the sink names
// them.
func between(t *testing.T, before, after mirrortest.Documents) (wrote, removed []string) {
	t.Helper()
	name := func(collection, doc string) string {
		id, err := idOf(bson.Raw(doc))
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%s %v", collection, id)
	}
	for c, docs := range after {
		for id, d := range docs {
			if before[c][id] != d {
				wrote = append(wrote, name(c, d))
			}
		}
	}
	for c, docs := range before {
		for id, d := range docs {
			if _, still := after[c][id]; !still {
				removed = append(removed, name(c, d))
			}
		}
	}
	slices.Sort(wrote)
	slices.Sort(removed)
	return wrote, removed
}

func countOf(names []string, collection string) (n int) {
	for _, name := range names {
		if len(name) > len(collection) && name[:len(collection)+1] == collection+" " {
			n++
		}
	}
	return n
}

// TestRemade: an environment that was removed and made again leaves nothing of
// the one before, also while it has nothing of its own yet.
func TestRemade(t *testing.T) {
	s := smallCloud(t)
	sink := newMemory()
	m := New(s, sink, Options{})
	sync := func() {
		t.Helper()
		if err := m.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		mirrortest.Same(t, sink.all(), fresh(t, s))
	}
	sync()
	v, err := s.View(t.Context(), graph.Shared, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	lab, err := v.Document(t.Context(), graph.Environments, "lab")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveEnv(t.Context(), "lab", graph.Cause{Kind: graph.CauseUser}); err != nil {
		t.Fatal(err)
	}
	put(t, s, graph.Shared, &graph.Batch{PutDocs: []*graph.Document{lab}})
	if v, err := s.View(t.Context(), "lab", graph.Now); err != nil || v.Time() != 0 {
		t.Fatal(v, err)
	}
	sync()
	if n := len(sink.all()[importexport.Inventory]); n != 0 {
		t.Errorf("%d objects are left", n)
	}
	wrote := len(sink.wrote) + len(sink.removed)
	sync()
	if now := len(sink.wrote) + len(sink.removed); now != wrote {
		t.Error("the empty environment is emptied again")
	}
	put(t, s, "lab", &graph.Batch{Put: []*graph.Vertex{{ID: "node-9", Type: graph.Host, Name: "node-9"}}})
	sync()
}
