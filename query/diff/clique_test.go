package diff_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/query"
	"calipso/query/diff"
)

func sayClique(r *diff.CliqueReport) string {
	var b strings.Builder
	side := func(n *diff.CliqueNode) string {
		if n == nil {
			return "-"
		}
		return string(n.ID)
	}
	for _, n := range r.Nodes {
		fmt.Fprintf(&b, "%s|%s|%s\n", n.Op, side(n.Old), side(n.New))
	}
	for _, l := range r.Links {
		was, is := "-", "-"
		if l.Old != nil {
			was = string(l.Old.Target.ID)
		}
		if l.New != nil {
			is = string(l.New.Target.ID)
		}
		fmt.Fprintf(&b, "%s|%s|%s\n", l.Op, was, is)
	}
	for _, x := range r.Reasons {
		what := ""
		if x.Object != nil {
			what = string(x.Object.ID)
		} else {
			what = string(x.Link.Source.ID + "→" + x.Link.Target.ID)
		}
		fmt.Fprintf(&b, "%d %s: %s %s", x.Time, x.Cause.ID, what, x.Op)
		for _, f := range x.Fields {
			fmt.Fprintf(&b, " %s:%v→%v", f.Field, f.Old, f.New)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// An instance migrates, and later its new host's switch is renamed: both sides,
// and each reason at its own time.
func TestCliqueDiff(t *testing.T) {
	f := newFixture(t, memory.New())
	env := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{
		"name": "lab", "distribution": "Kolla", "mechanism_drivers": []any{"OVS"}, "configuration": []any{},
	}}
	f.now = 500
	if _, err := f.Commit(t.Context(), graph.Shared, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{env}}); err != nil {
		t.Fatal(err)
	}
	moved := strings.NewReplacer(
		"parent: node-1-instances, host: node-1", "parent: node-2-instances, host: node-2", "node-1-tap1", "node-2-tap1",
		"parent: i1, host: node-1", "parent: i1, host: node-2", "name: tap1, host: node-1", "name: tap1, host: node-2",
		"-> vedge e1 {network: n1, host: node-1}", "-> vedge e2 {network: n1, host: node-2}").Replace(base)
	texts := []string{base, moved, strings.Replace(moved, "node-2-OVS", "renamed", 1)}
	var old *graph.Draft
	for i, text := range texts {
		d := graphtest.MustParse(t, text)
		f.become(t, "lab", graph.Time(1000*(i+1)), old, d)
		old = d
	}
	cliques := query.New(query.Over(f.Store), nil, query.Options{})
	r, err := diff.CliqueDiff(t.Context(), f, cliques, "lab", "i1", 1000, graph.Now, diff.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := `moved|i1|i1
moved|node-1-tap1|node-2-tap1
removed|e1|-
added|-|e2
removed|p1-eth0|-
moved|node-1-tap1|node-2-tap1
removed|e1|-
added|-|e2
removed|p1-eth0|-
2000 at-2000: i1 moved host:node-1→node-2 parent_id:node-1-instances→node-2-instances
2000 at-2000: node-2-tap1 moved host:node-1→node-2
2000 at-2000: node-1-tap1→e1 removed
2000 at-2000: node-2-tap1→e2 added
3000 at-3000: e2 changed name:node-2-OVS→renamed
`
	if d := cmp.Diff(want, sayClique(r)); d != "" || r.Empty() {
		t.Errorf("want -, got +:\n%s", d)
	}
	// The vnic by its id of either time.
	for _, id := range []graph.ID{"node-1-tap1", "node-2-tap1"} {
		r, err := diff.CliqueDiff(t.Context(), f, cliques, "lab", id, 1000, 3000, diff.Options{})
		if err != nil || len(r.Nodes) == 0 || r.Nodes[0].Op != "moved" || r.Nodes[0].Old.ID != "node-1-tap1" || r.Nodes[0].New.ID != "node-2-tap1" {
			t.Errorf("%s: %+v, %v", id, r, err)
		}
	}
	if r, err = diff.CliqueDiff(t.Context(), f, cliques, "lab", "i1", 3000, 3000, diff.Options{}); err != nil || !r.Empty() || len(r.Reasons) != 0 || len(r.Nodes) == 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := diff.CliqueDiff(t.Context(), f, cliques, "lab", "ghost", 1000, 3000, diff.Options{}); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
}
