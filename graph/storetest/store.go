package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"calipso/graph"
)

func testCommit(t *testing.T, e Engine) {
	b := e.start(t)
	changed := b.Changed()
	c := b.commit("lab", small())
	b.equal("changes", changes(c), []string{
		"added host node-1", "added vedge ovs", "added vnic tap1", "added edge vnic-vedge tap1→ovs",
	})
	b.equal("commit", fmt.Sprint(c.Env, c.Cause, c.Empty(), c.Time == b.Last("lab")), fmt.Sprint("lab", cause, false, true))
	select {
	case <-changed:
	default:
		t.Error("Changed was not closed")
	}
	v := b.view("lab", graph.Now)
	b.equal("time", v.Time(), c.Time)
	first, err := whole(t.Context(), v)
	b.ok(err)
	b.reopen()
	again, err := whole(t.Context(), b.view("lab", graph.Now))
	b.ok(err)
	b.equal("after reopening", again, first)
	b.equal("last", b.Last("lab"), c.Time)
}

func testUnchanged(t *testing.T, e Engine) {
	b := e.start(t)
	first := b.commit("lab", small())
	again := b.commit("lab", small())
	if !again.Empty() || len(again.Changes) != 0 || b.Last("lab") != first.Time {
		t.Errorf("the same batch again made a commit: %v", changes(again))
	}
	if c := b.commit("lab", &graph.Batch{}); !c.Empty() {
		t.Errorf("an empty batch made a commit: %v", c)
	}
	batch := small()
	batch.Put[0].Attrs["cpus"] = int64(8) // another Go type, the same number
	batch.Put[1].Attrs["mac"] = "fa:16:3e:00:00:02"
	batch.PutEdges[0].Name = "label"
	b.equal("changes", changes(b.commit("lab", batch)), []string{"changed vnic tap1", "changed edge vnic-vedge tap1→ovs"})
	b.equal("deleting nothing", b.commit("lab", &graph.Batch{
		Delete: []graph.ID{"nobody"}, DeleteEdges: []graph.EdgeKey{{Type: "a-b", From: "x", To: "tap1"}, {Type: "vnic-vedge", From: "ovs", To: "tap1"}},
		DeleteDocs: []graph.DocKey{{Collection: graph.Messages, ID: "m"}},
	}).Empty(), true)
}

func testPast(t *testing.T, e Engine) {
	b := e.start(t)
	var times []graph.Time
	var texts []string
	note := func(c *graph.Commit) {
		text, err := whole(t.Context(), b.view("lab", graph.Now))
		b.ok(err)
		times, texts = append(times, c.Time), append(texts, text)
	}
	pinned := []*graph.View{}
	step := func(batch *graph.Batch) {
		note(b.commit("lab", batch))
		pinned = append(pinned, b.view("lab", graph.Now))
	}
	step(small())
	step(&graph.Batch{Put: []*graph.Vertex{vertex("vnic", "tap1", "ovs", "mac", "other")}})
	step(&graph.Batch{DeleteEdges: []graph.EdgeKey{{Type: "vnic-vedge", From: "tap1", To: "ovs"}}})
	step(&graph.Batch{Delete: []graph.ID{"tap1"}})
	step(&graph.Batch{Put: []*graph.Vertex{vertex("vconnector", "tap1", "")}}) // the id again, another type
	step(&graph.Batch{PutEdges: []*graph.Edge{edge("vnic-vedge", "tap1", "ovs", "network", "net-2")}})
	check := func(when string) {
		for i, at := range times {
			for _, d := range []graph.Time{0, 1} { // at the commit, and before the next one
				v := b.view("lab", at+d)
				b.equal("time "+when, v.Time(), at)
				text, err := whole(t.Context(), v)
				b.ok(err)
				b.equal(fmt.Sprintf("version %d %s", i, when), text, texts[i])
			}
		}
		before := b.view("lab", times[0]-1)
		text, err := whole(t.Context(), before)
		b.ok(err)
		b.equal("before the first commit", fmt.Sprint(text, before.Time()), "now")
	}
	check("now")
	for i, v := range pinned {
		text, err := whole(t.Context(), v)
		b.ok(err)
		b.equal(fmt.Sprintf("a view that was kept, %d", i), text, texts[i])
	}
	b.reopen()
	check("after reopening")
}

func testDeletion(t *testing.T, e Engine) {
	b := e.start(t)
	b.commit("lab", small())
	c := b.commit("lab", &graph.Batch{Delete: []graph.ID{"ovs"}})
	b.equal("changes", changes(c), []string{"removed edge vnic-vedge tap1→ovs", "removed vedge ovs"})
	v := b.view("lab", graph.Now)
	_, err := v.Vertex(t.Context(), "ovs")
	b.isErr("deleted vertex", err, graph.ErrNotFound)
	_, err = v.Edge(t.Context(), graph.EdgeKey{Type: "vnic-vedge", From: "tap1", To: "ovs"})
	b.isErr("edge of a deleted vertex", err, graph.ErrNotFound)
	_, err = v.Num(t.Context(), "ovs")
	b.isErr("number of a deleted vertex", err, graph.ErrNotFound)
	_, _, err = v.EdgesOf(t.Context(), "ovs")
	b.isErr("edges of a deleted vertex", err, graph.ErrNotFound)
	_, err = v.Path(t.Context(), "ovs")
	b.isErr("path of a deleted vertex", err, graph.ErrNotFound)
	_, err = v.VerticesByNum(t.Context(), []uint32{99})
	b.isErr("unknown number", err, graph.ErrNotFound)
	_, err = v.EdgesByNum(t.Context(), []uint32{1})
	b.isErr("number of a deleted edge", err, graph.ErrNotFound)
	_, err = whole(t.Context(), v)
	b.ok(err)
	// Its number stays its own.
	n, err := b.view("lab", c.Time-1).Num(t.Context(), "ovs")
	b.ok(err)
	b.commit("lab", &graph.Batch{Put: []*graph.Vertex{vertex("vedge", "new", ""), vertex("vedge", "ovs", "")}})
	again, err := b.view("lab", graph.Now).Num(t.Context(), "ovs")
	b.ok(err)
	b.equal("number", again, n)
}

func (b *bench) isErr(what string, err, want error) {
	b.Helper()
	if !errors.Is(err, want) {
		b.Errorf("%s: %v, want %v", what, err, want)
	}
}

func testOrder(t *testing.T, e Engine) {
	b := e.start(t)
	batch := &graph.Batch{}
	for _, id := range []graph.ID{"b", "a/1", "a", "a!", "c"} {
		batch.Put = append(batch.Put, vertex("vnic", id, ""), vertex("host", "h-"+id, ""))
		batch.PutEdges = append(batch.PutEdges, edge("host-vnic", "h-"+id, id), edge("host-vnic", "h-a", id), edge("a-a", id, "b"))
	}
	batch.PutEdges = batch.PutEdges[:len(batch.PutEdges)-1]
	for i, e := range batch.PutEdges { // "h-a" to "a" comes twice
		if i > 3 && e.From == "h-a" && e.To == "a" {
			batch.PutEdges = append(batch.PutEdges[:i], batch.PutEdges[i+1:]...)
			break
		}
	}
	b.commit("lab", batch)
	v := b.view("lab", graph.Now)
	b.equal("all", ids(t, v.Vertices(t.Context()), vertexID), "[h-a h-a! h-a/1 h-b h-c a a! a/1 b c]")
	b.equal("as asked", ids(t, v.Vertices(t.Context(), "vnic", "none", "host"), vertexID), "[a a! a/1 b c h-a h-a! h-a/1 h-b h-c]")
	b.equal("edges", ids(t, v.Edges(t.Context(), "host-vnic"), edgeText),
		"[host-vnic h-a→a host-vnic h-a→a! host-vnic h-a→a/1 host-vnic h-a→b host-vnic h-a→c host-vnic h-a!→a! host-vnic h-a/1→a/1 host-vnic h-b→b host-vnic h-c→c]")
	for range v.Vertices(t.Context()) {
		break // leaving early does no harm
	}
	_, err := whole(t.Context(), v)
	b.ok(err)
}

func testRefused(t *testing.T, e Engine) {
	b := e.start(t)
	b.commit("lab", small())
	before, err := whole(t.Context(), b.view("lab", graph.Now))
	b.ok(err)
	more := vertex("host", "node-2", "")
	for _, c := range []struct {
		name  string
		batch *graph.Batch
		want  error
		text  string
	}{
		{"no such end", &graph.Batch{Put: []*graph.Vertex{more}, PutEdges: []*graph.Edge{edge("x-y", "tap1", "nobody")}}, graph.ErrDangling, `"x-y" from "tap1" to "nobody": no vertex "nobody"`},
		{"no such start", &graph.Batch{PutEdges: []*graph.Edge{edge("x-y", "nobody", "tap1")}}, graph.ErrDangling, `no vertex "nobody"`},
		{"end only named as parent", &graph.Batch{Put: []*graph.Vertex{vertex("host", "n", "folder")}, PutEdges: []*graph.Edge{edge("x-y", "n", "folder")}}, graph.ErrDangling, `no vertex "folder"`},
		{"end goes", &graph.Batch{Delete: []graph.ID{"ovs"}, PutEdges: []*graph.Edge{edge("x-y", "tap1", "ovs")}}, graph.ErrDangling, `no vertex "ovs"`},
		{"put twice", &graph.Batch{Put: []*graph.Vertex{more, more}}, graph.ErrConflict, "node-2"},
		{"put and deleted", &graph.Batch{Put: []*graph.Vertex{more}, Delete: []graph.ID{"node-2"}}, graph.ErrConflict, "node-2"},
		{"edge put and deleted", &graph.Batch{PutEdges: []*graph.Edge{edge("x-y", "tap1", "ovs")}, DeleteEdges: []graph.EdgeKey{{Type: "x-y", From: "tap1", To: "ovs"}}}, graph.ErrConflict, "x-y"},
		{"doc put twice", &graph.Batch{PutDocs: []*graph.Document{doc("messages", "m", nil), doc("messages", "m", nil)}}, graph.ErrConflict, "m"},
		{"no id", &graph.Batch{Put: []*graph.Vertex{more, vertex("host", "", "")}}, nil, "id: is missing"},
		{"no type", &graph.Batch{Put: []*graph.Vertex{vertex("", "x", "")}}, nil, `vertex "x" is not valid: type: is missing`},
		{"zero byte", &graph.Batch{Put: []*graph.Vertex{vertex("host", "a\x00b", "")}}, nil, "zero byte"},
		{"own parent", &graph.Batch{Put: []*graph.Vertex{vertex("host", "a", "a")}}, nil, "parent: is the vertex itself"},
		{"no collection", &graph.Batch{PutDocs: []*graph.Document{doc("", "m", nil)}}, nil, "collection: is missing"},
		{"strange attribute", &graph.Batch{Put: []*graph.Vertex{more, vertex("host", "x", "", "f", func() {})}}, nil, `vertex "x"`},
		{"secret in a vertex", &graph.Batch{Put: []*graph.Vertex{vertex("host", "x", "", "pwd", graph.NewSecret("s"))}}, nil, "only documents may hold secrets"},
	} {
		_, err := b.Commit(t.Context(), "lab", cause, c.batch)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		} else if !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %q does not say %q", c.name, err, c.text)
		}
	}
	_, err = b.Commit(t.Context(), graph.Shared, cause, &graph.Batch{Put: []*graph.Vertex{more}})
	b.isErr("vertex in Shared", err, graph.ErrConflict)
	after, err := whole(t.Context(), b.view("lab", graph.Now))
	b.ok(err)
	b.equal("nothing happened", after, before)
	b.reopen()
	after, err = whole(t.Context(), b.view("lab", graph.Now))
	b.ok(err)
	b.equal("nothing happened on disk", after, before)
}

func testAttributes(t *testing.T, e Engine) {
	b := e.start(t)
	deep := map[string]any{}
	for range 60 {
		deep = map[string]any{"deeper": deep}
	}
	attrs := graph.Attrs{
		"nil": nil, "true": true, "int": int64(-5), "big": int64(1) << 60, "float": 1.5, "whole float": 2.0, "text": "ü",
		"bytes that are no text": "a\xffb", "time": time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC),
		"list": []any{int64(1), "two", []any{}, map[string]any{"x": nil}}, "map": map[string]any{"": "empty key", "b\xff": "key"}, "deep": deep,
	}
	in := &graph.Vertex{
		ID: "x\xff", Type: "host", Name: "n", ObjectName: "o", Host: "h", Parent: "p", Part: "part@x", Attrs: attrs,
	}
	b.commit("lab", &graph.Batch{Put: []*graph.Vertex{in}})
	out, err := b.view("lab", graph.Now).Vertex(t.Context(), "x\xff")
	b.ok(err)
	b.equal("vertex", fmt.Sprintf("%#v", out.Attrs), fmt.Sprintf("%#v", in.Attrs))
	b.equal("fields", vertexLine(out), vertexLine(in))
	// Other Go values come back in their stored form and are no change then.
	loose := vertex("host", "loose", "", "int", 5, "uint", uint16(7), "strings", []string{"a"}, "time", time.Date(2026, 1, 2, 3, 0, 0, 0, time.FixedZone("x", 3600)), "map", graph.Attrs{"n": int32(1)})
	b.commit("lab", &graph.Batch{Put: []*graph.Vertex{loose}})
	out, err = b.view("lab", graph.Now).Vertex(t.Context(), "loose")
	b.ok(err)
	b.equal("loose", fmt.Sprintf("%#v", map[string]any(out.Attrs)), fmt.Sprintf("%#v", map[string]any{
		"int": int64(5), "uint": int64(7), "strings": []any{"a"}, "time": time.Date(2026, 1, 2, 2, 0, 0, 0, time.UTC), "map": map[string]any{"n": int64(1)},
	}))
	b.equal("again", b.commit("lab", &graph.Batch{Put: []*graph.Vertex{out}}).Empty(), true)
	out.Attrs["int"] = int64(99) // the caller's copy
	again, err := b.view("lab", graph.Now).Vertex(t.Context(), "loose")
	b.ok(err)
	b.equal("int", again.Attrs["int"], 5)
}

func testTree(t *testing.T, e Engine) {
	b := e.start(t)
	named := func(typ graph.VertexType, id, parent graph.ID, name string) *graph.Vertex {
		return &graph.Vertex{ID: id, Type: typ, Parent: parent, Name: name}
	}
	b.commit("lab", &graph.Batch{Put: []*graph.Vertex{
		named("region", "r", "", "R"), named("host", "h1", "r", "zeta"), named("host", "h2", "r", "alpha"),
		named("host", "h3", "r", ""), named("aggregate", "ag", "r", "zzz"), named("vnic", "v", "h1", "V"), named("port", "orphan", "missing", "O"),
	}})
	v := b.view("lab", graph.Now)
	b.equal("topmost", ids(t, v.Children(t.Context(), ""), vertexID), "[r]")
	b.equal("children", ids(t, v.Children(t.Context(), "r"), vertexID), "[ag h2 h3 h1]")
	b.equal("children of one missing", ids(t, v.Children(t.Context(), "missing"), vertexID), "[orphan]")
	b.equal("children of nobody", ids(t, v.Children(t.Context(), "nobody"), vertexID), "[]")
	path := func(id graph.ID) string {
		p, err := b.view("lab", graph.Now).Path(t.Context(), id)
		b.ok(err)
		out := []string{}
		for _, v := range p {
			out = append(out, string(v.ID))
		}
		return fmt.Sprint(out)
	}
	b.equal("path", path("v"), "[r h1 v]")
	b.equal("path under one missing", path("orphan"), "[orphan]")
	b.commit("lab", &graph.Batch{Put: []*graph.Vertex{named("vnic", "v", "h2", "V"), named("missing", "missing", "r", "M")}})
	b.equal("after a move", path("v"), "[r h2 v]")
	b.equal("the missing one came", path("orphan"), "[r missing orphan]")
	b.equal("old parent", ids(t, b.view("lab", graph.Now).Children(t.Context(), "h1"), vertexID), "[]")
	b.equal("old parent then", ids(t, b.view("lab", v.Time()).Children(t.Context(), "h1"), vertexID), "[v]")
	b.commit("lab", &graph.Batch{Put: []*graph.Vertex{named("region", "r", "v", "R")}})
	_, err := b.view("lab", graph.Now).Path(t.Context(), "v")
	b.isErr("circle", err, graph.ErrCorrupt)
}
