package scan

import (
	"context"
	"fmt"
	"runtime/debug"

	"calipso/collect/enrich"
	"calipso/collect/link"
	"calipso/graph"
)

// join runs the enrichment steps over the draft. What they make anew belongs to
// the part that states its parent, and so is stale when that is.
func (r *run) join(ctx context.Context) error {
	found, err := enrich.Run(ctx, r.req.Env, r.draft)
	if err != nil {
		return err
	}
	r.findAll(found)
	for _, v := range r.draft.Of() {
		if v.Part == "" && r.isNew(v.ID) {
			v.Part = r.partOf(v.Parent)
		}
		if err := normalize(v); err != nil {
			return fmt.Errorf("%s %q: %w", v.Type, v.ID, err)
		}
	}
	r.dropOrphans()
	r.adopt()
	return nil
}

// isNew tells that a vertex is not one that was imported or entered by a user.
func (r *run) isNew(id graph.ID) bool {
	k, stored := r.known.of[id]
	return !stored || k.part != ""
}

func (r *run) partOf(parent graph.ID) string {
	if p := r.draft.Get(parent); p != nil && p.Part != "" {
		return p.Part
	}
	return derived
}

// adopt hangs vertices whose parent nobody knows under what their part was
// asked about, and says so (rule DIS-90).
func (r *run) adopt() {
	for _, v := range r.draft.Of() {
		if v.Parent == "" || r.draft.Get(v.Parent) != nil {
			continue
		}
		r.find(Finding{"warn", v.ID, fmt.Sprintf("parent %q is not known", v.Parent)})
		addAttrs(v, graph.Attrs{"parent_missing": true})
		v.Parent = ""
		if p := r.parts[v.Part]; p != nil && r.draft.Get(graph.ID(p.Target)) != nil {
			v.Parent = graph.ID(p.Target)
		}
	}
}

// link derives the edges. Edges of types that no finder makes (imported, or
// entered by a user) stay while both their ends do.
func (r *run) link(ctx context.Context) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	found, err := link.Run(ctx, r.req.Env, r.draft, func(e *graph.Edge) { r.draft.PutEdge(e) })
	if err != nil {
		return err
	}
	r.findAll(found)
	return nil
}

func (r *run) findAll(found []enrich.Finding) {
	for _, f := range found {
		r.find(Finding{string(f.Level), f.Object, f.Text})
	}
}

// linkTypes are the types that the finders make.
func linkTypes() []graph.EdgeType {
	var out []graph.EdgeType
	for _, f := range link.Finders {
		out = append(out, f.Type)
	}
	return out
}
