package schedule

import (
	"errors"
	"testing"

	"calipso/collect/scan"
	"calipso/graph"
	"calipso/graph/snapshot"
)

func TestSnapshotOfScan(t *testing.T) {
	store := openStore(t, "a")
	keeper := snapshot.New(store, snapshot.Options{})
	sc := newScanner()
	q, _ := start(t, store, sc, Options{Snapshots: keeper})
	ask := func(r Request) (*Scan, error) {
		r.Env, r.Who = "a", "ann"
		return q.Submit(t.Context(), r)
	}
	scanWith := func(r Request, end func(*scan.Report) error) *Scan {
		t.Helper()
		s, err := ask(r)
		if err != nil {
			t.Fatal(err)
		}
		<-sc.begun
		sc.end <- end
		return ended(t, q, s)
	}
	var at graph.Time
	saved := func(status scan.Status, parts ...*graph.Document) func(*scan.Report) error {
		return func(r *scan.Report) error {
			c, err := store.Commit(t.Context(), "a", graph.Cause{Kind: graph.CauseScan, ID: r.ID}, &graph.Batch{
				Put: []*graph.Vertex{{ID: "r", Type: graph.Region, Name: r.ID}}, PutDocs: parts})
			if err != nil {
				return err
			}
			at, r.Commit, r.Status = c.Time, c.Time, status
			// What happens after the scan's commit is not in its snapshot.
			_, err = store.Commit(t.Context(), "a", graph.Cause{Kind: graph.CauseEvent}, &graph.Batch{Put: []*graph.Vertex{{ID: "later", Type: graph.Region, Name: r.ID}}})
			return err
		}
	}
	done := scanWith(Request{Snapshot: "one", SnapshotKind: snapshot.Pre, SnapshotComment: "c"}, saved(scan.Completed))
	got, err := keeper.Get(t.Context(), "a", "one")
	if err != nil || done.SnapshotError != "" || got.Time != at || got.Scan != done.ID || got.Kind != snapshot.Pre || got.Comment != "c" || got.Creator != "ann" || !got.Complete {
		t.Errorf("%+v, %v (%s)", got, err, done.SnapshotError)
	}
	failed := &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: "p"}, Body: graph.Attrs{"state": "failed", "error": "no route"}}
	scanWith(Request{Snapshot: "two"}, saved(scan.CompletedWithErrors, failed))
	if got, err = keeper.Get(t.Context(), "a", "two"); err != nil || got.Complete || len(got.Failed) != 1 || got.Failed[0].Reason != "no route" {
		t.Errorf("%+v, %v", got, err)
	}
	done = scanWith(Request{Snapshot: "three"}, func(r *scan.Report) error {
		r.Status = scan.Failed
		return errors.New("nothing answered")
	})
	if _, err := keeper.Get(t.Context(), "a", "three"); !errors.Is(err, graph.ErrNotFound) || done.SnapshotError == "" {
		t.Errorf("a scan that saved nothing: %v, %q", err, done.SnapshotError)
	}

	if _, err := ask(Request{Snapshot: "one"}); !errors.Is(err, graph.ErrConflict) {
		t.Errorf("a name that is taken: %v", err)
	}
	waiting, err := ask(Request{Snapshot: "four"})
	if err != nil {
		t.Fatal(err)
	}
	<-sc.begun
	if _, err := ask(Request{Snapshot: "four"}); !errors.Is(err, graph.ErrConflict) {
		t.Errorf("a name that a scan will take: %v", err)
	}
	sc.end <- saved(scan.Completed)
	ended(t, q, waiting)
	var bad *graph.InvalidError
	if _, err := ask(Request{Snapshot: "a/b", SnapshotKind: "odd"}); !errors.As(err, &bad) || len(bad.Fields) != 2 || bad.Fields[0].Field != "snapshot" || bad.Fields[1].Field != "snapshot_kind" {
		t.Errorf("a name that is none: %v", err)
	}
}

func TestNoSnapshotsKept(t *testing.T) {
	q := New(openStore(t, "a"), newScanner(), Options{})
	var bad *graph.InvalidError
	if _, err := q.Submit(t.Context(), Request{Env: "a", Snapshot: "x"}); !errors.As(err, &bad) {
		t.Error(err)
	}
}
