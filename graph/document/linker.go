package document

import (
	"context"
	"fmt"
	"time"

	"calipso/graph"
	"calipso/graph/topology"
)

// Numbers is what a Linker asks of a view; *graph.View is one.
type Numbers interface {
	Topology(ctx context.Context) (*topology.Graph, error)
	Num(ctx context.Context, id graph.ID) (uint32, error)
}

// Linker makes documents of the edges of one view. It tells the types of their
// ends from the arrays, without reading vertices.
type Linker struct {
	view Numbers
	g    *topology.Graph
}

// NewLinker is the Linker of a view.
func NewLinker(ctx context.Context, v Numbers) (*Linker, error) {
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	return &Linker{v, g}, nil
}

// Link is the document of an edge; links have no part of a scan of their own,
// and so no last_scanned.
func (l *Linker) Link(ctx context.Context, env graph.EnvID, e *graph.Edge) (map[string]any, error) {
	var ends [2]graph.VertexType
	for i, id := range []graph.ID{e.From, e.To} {
		n, err := l.view.Num(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("link %s from %q to %q: %w", e.Type, e.From, e.To, err)
		}
		ends[i] = graph.VertexType(l.g.VertexTypes().Name(int(l.g.VertexType(n))))
	}
	return Link(env, e, ends[0], ends[1], time.Time{}), nil
}
