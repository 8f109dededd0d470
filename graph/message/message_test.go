package message_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"calipso/graph"
	"calipso/graph/kv/memory"
	"calipso/graph/message"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t *testing.T, bodies ...graph.Attrs) (*graph.Store, *message.Keeper) {
	t.Helper()
	st, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	b := &graph.Batch{}
	for i, body := range bodies {
		b.PutDocs = append(b.PutDocs, &graph.Document{DocKey: graph.DocKey{Collection: graph.Messages, ID: fmt.Sprintf("m%d", i)}, Body: body})
	}
	if _, err := st.Commit(t.Context(), "lab", graph.Cause{}, b); err != nil {
		t.Fatal(err)
	}
	return st, message.New(st)
}

// samples are five messages, in the forms that writers of all times left.
func samples() []graph.Attrs {
	return []graph.Attrs{
		{"id": "1.2.3", "level": "info", "message": "scan completed", "timestamp": noon, "source_system": "Calipso", "viewed": false, "origin_id": "scan-1"},
		{"id": "e-1", "level": "WARNING", "message": map[string]any{"event": "port.update", "port": "p1"}, "timestamp": "2026-03-01 12:00:01.5", "source_system": "OpenStack", "related_object": "p1", "related_object_type": "port", "display_context": "net-1"},
		{"id": "e-1", "level": "CRITICAL", "message": "all is lost", "received_timestamp": noon.Add(2 * time.Second), "source_system": "OpenStack", "viewed": true},
		{"level": "verbose", "message": "Hello World", "timestamp": "2026-03-01T12:00:03Z", "source_system": "Calipso"},
		{"id": "same", "level": "error", "message": "twin", "timestamp": noon, "source_system": "Sensu"},
	}
}

func docs(t *testing.T, k *message.Keeper, f message.Filter) (out []string) {
	t.Helper()
	l, err := k.List(t.Context(), "lab", f)
	if err != nil {
		t.Fatal(err)
	}
	for m, err := range l.All(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m.Doc)
	}
	return out
}

func TestFilters(t *testing.T) {
	_, k := open(t, samples()...)
	yes, no := true, false
	for _, c := range []struct {
		name string
		f    message.Filter
		want []string
	}{
		{"all, newest first", message.Filter{}, []string{"m3", "m2", "m1", "m0", "m4"}},
		{"level", message.Filter{Levels: []string{"crit", "error"}}, []string{"m2", "m4"}},
		{"unknown levels are info", message.Filter{Levels: []string{"info"}}, []string{"m3", "m0"}},
		{"warning is a group", message.Filter{Levels: []string{"warning"}}, []string{"m1"}},
		{"source", message.Filter{Sources: []string{"OpenStack"}}, []string{"m2", "m1"}},
		{"object", message.Filter{Object: "p1"}, []string{"m1"}},
		{"where it is shown", message.Filter{Object: "net-1"}, []string{"m1"}},
		{"object type", message.Filter{ObjectType: "port"}, []string{"m1"}},
		{"scan", message.Filter{Origin: "scan-1"}, []string{"m0"}},
		{"from", message.Filter{From: noon.Add(2 * time.Second)}, []string{"m3", "m2"}},
		{"to", message.Filter{To: noon}, []string{"m0", "m4"}},
		{"viewed", message.Filter{Viewed: &yes}, []string{"m2"}},
		{"not viewed", message.Filter{Viewed: &no, Text: "L"}, []string{"m3", "m0"}},
		{"text of an event", message.Filter{Text: "PORT.up"}, []string{"m1"}},
		{"ids of both kinds", message.Filter{IDs: []string{"e-1", "m0"}}, []string{"m2", "m1", "m0"}},
	} {
		if got := docs(t, k, c.f); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	var bad *graph.InvalidError
	if _, err := k.List(t.Context(), "lab", message.Filter{Levels: []string{"loud"}, From: noon, To: noon.Add(-1)}); !errors.As(err, &bad) || len(bad.Fields) != 2 {
		t.Error(err)
	}
	if _, err := k.List(t.Context(), "nowhere", message.Filter{}); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
}

func TestPagesGoOnWhatever(t *testing.T) {
	st, k := open(t, samples()...)
	l, err := k.List(t.Context(), "lab", message.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	page, next, err := l.Page(t.Context(), nil, 2)
	if err != nil || len(page) != 2 || page[1].Doc != "m2" || *next != (message.Mark{Time: page[1].Time, Doc: "m2"}) {
		t.Fatal(page, next, err)
	}
	// A newer one comes, and the one at the mark goes.
	if _, err := st.Commit(t.Context(), "lab", graph.Cause{}, &graph.Batch{
		PutDocs:    []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Messages, ID: "new"}, Body: graph.Attrs{"timestamp": noon.Add(time.Hour)}}},
		DeleteDocs: []graph.DocKey{{Collection: graph.Messages, ID: "m2"}},
	}); err != nil {
		t.Fatal(err)
	}
	if l, err = k.List(t.Context(), "lab", message.Filter{}); err != nil {
		t.Fatal(err)
	}
	page, next, err = l.Page(t.Context(), next, 9)
	if err != nil || len(page) != 3 || page[0].Doc != "m1" || next != nil {
		t.Error(page, next, err)
	}
}

func TestCounts(t *testing.T) {
	_, k := open(t, samples()...)
	l, err := k.List(t.Context(), "lab", message.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	c := l.Counts()
	if c.Total != 5 || c.Unviewed != 4 || c.Levels["warn"] != 1 || c.Levels["info"] != 2 || c.Groups["error"] != 2 || c.Groups["warning"] != 1 || len(c.Levels) != 8 {
		t.Errorf("%+v", c)
	}
}

func TestMarkAndRemove(t *testing.T) {
	_, k := open(t, samples()...)
	ctx := t.Context()
	m, err := k.Get(ctx, "lab", "e-1")
	if err != nil || m.Doc != "m2" || m.Level != "crit" {
		t.Fatal(m, err)
	}
	if n, err := k.View(ctx, "ann", "lab", message.Filter{Sources: []string{"OpenStack"}}, true, nil); err != nil || n != 1 {
		t.Error(n, err)
	}
	refuse := errors.New("no")
	if n, err := k.Remove(ctx, "ann", "lab", message.Filter{}, func(m *message.Message) error {
		if m.Doc == "m4" {
			return refuse
		}
		return nil
	}); !errors.Is(err, refuse) || n != 0 {
		t.Error(n, err)
	}
	yes := true
	if n, err := k.Remove(ctx, "ann", "lab", message.Filter{Viewed: &yes}, nil); err != nil || n != 2 {
		t.Error(n, err)
	}
	if got := docs(t, k, message.Filter{}); !slices.Equal(got, []string{"m3", "m0", "m4"}) {
		t.Error(got)
	}
	if _, err := k.Get(ctx, "lab", "e-1"); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
}

// More than one commit takes are removed all the same.
func TestMany(t *testing.T) {
	list := make([]graph.Attrs, 2345)
	for i := range list {
		list[i] = graph.Attrs{"timestamp": noon, "message": "x"}
	}
	_, k := open(t, list...)
	if n, err := k.View(t.Context(), "ann", "lab", message.Filter{}, true, nil); err != nil || n != len(list) {
		t.Error(n, err)
	}
	if n, err := k.Remove(t.Context(), "ann", "lab", message.Filter{}, nil); err != nil || n != len(list) {
		t.Error(n, err)
	}
	if got := docs(t, k, message.Filter{}); len(got) != 0 {
		t.Error(len(got))
	}
}
