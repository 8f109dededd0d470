package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"calipso/graph"
	"calipso/graph/kv"
)

// Engine is what the suite needs to know of a storage engine.
type Engine struct {
	// Open opens the database of a directory, which may be empty.
	Open func(t testing.TB, dir string) kv.DB
	// Reopen closes a database and opens what it holds again.
	Reopen func(t testing.TB, db kv.DB, dir string) kv.DB
}

// Run runs the suite.
func Run(t *testing.T, e Engine) {
	for _, c := range []struct {
		name string
		test func(*testing.T, Engine)
	}{
		{"commit", testCommit}, {"unchanged", testUnchanged}, {"past", testPast}, {"deletion", testDeletion},
		{"order", testOrder}, {"refused", testRefused}, {"attributes", testAttributes}, {"children and paths", testTree},
		{"documents", testDocuments}, {"secrets", testSecrets}, {"key", testKey}, {"log", testLog},
		{"history", testHistory}, {"links history", testLinksHistory}, {"environments", testEnvironments}, {"removal", testRemoval}, {"clock", testClock},
		{"load", testLoad}, {"first load", testFirstLoad}, {"load cut off", testCutLoad}, {"load paths", testLoadPaths}, {"load fails", testLoadFails}, {"load on top", testLoadOnTop}, {"large commit", testLargeCommit},
		{"readers", testReaders}, {"corrupt", testCorrupt}, {"closed", testClosed}, {"cut off", testCutOff}, {"full disk", testFull}, {"removal cut off", testCutRemoval},
		{"model", testModel}, {"retention", testRetention},
		{"retain", testRetain}, {"retain young", testRetainYoung}, {"retain and return", testRetainReturn}, {"retain later", testRetainLater}, {"retain readers", testRetainReaders}, {"retention cut off", testCutRetention},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, e) })
	}
}

// bench is one store under test.
type bench struct {
	testing.TB
	e   Engine
	dir string
	db  kv.DB
	opt graph.Options
	*graph.Store
	now time.Time
	mu  sync.Mutex
}

var key = []byte("0123456789abcdef0123456789abcdef")

// cause is that of every commit that does not matter otherwise.
var cause = graph.Cause{Kind: graph.CauseScan, ID: "scan-1", Who: "ann"}

func (e Engine) start(t testing.TB) *bench {
	t.Helper()
	b := &bench{TB: t, e: e, dir: t.TempDir(), now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	b.opt = graph.Options{Key: key, Clock: b.tick}
	b.db = e.Open(t, b.dir)
	b.open()
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// tick is a clock that moves a second each time it is read.
func (b *bench) tick() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(time.Second)
	return b.now
}

func (b *bench) open() {
	b.Helper()
	var err error
	b.Store, err = graph.Open(b.Context(), b.db, b.opt)
	b.ok(err)
}

func (b *bench) reopen() {
	b.Helper()
	b.db = b.e.Reopen(b, b.db, b.dir)
	b.open()
}

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) commit(env graph.EnvID, batch *graph.Batch) *graph.Commit {
	b.Helper()
	c, err := b.Store.Commit(b.Context(), env, cause, batch)
	b.ok(err)
	return c
}

func (b *bench) view(env graph.EnvID, at graph.Time) *graph.View {
	b.Helper()
	v, err := b.View(b.Context(), env, at)
	b.ok(err)
	return v
}

func (b *bench) equal(what string, got, want any) {
	b.Helper()
	if g, w := fmt.Sprint(got), fmt.Sprint(want); g != w {
		b.Errorf("%s: got\n%s\nwant\n%s", what, g, w)
	}
}

// vertex makes one from "type id" and its parent.
func vertex(typ graph.VertexType, id, parent graph.ID, attrs ...any) *graph.Vertex {
	v := &graph.Vertex{ID: id, Type: typ, Name: "name of " + string(id), Parent: parent, Attrs: graph.Attrs{}}
	for i := 0; i < len(attrs); i += 2 {
		v.Attrs[attrs[i].(string)] = attrs[i+1]
	}
	return v
}

func edge(typ graph.EdgeType, from, to graph.ID, attrs ...any) *graph.Edge {
	e := &graph.Edge{EdgeKey: graph.EdgeKey{Type: typ, From: from, To: to}, State: graph.Up, Attrs: graph.Attrs{}}
	for i := 0; i < len(attrs); i += 2 {
		e.Attrs[attrs[i].(string)] = attrs[i+1]
	}
	return e
}

func doc(c graph.Collection, id string, body graph.Attrs) *graph.Document {
	return &graph.Document{DocKey: graph.DocKey{Collection: c, ID: id}, Body: body}
}

// small is a host with a vnic on a vedge.
func small() *graph.Batch {
	return &graph.Batch{
		Put: []*graph.Vertex{
			vertex("host", "node-1", "", "cpus", 8), vertex("vnic", "tap1", "node-1", "mac", "fa:16:3e:00:00:01"),
			vertex("vedge", "ovs", "node-1"),
		},
		PutEdges: []*graph.Edge{edge("vnic-vedge", "tap1", "ovs", "network", "net-1")},
	}
}

func ids[T any](t testing.TB, seq func(func(T, error) bool), name func(T) string) []string {
	t.Helper()
	out := []string{}
	for v, err := range seq {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, name(v))
	}
	return out
}

func vertexID(v *graph.Vertex) string { return string(v.ID) }

func edgeText(e *graph.Edge) string { return fmt.Sprintf("%s %s→%s", e.Type, e.From, e.To) }

func changeText(c graph.Change) string {
	switch {
	case c.Edge != nil:
		return fmt.Sprintf("%s edge %s %s→%s", c.Op, c.Edge.Type, c.Edge.From, c.Edge.To)
	case c.Doc != nil:
		return fmt.Sprintf("%s doc %s/%s", c.Op, c.Doc.Collection, c.Doc.ID)
	}
	return fmt.Sprintf("%s %s %s", c.Op, c.Type, c.Vertex)
}

func changes(c *graph.Commit) []string {
	out := []string{}
	for _, ch := range c.Changes {
		out = append(out, changeText(ch))
	}
	return out
}

// whole is everything that a view holds, as text, after checking that all ways
// of reading agree.
func whole(ctx context.Context, v *graph.View) (string, error) {
	r := &inspection{View: v, ctx: ctx}
	if err := r.run(); err != nil {
		return r.String(), fmt.Errorf("view of %q at %s: %w", v.Env(), v.Time(), err)
	}
	return r.String(), nil
}
