package ruleset_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/graph/kv/memory"
	"calipso/query/diff"
	"calipso/query/diff/ruleset"
)

func TestKeeper(t *testing.T) {
	ctx := t.Context()
	st, err := graph.Open(ctx, memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if _, err := st.Commit(ctx, "lab", graph.Cause{}, &graph.Batch{Put: []*graph.Vertex{{ID: "r", Type: graph.Region}}}); err != nil {
		t.Fatal(err)
	}
	k := ruleset.New(st)
	origin := func(env graph.EnvID, want ruleset.Origin) *diff.Rules {
		t.Helper()
		r, o, err := k.For(ctx, env)
		if err != nil || o != want {
			t.Fatalf("%q, %v, want %q", o, err, want)
		}
		return r
	}
	built := origin("lab", ruleset.BuiltIn)
	if built.Version() != diff.DefaultRules().Version() {
		t.Error("what is built in has two versions")
	}
	if err := k.Set(ctx, "ann", graph.Shared, &diff.Rules{Ignore: map[graph.VertexType][]string{graph.Host: {"b", "a", "b"}, diff.AllTypes: nil}}); err != nil {
		t.Fatal(err)
	}
	all := origin("lab", ruleset.Default)
	if !slices.Equal(all.Ignore[graph.Host], []string{"a", "b"}) || len(all.Ignore) != 2 || !slices.Equal(all.Status, built.Status) || all.Version() == built.Version() {
		t.Errorf("%+v", all)
	}
	if err := k.Set(ctx, "ann", "lab", &diff.Rules{Status: []string{}}); err != nil {
		t.Fatal(err)
	}
	if own := origin("lab", ruleset.Environment); len(own.Status) != 0 || len(own.Ignore) != len(built.Ignore) {
		t.Errorf("%+v", own)
	}
	origin(graph.Shared, ruleset.Default)
	for _, env := range []graph.EnvID{"lab", graph.Shared} {
		if err := k.Remove(ctx, "ann", env); err != nil {
			t.Fatal(err)
		}
		if err := k.Remove(ctx, "ann", env); !errors.Is(err, graph.ErrNotFound) {
			t.Error(err)
		}
	}
	origin("lab", ruleset.BuiltIn)
	var bad *graph.InvalidError
	err = k.Set(ctx, "ann", "lab", &diff.Rules{Ignore: map[graph.VertexType][]string{"nothing": {"x"}, graph.Host: {""}}, Status: []string{strings.Repeat("x", 600)}})
	if !errors.As(err, &bad) || len(bad.Fields) != 3 || bad.Fields[0].Field != "ignore.host[0]" || bad.Fields[1].Field != "ignore.nothing" || bad.Fields[2].Field != "status[0]" {
		t.Error(err)
	}
	if err := k.Set(ctx, "ann", "nowhere", &diff.Rules{}); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
	if a, b := (&diff.Rules{Status: []string{"x", "y"}}).Version(), (&diff.Rules{Status: []string{"y", "x", "y"}}).Version(); a != b {
		t.Error("the order of rules makes a version")
	}
}
