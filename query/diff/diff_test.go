package diff_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv"
	"calipso/graph/kv/memory"
	"calipso/query/diff"
)

const base = `
host node-1 {name: node-1}
host node-2 {name: node-2}
project p1 {name: alpha}
network n1 {name: blue, project: alpha, parent: p1}
instances_folder node-1-instances {name: Instances, parent: node-1, host: node-1}
instances_folder node-2-instances {name: Instances, parent: node-2, host: node-2}
instance i1 {name: web-1, parent: node-1-instances, host: node-1, part: os, project: alpha, network: [n1], status: ACTIVE, updated_at: "1"}
vnic node-1-tap1 {name: tap1, parent: i1, host: node-1, mac_address: "fa:16:3e:00:00:01", network: n1, data: raw-1}
vedge e1 {name: node-1-OVS, parent: node-1, host: node-1, pnics: [{name: eth0, speed: 1}], agents: [b, a]}
vedge e2 {name: node-2-OVS, parent: node-2, host: node-2}
host_pnic p1-eth0 {name: eth0, parent: node-1, host: node-1, mac_address: "0a:00:00:00:00:01"}
instance i1 -> vnic node-1-tap1 {network: n1, name: tap1, host: node-1}
vnic node-1-tap1 -> vedge e1 {network: n1, host: node-1}
vedge e1 -> host_pnic p1-eth0
`

type fixture struct {
	*testing.T
	*graph.Store
	now graph.Time
}

func newFixture(t *testing.T, db kv.DB) *fixture {
	f := &fixture{T: t}
	s, err := graph.Open(t.Context(), db, graph.Options{Key: make([]byte, 32), Clock: func() time.Time { return f.now.Std() }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	f.Store = s
	return f
}

type failer interface {
	Helper()
	Fatal(...any)
}

// become makes the environment what a draft holds, in one commit.
func (f *fixture) become(t failer, env graph.EnvID, at graph.Time, old, new *graph.Draft, docs ...*graph.Document) {
	t.Helper()
	ctx := context.Background()
	b := &graph.Batch{Put: new.Of(), PutEdges: new.AllEdges(), PutDocs: docs}
	if old != nil {
		for v := range old.Vertices(ctx) {
			if new.Get(v.ID) == nil {
				b.Delete = append(b.Delete, v.ID)
			}
		}
		for _, e := range old.AllEdges() {
			if new.Edge(e.EdgeKey) == nil && new.Get(e.From) != nil && new.Get(e.To) != nil {
				b.DeleteEdges = append(b.DeleteEdges, e.EdgeKey)
			}
		}
	}
	f.now = at
	if _, err := f.Commit(ctx, env, graph.Cause{Kind: graph.CauseScan, ID: fmt.Sprint("at-", int64(at))}, b); err != nil {
		t.Fatal(err)
	}
}

// say tells a report in short.
func say(r *diff.Report) string {
	var b strings.Builder
	object := func(op string, list []diff.Object) {
		for _, o := range list {
			fmt.Fprintf(&b, "%s %s %s", op, o.Type, o.ID)
			if o.From != nil {
				fmt.Fprintf(&b, " %s@%s/%s → %s@%s/%s", o.From.ID, o.From.Host, o.From.ParentName, o.To.ID, o.To.Host, o.To.ParentName)
			}
			for _, f := range o.Fields {
				fmt.Fprintf(&b, " %s:%v→%v", f.Field, f.Old, f.New)
			}
			b.WriteByte('\n')
		}
	}
	link := func(op string, list []diff.Link) {
		for _, l := range list {
			fmt.Fprintf(&b, "%s link %s %s → %s", op, l.Type, l.Source.Name, l.Target.Name)
			for _, f := range l.Fields {
				fmt.Fprintf(&b, " %s:%v→%v", f.Field, f.Old, f.New)
			}
			b.WriteByte('\n')
		}
	}
	object("moved", r.Objects.Moved)
	object("added", r.Objects.Added)
	object("removed", r.Objects.Removed)
	object("changed", r.Objects.Changed)
	object("status", r.Status.Objects)
	object("unconfirmed", r.Objects.Unconfirmed)
	link("moved", r.Links.Moved)
	link("added", r.Links.Added)
	link("removed", r.Links.Removed)
	link("changed", r.Links.Changed)
	link("status", r.Status.Links)
	link("unconfirmed", r.Links.Unconfirmed)
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "warning %s %s: %s\n", w.At, w.Part, w.Error)
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	for _, c := range []struct {
		name string
		edit []string // old, new text
		opt  diff.Options
		want string
	}{
		{name: "nothing"},
		{name: "rename", edit: []string{"name: web-1", "name: web-one"}, want: "changed instance i1 name:web-1→web-one\n"},
		{name: "what changes by itself", edit: []string{`updated_at: "1"`, `updated_at: "2"`, "raw-1", "raw-2", "part: os", "part: other"}},
		{name: "order of a list", edit: []string{"agents: [b, a]", "agents: [a, b]"}},
		{name: "a list", edit: []string{"agents: [b, a]", "agents: [a, c]"}, want: "changed vedge e1 agents:[b a]→[a c]\n"},
		{name: "inside a list", edit: []string{"speed: 1", "speed: 10"}, want: "changed vedge e1 pnics[eth0].speed:1→10\n"},
		{name: "status apart", edit: []string{"ACTIVE", "ERROR"}, want: "status instance i1 status:ACTIVE→ERROR\n"},
		{name: "status and more", edit: []string{"ACTIVE", "ERROR", "web-1", "web-9"},
			want: "changed instance i1 name:web-1→web-9\nstatus instance i1 status:ACTIVE→ERROR\n"},
		{name: "added", edit: []string{"vedge e2", "instance i2 {name: db, parent: node-2-instances, host: node-2}\nvedge e2"}, want: "added instance i2\n"},
		{name: "folder", edit: []string{"\nvedge e2", "\nvnics_folder i1-vnics {parent: i1}\nvedge e2"}},
		{name: "folder counted", edit: []string{"\nvedge e2", "\nvnics_folder i1-vnics {parent: i1}\nvedge e2"}, opt: diff.Options{Folders: true}, want: "added vnics_folder i1-vnics\n"},
		{name: "removed", edit: []string{"vedge e1 -> host_pnic p1-eth0", "", "host_pnic p1-eth0 {name: eth0, parent: node-1, host: node-1, mac_address: \"0a:00:00:00:00:01\"}", ""},
			want: "removed host_pnic p1-eth0\nremoved link vedge-host_pnic node-1-OVS → eth0\n"},
		{name: "live migration", edit: []string{
			"parent: node-1-instances, host: node-1", "parent: node-2-instances, host: node-2", "node-1-tap1", "node-2-tap1",
			"parent: i1, host: node-1", "parent: i1, host: node-2", "name: tap1, host: node-1", "name: tap1, host: node-2",
			"vnic node-2-tap1 -> vedge e1 {network: n1, host: node-1}", "vnic node-2-tap1 -> vedge e2 {network: n1, host: node-2}",
		}, want: `moved instance i1 i1@node-1/node-1 → i1@node-2/node-2
moved vnic node-2-tap1 node-1-tap1@node-1/web-1 → node-2-tap1@node-2/web-1
moved link instance-vnic web-1 → tap1
added link vnic-vedge tap1 → node-2-OVS
removed link vnic-vedge tap1 → node-1-OVS
`},
		{name: "another type under the same id", edit: []string{"host_pnic p1-eth0", "otep p1-eth0"},
			want: "added otep p1-eth0\nremoved host_pnic p1-eth0\nadded link vedge-otep node-1-OVS → eth0\nremoved link vedge-host_pnic node-1-OVS → eth0\n"},
		{name: "link down", edit: []string{"vedge e1 -> host_pnic p1-eth0", "vedge e1 -> host_pnic p1-eth0 {state: down}"}, want: "status link vedge-host_pnic node-1-OVS → eth0 state:up→down\n"},
		{name: "link on another network", edit: []string{"-> vedge e1 {network: n1", "-> vedge e1 {network: n2"}, want: "changed link vnic-vedge tap1 → node-1-OVS attributes.network:n1→n2\n"},
		{name: "own rules", edit: []string{"ACTIVE", "ERROR", "raw-1", "raw-2"}, opt: diff.Options{Rules: &diff.Rules{}},
			want: "changed instance i1 status:ACTIVE→ERROR\nchanged vnic node-1-tap1 data:raw-1→raw-2\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, memory.New())
			text := base
			for i := 0; i < len(c.edit); i += 2 {
				if !strings.Contains(text, c.edit[i]) {
					t.Fatalf("nothing to edit: %q", c.edit[i])
				}
				text = strings.ReplaceAll(text, c.edit[i], c.edit[i+1])
			}
			old, new := graphtest.MustParse(t, base), graphtest.MustParse(t, text)
			f.become(t, "lab", 1000, nil, old)
			f.become(t, "lab", 2000, old, new)
			r, err := diff.Diff(t.Context(), f, "lab", 1500, graph.Now, c.opt)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, say(r)); d != "" {
				t.Errorf("want -, got +:\n%s", d)
			}
			if r.Empty() != (c.want == "") || r.From != 1500 || !r.Empty() && (r.To != 2000 || r.Summary.Commits != 1) {
				t.Errorf("%+v", r.Summary)
			}
		})
	}
}

// Groups, causes, and a thing that changed twice.
func TestWhatIsSaidOfAnObject(t *testing.T) {
	f := newFixture(t, memory.New())
	steps := []*graph.Draft{nil}
	for i, name := range []string{"web-1", "web-2", "web-3"} {
		steps = append(steps, graphtest.MustParse(t, strings.ReplaceAll(base, "name: web-1", "name: "+name)))
		f.become(t, "lab", graph.Time(1000*(i+1)), steps[i], steps[i+1])
	}
	r, err := diff.Diff(t.Context(), f, "lab", 1000, 3000, diff.Options{})
	if err != nil {
		t.Fatal(err)
	}
	o := r.Objects.Changed[0]
	if o.Name != "web-3" || o.Fields[0].Old != "web-1" || o.Time != 3000 || o.Cause.ID != "at-3000" || o.Host != "node-1" || o.Project != "alpha" ||
		len(o.Networks) != 1 || o.Networks[0].Name != "blue" || r.Summary.Commits != 2 || r.Summary.ObjectTypes["instance"].Changed != 1 {
		t.Errorf("%+v\n%+v", o, r.Summary)
	}
	// There and back again is no difference.
	f.become(t, "lab", 4000, steps[3], steps[1])
	if r, err = diff.Diff(t.Context(), f, "lab", 1000, graph.Now, diff.Options{}); err != nil || !r.Empty() {
		t.Errorf("%s, %v", say(r), err)
	}
}

// What went while its source did not answer is not removed (rule S-05).
func TestFailedPartsRemoveNothing(t *testing.T) {
	f := newFixture(t, memory.New())
	old := graphtest.MustParse(t, base)
	new := graphtest.MustParse(t, base)
	new.Delete("i1")
	failed := &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: "os"}, Body: graph.Attrs{"state": "failed", "error": "no route to host"}}
	f.become(t, "lab", 1000, nil, old)
	f.become(t, "lab", 2000, old, new, failed)
	r, err := diff.Diff(t.Context(), f, "lab", 1000, 2000, diff.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := "unconfirmed instance i1\nunconfirmed link instance-vnic web-1 → tap1\nwarning to os: no route to host\n"
	if d := cmp.Diff(want, say(r)); d != "" || !r.Empty() {
		t.Errorf("want -, got +:\n%s", d)
	}
	// It went when the source answered, which failed only later.
	f.become(t, "lab", 3000, new, old)
	ok := *failed
	ok.Body = graph.Attrs{"state": "ok"}
	f.become(t, "lab", 4000, old, new, &ok)
	f.become(t, "lab", 5000, new, new, failed)
	if r, err = diff.Diff(t.Context(), f, "lab", 3000, 5000, diff.Options{}); err != nil || len(r.Objects.Removed) != 1 || len(r.Warnings) != 2 {
		t.Errorf("%s, %v", say(r), err)
	}
}

func TestUnknownEnvironment(t *testing.T) {
	f := newFixture(t, memory.New())
	if _, err := diff.Diff(t.Context(), f, "none", 1, 2, diff.Options{}); err == nil || !strings.Contains(err.Error(), "none") {
		t.Error(err)
	}
}
