package storetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"calipso/graph"
)

// naive is the graph as maps; its text is that of whole.
type naive struct {
	vertices map[graph.ID]*graph.Vertex
	edges    map[graph.EdgeKey]*graph.Edge
	docs     map[graph.DocKey]*graph.Document
}

func (m naive) clone() naive {
	return naive{maps.Clone(m.vertices), maps.Clone(m.edges), maps.Clone(m.docs)}
}

func (m naive) String() string {
	var out, edges, docs []string
	for _, v := range m.vertices {
		out = append(out, vertexLine(v))
	}
	for _, e := range m.edges {
		edges = append(edges, edgeLine(e))
	}
	for _, d := range m.docs {
		docs = append(docs, docLine(d))
	}
	slices.Sort(out)
	slices.Sort(edges)
	slices.Sort(docs)
	return strings.Join(slices.Concat(out, edges, docs, []string{""}), "\n")
}

// apply does to maps what Commit does to the store; changed tells how many
// things are different then.
func (m naive) apply(b *graph.Batch) (next naive, changed int, ok bool) {
	next = m.clone()
	for _, v := range b.Put {
		next.vertices[v.ID] = v
	}
	for _, e := range b.PutEdges {
		next.edges[e.EdgeKey] = e
	}
	for _, k := range b.DeleteEdges {
		delete(next.edges, k)
	}
	for _, id := range b.Delete {
		delete(next.vertices, id)
	}
	for k := range next.edges {
		if next.vertices[k.From] != nil && next.vertices[k.To] != nil {
			continue
		}
		if slices.ContainsFunc(b.PutEdges, func(e *graph.Edge) bool { return e.EdgeKey == k }) {
			return m, 0, false
		}
		delete(next.edges, k)
	}
	for _, d := range b.PutDocs {
		next.docs[d.DocKey] = d
	}
	for _, k := range b.DeleteDocs {
		delete(next.docs, k)
	}
	changed = differences(m.vertices, next.vertices, vertexLine) + differences(m.edges, next.edges, edgeLine) + differences(m.docs, next.docs, docLine)
	return next, changed, true
}

func differences[K comparable, V any](a, b map[K]V, text func(V) string) (n int) {
	for k, v := range a {
		if w, ok := b[k]; !ok || text(v) != text(w) {
			n++
		}
	}
	for k := range b {
		if _, ok := a[k]; !ok {
			n++
		}
	}
	return n
}

// batch draws one that does not contradict itself, but may leave edges without
// ends.
func batch(r *rapid.T) *graph.Batch {
	id := rapid.Map(rapid.IntRange(0, 9), func(n int) graph.ID { return graph.ID(fmt.Sprint("v", n)) })
	types := rapid.SampledFrom([]graph.VertexType{"host", "vnic", "vedge"})
	edgeTypes := rapid.SampledFrom([]graph.EdgeType{"host-vnic", "vnic-vedge"})
	b := &graph.Batch{}
	vertices, edges, docs := map[graph.ID]bool{}, map[graph.EdgeKey]bool{}, map[graph.DocKey]bool{}
	for range rapid.IntRange(0, 12).Draw(r, "things") {
		switch what := rapid.IntRange(0, 9).Draw(r, "what"); what {
		case 0, 1, 2, 3:
			v := vertex(types.Draw(r, "type"), id.Draw(r, "id"), "", "n", rapid.Int64Range(0, 2).Draw(r, "n"))
			if p := id.Draw(r, "parent"); p != v.ID {
				v.Parent = p
			}
			if !vertices[v.ID] {
				vertices[v.ID] = true
				b.Put = append(b.Put, v)
			}
		case 4:
			if v := id.Draw(r, "id"); !vertices[v] {
				vertices[v] = true
				b.Delete = append(b.Delete, v)
			}
		case 5, 6, 7:
			e := edge(edgeTypes.Draw(r, "type"), id.Draw(r, "from"), id.Draw(r, "to"))
			if n := rapid.IntRange(0, 2).Draw(r, "network"); n > 0 {
				e.Attrs["network"] = fmt.Sprint("net", n)
			}
			if edges[e.EdgeKey] {
				continue
			}
			edges[e.EdgeKey] = true
			if what == 7 {
				b.DeleteEdges = append(b.DeleteEdges, e.EdgeKey)
			} else {
				b.PutEdges = append(b.PutEdges, e)
			}
		default:
			d := doc(graph.Parts, fmt.Sprint(rapid.IntRange(0, 3).Draw(r, "doc")), graph.Attrs{"n": rapid.Int64Range(0, 1).Draw(r, "n")})
			if docs[d.DocKey] {
				continue
			}
			docs[d.DocKey] = true
			if what == 9 {
				b.DeleteDocs = append(b.DeleteDocs, d.DocKey)
			} else {
				b.PutDocs = append(b.PutDocs, d)
			}
		}
	}
	return b
}

// testModel commits at random and compares every version with the model's,
// through views that were kept, views of the past, and after reopening.
func testModel(t *testing.T, e Engine) {
	b := e.start(t)
	round := 0
	rapid.Check(t, func(r *rapid.T) {
		round++
		env := graph.EnvID(fmt.Sprint("round-", round))
		now := naive{map[graph.ID]*graph.Vertex{}, map[graph.EdgeKey]*graph.Edge{}, map[graph.DocKey]*graph.Document{}}
		type version struct {
			at   graph.Time
			text string
			view *graph.View
		}
		var versions []version
		check := func(i int, view *graph.View) {
			text, err := whole(t.Context(), view)
			if err != nil {
				r.Fatal(err)
			}
			if text != versions[i].text {
				r.Fatalf("version %d of %d: got\n%swant\n%s", i, len(versions), text, versions[i].text)
			}
		}
		for range rapid.IntRange(1, 10).Draw(r, "commits") {
			batch := batch(r)
			next, changed, ok := now.apply(batch)
			c, err := b.Commit(t.Context(), env, cause, batch)
			if ok != (err == nil) {
				r.Fatalf("commit: %v, want one that is good: %v", err, ok)
			}
			if !ok {
				continue
			}
			if len(c.Changes) != changed || c.Empty() != (changed == 0) {
				r.Fatalf("commit of %d changes, want %d: %v", len(c.Changes), changed, changes(c))
			}
			now = next
			if !c.Empty() {
				view, err := b.View(t.Context(), env, graph.Now)
				if err != nil {
					r.Fatal(err)
				}
				versions = append(versions, version{c.Time, now.String(), view})
				check(len(versions)-1, view)
			}
		}
		if len(versions) == 0 {
			return
		}
		i := rapid.IntRange(0, len(versions)-1).Draw(r, "version")
		check(i, versions[i].view)
		if rapid.IntRange(0, 24).Draw(r, "reopen") == 0 {
			b.reopen()
		}
		for i := range versions {
			view, err := b.View(t.Context(), env, versions[i].at)
			if err != nil {
				r.Fatal(err)
			}
			check(i, view)
		}
	})
}
