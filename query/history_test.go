package query

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
)

// historyStore is a store in which an instance appears, gets a port, moves,
// goes and comes back. Its commits are at 100, 200, ….
func historyStore(t *testing.T) (*Service, *graph.Store) {
	t.Helper()
	var now graph.Time
	st, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32), Clock: func() time.Time { return now.Std() }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	commit := func(cause graph.Cause, picture string, gone ...graph.ID) {
		t.Helper()
		now += 100
		d := graphtest.MustParse(t, picture)
		b := &graph.Batch{Put: d.Of(), Delete: gone}
		for e, err := range d.Edges(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			b.PutEdges = append(b.PutEdges, e)
		}
		if c, err := st.Commit(t.Context(), "lab", cause, b); err != nil || c.Time != now {
			t.Fatalf("commit %+v, %v", c, err)
		}
	}
	scan := func(n int) graph.Cause { return graph.Cause{Kind: graph.CauseScan, ID: fmt.Sprint("scan-", n)} }
	commit(scan(1), "instance i1 {name: web-1, host: node-1, vm_state: building}\nvnic v1 {name: tap1}\nregion r1")
	commit(graph.Cause{Kind: graph.CauseEvent, ID: "e7"}, "instance i1 {name: web-1, host: node-1, vm_state: active}\nvnic v1 {name: tap1}\ninstance i1 -> vnic v1 {name: a}")
	commit(scan(2), "region r1 {name: other}") // nothing of i1
	commit(scan(3), "instance i1 {name: web-1, host: node-1, vm_state: active}\nvnic v1 {name: tap1}\ninstance i1 -> vnic v1 {name: b}\nvnic v2 {name: tap2}\ninstance i1 -> vnic v2")
	commit(graph.Cause{Kind: graph.CauseUser, Who: "ann"}, "region r1 {name: third}", "v1")
	commit(graph.Cause{Kind: graph.CauseEvent, ID: "e9"}, "region r1 {name: fourth}", "i1")
	commit(scan(4), "instance i1 {name: web-1, host: node-2, vm_state: active}")
	return New(Over(st), &fakeIndex{}, Options{}), st
}

// say writes an entry in one line.
func say(e HistoryEntry) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s %s%s %s", int64(e.Time), e.Cause.Kind, e.Cause.ID, e.Cause.Who, e.Op)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " %s=%v>%v", f.Field, f.Old, f.New)
	}
	for _, list := range []struct {
		word  string
		links []HistoryLink
	}{{"gained", e.Gained}, {"lost", e.Lost}, {"altered", e.Altered}} {
		for _, l := range list.links {
			fmt.Fprintf(&b, "; %s %s %s %s %s", list.word, l.Type, l.Direction, l.Peer.Type, l.Peer.Name)
			for _, f := range l.Fields {
				fmt.Fprintf(&b, " %s=%v>%v", f.Field, f.Old, f.New)
			}
		}
	}
	return b.String()
}

func TestHistory(t *testing.T) {
	s, _ := historyStore(t)
	want := map[graph.ID][]string{
		"i1": {
			"700 scan scan-4 added type=<nil>>instance name=<nil>>web-1 host=<nil>>node-2 vm_state=<nil>>active",
			"600 event e9 removed type=instance><nil> name=web-1><nil> host=node-1><nil> vm_state=active><nil>; lost instance-vnic out vnic tap2",
			"500 user ann changed; lost instance-vnic out vnic tap1",
			"400 scan scan-3 changed; gained instance-vnic out vnic tap2; altered instance-vnic out vnic tap1 link_name=a>b",
			"200 event e7 changed vm_state=building>active; gained instance-vnic out vnic tap1",
			"100 scan scan-1 added type=<nil>>instance name=<nil>>web-1 host=<nil>>node-1 vm_state=<nil>>building",
		},
		"v1": {
			"500 user ann removed type=vnic><nil> name=tap1><nil>; lost instance-vnic in instance web-1",
			"400 scan scan-3 changed; altered instance-vnic in instance web-1 link_name=a>b",
			"200 event e7 changed; gained instance-vnic in instance web-1",
			"100 scan scan-1 added type=<nil>>vnic name=<nil>>tap1",
		},
		"v2": {
			"600 event e9 changed; lost instance-vnic in instance web-1",
			"400 scan scan-3 added type=<nil>>vnic name=<nil>>tap2; gained instance-vnic in instance web-1",
		},
	}
	for id, lines := range want {
		for _, limit := range []int{0, 1, 2, 4} {
			var got []string
			q := HistoryRequest{Env: "lab", ID: id, Limit: limit}
			for {
				h, err := s.History(t.Context(), q)
				if err != nil {
					t.Fatal(err)
				}
				if h.Total != len(lines) || !h.TotalExact || limit > 0 && len(h.Items) > limit {
					t.Errorf("%s: %d entries, total %d (%t), want %d", id, len(h.Items), h.Total, h.TotalExact, len(lines))
				}
				for _, e := range h.Items {
					if e.LinksTotal != len(e.Gained)+len(e.Lost)+len(e.Altered) {
						t.Errorf("%d links in all", e.LinksTotal)
					}
					got = append(got, say(e))
				}
				if q.Cursor = h.NextCursor; q.Cursor == "" {
					break
				}
			}
			if d := cmp.Diff(lines, got); d != "" {
				t.Errorf("%s, %d a page: want -, got +:\n%s", id, limit, d)
			}
		}
	}
}

func TestHistoryRefuses(t *testing.T) {
	s, _ := historyStore(t)
	for _, q := range []HistoryRequest{{Env: "lab", ID: "nobody"}, {Env: "nowhere", ID: "i1"}, {Env: graph.Shared, ID: "i1"}} {
		if h, err := s.History(t.Context(), q); !errors.Is(err, graph.ErrNotFound) {
			t.Errorf("%+v: %+v, %v", q, h, err)
		}
	}
	for _, q := range []HistoryRequest{{Limit: -1}, {Limit: 1001}, {Cursor: "!"}, {Cursor: "e30"}} {
		q.Env, q.ID = "lab", "i1"
		var bad *graph.InvalidError
		if _, err := s.History(t.Context(), q); !errors.As(err, &bad) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

// TestHistoryOfAHub: of very many links in one entry some are shown and all
// counted, and more entries than are counted are not claimed to be all.
func TestHistoryOfAHub(t *testing.T) {
	s, st := historyStore(t)
	b := &graph.Batch{Put: []*graph.Vertex{{ID: "hub", Type: graph.Network, Name: "net"}}}
	for i := range 2*maxHistoryLinks + 7 {
		id := graph.ID(fmt.Sprintf("p%04d", i))
		b.Put = append(b.Put, &graph.Vertex{ID: id, Type: graph.Port})
		b.PutEdges = append(b.PutEdges, &graph.Edge{EdgeKey: graph.EdgeKey{Type: "port-network", From: id, To: "hub"}})
	}
	if _, err := st.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseScan}, b); err != nil {
		t.Fatal(err)
	}
	h, err := s.History(t.Context(), HistoryRequest{Env: "lab", ID: "hub"})
	if err != nil {
		t.Fatal(err)
	}
	if e := h.Items[0]; len(h.Items) != 1 || e.LinksTotal != 2*maxHistoryLinks+7 || len(e.Gained) != maxHistoryLinks || e.Gained[0].Peer.ID != "p0000" {
		t.Errorf("%d entries, %d links of %d", len(h.Items), len(e.Gained), e.LinksTotal)
	}
	for i := range maxHistoryCount + 10 {
		v := &graph.Vertex{ID: "hub", Type: graph.Network, Name: fmt.Sprint("net", i)}
		if _, err := st.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseScan}, &graph.Batch{Put: []*graph.Vertex{v}}); err != nil {
			t.Fatal(err)
		}
	}
	h, err = s.History(t.Context(), HistoryRequest{Env: "lab", ID: "hub", Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	if h.Total != maxHistoryCount+5 || h.TotalExact || h.NextCursor == "" {
		t.Errorf("total %d (%t), cursor %q", h.Total, h.TotalExact, h.NextCursor)
	}
}
