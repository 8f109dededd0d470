package storetest

import (
	"fmt"
	"slices"
	"testing"

	"calipso/graph"
)

// testLinksHistory compares the history of all edges at a vertex with the
// histories of the edges one by one.
func testLinksHistory(t *testing.T, e Engine) {
	b := e.start(t)
	var times []graph.Time
	var keys []graph.EdgeKey
	for i := range 6 {
		batch := &graph.Batch{Put: []*graph.Vertex{vertex("host", "a", ""), vertex("host", "b", ""), vertex("host", "c", "")}}
		put := func(from, to graph.ID, value int) {
			e := edge("host-host", from, to)
			e.Name = fmt.Sprint(value)
			batch.PutEdges = append(batch.PutEdges, e)
			if !slices.Contains(keys, e.EdgeKey) {
				keys = append(keys, e.EdgeKey)
			}
		}
		put("a", "b", i/2) // stays, and differs every second time
		put("b", "c", i)
		put("a", "a", i/3)
		switch i {
		case 1, 4:
			put("c", "a", i)
		case 2:
			batch.DeleteEdges = []graph.EdgeKey{edge("host-host", "c", "a").EdgeKey}
		case 5: // b goes with all its edges, a loses its own
			batch = &graph.Batch{Delete: []graph.ID{"b"}, DeleteEdges: []graph.EdgeKey{edge("host-host", "a", "a").EdgeKey}}
		}
		times = append(times, b.commit("lab", batch).Time)
	}
	text := func(s graph.EdgeStep) string {
		name := func(e *graph.Edge) string {
			if e == nil {
				return "none"
			}
			return e.Name
		}
		return fmt.Sprint(s.Time, s.Cause, s.Key, name(s.Old), name(s.New))
	}
	naive := func(id graph.ID, at graph.Time) []string {
		var steps []graph.EdgeStep
		for _, k := range keys {
			if k.From != id && k.To != id {
				continue
			}
			var versions []graph.EdgeVersion
			for v, err := range b.EdgeHistory(t.Context(), "lab", k) {
				b.ok(err)
				versions = append(versions, v)
			}
			for i, v := range versions {
				step := graph.EdgeStep{Time: v.Time, Cause: v.Cause, Key: k, New: v.Edge}
				if i+1 < len(versions) {
					step.Old = versions[i+1].Edge
				}
				if v.Time <= at {
					steps = append(steps, step)
				}
			}
		}
		slices.SortFunc(steps, func(x, y graph.EdgeStep) int {
			if x.Time != y.Time {
				return int(y.Time - x.Time)
			}
			if x.Key.From != y.Key.From {
				return int(x.Key.From[0]) - int(y.Key.From[0])
			}
			return int(x.Key.To[0]) - int(y.Key.To[0])
		})
		out := []string{}
		for _, s := range steps {
			out = append(out, text(s))
		}
		return out
	}
	for _, when := range []string{"now", "after reopening"} {
		for _, id := range []graph.ID{"a", "b", "c"} {
			all := naive(id, times[5])
			if len(all) < 5 {
				t.Errorf("only %d steps of %s", len(all), id)
			}
			b.equal(string(id)+" "+when, ids(t, b.LinksHistory(t.Context(), "lab", id, graph.Now), text), all)
			for _, at := range times {
				b.equal(fmt.Sprint(id, " up to ", at), ids(t, b.LinksHistory(t.Context(), "lab", id, at), text), naive(id, at))
			}
		}
		b.reopen()
	}
	b.equal("before everything", ids(t, b.LinksHistory(t.Context(), "lab", "a", times[0]-1), text), "[]")
	for _, err := range b.LinksHistory(t.Context(), "lab", "nobody", graph.Now) {
		b.isErr("no vertex", err, graph.ErrNotFound)
	}
	for range b.LinksHistory(t.Context(), "lab", "a", graph.Now) {
		break
	}
}
