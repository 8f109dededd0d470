package retention

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"calipso/graph"
	"calipso/graph/kv/memory"
	"calipso/graph/snapshot"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type bench struct {
	*testing.T
	store     *graph.Store
	snapshots *snapshot.Keeper
	now       time.Time
	n         int
}

func open(t *testing.T) *bench {
	b := &bench{T: t, now: start}
	clock := func() time.Time { return b.now }
	var err error
	if b.store, err = graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32), Clock: clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.store.Close(); err != nil {
			t.Error(err)
		}
	})
	b.snapshots = snapshot.New(b.store, snapshot.Options{Clock: clock})
	b.ok(b.commit(graph.Shared, &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{}}}}))
	return b
}

func (b *bench) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) commit(env graph.EnvID, batch *graph.Batch) error {
	_, err := b.store.Commit(b.Context(), env, graph.Cause{Kind: graph.CauseScan}, batch)
	return err
}

// days lets a number of days pass, with a change each.
func (b *bench) days(n int) {
	b.Helper()
	for range n {
		b.now = b.now.Add(24 * time.Hour)
		b.n++
		b.ok(b.commit("lab", &graph.Batch{Put: []*graph.Vertex{{ID: "r", Type: graph.Region, Attrs: graph.Attrs{"n": b.n}}}}))
	}
}

func (b *bench) snap(name string, kind snapshot.Kind) *snapshot.Snapshot {
	b.Helper()
	s, err := b.snapshots.Create(b.Context(), snapshot.Request{Env: "lab", Name: name, Kind: kind})
	b.ok(err)
	return s
}

func (b *bench) names() []string {
	b.Helper()
	all, err := b.snapshots.List(b.Context(), "lab")
	b.ok(err)
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = s.Name
	}
	slices.Sort(out)
	return out
}

func (b *bench) keeper(o Options) *Keeper {
	o.Clock = func() time.Time { return b.now }
	o.Zone = time.UTC
	if o.Policy.Snapshots == nil {
		o.Policy = Default()
	}
	return New(b.store, b.snapshots, o)
}

// TestClasses: each kind of snapshot has its age (rule S-13).
func TestClasses(t *testing.T) {
	b := open(t)
	var all []*snapshot.Snapshot
	b.days(1)
	for _, k := range snapshot.Kinds() {
		b.days(1)
		all = append(all, b.snap("old "+string(k), k))
	}
	b.snap("needed", snapshot.During)
	b.days(20)
	b.snap("fresh", snapshot.During)
	b.days(80)
	reclaimed := 0
	k := b.keeper(Options{
		Referenced: func(context.Context, graph.EnvID) (map[string]bool, error) {
			return map[string]bool{"needed": true}, nil
		},
		Reclaim: func(context.Context) (int64, error) { reclaimed++; return 4096, nil },
	})
	want, err := k.Environment(t.Context(), "lab", true)
	b.ok(err)
	if got := b.names(); len(got) != 8 || reclaimed != 0 {
		t.Errorf("a dry run removed something: %v", got)
	}
	got, err := k.Environment(t.Context(), "lab", false)
	b.ok(err)
	// The newest one stays, although it is beyond its age.
	if fmt.Sprint(got.Snapshots) != "[old during]" || fmt.Sprint(b.names()) != "[fresh needed old design old manual old post old pre old scheduled]" {
		t.Errorf("removed %v, left %v", got.Snapshots, b.names())
	}
	if fmt.Sprint(got.Snapshots) != fmt.Sprint(want.Snapshots) || got.Kept != want.Kept || got.Dropped.Commits != want.Dropped.Commits ||
		got.Dropped.Versions != want.Dropped.Versions || got.Dropped.Versions == 0 || got.Reclaimed != 4096 || reclaimed != 1 {
		t.Errorf("counted %+v, done %+v", want, got)
	}
	for _, s := range all {
		_, err := b.store.View(t.Context(), "lab", s.Time)
		if gone := s.Kind == snapshot.During; errors.Is(err, graph.ErrRetired) != gone {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	if _, err := b.snapshots.Create(t.Context(), snapshot.Request{Env: "lab", Name: "too late", At: all[4].Time}); !errors.Is(err, graph.ErrRetired) {
		t.Errorf("a snapshot of a retired time: %v", err)
	}
	for _, d := range []int{89, 50, 1} {
		if _, err := b.store.View(t.Context(), "lab", graph.TimeOf(b.now.AddDate(0, 0, -d))); err != nil {
			t.Errorf("%d days ago: %v", d, err)
		}
	}
	b.days(7 * 26)
	got, err = k.Environment(t.Context(), "lab", false)
	b.ok(err)
	if fmt.Sprint(got.Snapshots) != "[old scheduled]" {
		t.Errorf("half a year later: removed %v", got.Snapshots)
	}
	message := ""
	v, err := b.store.View(t.Context(), "lab", graph.Now)
	b.ok(err)
	for d, err := range v.Documents(t.Context(), graph.Messages) {
		b.ok(err)
		message = d.Body.String("message")
	}
	if want := fmt.Sprintf("retention: %d versions of objects, links and documents dropped, everything since %s and 6 snapshots kept, 1 old snapshots removed, 1 old messages, scans and connection tests removed",
		got.Dropped.Versions, got.Since.Std().Format(time.RFC3339)); message != want {
		t.Errorf("message %q, want %q", message, want)
	}
}

func TestOverride(t *testing.T) {
	b := open(t)
	b.days(2)
	s := b.snap("tuesday", snapshot.Manual)
	b.days(100)
	b.snap("newest", snapshot.Manual)
	k := b.keeper(Options{})
	age := Days(10)
	b.ok(k.SetOverride(t.Context(), "ann", "lab", Override{Everything: &age, Snapshots: map[snapshot.Kind]Age{snapshot.Manual: Weeks(1)}}))
	p, err := k.Policy(t.Context(), "lab")
	b.ok(err)
	if p.Everything != Days(10) || p.Snapshots[snapshot.Manual] != Weeks(1) || p.Snapshots[snapshot.Scheduled] != Weeks(26) || p.Snapshots[snapshot.Design] != Forever {
		t.Errorf("%+v", p)
	}
	_, err = k.Environment(t.Context(), "lab", false)
	b.ok(err)
	if fmt.Sprint(b.names()) != "[newest]" {
		t.Error(b.names())
	}
	known, err := b.store.Retained("lab")
	b.ok(err)
	if known.Since != graph.TimeOf(b.now.AddDate(0, 0, -10)) || len(known.Times) != 0 {
		t.Errorf("%+v", known)
	}
	if _, err := b.store.View(t.Context(), "lab", s.Time); !errors.Is(err, graph.ErrRetired) {
		t.Error(err)
	}
	// A longer age brings nothing back and is no error; for ever stops it.
	b.ok(k.SetOverride(t.Context(), "ann", "lab", Override{}))
	b.days(1)
	r, err := k.Environment(t.Context(), "lab", false)
	b.ok(err)
	if r.Since != known.Since {
		t.Errorf("the horizon moved to %s", r.Since)
	}
	age = Forever
	b.ok(k.SetOverride(t.Context(), "ann", "lab", Override{Everything: &age}))
	b.days(400)
	r, err = k.Environment(t.Context(), "lab", false)
	b.ok(err)
	if r.Since != graph.Now || r.Dropped != (graph.Retired{}) {
		t.Errorf("%+v", r)
	}
	var bad *graph.InvalidError
	if err := k.SetOverride(t.Context(), "ann", "lab", Override{Snapshots: map[snapshot.Kind]Age{"odd": 1}}); !errors.As(err, &bad) {
		t.Error(err)
	}
	if err := k.SetOverride(t.Context(), "ann", "nowhere", Override{}); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
	if _, err := k.Environment(t.Context(), "nowhere", false); !errors.Is(err, graph.ErrNotFound) {
		t.Error(err)
	}
}

// TestNights: one run each night at its time, and one at the start if it is
// overdue, also after a restart.
func TestNights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
		if err != nil {
			t.Fatal(err)
		}
		snapshots := snapshot.New(store, snapshot.Options{})
		put := func(n int) {
			for _, b := range []struct {
				env graph.EnvID
				*graph.Batch
			}{
				{graph.Shared, &graph.Batch{PutDocs: []*graph.Document{{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{}}}}},
				{"lab", &graph.Batch{Put: []*graph.Vertex{{ID: "r", Type: graph.Region, Attrs: graph.Attrs{"n": n}}}}},
			} {
				if _, err := store.Commit(t.Context(), b.env, graph.Cause{}, b.Batch); err != nil {
					t.Fatal(err)
				}
			}
		}
		for n := range 5 {
			put(n)
			time.Sleep(time.Hour)
		}
		var runs []string
		run := func(length time.Duration) *Keeper {
			k := New(store, snapshots, Options{
				Policy: Policy{Everything: Age(2 * time.Hour)}, ReclaimFrom: 1, At: 2*time.Hour + 30*time.Minute, Zone: time.UTC,
				Reclaim: func(context.Context) (int64, error) {
					runs = append(runs, time.Now().UTC().Format("02 15:04"))
					return 10, nil
				},
			})
			ctx, cancel := context.WithTimeout(t.Context(), length)
			defer cancel()
			if err := k.Run(ctx); err != nil {
				t.Error(err)
			}
			return k
		}
		first := run(time.Minute) // never before: at once
		put(10)
		time.Sleep(time.Hour)
		put(11)
		run(10 * time.Hour) // not overdue
		put(12)
		time.Sleep(4 * time.Hour)
		put(13)
		last := run(24 * time.Hour)
		if fmt.Sprint(runs) != "[01 05:00 02 02:30]" {
			t.Errorf("runs at %v", runs)
		}
		if s := first.Status(); s.Versions != 2 || s.Reclaimed != 10 || s.LastRun.Hour() != 5 || s.Failures != 0 {
			t.Errorf("%+v", s)
		}
		if s := last.Status(); s.LastRun.Format("02 15:04") != "02 02:30" {
			t.Errorf("%+v", s)
		}
		time.Sleep(72 * time.Hour)
		late := run(time.Minute) // overdue
		if s := late.Status(); time.Since(s.LastRun) > time.Minute {
			t.Errorf("%+v", s)
		}
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestSnapshotsMeanwhile: a snapshot that is made while retention runs names a
// time that can be read.
func TestSnapshotsMeanwhile(t *testing.T) {
	b := open(t)
	b.days(60)
	var times []graph.Time
	for c, err := range b.store.CommitHeads(t.Context(), "lab", 0) {
		b.ok(err)
		times = append(times, c.Time)
	}
	age := Days(59)
	k := b.keeper(Options{})
	done := make(chan struct{})
	made := 0
	go func() {
		defer close(done)
		for i, at := range times {
			_, err := b.snapshots.Create(t.Context(), snapshot.Request{Env: "lab", Name: fmt.Sprint("at ", i), At: at})
			if err == nil {
				made++
			} else if !errors.Is(err, graph.ErrRetired) {
				t.Error(err)
			}
		}
	}()
	for ; age > 0; age -= Days(1) {
		b.ok(k.SetOverride(t.Context(), "ann", "lab", Override{Everything: &age}))
		_, err := k.Environment(t.Context(), "lab", false)
		b.ok(err)
	}
	<-done
	all, err := b.snapshots.List(t.Context(), "lab")
	b.ok(err)
	if len(all) != made {
		t.Errorf("%d snapshots made, %d there", made, len(all))
	}
	for _, s := range all {
		if _, err := b.store.View(t.Context(), "lab", s.Time); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
}

// TestMinutes: what is older than a few minutes goes, and only that.
func TestMinutes(t *testing.T) {
	b := open(t)
	b.days(1)
	minutes := func(n int) {
		b.now = b.now.Add(time.Duration(n) * time.Minute)
		b.n++
		b.ok(b.commit("lab", &graph.Batch{Put: []*graph.Vertex{{ID: "r", Type: graph.Region, Attrs: graph.Attrs{"n": b.n}}}}))
	}
	for range 6 {
		minutes(1)
		b.snap(fmt.Sprint("s", b.n), snapshot.Scheduled)
	}
	k := b.keeper(Options{})
	everything, scheduled := Age(2*time.Minute), Age(4*time.Minute)
	b.ok(k.SetOverride(t.Context(), "ada", "lab", Override{Everything: &everything, Snapshots: map[snapshot.Kind]Age{snapshot.Scheduled: scheduled}}))
	got, err := k.Environment(t.Context(), "lab", false)
	b.ok(err)
	if fmt.Sprint(got.Snapshots) != "[s2]" || got.Dropped.Versions == 0 {
		t.Errorf("%+v", got)
	}
	for ago, want := range map[int]bool{0: true, 1: true, 2: true, 3: true, 4: true, 5: false, 6: false} {
		_, err := b.store.View(t.Context(), "lab", graph.TimeOf(b.now.Add(time.Duration(-ago)*time.Minute)))
		if (err == nil) != want || err != nil && !errors.Is(err, graph.ErrRetired) {
			t.Errorf("%d minutes ago: %v", ago, err)
		}
	}
}

func TestAge(t *testing.T) {
	for text, want := range map[string]Age{"90d": Days(90), "26w": Weeks(26), "36h": Age(36 * time.Hour), "10m": Age(10 * time.Minute), "90m": Age(90 * time.Minute), "120m": Age(2 * time.Hour), "1m": Age(time.Minute), "forever": Forever, "0": Forever, "14d": Weeks(2)} {
		got, err := ParseAge(text)
		if err != nil || got != want {
			t.Errorf("%s is %s, %v", text, got, err)
		}
		if again, err := ParseAge(got.String()); err != nil || again != got {
			t.Errorf("%s reads back as %s, %v", got, again, err)
		}
	}
	for _, text := range []string{"", "d", "-1d", "0d", "1.5d", "90", "0m", "30s", "-5m", "99999999m", "1000000w", "w26", "99999999999d", "never"} {
		if got, err := ParseAge(text); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}
