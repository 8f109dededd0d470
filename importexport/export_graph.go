package importexport

import (
	"context"
	"fmt"
	"iter"

	"calipso/graph"
	"calipso/graph/document"
)

// maxDepth is deeper than any tree of vertices is; a chain of parents that is
// longer goes in circles.
const maxDepth = 64

// maxPlaces bounds the places kept, so that memory does not grow with the size
// of the environment. Vertices come by type and id, so those that hang under the
// same ones mostly come together, and few places are read again.
const maxPlaces = 512

// place is a vertex that has children.
type place struct {
	document.Step
	above *place // nil for a topmost one
	depth int
}

// places finds the places of vertices in the tree and keeps those of ancestors.
type places struct {
	view View
	seen map[graph.ID]*place
}

// of is the place of a vertex; nil for the environment, or for a parent that
// does not exist.
func (p *places) of(ctx context.Context, id graph.ID, depth int) (*place, error) {
	if id == "" {
		return nil, nil
	}
	if at, ok := p.seen[id]; ok {
		return at, nil
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("vertex %q: its parents go in circles: %w", id, graph.ErrCorrupt)
	}
	v, err := p.view.Vertex(ctx, id)
	if err != nil {
		if notFound(err) {
			return nil, nil
		}
		return nil, err
	}
	above, err := p.of(ctx, v.Parent, depth+1)
	if err != nil {
		return nil, err
	}
	at := &place{Step: document.Step{ID: v.ID, Type: v.Type, Name: v.Text()}, above: above, depth: 1}
	if above != nil {
		at.depth = above.depth + 1
	}
	if len(p.seen) >= maxPlaces {
		clear(p.seen)
	}
	p.seen[id] = at
	return at, nil
}

// path leads from the topmost ancestor to v.
func (p *places) path(ctx context.Context, v *graph.Vertex) ([]document.Step, error) {
	above, err := p.of(ctx, v.Parent, 0)
	if err != nil {
		return nil, err
	}
	n := 1
	if above != nil {
		n += above.depth
	}
	path := make([]document.Step, n)
	path[n-1] = document.Step{ID: v.ID, Type: v.Type, Name: v.Text()}
	for i := n - 2; above != nil; i, above = i-1, above.above {
		path[i] = above.Step
	}
	return path, nil
}

// Objects makes the inventory documents of some vertices of an environment, in
// their order. What it keeps of what they hang under is bounded.
func Objects(ctx context.Context, env graph.EnvID, v View, vertices iter.Seq2[*graph.Vertex, error]) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		fresh, err := readFreshness(ctx, v)
		if err != nil {
			yield(nil, err)
			return
		}
		p := &places{view: v, seen: map[graph.ID]*place{}}
		for x, err := range vertices {
			var path []document.Step
			if err == nil {
				path, err = p.path(ctx, x)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			at, stale := fresh.of(x.Part)
			if !yield(document.Object(env, x, document.Place{Path: path, LastScanned: at, Stale: stale}), nil) {
				return
			}
		}
	}
}

func (x *exporter) inventory(ctx context.Context, o *out) error {
	for _, e := range x.envs {
		for d, err := range Objects(ctx, e.id, e.view, e.view.Vertices(ctx)) {
			if err != nil {
				return err
			}
			if err := o.put(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}

func (x *exporter) links(ctx context.Context, o *out) error {
	for _, e := range x.envs {
		linker, err := document.NewLinker(ctx, e.view)
		if err != nil {
			return err
		}
		for edge, err := range e.view.Edges(ctx) {
			if err != nil {
				return err
			}
			d, err := linker.Link(ctx, e.id, edge)
			if err != nil {
				return err
			}
			if err := o.put(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}
