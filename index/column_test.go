package index

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
)

// Searches with very many hits show page by page what comparing and sorting all
// objects does, and count truly, whether a segment has a column or a small one
// has none.
func TestBroadSearch(t *testing.T) {
	f := newFake()
	list := many(3 * columnFrom)
	for i, v := range list {
		if i%7 == 0 {
			v.Name = "WEB"
		}
		if i%11 == 0 {
			v.Type = graph.Instance
		}
	}
	f.commit("lab", list[:columnFrom])
	f.commit("lab", list[columnFrom:])
	f.commit("attic", many(columnFrom))
	x := openIndex(t, t.TempDir(), f)
	if err := x.pass(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	x.tidy(t.Context())
	f.commit("lab", many(60)[30:], list[1].ID, list[2].ID)
	if err := x.pass(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	x.warm(t.Context())
	with, without := 0, 0
	if err := x.reading(func(s *snapshot) error {
		for _, p := range s.parts {
			if p.column != nil {
				with++
			} else {
				without++
			}
		}
		return nil
	}); err != nil || with == 0 || without == 0 {
		t.Fatalf("%d segments with a column, %d without, %v", with, without, err)
	}
	for _, q := range []Query{
		{Text: "we"}, {Text: "web"}, {Text: "web-1"}, {Text: "web-12"}, {Text: "node-3"}, {Text: "n"},
		{Text: "web", Types: []graph.VertexType{graph.Instance}}, {Text: "web-1", Envs: []graph.EnvID{"attic"}},
		{Text: "web", Envs: []graph.EnvID{"lab"}, Types: []graph.VertexType{graph.VNIC, graph.Port}},
		{Text: "site3"}, {Text: "web-5.site5."},
	} {
		t.Run(fmt.Sprint(q.Text, q.Envs, q.Types), func(t *testing.T) {
			p := newPattern(q.Text)
			var want []place
			for _, env := range []graph.EnvID{"attic", "lab"} {
				view, err := f.View(t.Context(), env, graph.Now)
				if err != nil {
					t.Fatal(err)
				}
				for v, err := range view.Vertices(t.Context()) {
					if err != nil {
						t.Fatal(err)
					}
					rank := p.match(v, p.rank)
					if rank < noMatch && (q.Envs == nil || slices.Contains(q.Envs, env)) && (q.Types == nil || slices.Contains(q.Types, v.Type)) {
						want = append(want, place{R: uint8(rank), Env: env, Type: v.Type, ID: v.ID})
					}
				}
			}
			slices.SortFunc(want, compare)
			// What is sure comes first; of the rest only so many are read.
			sure := len(want)
			if i := slices.IndexFunc(want, func(p place) bool { return Rank(p.R) > Word }); i >= 0 && sure-i > countRead {
				sure = i
			}
			q.Limit = 40
			for from := 0; from < min(sure, 200); from += q.Limit {
				r := find(t, x, q)
				var got []place
				for _, h := range r.Hits {
					got = append(got, place{R: uint8(h.Rank), Env: h.Env, Type: h.Type, ID: h.ID})
				}
				to := min(from+q.Limit, sure)
				if d := cmp.Diff(want[from:to], got[:min(len(got), to-from)]); d != "" {
					t.Fatalf("hits from %d: compared -, index +:\n%s", from, d)
				}
				if exact := r.Total == len(want); r.Total > len(want) || r.TotalExact && !exact || r.Total < sure {
					t.Errorf("total %d, exact %v; there are %d, %d of them sure", r.Total, r.TotalExact, len(want), sure)
				}
				if (r.Next == "") != (from+len(got) >= len(want)) {
					t.Errorf("%d hits from %d of %d, next %q", len(got), from, len(want), r.Next)
				}
				q.Cursor = r.Next
			}
		})
	}
}

// The places of a column are the order of hits.
func TestColumnOrder(t *testing.T) {
	f := newFake()
	list := many(columnFrom)
	for i, v := range list {
		v.Type = []graph.VertexType{graph.Port, graph.Instance, graph.VNIC}[i%3]
	}
	f.commit("b", list)
	f.commit("a\x01", list[:100])
	f.commit("a", list[:100])
	x := openIndex(t, t.TempDir(), f)
	if err := x.pass(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	x.tidy(t.Context())
	x.warm(t.Context())
	err := x.reading(func(s *snapshot) error {
		for _, p := range s.parts {
			c := p.column
			if c == nil {
				continue
			}
			var before place
			for i, doc := range c.at {
				var now place
				err := p.seg.VisitDocument(uint64(doc), func(field string, _ byte, value []byte, _ []uint64) bool {
					if field == "_id" {
						now.Env, now.ID, _ = splitDocID(string(value))
					} else {
						u := unpack(string(value))
						now.Type = graph.VertexType(strings.Clone(u.typ))
					}
					return true
				})
				if err != nil {
					return err
				}
				if c.place[doc] != uint32(i) || i > 0 && compare(before, now) >= 0 {
					t.Fatalf("place %d: %+v after %+v", i, now, before)
				}
				before = now
				if n, err := c.behind(p, &now); err != nil || n != uint32(i+1) {
					t.Fatalf("behind %d is %d, %v", i, n, err)
				}
			}
			return nil
		}
		t.Error("no segment has a column")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
