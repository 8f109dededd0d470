package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"calipso/graph"
	"calipso/graph/kv/memory"
	"calipso/graph/snapshot"
	"calipso/query"
	"calipso/query/diff"
	"calipso/query/diff/ruleset"
	"calipso/query/paper"
)

type fixture struct {
	*testing.T
	store     *graph.Store
	snapshots *snapshot.Keeper
	keeper    *Keeper
	now       time.Time
}

func newFixture(t *testing.T, opt Options) *fixture {
	f := &fixture{T: t, now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return f.now }
	var err error
	if f.store, err = graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32), Clock: clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.store.Close(); err != nil {
			t.Error(err)
		}
	})
	f.snapshots = snapshot.New(f.store, snapshot.Options{Clock: clock})
	opt.Clock, opt.Program, opt.Rules = clock, "1.2", ruleset.New(f.store)
	f.keeper = New(f.store, f.snapshots, query.New(query.Over(f.store), nil, query.Options{}), opt)
	f.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{"name": "lab", "environment_type": "OpenStack", "mechanism_drivers": []any{"OVS"}}}}})
	f.put("web-1", "ACTIVE", 1)
	return f
}

func (f *fixture) commit(env graph.EnvID, b *graph.Batch) {
	f.Helper()
	f.now = f.now.Add(time.Hour)
	if _, err := f.store.Commit(context.Background(), env, graph.Cause{Kind: graph.CauseScan, ID: "s"}, b); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) put(name, status string, size int64) {
	f.Helper()
	f.commit("lab", &graph.Batch{Put: []*graph.Vertex{{ID: "i1", Type: graph.Instance, Name: name, Attrs: graph.Attrs{"status": status, "size": size}}}})
}

func (f *fixture) snapshot(name string, kind snapshot.Kind) {
	f.Helper()
	if _, err := f.snapshots.Create(f.Context(), snapshot.Request{Env: "lab", Name: name, Kind: kind}); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) create(q Request) *Report {
	f.Helper()
	q.Env = "lab"
	f.now = f.now.Add(time.Minute)
	r, err := f.keeper.Create(f.Context(), q)
	if err != nil {
		f.Fatal(err)
	}
	return r
}

func (f *fixture) write(format paper.Format, id string) string {
	f.Helper()
	var out bytes.Buffer
	if err := f.keeper.Write(f.Context(), &out, format, "lab", id); err != nil {
		f.Fatal(err)
	}
	return out.String()
}

// A kept report is the same in every format, whatever becomes of the graph and
// the rules (rule S-11).
func TestKeptReportsNeverChange(t *testing.T) {
	f := newFixture(t, Options{})
	f.snapshot("before", "")
	f.put("web-2", "ERROR", 1<<60+1)
	reports := []*Report{
		f.create(Request{Kind: Diff, From: "before", Change: "CHG-1", Text: "as planned\nsecond line", Author: "ann"}),
		f.create(Request{Kind: CliqueDiff, From: "before", Object: "i1"}),
		f.create(Request{Kind: Health, From: "before"}),
		f.create(Request{Kind: Weekly, From: "before", Group: "host"}),
	}
	texts := map[string]string{}
	for _, r := range reports {
		for _, format := range paper.Formats() {
			texts[r.ID+string(format)] = f.write(format, r.ID)
		}
	}
	for _, want := range []string{"What changed in lab, before → ", "snapshot before", "CHG-1", "ann", "| second line", "size: 1 → 1152921504606846977", "name: web-1 → web-2"} {
		if got := texts[reports[0].ID+"text"]; !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	f.put("web-3", "ACTIVE", 3)
	f.commit("lab", &graph.Batch{Delete: []graph.ID{"i1"}})
	if err := f.snapshots.Remove(t.Context(), "", "lab", "before"); err != nil {
		t.Fatal(err)
	}
	rules := diff.DefaultRules()
	rules.Ignore[diff.AllTypes] = append(rules.Ignore[diff.AllTypes], "name", "size")
	if err := ruleset.New(f.store).Set(t.Context(), "ann", "lab", rules); err != nil {
		t.Fatal(err)
	}
	for _, r := range reports {
		for _, format := range paper.Formats() {
			if f.write(format, r.ID) != texts[r.ID+string(format)] {
				t.Errorf("%s as %s changed", r.Kind, format)
			}
		}
	}
	if now := f.create(Request{Kind: Diff, From: reports[0].Inputs.To.Time.String()}); now.Rules == reports[0].Rules {
		t.Errorf("other rules have the same version %q", now.Rules)
	}
}

func TestWeeklyFindsItsPartnerAndTrend(t *testing.T) {
	f := newFixture(t, Options{})
	f.snapshot("w1", snapshot.Scheduled)
	first := f.create(Request{Kind: Weekly, To: "w1"})
	if first.Inputs.From != nil || first.Totals.Differences != nil || !strings.Contains(f.write(paper.Text, first.ID), "nothing is compared") {
		t.Errorf("%+v", first)
	}
	f.now = f.now.Add(3 * 24 * time.Hour)
	f.put("web-2", "ACTIVE", 1)
	f.snapshot("too young", snapshot.Scheduled)
	f.now = f.now.Add(4 * 24 * time.Hour)
	f.put("web-3", "ERROR", 1)
	f.snapshot("by hand", snapshot.Manual)
	scan := &graph.Document{DocKey: graph.DocKey{Collection: graph.Scans, ID: "bad"}, Body: graph.Attrs{
		"status": "completed_with_errors", "end_timestamp": f.now.Add(-time.Hour),
		"report": map[string]any{"parts": []any{map[string]any{"name": "nova@node-1", "error": "no route"}, map[string]any{"name": "fine"}}},
	}}
	f.commit("lab", &graph.Batch{PutDocs: []*graph.Document{scan}})
	r := f.create(Request{Kind: Weekly})
	if r.Inputs.From == nil || r.Inputs.From.Snapshot != "w1" || *r.Totals.Differences != 2 {
		t.Fatalf("%+v", r)
	}
	text := f.write(paper.Text, r.ID)
	for _, want := range []string{"1 scan ended in this time, 1 of them not completely.", "nova@node-1", "no route", "instances in error    1       0     +1"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if kept, err := f.keeper.Referenced(t.Context(), "lab"); err != nil || len(kept) != 1 || !kept["w1"] {
		t.Errorf("%v, %v", kept, err)
	}
	if weekly, err := f.keeper.List(t.Context(), "lab", Weekly); err != nil || len(weekly) != 2 || weekly[0].ID != r.ID {
		t.Errorf("%+v, %v", weekly, err)
	}
}

func TestLargeContentIsCompressedOrRefused(t *testing.T) {
	f := newFixture(t, Options{storedMost: 40_000})
	b := &graph.Batch{}
	for i := range 400 {
		b.Put = append(b.Put, &graph.Vertex{ID: graph.ID(fmt.Sprint("x", i)), Type: graph.Instance, Name: fmt.Sprint("same name ", i)})
	}
	before := graph.TimeOf(f.now).String()
	f.commit("lab", b)
	r := f.create(Request{Kind: Diff, From: before})
	d, err := f.keeper.document(t.Context(), "lab", graph.ReportContents, r.ID)
	if err != nil || d.Body.String("encoding") != "gzip+base64" || len(d.Body.String("content")) >= r.Bytes/2 || strings.Count(f.write(paper.CSV, r.ID), "same name") != 400 {
		t.Errorf("%d bytes, stored %d, %v", r.Bytes, len(d.Body.String("content")), err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	b = &graph.Batch{}
	for i := range 3000 {
		b.Put = append(b.Put, &graph.Vertex{ID: graph.ID(fmt.Sprintf("y%d-%x", i, random.Uint64())), Type: graph.Instance, Name: fmt.Sprintf("%x", random.Uint64())})
	}
	f.commit("lab", b)
	var bad *graph.InvalidError
	if _, err := f.keeper.Create(t.Context(), Request{Env: "lab", Kind: Diff, From: before}); !errors.As(err, &bad) || !strings.Contains(err.Error(), "40000") {
		t.Error(err)
	}
}

func TestRequestFaults(t *testing.T) {
	for field, q := range map[string]Request{
		"kind": {Kind: "poem"}, "title": {Kind: Health, Title: strings.Repeat("x", 201)}, "from": {Kind: Diff}, "object_id": {Kind: CliqueDiff, From: "x"},
		"group": {Kind: Health, Group: "host"}, "scope": {Kind: CliqueDiff, From: "x", Object: "i", Scope: "s"},
	} {
		var bad *graph.InvalidError
		if err := q.Validate(); !errors.As(err, &bad) || bad.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
