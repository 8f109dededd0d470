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

// saver is a scanner whose scans end at once, having saved something.
type saver struct {
	store *graph.Store
	mu    sync.Mutex
	begun []time.Time // UTC
}

// runs is when scans began so far.
func (s *saver) runs() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.begun)
}

func (s *saver) Run(ctx context.Context, req scan.Request) (*scan.Report, error) {
	s.mu.Lock()
	s.begun = append(s.begun, time.Now().UTC())
	s.mu.Unlock()
	c, err := s.store.Commit(ctx, req.Env.Name, graph.Cause{Kind: graph.CauseScan, ID: req.ID}, &graph.Batch{
		Put: []*graph.Vertex{{ID: "r", Type: graph.Region, Name: req.ID}}})
	if err != nil {
		return nil, err
	}
	return &scan.Report{ID: req.ID, Env: req.Env.Name, Status: scan.Completed, Commit: c.Time}, nil
}

// serve runs a queue and its timetable until stop.
func serve(t *testing.T, store *graph.Store, s Scanner) (times *Timetable, stop func()) {
	t.Helper()
	q, stopQueue := start(t, store, s, Options{Snapshots: snapshot.New(store, snapshot.Options{})})
	times, stopTimes := run(t, NewTimetable(q))
	return times, func() {
		stopTimes()
		stopQueue()
	}
}

// run runs a timetable until stop.
func run(t *testing.T, times *Timetable) (_ *Timetable, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- times.Run(ctx) }()
	return times, func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func messages(t *testing.T, store *graph.Store, origin string) []string {
	t.Helper()
	view, err := store.View(t.Context(), "a", graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for d, err := range view.Documents(t.Context(), graph.Messages) {
		if err != nil {
			t.Fatal(err)
		}
		if d.Body.String("origin_type") != "scheduled scan" {
			t.Errorf("message %v", d.Body)
		}
		if d.Body.String("origin_id") == origin {
			out = append(out, d.Body.String("message"))
		}
	}
	return out
}

// Time in the bubble begins on Saturday 2000-01-01 and passes at once.
func TestTimetable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t, "a")
		sc := &saver{store: store}
		times, stop := serve(t, store, sc)
		s, err := times.Add(t.Context(), Scheduled{Env: "a", Cron: "0 0 * * 0", Timezone: "Europe/Berlin", Snapshot: "weekly-2006-01-02", Who: "ann"})
		if err != nil || s.Status != Upcoming || !s.Due.Equal(at(t, "2000-01-02T00:00:00+01:00")) {
			t.Fatalf("%+v, %v", s, err)
		}
		time.Sleep(9 * 24 * time.Hour) // two Sundays; fake time
		synctest.Wait()
		if want := []time.Time{at(t, "2000-01-01T23:00:00Z"), at(t, "2000-01-08T23:00:00Z")}; !slices.Equal(sc.runs(), want) {
			t.Fatalf("scans at %v, want %v", sc.runs(), want)
		}
		keeper := times.queue.opt.Snapshots
		for _, name := range []string{"weekly-2000-01-02", "weekly-2000-01-09"} {
			if got, err := keeper.Get(t.Context(), "a", name); err != nil || got.Kind != snapshot.Scheduled || got.Creator != "ann" {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		if got := messages(t, store, s.ID); len(got) != 0 {
			t.Errorf("runs in time have told %q", got)
		}

		// Three Sundays without a server: one scan makes up for them.
		stop()
		time.Sleep(21 * 24 * time.Hour)
		times, stop = serve(t, store, sc)
		time.Sleep(time.Hour)
		synctest.Wait()
		if len(sc.runs()) != 3 {
			t.Errorf("scans at %v", sc.runs())
		}
		if got := messages(t, store, s.ID); len(got) != 1 || !strings.HasPrefix(got[0], "3 runs were missed, due from 2000-01-16T00:00:00+01:00 to 2000-01-30T00:00:00+01:00") {
			t.Errorf("told %q", got)
		}
		all, err := times.List(t.Context(), "a")
		if err != nil || len(all) != 1 || all[0].Status != Ongoing || all[0].LastScan == "" || !all[0].Due.Equal(at(t, "2000-02-06T00:00:00+01:00")) {
			t.Errorf("%+v, %v", all, err)
		}

		if err := times.Remove(t.Context(), "ann", "a", s.ID); err != nil {
			t.Fatal(err)
		}
		if err := times.Remove(t.Context(), "ann", "a", s.ID); !errors.Is(err, graph.ErrNotFound) {
			t.Error(err)
		}
		time.Sleep(30 * 24 * time.Hour)
		synctest.Wait()
		if len(sc.runs()) != 3 {
			t.Errorf("a removed schedule runs: %v", sc.runs())
		}
		stop()
	})
}

func TestOnceIsFinished(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t, "a")
		sc := &saver{store: store}
		times, stop := serve(t, store, sc)
		if _, err := times.Add(t.Context(), Scheduled{Env: "a", Freq: Once, Due: time.Now().Add(90 * time.Minute)}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(48 * time.Hour)
		synctest.Wait()
		all, err := times.List(t.Context(), "a")
		if err != nil || len(sc.runs()) != 1 || len(all) != 1 || all[0].Status != Finished || !all[0].Due.IsZero() {
			t.Errorf("%v, %+v, %v", sc.runs(), all, err)
		}
		var bad *graph.InvalidError
		if _, err := times.Add(t.Context(), Scheduled{Env: "a", Recurrence: Once, Due: time.Now().Add(-time.Hour)}); !errors.As(err, &bad) || bad.Fields[0].Field != "scheduled_timestamp" {
			t.Error(err)
		}
		if _, err := times.Add(t.Context(), Scheduled{Env: "none", Recurrence: Daily}); !errors.Is(err, graph.ErrNotFound) {
			t.Error(err)
		}
		stop()
	})
}

// A document as other programs write it, with a time long past.
func TestDocumentsOfOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := openStore(t, "a")
		put := func(id string, body graph.Attrs) {
			t.Helper()
			doc := &graph.Document{DocKey: graph.DocKey{Collection: graph.ScheduledScans, ID: id}, Body: body}
			if _, err := store.Commit(t.Context(), "a", graph.Cause{Kind: graph.CauseImport}, &graph.Batch{PutDocs: []*graph.Document{doc}}); err != nil {
				t.Fatal(err)
			}
		}
		put("old", graph.Attrs{"environment": "a", "freq": "DAILY", "log_level": "warning", "scheduled_timestamp": "1999-12-30T22:00:00.000000"})
		put("odd", graph.Attrs{"environment": "a", "freq": "SOMETIMES"})
		sc := &saver{store: store}
		times, stop := serve(t, store, sc)
		synctest.Wait()
		all, err := times.List(t.Context(), "a")
		if err != nil || len(sc.runs()) != 1 || len(all) != 1 || !all[0].Due.Equal(at(t, "2000-01-01T22:00:00Z")) {
			t.Errorf("%v, %+v, %v", sc.runs(), all, err)
		}
		if got := messages(t, store, "old"); len(got) != 1 || !strings.HasPrefix(got[0], "2 runs were missed") {
			t.Errorf("told %q", got)
		}
		stop()
	})
}
