package scan

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"calipso/graph"
)

// known is what the store held of the environment when the scan began: enough
// of each vertex to tell whose it is and where it hangs. Whole vertices are
// read when they are to be kept.
type known struct {
	view  *graph.View // nil if the environment holds nothing yet
	of    map[graph.ID]knownVertex
	edges []graph.EdgeKey
}

type knownVertex struct {
	typ    graph.VertexType
	part   string
	host   string
	parent graph.ID // the logical one: folders in between are left out
}

// isFolder tells folders from things: their types end so by rule.
func isFolder(t graph.VertexType) bool { return strings.HasSuffix(string(t), "_folder") }

// recall reads what is known and prepares the draft.
func (r *run) recall(ctx context.Context) error {
	r.draft = graph.NewDraft()
	r.facts = map[graph.ID][]fact{}
	view, err := r.store.View(ctx, r.req.Env.Name, graph.Now)
	if errors.Is(err, graph.ErrNotFound) {
		return r.target()
	}
	if err != nil {
		return err
	}
	r.known = known{view: view, of: map[graph.ID]knownVertex{}}
	for v, err := range view.Vertices(ctx) {
		if err != nil {
			return err
		}
		r.known.of[v.ID] = knownVertex{v.Type, v.Part, v.Host, v.Parent}
	}
	for id, k := range r.known.of {
		k.parent = r.known.unfold(k.parent)
		r.known.of[id] = k
	}
	for e, err := range view.Edges(ctx) {
		if err != nil {
			return err
		}
		r.known.edges = append(r.known.edges, e.EdgeKey)
	}
	if err := r.target(); err != nil {
		return err
	}
	return r.keepUntouched(ctx)
}

// unfold climbs over folders to the thing a vertex hangs under.
func (k *known) unfold(parent graph.ID) graph.ID {
	for range len(k.of) {
		p, ok := k.of[parent]
		if !ok || !isFolder(p.typ) {
			return parent
		}
		parent = p.parent
	}
	return ""
}

// target marks the subtree that a scan of one object is about.
func (r *run) target() error {
	if r.req.Object == "" {
		return nil
	}
	k, ok := r.known.of[r.req.Object]
	if !ok || isFolder(k.typ) {
		return fmt.Errorf("object %q: %w; scan the environment first, or name an object that is no folder", r.req.Object, graph.ErrNotFound)
	}
	r.subtree = map[graph.ID]bool{r.req.Object: true}
	for id, k := range r.known.of {
		if r.below(id, k) {
			r.subtree[id] = true
		}
	}
	return nil
}

// below tells whether a known vertex hangs under the object being scanned.
func (r *run) below(id graph.ID, k knownVertex) bool {
	for range len(r.known.of) {
		if id == r.req.Object {
			return true
		}
		if k.host == string(r.req.Object) {
			return true
		}
		id = k.parent
		var ok bool
		if k, ok = r.known.of[id]; !ok {
			return false
		}
	}
	return false
}

// wanted tells whether a part is asked in this scan: all of them, or those that
// state something of the subtree of the one object that is scanned.
func (r *run) wanted(part string, parent *graph.Vertex) bool {
	if r.subtree == nil || r.subtree[parent.ID] {
		return true
	}
	for id := range r.subtree {
		if r.known.of[id].part == part {
			return true
		}
	}
	return false
}
