package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/graph/kv"
)

func docID(d *graph.Document) string { return d.ID }

func testDocuments(t *testing.T, e Engine) {
	b := e.start(t)
	first := b.commit("lab", &graph.Batch{PutDocs: []*graph.Document{
		doc("messages", "b", graph.Attrs{"n": 1}), doc("messages", "a", graph.Attrs{"n": 2}), doc("messages", "a/x", nil), doc("parts", "p", nil),
	}})
	b.equal("changes", changes(first), "[added doc messages/b added doc messages/a added doc messages/a/x added doc parts/p]")
	b.equal("again", b.commit("lab", &graph.Batch{PutDocs: []*graph.Document{doc("messages", "a", graph.Attrs{"n": int64(2)})}}).Empty(), true)
	second := b.commit("lab", &graph.Batch{
		PutDocs: []*graph.Document{doc("messages", "a", graph.Attrs{"n": 3})}, DeleteDocs: []graph.DocKey{{Collection: "messages", ID: "b"}},
	})
	b.equal("changes", changes(second), "[changed doc messages/a removed doc messages/b]")
	for _, when := range []string{"now", "after reopening"} {
		v, old := b.view("lab", graph.Now), b.view("lab", first.Time)
		b.equal("ids "+when, ids(t, v.Documents(t.Context(), "messages"), docID), []string{"a", "a/x"})
		b.equal("ids then "+when, ids(t, old.Documents(t.Context(), "messages"), docID), []string{"a", "a/x", "b"})
		d, err := v.Document(t.Context(), "messages", "a")
		b.ok(err)
		b.equal("body", d.Body, "map[n:3]")
		d, err = old.Document(t.Context(), "messages", "a")
		b.ok(err)
		b.equal("body then", d.Body, "map[n:2]")
		_, err = v.Document(t.Context(), "messages", "b")
		b.isErr("deleted", err, graph.ErrNotFound)
		_, err = v.Document(t.Context(), "nothing", "b")
		b.isErr("no collection", err, graph.ErrNotFound)
		b.reopen()
	}
}

// testSecrets looks at the engine's own bytes.
func testSecrets(t *testing.T, e Engine) {
	b := e.start(t)
	const text = "correct horse battery staple"
	body := func() graph.Attrs {
		return graph.Attrs{"name": "lab", "configuration": []any{map[string]any{"name": "CLI", "pwd": graph.NewSecret(text)}}, "token": graph.NewSecret(text), "none": graph.NewSecret("")}
	}
	d := doc(graph.Environments, "lab", body())
	b.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{d}})
	b.equal("the same secret is no change", b.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{doc(graph.Environments, "lab", body())}}).Empty(), true)
	out, err := b.view(graph.Shared, graph.Now).Document(t.Context(), graph.Environments, "lab")
	b.ok(err)
	b.equal("opened", out.Body.Maps("configuration")[0].Secret("pwd")+out.Body.Secret("token")+out.Body.Secret("none"), text+text)
	b.equal("printed", fmt.Sprint(out.Body["token"]), "<secret>")
	b.equal("the document was not changed", d.Body.Secret("token"), text)
	other := body()
	other["token"] = graph.NewSecret("another")
	b.equal("another secret is a change", len(b.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{doc(graph.Environments, "lab", other)}}).Changes), 1)
	snap, err := b.db.Snapshot(t.Context())
	b.ok(err)
	defer snap.Close()
	for p, err := range snap.Range(t.Context(), kv.Range{}) {
		b.ok(err)
		if bytes.Contains(p.Value, []byte("correct horse")) {
			t.Errorf("key %x holds the secret in clear", p.Key)
		}
	}
}

func testKey(t *testing.T, e Engine) {
	b := e.start(t)
	b.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{doc(graph.Environments, "lab", graph.Attrs{"pwd": graph.NewSecret("s")})}})
	for _, c := range []struct {
		name string
		key  []byte
		text string
	}{
		{"another", bytes.Repeat([]byte{9}, graph.KeyBytes), "the one given is "}, {"short", []byte("short"), "5 bytes"}, {"none", nil, "none was given"},
	} {
		b.db = e.Reopen(t, b.db, b.dir)
		b.opt.Key = c.key
		_, err := graph.Open(t.Context(), b.db, b.opt)
		if !errors.Is(err, graph.ErrKey) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s key: %v, want ErrKey and %q", c.name, err, c.text)
		}
	}
	b.opt.Key = key
	b.reopen()
	d, err := b.view(graph.Shared, graph.Now).Document(t.Context(), graph.Environments, "lab")
	b.ok(err)
	b.equal("secret", d.Body.Secret("pwd"), "s")

	own := &bench{TB: t, e: e, dir: t.TempDir()} // a store that makes its own key
	own.db = e.Open(t, own.dir)
	defer func() { _ = own.Close() }()
	own.open()
	own.commit("lab", &graph.Batch{PutDocs: []*graph.Document{doc("settings", "x", graph.Attrs{"pwd": graph.NewSecret("mine")})}})
	own.reopen()
	d, err = own.view("lab", graph.Now).Document(t.Context(), "settings", "x")
	b.ok(err)
	b.equal("secret under its own key", d.Body.Secret("pwd"), "mine")
}
