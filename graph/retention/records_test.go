package retention

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"calipso/graph"
)

// TestRecords: messages and ended scans go when they are old, in whatever form
// their times are stored; what waits, has no time, or is the newest scan stays.
func TestRecords(t *testing.T) {
	b := open(t)
	doc := func(c graph.Collection, id string, body graph.Attrs) *graph.Document {
		return &graph.Document{DocKey: graph.DocKey{Collection: c, ID: id}, Body: body}
	}
	old, fresh := start.AddDate(0, 0, 0), start.AddDate(0, 0, 60)
	b.ok(b.commit("lab", &graph.Batch{PutDocs: []*graph.Document{
		doc(graph.Messages, "old", graph.Attrs{"timestamp": old}),
		doc(graph.Messages, "old text", graph.Attrs{"timestamp": old.Format(time.RFC3339)}),
		doc(graph.Messages, "fresh", graph.Attrs{"timestamp": fresh}),
		doc(graph.Messages, "no time", graph.Attrs{}),
		doc(graph.ConnectionTests, "old test", graph.Attrs{"response_timestamp": old}),
		doc(graph.ConnectionTests, "waits", graph.Attrs{"submit_timestamp": old}),
		doc(graph.Scans, "1", graph.Attrs{"status": "completed", "end_timestamp": old.Format(time.RFC3339)}),
		doc(graph.Scans, "2", graph.Attrs{"status": "pending"}),
		doc(graph.Scans, "3", graph.Attrs{"status": "completed", "end_timestamp": old}),
	}}))
	b.now = start.AddDate(0, 0, 100)
	left := func() (out []string) {
		v, err := b.store.View(t.Context(), "lab", graph.Now)
		b.ok(err)
		for _, c := range []graph.Collection{graph.Messages, graph.ConnectionTests, graph.Scans} {
			for d, err := range v.Documents(t.Context(), c) {
				b.ok(err)
				if d.Body.String("origin_type") != "retention" {
					out = append(out, d.ID)
				}
			}
		}
		slices.Sort(out)
		return out
	}
	k := b.keeper(Options{})
	r, err := k.Environment(t.Context(), "lab", true)
	b.ok(err)
	if got := left(); r.Records != 4 || len(got) != 9 {
		t.Errorf("a dry run counted %d and left %v", r.Records, got)
	}
	r, err = k.Environment(t.Context(), "lab", false)
	b.ok(err)
	if got := left(); r.Records != 4 || fmt.Sprint(got) != "[2 3 fresh no time waits]" {
		t.Errorf("%d removed, left %v", r.Records, got)
	}
	forever := Forever
	b.ok(k.SetOverride(t.Context(), "me", "lab", Override{Records: &forever}))
	b.now = start.AddDate(1, 0, 0)
	if r, err = k.Environment(t.Context(), "lab", false); err != nil || r.Records != 0 {
		t.Errorf("kept for ever: %v, %d removed", err, r.Records)
	}
}
