package storetest

import (
	"errors"
	"fmt"
	"testing"

	"calipso/graph"
	"calipso/graph/kv"
)

// testCutRetention ends the process at each write of a retention: what is kept
// reads right at once, what is not answers ErrRetired from the moment on in
// which anything is removed, and the next run, with the same or with other times
// to keep, leaves the same records as if none was cut off.
func testCutRetention(t *testing.T, e Engine) {
	var want [2]string // after the same run again, and after another one
	for n := -2; ; n++ {
		b := e.start(t)
		b.opt.BatchBytes = 512
		b.reopen()
		texts, keep, dropped := b.pastOfCut()
		other := graph.Keep{Since: b.Last("lab"), Times: append(keep.Times, keep.Since)}
		if n < 0 {
			_, err := b.Retain(t.Context(), "lab", keep)
			b.ok(err)
			if n == -1 {
				_, err = b.Retain(t.Context(), "lab", other)
				b.ok(err)
			}
			want[n+2] = b.dump()
			continue
		}
		s, err := graph.Open(t.Context(), &cut{DB: b.db, left: n}, b.opt)
		b.ok(err)
		_, ended := s.Retain(t.Context(), "lab", keep)
		if ended != nil {
			b.isErr(fmt.Sprint("cut off at ", n), ended, errCut)
		}
		b.reopen()
		known, err := b.Retained("lab")
		b.ok(err)
		if n > 0 && known.Since == 0 {
			t.Errorf("cut off at %d: the horizon is not written", n)
		}
		for at, text := range texts {
			v, err := b.View(t.Context(), "lab", at)
			if errors.Is(err, graph.ErrRetired) && dropped[at] {
				continue
			}
			b.ok(err)
			got, err := whole(t.Context(), v)
			b.ok(err)
			b.equal(fmt.Sprint("cut off at ", n, ", view of ", at), got, text)
		}
		if n%2 == 1 {
			keep = other
		}
		_, err = b.Retain(t.Context(), "lab", keep)
		b.ok(err)
		b.equal(fmt.Sprint("records after the next run, cut off at ", n), b.dump(), want[n%2])
		b.ok(b.Close())
		if ended == nil {
			if n < 10 {
				t.Errorf("retention took only %d writes", n)
			}
			return
		}
		if t.Failed() {
			return
		}
	}
}

// pastOfCut makes some commits and says which of them shall stay.
func (b *bench) pastOfCut() (texts map[graph.Time]string, keep graph.Keep, dropped map[graph.Time]bool) {
	texts, dropped = map[graph.Time]string{}, map[graph.Time]bool{}
	for n := range 8 {
		batch := cloud(2, n/2)
		id := graph.ID(fmt.Sprint("short-", n))
		batch.Put = append(batch.Put, vertex("vnic", id, "node-0000"))
		batch.PutEdges = append(batch.PutEdges, edge("vnic-vedge", id, "node-0001-ovs"))
		batch.PutDocs = []*graph.Document{doc(graph.Parts, fmt.Sprint(n), graph.Attrs{"n": n})}
		if n > 0 {
			batch.Delete = []graph.ID{graph.ID(fmt.Sprint("short-", n-1))}
			batch.DeleteDocs = []graph.DocKey{{Collection: graph.Parts, ID: fmt.Sprint(n - 1)}}
		}
		at := b.commit("lab", batch).Time
		text, err := whole(b.Context(), b.view("lab", at))
		b.ok(err)
		texts[at] = text
		switch {
		case n == 2:
			keep.Times = append(keep.Times, at)
		case n == 6:
			keep.Since = at
		case n < 6:
			dropped[at] = true
		}
	}
	return texts, keep, dropped
}

// dump is all records of the database, as text.
func (b *bench) dump() string {
	snap, err := b.db.Snapshot(b.Context())
	b.ok(err)
	defer snap.Close()
	out := ""
	for p, err := range snap.Range(b.Context(), kv.Range{}) {
		b.ok(err)
		out += fmt.Sprintf("%q %x\n", p.Key, p.Value)
	}
	return out
}
