package link

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"calipso/collect/enrich"
	"calipso/collect/enrich/enrichtest"
	"calipso/graph"
)

// TestIncomplete joins what is left of the real cloud when sources tell less:
// vertices are missing, attributes are missing or of another kind. Whatever is
// left, nothing panics, no edge dangles or leads to another host, and joining
// again changes nothing.
func TestIncomplete(t *testing.T) {
	all := enrichtest.Lab(t).Of()
	env := enrichtest.LabEnv()
	rapid.Check(t, func(t *rapid.T) {
		g := graph.NewDraft()
		share := rapid.IntRange(1, 20).Draw(t, "one of so many is missing")
		for _, v := range all {
			if rapid.IntRange(0, share).Draw(t, "vertex") == 0 {
				continue
			}
			v = v.Clone()
			for _, k := range slices.Sorted(maps.Keys(v.Attrs)) {
				switch rapid.IntRange(0, 10*share).Draw(t, "attribute") {
				case 0:
					delete(v.Attrs, k)
				case 1:
					v.Attrs[k] = rapid.SampledFrom([]any{nil, "", "x", int64(7), []any{}, []any{"x"}, map[string]any{"x": "y"}}).Draw(t, "value")
				}
			}
			g.Put(v)
		}
		once := joinLoosely(t, env, g)
		if diff := cmp.Diff(strings.Split(once, "\n"), strings.Split(joinLoosely(t, env, g), "\n")); diff != "" {
			t.Fatalf("joined again, -first +second:\n%s", diff)
		}
	})
}

func joinLoosely(t *rapid.T, env *graph.Environment, g *graph.Draft) string {
	if _, err := enrich.Run(t.Context(), env, g); err != nil {
		t.Fatal(err)
	}
	var out []*graph.Edge
	_, err := Run(t.Context(), env, g, func(e *graph.Edge) {
		from, to := g.Get(e.From), g.Get(e.To)
		switch {
		case from == nil || to == nil:
			t.Fatalf("edge %v dangles", e.EdgeKey)
		case from.Host != to.Host && to.Host != "" && from.Host != "":
			t.Fatalf("edge %v leads from host %q to %q", e.EdgeKey, from.Host, to.Host)
		}
		out = append(out, e)
	})
	if err != nil {
		t.Fatal(err)
	}
	return enrichtest.Print(g.Of()) + printEdges(out)
}
