package scope

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/kv/memory"
	"calipso/graph/snapshot"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 123456789, time.UTC)

type bench struct {
	*Keeper
	store     *graph.Store
	snapshots *snapshot.Keeper
}

// open is a store with two environments, each with a snapshot "sunday".
func open(t *testing.T) *bench {
	st, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &bench{store: st, snapshots: snapshot.New(st, snapshot.Options{})}
	b.Keeper = New(st, b.snapshots, Options{Clock: func() time.Time { return start }})
	for _, env := range []graph.EnvID{"east", "west"} {
		put := &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Environments, ID: string(env)}, Body: graph.Attrs{"name": string(env)}}}}
		if _, err := st.Commit(t.Context(), graph.Shared, graph.Cause{}, put); err != nil {
			t.Fatal(err)
		}
		if _, err := st.Commit(t.Context(), env, graph.Cause{}, &graph.Batch{Put: []*graph.Vertex{{ID: "r", Type: graph.Region}}}); err != nil {
			t.Fatal(err)
		}
		b.snap(t, env, "sunday")
	}
	return b
}

func (b *bench) snap(t *testing.T, env graph.EnvID, name string) *snapshot.Snapshot {
	t.Helper()
	s, err := b.snapshots.Create(t.Context(), snapshot.Request{Env: env, Name: name})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func moz(who string) Request {
	return Request{Name: "moz", Comment: "the customer", Who: who, Select: []Selection{
		{Env: "west", Objects: []graph.ID{"b", "a", "b"}, Tags: []string{"gold"}}, {Env: "east", Projects: []string{"moz"}},
	}}
}

func TestCreateChangeRemove(t *testing.T) {
	b, ctx := open(t), t.Context()
	got, err := b.Create(ctx, moz("ann"))
	if err != nil {
		t.Fatal(err)
	}
	want := &Scope{Name: "moz", Comment: "the customer", Creator: "ann", Created: start, ChangedBy: "ann", Changed: start, Select: []Selection{
		{Env: "east", Projects: []string{"moz"}}, {Env: "west", Objects: []graph.ID{"a", "b"}, Tags: []string{"gold"}},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	if again, err := b.Get(ctx, "moz"); err != nil || !cmp.Equal(got, again) {
		t.Errorf("%+v, %v", again, err)
	}
	if _, err := b.Create(ctx, moz("bob")); !errors.Is(err, graph.ErrConflict) {
		t.Errorf("a name twice: %v", err)
	}
	if _, err := b.SetBaseline(ctx, BaselineRequest{Scope: "moz", Env: "east", Snapshot: "sunday"}); err != nil {
		t.Fatal(err)
	}
	changed, err := b.Change(ctx, Request{Name: "moz", Who: "bob", Select: []Selection{{Env: "west", Everything: true}}})
	if err != nil || changed.Creator != "ann" || changed.ChangedBy != "bob" || len(changed.Baselines) != 1 || fmt.Sprint(changed.Envs()) != "[west]" {
		t.Errorf("%+v, %v", changed, err)
	}
	if _, err := b.Change(ctx, Request{Name: "other", Select: changed.Select}); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
	if _, err := b.Create(ctx, Request{Name: "all", Select: changed.Select}); err != nil {
		t.Fatal(err)
	}
	all, err := b.List(ctx)
	if err != nil || len(all) != 2 || all[0].Name != "all" || !cmp.Equal(all[1], changed) {
		t.Errorf("%+v, %v", all, err)
	}
	if err := b.Remove(ctx, "ann", "moz"); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		b.Remove(ctx, "ann", "moz"), b.Remove(ctx, "ann", "a\x00b"),
		func() error { _, err := b.Get(ctx, "moz"); return err }(),
	} {
		if !errors.Is(err, graph.ErrNotFound) {
			t.Error(err)
		}
	}
}

// TestEnvironmentsThatAreGone: a scope may go on naming one, but not begin to.
func TestEnvironmentsThatAreGone(t *testing.T) {
	b, ctx := open(t), t.Context()
	if _, err := b.Create(ctx, moz("ann")); err != nil {
		t.Fatal(err)
	}
	if err := b.store.RemoveEnv(ctx, "west", graph.Cause{}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Change(ctx, moz("ann")); err != nil {
		t.Error(err)
	}
	r := moz("ann")
	r.Name = "new"
	var bad *graph.InvalidError
	if _, err := b.Create(ctx, r); !errors.As(err, &bad) || bad.Fields[0].Field != "select[0].environment" {
		t.Error(err)
	}
}

func TestValidate(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for _, c := range []struct {
		r    Request
		want string
	}{
		{Request{}, "name select"},
		{Request{Name: "a/b", Comment: long, Select: []Selection{{}}}, "name comment select[0].environment select[0]"},
		{Request{Name: "a", Select: []Selection{{Env: "e", Everything: true, Tags: []string{"t"}}, {Env: "e", Projects: []string{""}}}}, "select[0] select[1].environment select[1].projects[0]"},
		{Request{Name: "a", Select: []Selection{{Env: "e", Objects: []graph.ID{"x", graph.ID(long)}, Tags: []string{"", "t"}}}}, "select[0].tags[0] select[0].objects[1]"},
		{Request{Name: "a", Select: []Selection{{Env: "e", Objects: make([]graph.ID, 10_001)}}}, "select[0] select[0].objects[0]"},
		{Request{Name: "a", Select: make([]Selection, 101)}, "select select[0].environment"},
	} {
		var bad *graph.InvalidError
		if err := c.r.Validate(); !errors.As(err, &bad) {
			t.Errorf("want %s, got %v", c.want, err)
			continue
		}
		var got []string
		for _, f := range bad.Fields {
			got = append(got, f.Field)
		}
		if text := strings.Join(got, " "); !strings.HasPrefix(text, c.want) {
			t.Errorf("want %s, got %s", c.want, text)
		}
	}
}

func TestBaselines(t *testing.T) {
	b, ctx := open(t), t.Context()
	if _, err := b.Create(ctx, moz("ann")); err != nil {
		t.Fatal(err)
	}
	monday := b.snap(t, "east", "monday")
	set := func(env graph.EnvID, snap string) (*Scope, error) {
		return b.SetBaseline(ctx, BaselineRequest{Scope: "moz", Env: env, Snapshot: snap, Comment: "checked", Who: "ann"})
	}
	for _, c := range [][2]string{{"east", "sunday"}, {"west", "sunday"}, {"east", "monday"}} {
		if _, err := set(graph.EnvID(c[0]), c[1]); err != nil {
			t.Fatal(err)
		}
	}
	s, err := b.Get(ctx, "moz")
	if err != nil {
		t.Fatal(err)
	}
	want := Baseline{Env: "east", Snapshot: "monday", Time: monday.Time, Comment: "checked", Who: "ann", Set: start}
	if got, ok := s.Baseline("east"); !ok || got != want || len(s.Baselines) != 3 {
		t.Errorf("%+v", s.Baselines)
	}
	if _, ok := s.Baseline("north"); ok {
		t.Error("a baseline of another environment")
	}
	for field, c := range map[string][2]string{"snapshot": {"east", "tuesday"}, "environment": {"north", "sunday"}} {
		var bad *graph.InvalidError
		if _, err := set(graph.EnvID(c[0]), c[1]); !errors.As(err, &bad) || bad.Fields[0].Field != field {
			t.Errorf("%v: %v", c, err)
		}
	}
	if _, err := b.SetBaseline(ctx, BaselineRequest{Scope: "nobody", Env: "east", Snapshot: "sunday"}); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
	if got, err := b.Referenced(ctx, "east"); err != nil || !cmp.Equal(got, map[string]bool{"sunday": true, "monday": true}) {
		t.Errorf("%v, %v", got, err)
	}
	// Who set it is what the log says.
	var who []string
	for c, err := range b.store.Commits(ctx, graph.Shared, 0) {
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Changes) == 1 && c.Changes[0].Doc.Collection == graph.Scopes {
			who = append(who, c.Cause.Who)
		}
	}
	if fmt.Sprint(who) != "[ann ann ann ann]" {
		t.Error(who)
	}
	if v := s.Visible(func(e graph.EnvID) bool { return e == "west" }); len(v.Select) != 1 || len(v.Baselines) != 1 || v.Baselines[0].Env != "west" || len(s.Select) != 2 {
		t.Errorf("%+v", v)
	}
	if v := s.Visible(func(graph.EnvID) bool { return false }); v != nil {
		t.Errorf("%+v", v)
	}
}

// TestBaselinesAreBounded: the current one of each environment stays.
func TestBaselinesAreBounded(t *testing.T) {
	s := &Scope{Baselines: []Baseline{{Env: "west", Snapshot: "only"}}}
	for i := range maxBaselines + 10 {
		s.Baselines = append(s.Baselines, Baseline{Env: "east", Snapshot: fmt.Sprint(i)})
		s.shorten()
	}
	east, _ := s.Baseline("east")
	west, ok := s.Baseline("west")
	if len(s.Baselines) != maxBaselines || east.Snapshot != fmt.Sprint(maxBaselines+9) || !ok || west.Snapshot != "only" {
		t.Errorf("%d baselines, %v %v", len(s.Baselines), east, west)
	}
}

// TestNothingIsLost: of many who set baselines at the same moment, all are kept.
func TestNothingIsLost(t *testing.T) {
	b, ctx := open(t), t.Context()
	if _, err := b.Create(ctx, moz("ann")); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if _, err := b.SetBaseline(ctx, BaselineRequest{Scope: "moz", Env: "east", Snapshot: "sunday"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if s, err := b.Get(ctx, "moz"); err != nil || len(s.Baselines) != 20 {
		t.Errorf("%v, %v", s, err)
	}
}
