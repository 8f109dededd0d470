package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"calipso/collect/scan"
	"calipso/graph"
	"calipso/graph/kv/memory"
)

// scanner is one whose scans run until the test lets them end.
type scanner struct {
	begun chan string                   // "env/id" of each scan that begins
	end   chan func(*scan.Report) error // what the next to end does
}

func newScanner() *scanner {
	return &scanner{begun: make(chan string, 10), end: make(chan func(*scan.Report) error)}
}

func (s *scanner) Run(ctx context.Context, req scan.Request) (*scan.Report, error) {
	s.begun <- string(req.Env.Name) + "/" + req.ID
	rep := &scan.Report{ID: req.ID, Env: req.Env.Name, Status: scan.Completed}
	req.Progress(scan.Progress{Phase: "inventory", Done: 1, Total: 2})
	select {
	case <-ctx.Done():
		rep.Status = scan.Aborted
		return rep, ctx.Err()
	case end := <-s.end:
		return rep, end(rep)
	}
}

func fine(*scan.Report) error { return nil }

func openStore(t *testing.T, envs ...string) *graph.Store {
	t.Helper()
	store, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, e := range envs {
		env, err := graph.ParseEnvironment(graph.Attrs{"name": e, "configuration": []any{}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Commit(t.Context(), graph.Shared, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{env.Document()}}); err != nil {
			t.Fatal(err)
		}
	}
	return store
}

// start runs a queue until the test or stop ends it.
func start(t *testing.T, store *graph.Store, s Scanner, opt Options) (q *Queue, stop func()) {
	t.Helper()
	q = New(store, s, opt)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- q.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	t.Cleanup(stop)
	return q, stop
}

func submit(t *testing.T, q *Queue, env graph.EnvID) *Scan {
	t.Helper()
	s, err := q.Submit(t.Context(), Request{Env: env, Who: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ended waits until a scan has ended.
func ended(t *testing.T, q *Queue, s *Scan) *Scan {
	t.Helper()
	q.until(t, func() bool {
		got, err := q.Get(t.Context(), s.Env, s.ID)
		return err == nil && got.ended()
	})
	got, err := q.Get(t.Context(), s.Env, s.ID)
	if err != nil || !got.ended() {
		t.Fatalf("scan %+v, error %v", got, err)
	}
	return got
}

func TestScansOfOneEnvironmentDoNotOverlap(t *testing.T) {
	sc := newScanner()
	q, _ := start(t, openStore(t, "a", "b", "c"), sc, Options{Parallel: 2})
	a1, a2, b1, c1 := submit(t, q, "a"), submit(t, q, "a"), submit(t, q, "b"), submit(t, q, "c")
	first := []string{<-sc.begun, <-sc.begun}
	slices.Sort(first)
	if want := []string{"a/" + a1.ID, "b/" + b1.ID}; !slices.Equal(first, want) {
		t.Fatalf("first %v, want %v", first, want)
	}
	if len(sc.begun) != 0 {
		t.Fatalf("%s runs beyond the limit, or beside its own environment", <-sc.begun)
	}
	var rest []string
	for range 2 {
		sc.end <- fine
		rest = append(rest, <-sc.begun)
	}
	slices.Sort(rest)
	if want := []string{"a/" + a2.ID, "c/" + c1.ID}; !slices.Equal(rest, want) {
		t.Errorf("then %v, want %v", rest, want)
	}
	sc.end <- fine
	sc.end <- fine
	for _, s := range []*Scan{a1, a2, b1, c1} {
		if got := ended(t, q, s); got.Status != scan.Completed || got.Started.IsZero() || got.Ended.IsZero() {
			t.Errorf("scan %+v", got)
		}
	}
}

func TestRestartTakesUpWhatWasLeft(t *testing.T) {
	store := openStore(t, "a")
	sc := newScanner()
	q := New(store, sc, Options{})
	cut, waits := submit(t, q, "a"), submit(t, q, "a")
	cut.Status = scan.Running
	if err := q.write(t.Context(), cut); err != nil {
		t.Fatal(err)
	}

	q, _ = start(t, store, sc, Options{})
	if got := <-sc.begun; got != "a/"+waits.ID {
		t.Errorf("%s runs, want the one that waited", got)
	}
	sc.end <- fine
	if got := ended(t, q, waits); got.Status != scan.Completed {
		t.Errorf("the one that waited: %s", got.Status)
	}
	if got := ended(t, q, cut); got.Status != scan.Failed || got.Error == "" {
		t.Errorf("the one that was cut off: %s, %q", got.Status, got.Error)
	}
}

func TestStopAbortsWhatRuns(t *testing.T) {
	store := openStore(t, "a")
	sc := newScanner()
	q, stop := start(t, store, sc, Options{})
	s := submit(t, q, "a")
	<-sc.begun
	stop()
	got, err := New(store, sc, Options{}).Get(t.Context(), "a", s.ID)
	if err != nil || got.Status != scan.Aborted {
		t.Errorf("scan %+v, error %v", got, err)
	}
}

func TestAbort(t *testing.T) {
	sc := newScanner()
	q, _ := start(t, openStore(t, "a"), sc, Options{})
	runs, waits := submit(t, q, "a"), submit(t, q, "a")
	<-sc.begun
	if err := q.Abort(t.Context(), "a", waits.ID); err != nil {
		t.Fatal(err)
	}
	if err := q.Abort(t.Context(), "a", runs.ID); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Scan{runs, waits} {
		if got := ended(t, q, s); got.Status != scan.Aborted {
			t.Errorf("status %s", got.Status)
		}
	}
	if err := q.Abort(t.Context(), "a", runs.ID); !errors.Is(err, graph.ErrConflict) {
		t.Errorf("abort of an ended scan: %v", err)
	}
	if err := q.Abort(t.Context(), "a", "nobody"); !errors.Is(err, graph.ErrNotFound) {
		t.Errorf("abort of an unknown scan: %v", err)
	}
}

func TestBadRequestsAreNamed(t *testing.T) {
	q := New(openStore(t, "a"), newScanner(), Options{})
	var invalid *graph.InvalidError
	if _, err := q.Submit(t.Context(), Request{Env: "a", InventoryOnly: true, LinksOnly: true}); !errors.As(err, &invalid) {
		t.Errorf("two onlys: %v", err)
	}
	if _, err := q.Submit(t.Context(), Request{Env: "nowhere"}); !errors.Is(err, graph.ErrNotFound) {
		t.Errorf("unknown environment: %v", err)
	}
}

func TestMessagesTellOnlyWhatIsNew(t *testing.T) {
	store := openStore(t, "a")
	sc := newScanner()
	q, _ := start(t, store, sc, Options{})
	found := func(r *scan.Report) error {
		r.Findings = []scan.Finding{{Level: "warn", Object: "x", Text: "has no counterpart"}}
		r.Parts = []scan.Part{{Name: "cli.os@h1", Target: "h1", Host: "h1", Error: "refused"}}
		r.Status = scan.CompletedWithErrors
		return nil
	}
	for range 2 {
		s := submit(t, q, "a")
		<-sc.begun
		sc.end <- found
		ended(t, q, s)
	}
	q.settled(t, "a")
	view, err := store.View(t.Context(), "a", graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]int{}
	for d, err := range view.Documents(t.Context(), graph.Messages) {
		if err != nil {
			t.Fatal(err)
		}
		said[d.Body.String("level")+": "+d.Body.String("message")]++
	}
	want := map[string]int{"warn: scan completed_with_errors": 2, "error: cli.os@h1 of host h1: refused": 2, "warn: has no counterpart": 1}
	if fmt.Sprint(said) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", said, want)
	}
}

// settled waits until nothing runs in an environment.
func (q *Queue) settled(t *testing.T, env graph.EnvID) {
	t.Helper()
	q.until(t, func() bool {
		q.mu.Lock()
		defer q.mu.Unlock()
		return q.mu.running[env] == nil
	})
}

// until waits for something that scans make true. It looks when it watches
// already: what happens before the look is seen, what happens after it is told.
func (q *Queue) until(t *testing.T, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w := q.Watcher()
	defer w.Close()
	if so() {
		return
	}
	w.Each(ctx, func(*Scan) {
		if so() {
			cancel()
		}
	})
}
