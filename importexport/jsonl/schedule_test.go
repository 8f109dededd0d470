package jsonl_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"calipso/graph"
	"calipso/importexport"
)

// A schedule whose time went by elsewhere is not due because it was imported;
// one that is due later stays as it is, and what runs here wrote is kept.
func TestOverdueSchedules(t *testing.T) {
	dir := t.TempDir()
	text := `{"_id":"once","environment":"cloud","recurrence":"ONCE","scheduled_timestamp":"2001-02-03T04:05:06","status":"upcoming"}
{"_id":"weekly","environment":"cloud","freq":"WEEKLY","scheduled_timestamp":"2001-02-03T04:05:06","submit_timestamp":"2001-01-01T00:00:00","status":"ongoing"}
{"_id":"later","environment":"cloud","recurrence":"DAILY","scheduled_timestamp":"2999-02-03T04:05:06","status":"upcoming"}
{"_id":"done","environment":"cloud","recurrence":"ONCE","scheduled_timestamp":"2001-02-03T04:05:06","status":"finished"}
`
	inventory := `{"environment":"cloud","id":"node-1","type":"host","name":"node-1"}` + "\n"
	for name, text := range map[string]string{"scheduled_scans.jsonl": text, "inventory.jsonl": inventory} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := newStore(t)
	begun := time.Now().Add(-time.Second)
	imported(t, s, dir, importexport.ImportOptions{})
	schedule := func(id string) graph.Attrs {
		v, err := s.View(t.Context(), "cloud", graph.Now)
		if err != nil {
			t.Fatal(err)
		}
		d, err := v.Document(t.Context(), graph.ScheduledScans, id)
		if err != nil {
			t.Fatal(err)
		}
		return d.Body
	}
	if b := schedule("once"); b.String("status") != "finished" || b.String("scheduled_timestamp") == "" {
		t.Errorf("once: %v", b)
	}
	b := schedule("weekly")
	submitted, _ := b["submit_timestamp"].(time.Time)
	if _, due := b["scheduled_timestamp"]; due || submitted.Before(begun) || b["first_timestamp"] != time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC) {
		t.Errorf("weekly: %v, want the next run after the import, counted from 2001-02-03", b)
	}
	if b := schedule("later"); b.String("scheduled_timestamp") != "2999-02-03T04:05:06" || b.String("status") != "upcoming" {
		t.Errorf("later: %v", b)
	}
	if b := schedule("done"); b.String("status") != "finished" {
		t.Errorf("done: %v", b)
	}
	// A run here, and the same documents again: its state stays.
	ran := schedule("weekly").Clone()
	ran["scheduled_timestamp"], ran["last_scan"] = time.Date(2999, 1, 1, 0, 0, 0, 0, time.UTC), "s1"
	doc := &graph.Document{DocKey: graph.DocKey{Collection: graph.ScheduledScans, ID: "weekly"}, Body: ran}
	if _, err := s.Commit(t.Context(), "cloud", graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{doc}}); err != nil {
		t.Fatal(err)
	}
	for _, replace := range []bool{false, true} {
		if r := imported(t, s, dir, importexport.ImportOptions{Replace: replace}); len(r.Commits) != 0 {
			t.Errorf("the same documents again made %d commits: %v", len(r.Commits), schedule("weekly"))
		}
	}
}
