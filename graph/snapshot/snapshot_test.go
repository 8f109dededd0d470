package snapshot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/kv/memory"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.UTC)

type bench struct {
	*testing.T
	*graph.Store
	*Keeper
	now time.Time
}

func open(t *testing.T) *bench {
	b := &bench{T: t, now: start}
	var err error
	if b.Store, err = graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32), Clock: func() time.Time { return b.now }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Store.Close(); err != nil {
			t.Error(err)
		}
	})
	b.Keeper = New(b.Store, Options{Clock: func() time.Time { return start.Add(time.Hour) }})
	return b
}

// commit puts one vertex and the documents of parts, one minute after the
// commit before.
func (b *bench) commit(name string, parts ...*graph.Document) graph.Time {
	b.Helper()
	c, err := b.Commit(b.Context(), "lab", graph.Cause{Kind: graph.CauseScan, ID: "s1"}, &graph.Batch{
		Put: []*graph.Vertex{{ID: "r", Type: graph.Region, Name: name}}, PutDocs: parts})
	if err != nil {
		b.Fatal(err)
	}
	b.now = b.now.Add(time.Minute)
	return c.Time
}

func part(name, state, reason string) *graph.Document {
	body := graph.Attrs{"state": state}
	if reason != "" {
		body["error"] = reason
	}
	return &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: name}, Body: body}
}

func TestCreateListRemove(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	first := b.commit("one", part("*", "ok", ""), part("hostcli.vedges@node-2", "ok", ""))
	got, err := b.Create(ctx, Request{Env: "lab", Name: "week 9", Comment: "quiet", Creator: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	want := &Snapshot{Name: "week 9", Env: "lab", Time: first, Kind: Manual, Complete: true, Comment: "quiet", Creator: "ann", Created: start.Add(time.Hour)}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	second := b.commit("two", part("hostcli.vedges@node-2", "failed", "ssh: no route"), part("osdb.ports", "failed", ""))
	incomplete, err := b.Create(ctx, Request{Env: "lab", Name: "sunday", Kind: Scheduled, Scan: "s1"})
	if err != nil {
		t.Fatal(err)
	}
	if incomplete.Complete || fmt.Sprint(incomplete.Failed) != "[{hostcli.vedges@node-2 ssh: no route} {osdb.ports failed}]" || incomplete.Time != second {
		t.Errorf("%+v", incomplete)
	}
	past, err := b.Create(ctx, Request{Env: "lab", Name: "before", At: second - 1})
	if err != nil || !past.Complete || past.Time >= second || past.Time < first {
		t.Errorf("a snapshot of the past: %+v, %v", past, err)
	}
	list, err := b.List(ctx, "lab")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]*Snapshot{incomplete, past, got}, list); d != "" {
		t.Errorf("list: want -, got +:\n%s", d)
	}
	for _, s := range list {
		again, err := b.Get(ctx, "lab", s.Name)
		if d := cmp.Diff(s, again); err != nil || d != "" {
			t.Error(err, d)
		}
		v, err := b.View(ctx, "lab", s.Time)
		if err != nil || v.Time() != s.Time {
			t.Errorf("%s: view of %s, %v", s.Name, v.Time(), err)
		}
	}
	if _, err := b.Create(ctx, Request{Env: "lab", Name: "sunday"}); !errors.Is(err, graph.ErrConflict) {
		t.Errorf("a name twice: %v", err)
	}
	if err := b.Remove(ctx, "ann", "lab", "sunday"); err != nil {
		t.Fatal(err)
	}
	if err := b.Remove(ctx, "ann", "lab", "sunday"); !errors.Is(err, graph.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	if _, err := b.Get(ctx, "lab", "sunday"); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
	if again, err := b.Create(ctx, Request{Env: "lab", Name: "sunday"}); err != nil || again.Time <= second {
		t.Errorf("the name is free again: %+v, %v", again, err)
	}
	for _, err := range []error{
		func() error { _, err := b.Create(ctx, Request{Env: "nowhere", Name: "x"}); return err }(),
		func() error { _, err := b.List(ctx, "nowhere"); return err }(),
		func() error {
			_, err := b.Create(ctx, Request{Env: "lab", Name: "too early", At: first - 1})
			return err
		}(),
	} {
		if !errors.Is(err, graph.ErrNotFound) {
			t.Error(err)
		}
	}
}

// TestOneNameOnce: of many who want the same name at the same moment, one gets it.
func TestOneNameOnce(t *testing.T) {
	b := open(t)
	b.commit("one")
	var wg sync.WaitGroup
	errs := make([]error, 20)
	for i := range errs {
		wg.Go(func() { _, errs[i] = b.Create(t.Context(), Request{Env: "lab", Name: "x", Comment: fmt.Sprint(i)}) })
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else if !errors.Is(err, graph.ErrConflict) {
			t.Error(err)
		}
	}
	if made != 1 {
		t.Errorf("made %d times", made)
	}
}

func TestNames(t *testing.T) {
	for _, name := range []string{"a", "week 9", "before-upgrade", "2026-03-01 before", "ünï|code:x", "v1.2", "-1", "100%"} {
		if reason := CheckName(name); reason != "" {
			t.Errorf("%q %s", name, reason)
		}
	}
	for _, name := range []string{"", "now", "NOW", "2026-03-01", "2026-03-01T12:00:00Z", "2026-03-01T12:00:00.5+01:00", "a/b", `a\b`, "a\x00", "a\n", " a", "a ", ".", "..", "\xff", strings.Repeat("x", 101)} {
		if CheckName(name) == "" {
			t.Errorf("%q is taken", name)
		}
		var bad *graph.InvalidError
		if err := (Request{Name: name, Kind: "odd", Comment: strings.Repeat("x", 5000)}).Validate(); !errors.As(err, &bad) || len(bad.Fields) != 3 {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestAt(t *testing.T) {
	b := open(t)
	ctx := t.Context()
	at := func(text string) string {
		got, err := b.At(ctx, "lab", text)
		var bad *graph.InvalidError
		switch {
		case errors.As(err, &bad):
			return bad.Fields[0].Field + ": " + bad.Fields[0].Reason
		case errors.Is(err, graph.ErrNotFound):
			return "not found: " + err.Error()
		case err != nil:
			t.Fatal(err)
		}
		return got.String()
	}
	first := b.commit("one")
	if got := at("nope"); got != `at: "nope" is neither a time (2026-03-01T12:00:00Z), a date (2026-03-01) nor a snapshot of "lab", which has none` {
		t.Error(got)
	}
	for i := range 7 {
		b.commit(fmt.Sprint("more ", i))
		if _, err := b.Create(ctx, Request{Env: "lab", Name: fmt.Sprint("s", i)}); err != nil {
			t.Fatal(err)
		}
	}
	s3, err := b.Get(ctx, "lab", "s3")
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"": "now", "now": "now", "s3": s3.Time.String(), "2026-03-02": "2026-03-02T00:00:00Z", "2026-03-01T13:00:01+01:00": "2026-03-01T12:00:01Z",
		"9999-12-31": "2262-04-11T23:47:16.854775806Z", first.String(): first.String(),
	} {
		if got := at(text); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	if got := at("s9"); !strings.HasSuffix(got, `nor a snapshot of "lab"; the newest of 7 are "s6", "s5", "s4", "s3", "s2"`) {
		t.Error(got)
	}
	if got := at("a\x00b"); !strings.Contains(got, "is neither") {
		t.Error(got)
	}
	for _, text := range []string{"2026-03-01", "1970-01-01", "1066-10-14", (first - 1).String()} {
		if got := at(text); !strings.Contains(got, "not found: ") || !strings.Contains(got, "before "+first.String()) {
			t.Errorf("%q: %s", text, got)
		}
	}
	if _, err := b.At(ctx, "nowhere", "2026-03-02"); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
}

// TestCreateReadsNoGraph: whatever the size of the graph, the same is read.
func TestCreateReadsNoGraph(t *testing.T) {
	var took [2]int
	for i, size := range []int{10, 5000} {
		b := open(t)
		batch := &graph.Batch{}
		for n := range size {
			batch.Put = append(batch.Put, &graph.Vertex{ID: graph.ID(fmt.Sprint(n)), Type: graph.Region})
		}
		if _, err := b.Commit(t.Context(), "lab", graph.Cause{}, batch); err != nil {
			t.Fatal(err)
		}
		ctx := t.Context()
		took[i] = int(testing.AllocsPerRun(10, func() {
			if _, err := b.Create(ctx, Request{Env: "lab", Name: "x"}); err != nil {
				t.Fatal(err)
			}
			if err := b.Remove(context.WithoutCancel(ctx), "", "lab", "x"); err != nil {
				t.Fatal(err)
			}
		}))
	}
	if took[1] > took[0]*2 {
		t.Errorf("%d allocations in a small graph, %d in a large one", took[0], took[1])
	}
}
