package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"calipso/graph"
)

func commitText(c *graph.Commit) string {
	return fmt.Sprint(c.Env, c.Time, c.Cause, changes(c))
}

func testLog(t *testing.T, e Engine) {
	b := e.start(t)
	var want []string
	var times []graph.Time
	for i := range 4 {
		c, err := b.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseEvent, ID: fmt.Sprint(i), Who: "bob"}, &graph.Batch{
			Put:     []*graph.Vertex{vertex("host", graph.ID(fmt.Sprint("h", i)), "", "i", i), vertex("host", "same", "", "i", i)},
			PutDocs: []*graph.Document{doc("parts", "p", graph.Attrs{"i": i})},
		})
		b.ok(err)
		want, times = append(want, commitText(c)), append(times, c.Time)
	}
	c := b.commit("lab", &graph.Batch{Delete: []graph.ID{"h0"}, PutEdges: []*graph.Edge{edge("host-host", "h1", "h2")}})
	want = append(want, commitText(c))
	for _, when := range []string{"now", "after reopening"} {
		b.equal("all "+when, ids(t, b.Commits(t.Context(), "lab", 0), commitText), want)
		b.equal("later ones", ids(t, b.Commits(t.Context(), "lab", times[1]), commitText), want[2:])
		b.equal("after the last", ids(t, b.Commits(t.Context(), "lab", c.Time), commitText), "[]")
		b.equal("changes", ids(t, b.Changes(t.Context(), "lab", c.Time), changeText), changes(c))
		b.equal("changes at no commit", ids(t, b.Changes(t.Context(), "lab", c.Time+1), changeText), "[]")
		for head, err := range b.CommitHeads(t.Context(), "lab", times[3]) {
			b.ok(err)
			b.equal("head", fmt.Sprint(head.Time, head.Cause, head.Changes), fmt.Sprint(c.Time, c.Cause, c.Changes[:0]))
		}
		b.reopen()
	}
	for _, err := range b.Commits(t.Context(), "nowhere", 0) {
		b.isErr("no environment", err, graph.ErrNotFound)
	}
}

func testHistory(t *testing.T, e Engine) {
	b := e.start(t)
	first := b.commit("lab", small())
	second, err := b.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseUser, Who: "eve"}, &graph.Batch{Put: []*graph.Vertex{vertex("vnic", "tap1", "node-1", "mac", "new")}})
	b.ok(err)
	third := b.commit("lab", &graph.Batch{Delete: []graph.ID{"tap1"}})
	fourth := b.commit("lab", small())
	text := func(v graph.Version) string {
		if v.Vertex == nil {
			return fmt.Sprint(v.Time, v.Cause, " removed")
		}
		return fmt.Sprint(v.Time, v.Cause, v.Vertex.Attrs["mac"])
	}
	b.equal("history", ids(t, b.History(t.Context(), "lab", "tap1"), text), []string{
		fmt.Sprint(fourth.Time, cause, "fa:16:3e:00:00:01"), fmt.Sprint(third.Time, cause, " removed"),
		fmt.Sprint(second.Time, second.Cause, "new"), fmt.Sprint(first.Time, cause, "fa:16:3e:00:00:01"),
	})
	edges := func(v graph.EdgeVersion) string { return fmt.Sprint(v.Time, v.Edge == nil) }
	k := graph.EdgeKey{Type: "vnic-vedge", From: "tap1", To: "ovs"}
	b.equal("edge", ids(t, b.EdgeHistory(t.Context(), "lab", k), edges), []string{
		fmt.Sprint(fourth.Time, false), fmt.Sprint(third.Time, true), fmt.Sprint(first.Time, false),
	})
	for _, err := range b.History(t.Context(), "lab", "nobody") {
		b.isErr("no vertex", err, graph.ErrNotFound)
	}
	for _, err := range b.EdgeHistory(t.Context(), "lab", graph.EdgeKey{Type: "x"}) {
		b.isErr("no edge", err, graph.ErrNotFound)
	}
	for range b.History(t.Context(), "lab", "tap1") {
		break
	}
	whole := func(v graph.Version) string {
		if v.Vertex == nil {
			return fmt.Sprint(v.Time, " removed")
		}
		return fmt.Sprint(v.Time, *v.Vertex)
	}
	// All histories in one pass are those of the vertices, one by one.
	b.commit("other", small())
	b.commit("lab", &graph.Batch{Put: []*graph.Vertex{vertex("vnic", "tap9", "node-1", "mac", "new")}, Delete: []graph.ID{"tap1"}})
	for _, again := range []string{"", " after reopening"} {
		seen := 0
		for p, err := range b.Histories(t.Context(), "lab") {
			b.ok(err)
			var all []string
			for _, v := range p.Versions {
				all = append(all, whole(v))
			}
			b.equal("histories of "+string(p.ID)+again, all, ids(t, b.History(t.Context(), "lab", p.ID), whole))
			seen++
		}
		b.equal("vertices with a history"+again, seen, len(small().Put)+1)
		b.reopen()
	}
	for _, err := range b.Histories(t.Context(), "nowhere") {
		b.isErr("no environment", err, graph.ErrNotFound)
	}
	for range b.Histories(t.Context(), "lab") {
		break
	}
}

func testEnvironments(t *testing.T, e Engine) {
	b := e.start(t)
	envs := func() []graph.EnvID {
		out, err := b.EnvIDs(t.Context())
		b.ok(err)
		return out
	}
	b.equal("none", envs(), "[]")
	_, err := b.View(t.Context(), "lab", graph.Now)
	b.isErr("no environment", err, graph.ErrNotFound)
	b.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{doc(graph.Environments, "lab", nil), doc(graph.Environments, "demo", nil)}})
	b.equal("with a document", envs(), "[demo lab]")
	text, err := whole(t.Context(), b.view("lab", graph.Now))
	b.ok(err)
	b.equal("nothing in it", text, "")
	b.commit("other", small())
	b.equal("one without a document does not count", envs(), "[demo lab]")
	b.commit("lab", small())
	b.commit("other", &graph.Batch{Delete: []graph.ID{"tap1"}})
	_, err = b.view("lab", graph.Now).Vertex(t.Context(), "tap1")
	b.ok(err)
	b.reopen()
	b.equal("after reopening", envs(), "[demo lab]")
	b.view("demo", graph.Now)
	b.equal("last of none", b.Last("nowhere"), graph.Now)
}

func testRemoval(t *testing.T, e Engine) {
	b := e.start(t)
	b.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{
		doc(graph.Environments, "lab", graph.Attrs{"v": 1}), doc(graph.Environments, "lab2", graph.Attrs{"v": 1}),
	}})
	b.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{doc(graph.Environments, "lab", graph.Attrs{"v": 2})}})
	b.commit("lab", small())
	b.commit("lab2", small())
	kept := b.view("lab", graph.Now)
	docs := b.view(graph.Shared, graph.Now)
	b.ok(b.RemoveEnv(t.Context(), "lab", graph.Cause{Kind: graph.CauseUser, Who: "root"}))
	_, err := kept.Vertex(t.Context(), "tap1")
	b.isErr("a view that was kept", err, graph.ErrNotFound)
	_, err = kept.Topology(t.Context())
	b.isErr("arrays of a view that was kept", err, graph.ErrNotFound)
	for _, when := range []string{"now", "after reopening"} {
		_, err := b.View(t.Context(), "lab", graph.Now)
		b.isErr(when, err, graph.ErrNotFound)
		envs, err := b.EnvIDs(t.Context())
		b.ok(err)
		b.equal("environments "+when, envs, "[lab2]")
		_, err = b.view(graph.Shared, docs.Time()).Document(t.Context(), graph.Environments, "lab")
		b.isErr("its document in the past "+when, err, graph.ErrNotFound)
		_, err = b.view(graph.Shared, docs.Time()).Document(t.Context(), graph.Environments, "lab2")
		b.ok(err)
		b.reopen()
	}
	b.isErr("once more", b.RemoveEnv(t.Context(), "lab", cause), graph.ErrNotFound)
	b.isErr("Shared", b.RemoveEnv(t.Context(), graph.Shared, cause), graph.ErrConflict)
	last := ""
	for c, err := range b.Commits(t.Context(), graph.Shared, docs.Time()) {
		b.ok(err)
		last = fmt.Sprint(c.Cause, changes(c))
	}
	b.equal("followers hear of it", last, "{user  root} [removed doc environments_config/lab]")
	snap, err := b.db.Snapshot(t.Context())
	b.ok(err)
	n := 0
	for p, err := range snap.Range(t.Context(), keysOfRoom(2)) { // the first environment's
		b.ok(err)
		t.Logf("left: %x", p.Key)
		n++
	}
	snap.Close()
	b.equal("records left", n, 0)
	b.commit("lab", &graph.Batch{Put: []*graph.Vertex{vertex("host", "new", "")}}) // the name can be used again
	b.equal("what it holds", ids(t, b.view("lab", graph.Now).Vertices(t.Context()), vertexID), "[new]")
	b.equal("and its log", len(ids(t, b.Commits(t.Context(), "lab", 0), commitText)), 1)
}

func testClock(t *testing.T, e Engine) {
	b := e.start(t)
	var last graph.Time
	put := func(env graph.EnvID, n int) {
		c := b.commit(env, &graph.Batch{Put: []*graph.Vertex{vertex("host", "h", "", "n", n)}})
		if c.Time <= last {
			t.Errorf("commit at %s after one at %s", c.Time, last)
		}
		last = c.Time
	}
	put("lab", 1)
	put("lab2", 2)
	b.now = b.now.Add(-time.Hour)
	put("lab", 3)
	put("lab2", 4)
	b.now = time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)
	b.reopen()
	put("lab", 5)
	b.equal("commits", len(ids(t, b.Commits(t.Context(), "lab", 0), commitText)), 3)
}

func testClosed(t *testing.T, e Engine) {
	b := e.start(t)
	b.commit("lab", small())
	v := b.view("lab", graph.Now)
	changed := b.Changed()
	b.ok(b.Close())
	b.ok(b.Close())
	<-changed
	if _, err := b.Commit(t.Context(), "lab", cause, small()); err == nil {
		t.Error("commit to a closed store")
	}
	if _, err := b.Commit(t.Context(), "new", cause, small()); err == nil {
		t.Error("commit of a new environment to a closed store")
	}
	if _, err := v.Vertex(t.Context(), "tap1"); err == nil || errors.Is(err, graph.ErrNotFound) {
		t.Errorf("read from a closed store: %v", err)
	}
}
