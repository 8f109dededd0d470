package mirror

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/importexport"
	"calipso/importexport/mirror/mirrortest"
	"calipso/importexport/mongo"
	"calipso/testdata/labs/mongolab"
)

var lab mongolab.Lab

func TestMain(m *testing.M) {
	code := m.Run()
	lab.Stop()
	os.Exit(code)
}

// fresh is a fresh export.
func fresh(t testing.TB, s *graph.Store) mirrortest.Documents {
	t.Helper()
	d, err := mirrortest.Export(t.Context(), s, importexport.ExportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// smallCloud is a store with an environment of some two hundred objects.
func smallCloud(t testing.TB) *graph.Store {
	t.Helper()
	s, err := graph.Open(t.Context(), memory.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	describe(t, s, "lab")
	if _, err := s.Load(t.Context(), "lab", graph.Cause{Kind: graph.CauseImport}, graphtest.Cloud(graphtest.CloudSize(150))); err != nil {
		t.Fatal(err)
	}
	return s
}

func describe(t testing.TB, s *graph.Store, env graph.EnvID) {
	t.Helper()
	put(t, s, graph.Shared, &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Environments, ID: string(env)}, Body: graph.Attrs{
		"name": string(env), "environment_type": "OpenStack", "mechanism_drivers": []any{"OVS"},
		"configuration": []any{map[string]any{"name": "OpenStack", "pwd": graph.NewSecret("hush hush")}},
	}}}})
}

func put(t testing.TB, s *graph.Store, env graph.EnvID, b *graph.Batch) {
	t.Helper()
	if _, err := s.Commit(t.Context(), env, graph.Cause{Kind: graph.CauseUser}, b); err != nil {
		t.Fatal(err)
	}
}

func newServer(t testing.TB, uri string) *Server {
	t.Helper()
	sink, err := NewServer(mongo.Options{URI: graph.NewSecret(uri), Wait: time.Second}, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sink.Close(); err != nil {
			t.Error(err)
		}
	})
	return sink
}

// shake changes some of the environment at random: names, links, documents.
func shake(t testing.TB, s *graph.Store, r *rand.Rand) {
	t.Helper()
	v, err := s.View(t.Context(), "lab", graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	b := &graph.Batch{}
	gone := map[graph.ID]bool{}
	for x, err := range v.Vertices(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		switch r.IntN(60) {
		case 0:
			if x.Type == graph.VNIC || x.Type == graph.Port {
				gone[x.ID] = true
				b.Delete = append(b.Delete, x.ID)
			}
		case 1:
			x.Name = fmt.Sprint("renamed ", r.IntN(1000))
			b.Put = append(b.Put, x)
		}
	}
	for e, err := range v.Edges(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if gone[e.From] || gone[e.To] {
			continue
		}
		switch r.IntN(60) {
		case 0:
			b.DeleteEdges = append(b.DeleteEdges, e.EdgeKey)
		case 1:
			e.Name = fmt.Sprint("renamed ", r.IntN(1000))
			b.PutEdges = append(b.PutEdges, e)
		}
	}
	b.PutDocs = []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Messages, ID: string(graph.NewOID(time.Now()))}, Body: graph.Attrs{"message": "shaken"}}}
	put(t, s, "lab", b)
}

// TestServer: a copy, changes and a removed environment arrive in a real
// server, as an independent reader sees it, with the documented indexes.
func TestServer(t *testing.T) {
	uri, db := lab.Database(t)
	s := smallCloud(t)
	describe(t, s, "other")
	put(t, s, "other", &graph.Batch{Put: []*graph.Vertex{{ID: "h", Type: graph.Host, Attrs: graph.Attrs{"a.b": "dots", "$c": int64(1)}}}})
	m := New(s, newServer(t, uri), Options{})
	sync := func() {
		t.Helper()
		if err := m.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
		mirrortest.Same(t, mirrortest.Read(t, uri, db.Name()), fresh(t, s))
	}
	sync()
	r := rand.New(rand.NewPCG(1, 1))
	for range 3 {
		shake(t, s, r)
		sync()
	}
	if err := s.RemoveEnv(t.Context(), "other", graph.Cause{Kind: graph.CauseUser}); err != nil {
		t.Fatal(err)
	}
	sync()
	if text := fmt.Sprint(mirrortest.Read(t, uri, db.Name())); strings.Contains(text, "hush") {
		t.Error("a password is there")
	}
	for c, want := range map[string]int{importexport.Inventory: 9, importexport.Links: 3, importexport.CliqueSet: 1, "environments_config": 1} {
		got, err := indexesOf(t.Context(), db.Collection(c))
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != want+1 { // with that of _id
			t.Errorf("%s has indexes %v, want %d and that of _id", c, got, want)
		}
	}
}

// TestForeign: what others wrote stays until somebody says that it may go; then
// it is replaced, even where it is in the way of what is unique.
func TestForeign(t *testing.T) {
	uri, db := lab.Database(t)
	s := smallCloud(t)
	v, err := s.View(t.Context(), "lab", graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	sink := newServer(t, uri)
	for x, err := range v.Vertices(t.Context(), graph.Instance) {
		if err != nil {
			t.Fatal(err)
		}
		old := bson.D{{Key: "_id", Value: bson.NewObjectID()}, {Key: "environment", Value: "lab"}, {Key: "type", Value: "instance"}, {Key: "id", Value: string(x.ID)}}
		if _, err := db.Collection(importexport.Inventory).InsertOne(t.Context(), old); err != nil {
			t.Fatal(err)
		}
	}
	if err := sink.Index(t.Context(), []string{importexport.Inventory}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Collection(importexport.Links).InsertOne(t.Context(), bson.D{{Key: "_id", Value: "xyz"}}); err != nil {
		t.Fatal(err)
	}
	before := mirrortest.Read(t, uri, db.Name())
	m := New(s, sink, Options{File: filepath.Join(t.TempDir(), "mark")})
	if err := m.Sync(t.Context()); !errors.Is(err, ErrForeign) {
		t.Fatalf("%v, want ErrForeign", err)
	}
	mirrortest.Same(t, mirrortest.Read(t, uri, db.Name()), before)
	if st, err := m.Status(t.Context()); err != nil || st.Phase != Refused {
		t.Errorf("%+v, %v", st, err)
	}
	if err := m.Rebuild(); err != nil {
		t.Fatal(err)
	}
	m = New(s, sink, m.opt) // what was asked for is not forgotten
	if err := m.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	mirrortest.Same(t, mirrortest.Read(t, uri, db.Name()), fresh(t, s))
}

// TestOutage: while the MongoDB is stopped or killed commits go on; when it is
// back, nothing is missing.
func TestOutage(t *testing.T) {
	server := mongolab.Own(t, mongolab.Options{})
	s := smallCloud(t)
	m := New(s, newServer(t, server.URI("calipso")), Options{Group: -1})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- m.Run(ctx) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	r := rand.New(rand.NewPCG(2, 2))
	inStep := func() {
		t.Helper()
		for {
			st, err := m.Status(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if st.Phase == InStep && st.Commits == 0 && len(st.Environments) == 2 {
				return
			}
			select {
			case <-time.After(20 * time.Millisecond):
			case <-t.Context().Done():
				t.Fatalf("%+v", st)
			}
		}
	}
	inStep()
	for _, end := range []func(testing.TB){server.Stop, server.Kill} {
		shake(t, s, r)
		end(t)
		for range 5 {
			shake(t, s, r)
		}
		if st, err := m.Status(t.Context()); err != nil || st.Commits == 0 || st.Lag <= 0 {
			t.Errorf("without a MongoDB: %+v, %v", st, err)
		}
		server.Start(t)
		inStep()
		mirrortest.Same(t, mirrortest.Read(t, server.URI(""), "calipso"), fresh(t, s))
	}
}
