package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"calipso/collect/all"
	"calipso/collect/scan"
	"calipso/collect/schedule"
	"calipso/configs"
	"calipso/graph"
	"calipso/graph/kv/memory"
	"calipso/graph/snapshot"
	"calipso/query"
	"calipso/query/paper"
	"calipso/query/report"
	"calipso/testdata/clouds"
)

// weeks is a server's parts over a recorded cloud, under a clock that the test
// sets. The cloud answers over real sockets, so time cannot be that of a
// synctest bubble; the timetable runs anew after each change of the clock, as
// when a server starts.
type weeks struct {
	*testing.T
	clock   atomic.Int64 // Unix nanoseconds
	store   *graph.Store
	queue   *schedule.Queue
	times   *schedule.Timetable
	reports *report.Keeper
	cloud   *demoCloud
}

func (w *weeks) now() time.Time { return time.Unix(0, w.clock.Load()).UTC() }

func newWeeks(t *testing.T) *weeks {
	w := &weeks{T: t}
	w.to("2026-03-16T12:00:00Z")
	var err error
	if w.store, err = graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32), Clock: w.now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	dir := t.TempDir()
	state := filepath.Join(dir, "state")
	if err := os.Mkdir(state, 0o700); err != nil {
		t.Fatal(err)
	}
	if w.cloud, err = (&demo{app: &app{cfg: &configs.Config{DataDir: dir}}}).open(clouds.Names()[0]); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var g errgroup.Group
	srv := &http.Server{Handler: w.cloud.rest, ReadHeaderTimeout: time.Minute}
	g.Go(func() error {
		if err := srv.Serve(w.cloud.listen); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	snapshots := snapshot.New(w.store, snapshot.Options{Clock: w.now})
	w.reports = report.New(w.store, snapshots, query.New(query.Over(w.store), nil, query.Options{}), report.Options{Program: "test", Clock: w.now})
	w.queue = schedule.New(w.store, scan.New(w.store, scan.Options{Providers: all.Providers(), StateDir: state, Clock: w.now}), schedule.Options{Snapshots: snapshots, Reports: scanReports{w.reports}, Clock: w.now})
	w.times = schedule.NewTimetable(w.queue)
	g.Go(func() error { return w.queue.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(srv.Close(), w.cloud.ssh.Close(), g.Wait()); err != nil {
			t.Error(err)
		}
	})
	if _, err := w.store.Commit(t.Context(), graph.Shared, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{w.cloud.env.Document()}}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *weeks) to(text string) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		w.Fatal(err)
	}
	w.clock.Store(at.UnixNano())
}

// due sets the clock and lets what is due then run to its end.
func (w *weeks) due(text string) *schedule.Scan {
	w.Helper()
	w.to(text)
	ctx, cancel := context.WithCancel(w.Context())
	defer cancel()
	var g errgroup.Group
	var done *schedule.Scan
	watcher := w.queue.Watcher()
	defer watcher.Close()
	g.Go(func() error {
		watcher.Each(ctx, func(s *schedule.Scan) {
			if s.Status != scan.Pending && s.Status != scan.Running {
				done = s
				cancel()
			}
		})
		return nil
	})
	g.Go(func() error { return w.times.Run(ctx) })
	if err := g.Wait(); err != nil {
		w.Fatal(err)
	}
	if done == nil || done.Status != scan.Completed || done.SnapshotError != "" || done.ReportError != "" {
		w.Fatalf("scan due at %s: %+v", text, done)
	}
	return done
}

func (w *weeks) text(id string) string {
	w.Helper()
	var out bytes.Buffer
	if err := w.reports.Write(w.Context(), &out, paper.Text, w.cloud.env.Name, id); err != nil {
		w.Fatal(err)
	}
	return out.String()
}

// TestWeeklyReportsByThemselves: every Sunday at midnight in Berlin, keep a
// snapshot, compare with the week before, keep the report; over the end of
// March, when clocks go forward. In between the cloud changes.
func TestWeeklyReportsByThemselves(t *testing.T) {
	w := newWeeks(t)
	env := w.cloud.env.Name
	s, err := w.times.Add(t.Context(), schedule.Scheduled{
		Env: env, Cron: "0 0 * * 0", Timezone: "Europe/Berlin", Snapshot: "weekly-2006-01-02", Who: "ann",
		Report: &schedule.ReportOptions{Kind: "weekly", Title: "Week to 2006-01-02"},
	})
	if err != nil {
		t.Fatal(err)
	}
	first := w.due("2026-03-21T23:00:00Z")
	told := w.text(first.SavedReport)
	for _, want := range []string{"Week to 2026-03-22", "there is no complete scheduled snapshot at least 6 days older yet", "instances: 13 OK", "snapshot weekly-2026-03-22", "author       ann"} {
		if !strings.Contains(told, want) {
			t.Errorf("first week: no %q in\n%s", want, told)
		}
	}

	if err := w.cloud.change(); err != nil {
		t.Fatal(err)
	}
	second := w.due("2026-03-28T23:00:00Z")
	told = w.text(second.SavedReport)
	for _, want := range []string{
		"Week to 2026-03-29", "snapshot weekly-2026-03-22", "snapshot weekly-2026-03-29", "3 objects moved, 5 objects added, 4 objects removed",
		"Changes: Moved (3)", "node-2 → node-3", "Changes: Removed (4)", "web-3", "Health: Instances", "not found", "ended in this time, 0 of them not completely.",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("second week: no %q in\n%s", want, told)
		}
	}
	if got, err := w.times.Get(t.Context(), env, s.ID); err != nil || !got.Due.Equal(time.Date(2026, 4, 4, 22, 0, 0, 0, time.UTC)) {
		t.Errorf("after clocks went forward: %+v, %v", got, err)
	}

	third := w.due("2026-04-04T22:00:00Z")
	told = w.text(third.SavedReport)
	for _, want := range []string{"no differences", "Nothing changed.", "snapshot weekly-2026-03-29", "differences"} {
		if !strings.Contains(told, want) {
			t.Errorf("third week: no %q in\n%s", want, told)
		}
	}
	all, err := w.reports.List(t.Context(), env)
	if err != nil || len(all) != 3 || all[0].ID != third.SavedReport || *all[1].Totals.Differences == 0 || *all[0].Totals.Differences != 0 || all[1].Schedule != s.ID || all[1].Scan != second.ID {
		t.Errorf("%+v, %v", all, err)
	}
	kept, err := w.reports.Referenced(t.Context(), env)
	if err != nil || len(kept) != 3 || !kept["weekly-2026-03-22"] {
		t.Errorf("%v, %v", kept, err)
	}
}
