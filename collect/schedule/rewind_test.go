package schedule

import (
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A clock that was years fast when runs were reckoned, and is set right, makes
// no schedule wait for years; one that is set back a little repeats no run.
func TestClockSetBack(t *testing.T) {
	const day = 24 * time.Hour
	for name, c := range map[string]struct {
		Scheduled
		step time.Duration
	}{
		"cron":   {Scheduled{Cron: "0 0 * * *"}, day},
		"daily":  {Scheduled{Recurrence: Daily}, day},
		"weekly": {Scheduled{Recurrence: Weekly}, 7 * day},
		"hourly": {Scheduled{Recurrence: Hourly}, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				store := openStore(t, "a")
				sc := &saver{store: store}
				var fast atomic.Int64
				fast.Store(int64(10 * 365 * 24 * time.Hour))
				q, stopQueue := start(t, store, sc, Options{Clock: func() time.Time { return time.Now().Add(time.Duration(fast.Load())) }})
				times, stop := run(t, NewTimetable(q))
				s := c.Scheduled
				s.Env = "a"
				added, err := times.Add(t.Context(), s)
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(3 * c.step) // fake time
				synctest.Wait()
				before := len(sc.runs())
				if before < 2 {
					t.Fatalf("%d runs before the clock is set right", before)
				}

				fast.Store(0)
				time.Sleep(2 * look)
				synctest.Wait()
				if len(sc.runs()) != before {
					t.Errorf("%d runs because the clock is set right", len(sc.runs())-before)
				}
				told := messages(t, store, added.ID)
				if len(told) != 1 || !strings.HasPrefix(told[0], "the clock was set back: the next run is at 2000-0") {
					t.Errorf("told %q", told)
				}
				time.Sleep(c.step + 2*look)
				synctest.Wait()
				if len(sc.runs()) == before {
					t.Error("no run within a step after the clock was set right")
				}

				// A little back, right after a run: that run is not made twice.
				all, err := times.List(t.Context(), "a")
				if err != nil || len(all) != 1 {
					t.Fatalf("%v, %v", all, err)
				}
				n := len(sc.runs())
				time.Sleep(time.Until(all[0].Due) + time.Second)
				synctest.Wait()
				if len(sc.runs()) != n+1 {
					t.Fatalf("%d runs at %s", len(sc.runs())-n, all[0].Due)
				}
				fast.Add(int64(-30 * time.Second))
				time.Sleep(5 * time.Minute)
				synctest.Wait()
				if len(sc.runs()) != n+1 || slices.ContainsFunc(messages(t, store, added.ID)[1:], func(m string) bool { return strings.Contains(m, "set back") }) {
					t.Errorf("%d runs because the clock was set back a little", len(sc.runs())-n-1)
				}
				stop()
				stopQueue()
			})
		})
	}
}

func TestPulled(t *testing.T) {
	for _, c := range []struct {
		r                Recurrence
		first, now, want string
	}{
		{Daily, "2036-03-05T02:30:00Z", "2026-11-21T12:00:00Z", "2026-11-18T02:30:00Z"}, // both Wednesdays
		{Weekly, "2036-03-05T02:30:00Z", "2026-11-21T12:00:00Z", "2026-11-18T02:30:00Z"},
		{Monthly, "2036-03-31T02:30:00Z", "2026-11-21T12:00:00Z", "2025-03-31T02:30:00Z"},
		{Yearly, "2036-02-29T02:30:00Z", "2026-11-21T12:00:00Z", "2025-02-28T02:30:00Z"},
		{Weekly, "2026-11-01T02:30:00Z", "2026-11-21T12:00:00Z", "2026-11-01T02:30:00Z"}, // has come
	} {
		if got := pulled(at(t, c.first), at(t, c.now), c.r, time.UTC); !got.Equal(at(t, c.want)) {
			t.Errorf("%s from %s at %s: %s, want %s", c.r, c.first, c.now, got, c.want)
		}
	}
}
