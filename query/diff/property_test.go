package diff_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"calipso/graph"
	"calipso/graph/fields"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/query/diff"
)

var propertyTypes = []graph.VertexType{graph.Host, graph.Instance, graph.VNIC, graph.VService, graph.Network}

// drawGraph makes a graph over few ids, hosts and MAC addresses, so that things
// come, go, move and collide.
func drawGraph(t *rapid.T, label string) *graph.Draft {
	d := graph.NewDraft()
	n := rapid.IntRange(0, 12).Draw(t, label+" size")
	for i := range n {
		at := fmt.Sprintf("%s %d ", label, i)
		typ := rapid.SampledFrom(propertyTypes).Draw(t, at+"type")
		host := rapid.SampledFrom([]string{"", "h1", "h2", "h3"}).Draw(t, at+"host")
		name := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, at+"name")
		v := &graph.Vertex{
			ID: graph.ID(string(typ) + "-" + host + "-" + name), Type: typ, Name: name, Host: host,
			Parent: graph.ID(rapid.SampledFrom([]string{"", "top-1", "top-2"}).Draw(t, at+"parent")),
			Attrs:  graph.Attrs{},
		}
		if typ == graph.Instance {
			v.ID = graph.ID("instance-" + name) // the same on every host
		}
		for key, values := range map[string][]string{
			"mac_address": {"", "m1", "m2"}, "local_service_id": {"", "s1", "s2"}, "color": {"", "red", "blue"}, "status": {"", "up", "down"},
		} {
			if x := rapid.SampledFrom(values).Draw(t, at+key); x != "" {
				v.Attrs[key] = x
			}
		}
		d.Put(v)
	}
	all := d.Of()
	if len(all) == 0 {
		return d
	}
	for i := range rapid.IntRange(0, 12).Draw(t, label+" edges") {
		at := fmt.Sprintf("%s edge %d ", label, i)
		from, to := rapid.SampledFrom(all).Draw(t, at+"from"), rapid.SampledFrom(all).Draw(t, at+"to")
		e := &graph.Edge{EdgeKey: graph.EdgeKey{Type: graph.EdgeTypeOf(from.Type, to.Type), From: from.ID, To: to.ID}, State: graph.Up, Attrs: graph.Attrs{}}
		if rapid.Bool().Draw(t, at+"down") {
			e.State = graph.Down
		}
		e.Name = rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, at+"name")
		d.PutEdge(e)
	}
	return d
}

// What a report says, done to the old graph, gives the new one; of what was added
// it gives the name, and the new graph the rest.
func apply(t *rapid.T, old, new *graph.Draft, r *diff.Report) *graph.Draft {
	out := graph.NewDraft()
	ids := map[graph.ID]graph.ID{}
	edges := map[graph.EdgeKey]*graph.Edge{}
	status := map[graph.ID][]fields.Change{}
	for _, o := range r.Status.Objects {
		status[o.ID] = o.Fields
	}
	gone := map[graph.ID]bool{}
	for _, o := range r.Objects.Removed {
		gone[o.ID] = true
	}
	for _, o := range r.Objects.Moved {
		if gone[o.From.ID] {
			t.Fatalf("%s moved and is removed", o.From.ID)
		}
		ids[o.From.ID] = o.To.ID
	}
	for _, v := range old.Of() {
		if gone[v.ID] {
			continue
		}
		c := v.Clone()
		if id, ok := ids[v.ID]; ok {
			c.ID = id
		} else {
			ids[v.ID] = v.ID
		}
		out.Put(c)
	}
	once := map[graph.ID]bool{}
	for _, list := range [][]diff.Object{r.Objects.Added, r.Objects.Changed, r.Objects.Moved} {
		for _, o := range list {
			if once[o.ID] {
				t.Fatalf("%s is in two lists", o.ID)
			}
			once[o.ID] = true
		}
	}
	for _, o := range r.Objects.Moved {
		v := out.Get(o.ID)
		if v.Host != o.From.Host || v.Parent != o.From.Parent {
			t.Fatalf("%s moved from %+v, but was at %+v", o.ID, o.From, v)
		}
		v.Host, v.Parent = o.To.Host, o.To.Parent
		set(t, v, o.Fields)
	}
	for _, o := range r.Objects.Changed {
		set(t, out.Get(o.ID), o.Fields)
	}
	for id, list := range status {
		set(t, out.Get(id), list)
	}
	for _, o := range r.Objects.Added {
		if out.Get(o.ID) != nil && !gone[o.ID] {
			t.Fatalf("%s is added, but was there", o.ID)
		}
		out.Put(new.Get(o.ID).Clone())
	}
	for _, e := range old.AllEdges() {
		edges[e.EdgeKey] = e.Clone()
	}
	for _, l := range r.Links.Removed {
		k := graph.EdgeKey{Type: l.Type, From: l.Source.ID, To: l.Target.ID}
		if edges[k] == nil {
			t.Fatalf("%v is removed, but was not there", k)
		}
		delete(edges, k)
	}
	renamed := map[graph.EdgeKey]*graph.Edge{}
	for k, e := range edges {
		c := e.Clone()
		c.From, c.To = ids[k.From], ids[k.To]
		renamed[c.EdgeKey] = c
	}
	for _, list := range [][]diff.Link{r.Links.Changed, r.Status.Links} {
		for _, l := range list {
			e := renamed[graph.EdgeKey{Type: l.Type, From: l.Source.ID, To: l.Target.ID}]
			for _, f := range l.Fields {
				switch f.Field {
				case "link_name":
					e.Name, _ = f.New.(string)
				case "state":
					e.State = graph.EdgeState(f.New.(string))
				default:
					t.Fatalf("field %q of a link", f.Field)
				}
			}
		}
	}
	for _, l := range r.Links.Added {
		k := graph.EdgeKey{Type: l.Type, From: l.Source.ID, To: l.Target.ID}
		if renamed[k] != nil {
			t.Fatalf("%v is added, but was there", k)
		}
		renamed[k] = new.Edge(k)
	}
	for _, e := range renamed {
		out.PutEdge(e)
	}
	return out
}

func set(t *rapid.T, v *graph.Vertex, list []fields.Change) {
	for _, f := range list {
		text, _ := f.New.(string)
		switch f.Field {
		case "name":
			v.Name = text
		default:
			if was, _ := f.Old.(string); v.Attrs.String(f.Field) != was {
				t.Fatalf("%s: %s was %v, says %v", v.ID, f.Field, v.Attrs[f.Field], f.Old)
			}
			if text == "" {
				delete(v.Attrs, f.Field)
			} else {
				v.Attrs[f.Field] = text
			}
		}
	}
}

// mirrored is what a report says, as the report of the other direction would.
func mirrored(r *diff.Report, back bool) []string {
	var out []string
	object := func(op, opposite string, list []diff.Object) {
		if back {
			op = opposite
		}
		for _, o := range list {
			id := o.ID
			text := op
			if o.From != nil {
				from, to := *o.From, *o.To
				if back {
					from, to = to, from
				}
				text += fmt.Sprintf(" %+v → %+v", from, to)
			} else {
				text += " " + string(id)
			}
			out = append(out, text+changed(o.Fields, back)+fmt.Sprint(o.Time, o.Cause))
		}
	}
	object("moved", "moved", r.Objects.Moved)
	object("added", "removed", r.Objects.Added)
	object("removed", "added", r.Objects.Removed)
	object("changed", "changed", r.Objects.Changed)
	link := func(op, opposite string, list []diff.Link) {
		if back {
			op = opposite
		}
		for _, l := range list {
			ends := [2]diff.Ends{{Source: l.Source.ID, Target: l.Target.ID}, {Source: l.Source.ID, Target: l.Target.ID}}
			if l.Was != nil {
				ends[0] = *l.Was
			}
			if back {
				slices.Reverse(ends[:])
			}
			out = append(out, fmt.Sprint(op, l.Type, ends, changed(l.Fields, back), l.Time))
		}
	}
	link("moved", "moved", r.Links.Moved)
	link("added", "removed", r.Links.Added)
	link("removed", "added", r.Links.Removed)
	link("changed", "changed", r.Links.Changed)
	slices.Sort(out)
	return out
}

func changed(list []fields.Change, back bool) string {
	var b strings.Builder
	for _, f := range list {
		if back {
			f.Old, f.New = f.New, f.Old
		}
		fmt.Fprintf(&b, " %s:%v→%v", f.Field, f.Old, f.New)
	}
	return b.String()
}

func TestDiffIsCompleteDisjointAndMirrored(t *testing.T) {
	f := newFixture(t, memory.New())
	var round int
	rapid.Check(t, func(t *rapid.T) {
		round++
		env := graph.EnvID(fmt.Sprint("env-", round))
		start := graph.Time(round) * 1_000_000
		drafts := []*graph.Draft{nil}
		for i := range 3 {
			d := drawGraph(t, fmt.Sprint("graph ", i))
			// A vertex that is always there, so that each step is a commit.
			d.Put(&graph.Vertex{ID: "clock", Type: graph.Region, Attrs: graph.Attrs{"tick": fmt.Sprint(i)}})
			drafts = append(drafts, d)
			f.become(t, env, start+graph.Time(i)*1000, drafts[i], d)
		}
		from, to := rapid.IntRange(0, 2).Draw(t, "from"), rapid.IntRange(0, 2).Draw(t, "to")
		at := func(i int) graph.Time { return start + graph.Time(i)*1000 + 500 }
		ask := func(from, to graph.Time) *diff.Report {
			r, err := diff.Diff(t.Context(), f, env, from, to, diff.Options{})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		r := ask(at(from), at(to))
		if from == to && !r.Empty() {
			t.Fatalf("a time differs from itself: %s", say(r))
		}
		got := apply(t, drafts[from+1], drafts[to+1], r)
		if d := cmp.Diff(graphtest.Draw(drafts[to+1]), graphtest.Draw(got)); d != "" {
			t.Fatalf("new graph -, old with the differences +:\n%s\n%s", d, say(r))
		}
		back := ask(at(to), at(from))
		if d := cmp.Diff(mirrored(r, false), mirrored(back, true)); d != "" {
			t.Fatalf("there -, back +:\n%s", d)
		}
		again, err := json.Marshal(ask(at(from), at(to)))
		if err != nil {
			t.Fatal(err)
		}
		if once, _ := json.Marshal(r); !bytes.Equal(once, again) {
			t.Fatalf("asked twice:\n%s\n%s", once, again)
		}
	})
}
