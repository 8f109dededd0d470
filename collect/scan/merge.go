package scan

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"calipso/graph"
)

// fact is what one part states of one vertex.
type fact struct {
	order int // the fetcher's place in the plan
	part  string
	v     *graph.Vertex
}

// names tells whether a vertex states whose it is and where it hangs; one that
// does not adds attributes only (an enrichment).
func names(v *graph.Vertex) bool { return v.Name != "" || v.Parent != "" }

// merge takes over what one task found.
func (r *run) merge(t *task) {
	for _, v := range t.found {
		if r.subtree != nil && !r.inSubtree(v, t) {
			continue
		}
		r.facts[v.ID] = append(r.facts[v.ID], fact{t.order, t.part.Name, v})
		r.build(v.ID)
	}
	t.found = nil
}

// build makes a vertex of all that is stated of it so far, in the order of the
// plan whatever order it came in: the first part that names it owns it, later
// ones add attributes. What nobody names in this scan may be one kept from
// before; else it is left out.
func (r *run) build(id graph.ID) {
	facts := r.facts[id]
	slices.SortStableFunc(facts, func(a, b fact) int {
		return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(a.part, b.part))
	})
	var v *graph.Vertex
	for _, f := range facts {
		if names(f.v) {
			v = f.v.Clone()
			v.Part = f.part
			v.Attrs = graph.Attrs{}
			break
		}
	}
	if v == nil {
		if v = r.draft.Get(id); v == nil {
			return
		}
	}
	for _, f := range facts {
		if f.v.Type == v.Type {
			addAttrs(v, f.v.Attrs)
		}
	}
	r.draft.Put(v)
}

// clashes finds ids that parts state under different types.
func (r *run) clashes() {
	for _, id := range slices.Sorted(maps.Keys(r.facts)) {
		v := r.draft.Get(id)
		for _, f := range r.facts[id] {
			switch {
			case v == nil:
				r.log.Debug("a fact about something unknown", "object", string(id), "part", f.part)
			case f.v.Type != v.Type:
				r.find(Finding{"error", id, fmt.Sprintf("%s states a %s under the id of a %s; the former is left out", f.part, f.v.Type, v.Type)})
			}
		}
	}
}

// fresh tells whether a vertex of the draft was stated in this scan, not kept.
func (r *run) fresh(v *graph.Vertex) bool {
	p := r.parts[v.Part]
	return p != nil && p.Error == ""
}

func addAttrs(v *graph.Vertex, more graph.Attrs) {
	if v.Attrs == nil {
		v.Attrs = graph.Attrs{}
	}
	maps.Copy(v.Attrs, more)
}

// inSubtree tells whether a found vertex belongs to the object being scanned,
// and remembers it if so.
func (r *run) inSubtree(v *graph.Vertex, t *task) bool {
	switch {
	case r.subtree[v.ID]:
	case r.subtree[v.Parent], !names(v) && r.subtree[t.parent.ID]:
	case v.Host != "" && graph.ID(v.Host) == r.req.Object:
	default:
		return false
	}
	r.subtree[v.ID] = true
	return true
}

func (r *run) find(f Finding) {
	r.report.FindingsTotal++
	if len(r.report.Findings) < maxFindings {
		r.report.Findings = append(r.report.Findings, f)
	}
}

// keep puts known vertices into the draft as they are stored.
func (r *run) keep(ctx context.Context, ids []graph.ID) error {
	slices.Sort(ids)
	for _, id := range ids {
		if have := r.draft.Get(id); have != nil {
			continue
		}
		v, err := r.known.view.Vertex(ctx, id)
		if err != nil {
			return err
		}
		v = v.Clone()
		v.Parent = r.known.of[id].parent
		r.draft.Put(v)
		r.build(id) // facts about it may have come before
		if p := r.parts[v.Part]; p != nil && p.Error != "" {
			p.Kept++
		}
	}
	return nil
}

// choose lists known things, not folders, for which a condition holds.
func (r *run) choose(cond func(graph.ID, knownVertex) bool) []graph.ID {
	var out []graph.ID
	for id, k := range r.known.of {
		if !isFolder(k.typ) && cond(id, k) {
			out = append(out, id)
		}
	}
	return out
}
