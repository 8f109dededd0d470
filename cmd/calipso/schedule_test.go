package main

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"calipso/graph"
	"calipso/webapi"
)

// TestSchedules: add, list, remove, and what is refused.
func TestSchedules(t *testing.T) {
	dir := t.TempDir()
	must(t, "--data-dir", dir, "env", "add", environmentFile(t, map[string]any{
		"name": "OpenStack", "host": "127.0.0.1", "port": closedPort(t), "user": "calipso", "pwd": "x",
	}))
	on := func(args ...string) []string { return append([]string{"--data-dir", dir, "schedule"}, args...) }
	if out := must(t, on("list", "lab")...); !strings.Contains(out, "no schedules yet") {
		t.Error(out)
	}
	s := mustJSON[webapi.Schedule](t, on("add", "lab", "--cron", "0 0 * * 0", "--timezone", "Europe/Berlin", "--snapshot", "weekly-2006-01-02")...)
	due := s.Due
	berlin, _ := time.LoadLocation("Europe/Berlin")
	if at := due.In(berlin); at.Weekday() != time.Sunday || at.Hour() != 0 || at.Minute() != 0 || s.Status != "upcoming" {
		t.Errorf("%+v", s)
	}
	if out := must(t, on("add", "lab", "--daily", "--at", "2100-01-01T05:00:00Z")...); !strings.Contains(out, "runs first at 2100-01-01T05:00:00Z") {
		t.Error(out)
	}
	if all := mustJSON[[]webapi.Schedule](t, on("list", "lab")...); len(all) != 2 || all[0].ID != s.ID || all[1].Recurrence != "DAILY" || all[1].Timezone != "UTC" {
		t.Errorf("%+v", all)
	}
	if out := must(t, on("list", "lab")...); !strings.Contains(out, "0 0 * * 0") || !strings.Contains(out, "DAILY") {
		t.Error(out)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"at least one", []string{"add", "lab"}},
		{"none of the others", []string{"add", "lab", "--daily", "--weekly"}},
		{"cron", []string{"add", "lab", "--cron", "often"}},
		{"timezone", []string{"add", "lab", "--daily", "--timezone", "Mars/Base"}},
		{"snapshot", []string{"add", "lab", "--daily", "--snapshot", "same"}},
		{"scheduled_timestamp", []string{"add", "lab", "--once"}},
		{"--at", []string{"add", "lab", "--once", "--at", "soon"}},
		{"not found", []string{"add", "nowhere", "--daily"}},
		{"not found", []string{"remove", "lab", "ghost"}},
	} {
		if code, _, errOut := calipso(t, on(c.args...)...); code != exitError || !strings.Contains(errOut, c.want) {
			t.Errorf("%v: exit %d, %s (want %q)", c.args, code, errOut, c.want)
		}
	}
	must(t, on("remove", "lab", s.ID)...)
	if all := mustJSON[[]webapi.Schedule](t, on("list", "lab")...); len(all) != 1 {
		t.Errorf("%+v", all)
	}

	// A command makes no scan; a server does.
	a, err := openApp(t.Context(), configured(t, dir), slog.New(slog.DiscardHandler), 0)
	if err != nil {
		t.Fatal(err)
	}
	overdue := &graph.Document{DocKey: graph.DocKey{Collection: graph.ScheduledScans, ID: "once"}, Body: graph.Attrs{"freq": "ONCE", "scheduled_timestamp": "2026-01-01T00:00:00"}}
	_, err = a.store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseImport}, &graph.Batch{PutDocs: []*graph.Document{overdue}})
	if err := errors.Join(err, a.close()); err != nil {
		t.Fatal(err)
	}
	if all := mustJSON[[]webapi.Schedule](t, on("list", "lab")...); len(all) != 2 || all[0].ID != "once" || all[0].LastScan != "" {
		t.Errorf("%+v", all)
	}
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "info")
	p.until("scan ended")
	if all := mustJSON[[]webapi.Schedule](t, on("list", "lab")...); len(all) != 2 || all[1].ID != "once" || all[1].LastScan == "" || all[1].Status != "finished" {
		t.Errorf("%+v", all)
	}
}
