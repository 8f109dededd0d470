package auth

import (
	"context"
	"iter"

	"calipso/graph"
	"calipso/graph/recent"
)

// Store is what accounts need of the store: documents that belong to no single
// environment.
type Store interface {
	// View tells how recent the documents are, and what became of them.
	View(ctx context.Context) (recent.DocView, error)
	// Document errors: graph.ErrNotFound.
	Document(ctx context.Context, c graph.Collection, id string) (*graph.Document, error)
	// Documents iterates over a collection by id.
	Documents(ctx context.Context, c graph.Collection) iter.Seq2[*graph.Document, error]
	// Write puts and removes documents as one commit on behalf of who.
	Write(ctx context.Context, who string, put []*graph.Document, remove []graph.DocKey) error
}
