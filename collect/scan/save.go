package scan

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"calipso/graph"
)

// save commits the difference between the draft and what is stored, then the
// state of the parts.
func (r *run) save(ctx context.Context) error {
	r.fold()
	if err := r.calm(ctx); err != nil {
		return err
	}
	b := r.batch()
	cause := graph.Cause{Kind: graph.CauseScan, ID: r.req.ID, Who: r.req.Who}
	commit, err := r.store.Commit(ctx, r.req.Env.Name, cause, b)
	if err != nil {
		return err
	}
	r.count(commit)
	if r.req.LinksOnly {
		return nil
	}
	docs, err := r.partStates(ctx)
	if err != nil || len(docs) == 0 {
		return err
	}
	_, err = r.store.Commit(ctx, r.req.Env.Name, cause, &graph.Batch{PutDocs: docs})
	return err
}

// batch is the draft as puts, and everything stored beyond it as deletions.
func (r *run) batch() *graph.Batch {
	b := &graph.Batch{Put: r.draft.Of()}
	for _, id := range slices.Sorted(maps.Keys(r.known.of)) {
		if r.draft.Get(id) == nil {
			b.Delete = append(b.Delete, id)
		}
	}
	if r.req.InventoryOnly {
		return b
	}
	made := map[graph.EdgeType]bool{}
	for _, t := range linkTypes() {
		made[t] = true
	}
	b.PutEdges = r.draft.AllEdges()
	for _, k := range r.known.edges {
		if made[k.Type] && r.draft.Edge(k) == nil && r.draft.Get(k.From) != nil && r.draft.Get(k.To) != nil {
			b.DeleteEdges = append(b.DeleteEdges, k)
		}
	}
	return b
}

// count fills the report's tallies from the draft and the commit.
func (r *run) count(c *graph.Commit) {
	r.report.Commit = c.Time
	objects, links := map[string]*TypeTally{}, map[string]*TypeTally{}
	at := func(m map[string]*TypeTally, t string) *TypeTally {
		if m[t] == nil {
			m[t] = &TypeTally{Type: t}
		}
		return m[t]
	}
	for _, v := range r.draft.Of() {
		t := at(objects, string(v.Type))
		t.Count++
		if p := r.parts[v.Part]; v.Part != "" && (p != nil && p.Error != "" || p == nil && r.silent(v.Part)) {
			t.Stale++
		}
	}
	for _, e := range r.draft.AllEdges() {
		at(links, string(e.Type)).Count++
	}
	for _, ch := range c.Changes {
		switch {
		case ch.Vertex != "":
			at(objects, string(ch.Type)).add(ch.Op)
		case ch.Edge != nil:
			at(links, string(ch.Edge.Type)).add(ch.Op)
		default:
			continue
		}
		r.report.Changes.add(ch.Op)
	}
	r.report.Objects, r.report.Links = sortedTallies(objects), sortedTallies(links)
}

func (t *Tally) add(op graph.Op) {
	switch op {
	case graph.Added:
		t.Added++
	case graph.Changed:
		t.Changed++
	case graph.Removed:
		t.Removed++
	}
}

func sortedTallies(m map[string]*TypeTally) []TypeTally {
	out := make([]TypeTally, 0, len(m))
	for _, t := range m {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b TypeTally) int { return cmp.Compare(a.Type, b.Type) })
	return out
}
