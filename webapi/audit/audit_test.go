package audit_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"calipso/graph"
	"calipso/graph/kv/memory"
	"calipso/webapi/audit"
)

type fixture struct {
	*audit.Keeper
	store *graph.Store
	now   time.Time
}

func start(t *testing.T, opt audit.Options) *fixture {
	t.Helper()
	store, err := graph.Open(t.Context(), memory.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	f := &fixture{store: store, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	opt.Clock = func() time.Time { return f.now }
	f.Keeper = audit.New(store, opt)
	return f
}

// actions lists what a query finds.
func (f *fixture) actions(t *testing.T, q audit.Query) string {
	t.Helper()
	var out []string
	for e, err := range f.Entries(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, e.Action)
	}
	return strings.Join(out, " ")
}

func TestEntriesAreFound(t *testing.T) {
	f := start(t, audit.Options{})
	begin := f.now
	for i, e := range []audit.Entry{
		{Who: "olga", Action: "a", From: "192.0.2.1"}, {Who: "olga", Action: "b", Envs: []graph.EnvID{"lab"}},
		{Who: "root", Action: "c", Envs: []graph.EnvID{"lab", "vault"}, Changes: []audit.DocumentChange{{Collection: graph.Users, ID: "olga"}}},
		{Action: "d"},
	} {
		f.now = begin.Add(time.Duration(i) * time.Hour)
		if err := f.Write(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		q    audit.Query
		want string
	}{
		{"all, the newest first", audit.Query{}, "d c b a"},
		{"who", audit.Query{Who: "olga"}, "b a"},
		{"operation", audit.Query{What: "c"}, "c"},
		{"collection", audit.Query{What: "users"}, "c"},
		{"document", audit.Query{What: "olga"}, "c"},
		{"address", audit.Query{From: "192.0.2.1"}, "a"},
		{"environment", audit.Query{Env: "lab"}, "c b"},
		{"since", audit.Query{Since: begin.Add(2 * time.Hour)}, "d c"},
		{"until", audit.Query{Until: begin.Add(time.Hour)}, "b a"},
		{"between", audit.Query{Since: begin.Add(time.Hour), Until: begin.Add(2 * time.Hour)}, "c b"},
		{"by who sees one environment", audit.Query{Sees: func(e graph.EnvID) bool { return e == "lab" }}, "d b a"},
	} {
		if got := f.actions(t, c.q); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSweep(t *testing.T) {
	f := start(t, audit.Options{Keep: 10 * time.Hour, Most: 5})
	begin := f.now
	for i := range 8 {
		f.now = begin.Add(time.Duration(i) * time.Hour)
		if err := f.Write(t.Context(), audit.Entry{Action: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := f.Sweep(t.Context()); n != 3 || err != nil {
		t.Errorf("too many: %d, %v", n, err)
	}
	f.now = begin.Add(15*time.Hour + time.Minute)
	if n, err := f.Sweep(t.Context()); n != 3 || err != nil {
		t.Errorf("too old: %d, %v", n, err)
	}
	if got := f.actions(t, audit.Query{}); got != "7 6" {
		t.Errorf("left: %q", got)
	}
}

// What commits change is in the entry, before and after, with nothing secret.
func TestWitness(t *testing.T) {
	f := start(t, audit.Options{})
	w := f.Witness(audit.Entry{Action: "x"})
	ctx := graph.WithWitness(t.Context(), func(c *graph.Commit) { w.Commit(t.Context(), c) })
	lab := func(pwd, name string) *graph.Document {
		return &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{
			"name": "lab", "label": name, "pwd": graph.NewSecret(pwd), "long": strings.Repeat("x", 5000) + name, "deep": map[string]any{"environment": "other"}}}
	}
	commit := func(ctx context.Context, env graph.EnvID, b *graph.Batch) {
		t.Helper()
		if _, err := f.store.Commit(ctx, env, graph.Cause{Kind: graph.CauseUser, Who: "olga"}, b); err != nil {
			t.Fatal(err)
		}
	}
	commit(t.Context(), graph.Shared, &graph.Batch{PutDocs: []*graph.Document{lab("hush1", "one")}})
	if _, _, any, _ := w.Entry(); any {
		t.Error("saw what was none of its")
	}
	commit(ctx, graph.Shared, &graph.Batch{PutDocs: []*graph.Document{lab("hush2", "two")}})
	commit(ctx, "lab", &graph.Batch{Put: []*graph.Vertex{{ID: "r", Type: graph.Region, Name: "r"}}})
	if err := f.store.RemoveEnv(ctx, "lab", graph.Cause{Kind: graph.CauseUser, Who: "olga"}); err != nil {
		t.Fatal(err)
	}
	e, who, any, err := w.Entry()
	if err != nil || !any || who != "olga" || len(e.Changes) != 2 || e.Objects != 1 {
		t.Fatalf("%+v %q %v %v", e, who, any, err)
	}
	if err := f.Write(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	for got, err := range f.Entries(t.Context(), audit.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		changed, removed := got.Changes[0], got.Changes[1]
		if changed.Op != graph.Changed || changed.Before["label"] != "one" || changed.After["label"] != "two" || changed.After["pwd"] != "<secret>" || changed.After["long"] != "(5005 bytes)" {
			t.Errorf("changed: %+v", changed)
		}
		if _, ok := changed.Before["name"]; ok {
			t.Error("lists what did not change")
		}
		if removed.Op != graph.Removed || removed.Before["label"] != "two" || len(removed.After) != 0 {
			t.Errorf("removed: %+v", removed)
		}
		if !slices.Equal(got.Envs, []graph.EnvID{"lab", "other"}) {
			t.Errorf("concerns %q", got.Envs)
		}
	}
	v, err := f.store.View(t.Context(), graph.Shared, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	for d, err := range v.Documents(t.Context(), graph.Audit) {
		if err != nil {
			t.Fatal(err)
		}
		if text := d.Body.String("entry"); text == "" || strings.Contains(text, "hush") {
			t.Errorf("%s", text)
		}
	}
}
