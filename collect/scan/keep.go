package scan

import (
	"context"
	"slices"

	"calipso/graph"
)

// keepUntouched keeps, before anything is fetched, what this scan does not ask
// about: all when only links are wanted, what lies outside the one object, what
// a source that is silent in this scan stated before.
func (r *run) keepUntouched(ctx context.Context) error {
	if r.req.Clear && !r.req.LinksOnly && r.subtree == nil {
		return nil
	}
	return r.keep(ctx, r.choose(func(id graph.ID, k knownVertex) bool {
		switch {
		case r.req.LinksOnly:
			return true
		case r.subtree != nil && !r.subtree[id]:
			return true
		case r.req.Clear:
			return false
		}
		return k.part != "" && r.silent(k.part)
	}))
}

// settle decides about everything known that no part stated: it goes where its
// part answered or its parent is gone, and stays where nothing was proven.
func (r *run) settle(ctx context.Context) error {
	if err := r.keepUnproven(ctx); err != nil {
		return err
	}
	if err := r.carryAttrs(ctx); err != nil {
		return err
	}
	r.clashes()
	return nil
}

// keepUnproven keeps vertices that no part of ours ever stated (imported, or
// entered by a user), and those of parts that no longer exist, unless this scan
// was complete and would have shown them.
func (r *run) keepUnproven(ctx context.Context) error {
	if r.req.Clear {
		return nil
	}
	complete := r.failures() == 0 && !slices.ContainsFunc(r.sources, func(s source) bool { return s.idle })
	return r.keep(ctx, r.choose(func(_ graph.ID, k knownVertex) bool {
		if k.part == derived || r.parts[k.part] != nil || r.plans(k.part) {
			return false
		}
		return !complete || !r.plan.covers(k.typ)
	}))
}

// plans tells whether a part belongs to a fetcher of this scan's plan; if it
// did not run then its parent is gone or no longer asks for it.
func (r *run) plans(part string) bool {
	for _, f := range r.plan.fetchers {
		if part == f.Name || len(part) > len(f.Name) && part[:len(f.Name)+1] == f.Name+"@" {
			return true
		}
	}
	return false
}

// carryAttrs gives vertices back those attributes which a failed part would
// have added to them.
func (r *run) carryAttrs(ctx context.Context) error {
	if r.known.view == nil || r.req.Clear {
		return nil
	}
	for _, f := range r.plan.fetchers {
		for _, name := range r.failedParts(f.Name) {
			target := graph.ID(r.parts[name].Target)
			for _, v := range r.draft.Of(f.Yields...) {
				if v.ID != target && v.Parent != target && graph.ID(v.Host) != target && f.Parent != graph.Root && f.Parent != graph.Region {
					continue
				}
				if _, stored := r.known.of[v.ID]; !stored {
					continue
				}
				old, err := r.known.view.Vertex(ctx, v.ID)
				if err != nil {
					return err
				}
				for k, a := range old.Attrs {
					if _, has := v.Attrs[k]; !has {
						addAttrs(v, graph.Attrs{k: a})
					}
				}
			}
		}
	}
	return nil
}

func (r *run) failedParts(fetcher string) []string {
	var out []string
	for name, p := range r.parts {
		if p.Fetcher == fetcher && p.Error != "" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// dropOrphans removes kept vertices whose parent is gone, down to their last
// descendant. It runs after joining, which makes parents too (the projects of
// networks whose own is unknown).
func (r *run) dropOrphans() {
	for again := true; again; {
		again = false
		for _, v := range r.draft.Of() {
			if v.Parent == "" || r.draft.Get(v.Parent) != nil {
				continue
			}
			if r.fresh(v) {
				continue // adopt finds it a place
			}
			r.draft.Delete(v.ID)
			again = true
		}
	}
}
