package importexport

import (
	"context"
	"fmt"

	"calipso/graph"
	"calipso/graph/document"
)

// maxDepth is deeper than any tree of vertices is; a chain of parents that is
// longer goes in circles.
const maxDepth = 64

// place is a vertex that has children.
type place struct {
	document.Step
	above *place // nil for a topmost one
	depth int
}

// places finds the places of vertices in the tree, each ancestor once.
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

func (x *exporter) inventory(ctx context.Context, o *out) error {
	for _, e := range x.envs {
		p := &places{view: e.view, seen: map[graph.ID]*place{}}
		for v, err := range e.view.Vertices(ctx) {
			if err != nil {
				return err
			}
			path, err := p.path(ctx, v)
			if err != nil {
				return err
			}
			at, stale := e.fresh.of(v.Part)
			if err := o.put(ctx, document.Object(e.id, v, document.Place{Path: path, LastScanned: at, Stale: stale})); err != nil {
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
