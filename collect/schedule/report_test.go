package schedule

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"calipso/collect/scan"
	"calipso/graph"
	"calipso/graph/snapshot"
)

// reporter remembers what reports it is asked for.
type reporter struct {
	mu    sync.Mutex
	asked []ReportRequest
	err   error
}

// requests is what was asked for so far.
func (r *reporter) requests() []ReportRequest {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.asked)
}

// fail makes no more reports.
func (r *reporter) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

func (r *reporter) Make(_ context.Context, q ReportRequest) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, q)
	if r.err != nil {
		return "", r.err
	}
	return "report-of-" + q.Scan, nil
}

// serveReports is serve with reports.
func serveReports(t *testing.T, store *graph.Store, s Scanner, r Reports) (times *Timetable, stop func()) {
	t.Helper()
	q, stopQueue := start(t, store, s, Options{Snapshots: snapshot.New(store, snapshot.Options{}), Reports: r})
	times = NewTimetable(q)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- times.Run(ctx) }()
	return times, func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		stopQueue()
	}
}

var weekly = Scheduled{
	Env: "a", Cron: "0 0 * * 0", Timezone: "Europe/Berlin", Snapshot: "weekly-2006-01-02", Who: "ann",
	Report: &ReportOptions{Kind: "weekly", Scope: "moz", Title: "Week to 2006-01-02"},
}

// Each scan of a schedule leaves a report of its snapshot; one that fails is
// told, and the snapshot stays. Clocks change in between: Sunday stays Sunday
// at midnight in Berlin.
func TestReportsOfSchedules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(at(t, "2000-03-24T00:00:00Z")))
		store := openStore(t, "a")
		sc, rep := &saver{store: store}, &reporter{}
		times, stop := serveReports(t, store, sc, rep)
		defer stop()
		s, err := times.Add(t.Context(), weekly)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(9 * 24 * time.Hour) // 26 March, when clocks go forward at 02:00, and 2 April
		synctest.Wait()
		if want := []time.Time{at(t, "2000-03-25T23:00:00Z"), at(t, "2000-04-01T22:00:00Z")}; !slices.Equal(sc.runs(), want) {
			t.Fatalf("scans at %v, want %v", sc.runs(), want)
		}
		all, err := times.queue.List(t.Context(), "a")
		if err != nil || len(all) != 2 || len(rep.requests()) != 2 {
			t.Fatalf("%d scans, reports %+v, %v", len(all), rep.requests(), err)
		}
		last := all[0]
		want := ReportRequest{
			Env: "a", ReportOptions: ReportOptions{Kind: "weekly", Scope: "moz", Title: "Week to 2000-04-02"}, Snapshot: "weekly-2000-04-02",
			At: last.Report.Commit, Scan: last.ID, Schedule: s.ID, Who: "ann",
		}
		if rep.requests()[1] != want || last.SavedReport != "report-of-"+last.ID || last.ReportError != "" {
			t.Errorf("asked %+v\nwant  %+v\nscan %+v", rep.requests()[1], want, last)
		}

		rep.fail(errors.New("no room"))
		time.Sleep(7 * 24 * time.Hour)
		synctest.Wait()
		all, err = times.queue.List(t.Context(), "a")
		if err != nil || all[0].ReportError != "no room" || all[0].SavedReport != "" || all[0].Status != scan.Completed || all[0].SnapshotError != "" {
			t.Errorf("%+v, %v", all[0], err)
		}
		if _, err := times.queue.opt.Snapshots.Get(t.Context(), "a", "weekly-2000-04-09"); err != nil {
			t.Errorf("the snapshot went with its report: %v", err)
		}
		if told := messages(t, store, all[0].ID); !slices.Contains(told, "the weekly report was not made: no room") {
			t.Errorf("told %q", told)
		}
	})
}

func TestReportRefusals(t *testing.T) {
	store := openStore(t, "a")
	times := NewTimetable(New(store, newScanner(), Options{Snapshots: snapshot.New(store, snapshot.Options{})}))
	for field, change := range map[string]func(*Scheduled){
		"report.kind":  func(s *Scheduled) { s.Report = &ReportOptions{Kind: "daily"} },
		"report.title": func(s *Scheduled) { s.Report = &ReportOptions{Kind: "health", Title: strings.Repeat("x", 201)} },
		"snapshot":     func(s *Scheduled) { s.Snapshot = "" },
		"report":       func(*Scheduled) {}, // there is nobody to make them
	} {
		s := weekly
		change(&s)
		var bad *graph.InvalidError
		if _, err := times.Add(t.Context(), s); !errors.As(err, &bad) || bad.Fields[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestEdit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t, "a")
		sc, rep := &saver{store: store}, &reporter{}
		times, stop := serveReports(t, store, sc, rep)
		defer stop()
		s, err := times.Add(t.Context(), Scheduled{Env: "a", Recurrence: Daily, Who: "ann"}) // at midnight
		if err != nil {
			t.Fatal(err)
		}
		edit := func(change func(*Scheduled)) *Scheduled {
			t.Helper()
			got, err := times.Get(t.Context(), "a", s.ID)
			if err != nil {
				t.Fatal(err)
			}
			change(got)
			if got, err = times.Edit(t.Context(), "bob", "a", s.ID, *got); err != nil {
				t.Fatal(err)
			}
			return got
		}
		time.Sleep(36 * time.Hour) // 2000-01-02T12:00
		synctest.Wait()
		if got := edit(func(s *Scheduled) { s.Snapshot = "day-2006-01-02" }); !got.Due.Equal(at(t, "2000-01-03T00:00:00Z")) || got.Who != "ann" || got.Status != Ongoing || got.LastScan == "" {
			t.Errorf("what was not edited: %+v", got)
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if _, err := times.queue.opt.Snapshots.Get(t.Context(), "a", "day-2000-01-03"); err != nil {
			t.Error(err)
		}
		edit(func(s *Scheduled) { s.Disabled = true })
		time.Sleep(72 * time.Hour)
		synctest.Wait()
		if len(sc.runs()) != 2 {
			t.Errorf("a schedule that is off ran: %v", sc.runs())
		}
		if got := edit(func(s *Scheduled) { s.Disabled = false }); !got.Due.Equal(at(t, "2000-01-07T00:00:00Z")) {
			t.Errorf("switched on: %+v", got)
		}
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if told := messages(t, store, s.ID); len(sc.runs()) != 3 || len(told) != 0 {
			t.Errorf("scans at %v, told %q", sc.runs(), told)
		}
		if got := edit(func(s *Scheduled) { s.Recurrence, s.Freq, s.Cron, s.Due = "", "", "30 6 * * *", time.Time{} }); !got.Due.Equal(at(t, "2000-01-08T06:30:00Z")) || got.Recurrence != "" {
			t.Errorf("by another rule: %+v", got)
		}

		asked, err := times.Start(t.Context(), "bob", "a", s.ID)
		if err != nil || asked.Who != "bob" || asked.Snapshot != "day-2000-01-07-2" || asked.Schedule != s.ID {
			t.Errorf("started now: %+v, %v", asked, err)
		}
		synctest.Wait()
		if got, err := times.Get(t.Context(), "a", s.ID); err != nil || len(sc.runs()) != 4 || got.LastScan != asked.ID || !got.Due.Equal(at(t, "2000-01-08T06:30:00Z")) {
			t.Errorf("after it was started: %+v, %v, scans at %v", got, err, sc.runs())
		}

		var bad *graph.InvalidError
		if _, err := times.Edit(t.Context(), "bob", "a", s.ID, Scheduled{Recurrence: Daily, Due: time.Now().Add(-time.Hour)}); !errors.As(err, &bad) || bad.Fields[0].Field != "scheduled_timestamp" {
			t.Errorf("a first run in the past: %v", err)
		}
		for _, err := range []error{
			func() error { _, err := times.Edit(t.Context(), "bob", "a", "ghost", weekly); return err }(),
			func() error { _, err := times.Start(t.Context(), "bob", "a", "ghost"); return err }(),
			func() error { _, err := times.Get(t.Context(), "a", "ghost"); return err }(),
		} {
			if !errors.Is(err, graph.ErrNotFound) {
				t.Error(err)
			}
		}
	})
}

// The place in the queue counts the scan that runs, and those of other
// environments not.
func TestPlace(t *testing.T) {
	sc := newScanner()
	q, _ := start(t, openStore(t, "a", "b"), sc, Options{Parallel: 1})
	first := submit(t, q, "a")
	<-sc.begun
	submit(t, q, "b")
	second, third := submit(t, q, "a"), submit(t, q, "a")
	if second.Place != 2 || second.Behind != first.ID || third.Place != 3 || third.Behind != first.ID {
		t.Errorf("%+v, %+v", second, third)
	}
	if got, err := q.Get(t.Context(), "a", first.ID); err != nil || got.Place != 1 || got.Behind != "" {
		t.Errorf("%+v, %v", got, err)
	}
	for range 4 {
		sc.end <- fine
	}
	if got := ended(t, q, third); got.Place != 0 {
		t.Errorf("%+v", got)
	}
}

// What a scan was to leave that a stop of the server cut off is told.
func TestCutOffScanTellsOfItsSnapshot(t *testing.T) {
	store := openStore(t, "a")
	cut := &Scan{ID: "5f0000000000000000000001", Request: Request{Env: "a", Schedule: "s", Snapshot: "weekly-1", Report: &ReportOptions{Kind: "weekly"}}, Status: scan.Running, Submitted: time.Unix(1, 0)}
	if err := New(store, newScanner(), Options{}).write(t.Context(), cut); err != nil {
		t.Fatal(err)
	}
	q, stop := start(t, store, newScanner(), Options{})
	got := ended(t, q, cut)
	stop()
	if got.Status != scan.Failed || got.SnapshotError != nothingSaved || got.ReportError != nothingSaved {
		t.Errorf("%+v", got)
	}
	told := messages(t, store, cut.ID)
	want := []string{"scan failed: the server stopped while this scan ran; nothing was changed", "the snapshot weekly-1 was not made: the scan saved nothing", "the weekly report was not made: the scan saved nothing"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
}
