package graph

import (
	"context"
	"iter"
)

// Reader reads one environment as it was at one time. Store's views and a
// scan's Draft are Readers; link finders, cliques and formats ask for no more.
//
// Vertices and edges that a Reader hands out are the caller's to read, not to
// change: Clone first. Iteration is ordered by type as asked, then by id
// (edges: by from, then to), and stops at the first error.
type Reader interface {
	// Vertex errors: ErrNotFound.
	Vertex(ctx context.Context, id ID) (*Vertex, error)
	// Vertices iterates over those of the given types; none given: over all.
	Vertices(ctx context.Context, types ...VertexType) iter.Seq2[*Vertex, error]
	// Edges iterates over those of the given types; none given: over all.
	Edges(ctx context.Context, types ...EdgeType) iter.Seq2[*Edge, error]
}
