package importexport

import (
	"context"
	"iter"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
)

// Doc is one document of a source, its keys as they were before MongoDB's
// encoding and its values in the form of graph.Attrs.
type Doc struct {
	// At says where it stands, for messages: "inventory.jsonl:17".
	At string
	// ID is the text of _id: 24 hex digits, or what else was written.
	ID string
	// Body is all but _id.
	Body graph.Attrs
	// Bytes is its size in the source.
	Bytes int
}

// Source is where documents come from.
type Source interface {
	// Collections lists the names of its collections, in order.
	Collections(ctx context.Context) ([]string, error)
	// Documents iterates over a collection in its stored order and ends at the
	// first error, which names the place.
	Documents(ctx context.Context, collection string) iter.Seq2[Doc, error]
	// Size is about how many bytes there are, 0 if that is not known.
	Size(ctx context.Context) (int64, error)
}

// Selector is a Source that can pick the documents of one environment.
type Selector interface {
	Source
	// DocumentsOf is Documents, but only those whose member environment is env.
	DocumentsOf(ctx context.Context, collection string, env graph.EnvID) iter.Seq2[Doc, error]
}

// Target is where documents go.
type Target interface {
	// Create begins a collection, in place of one that is there. Its documents
	// come in the order in which a reader shall find them.
	Create(ctx context.Context, collection string) (Collection, error)
}

// Publisher is a Target whose collections are shown all together, when the last
// of them is written.
type Publisher interface {
	Target
	// Publish shows what was committed.
	Publish(ctx context.Context) error
	// Discard gives up what was committed and not published.
	Discard()
}

// Collection takes the documents of one collection.
type Collection interface {
	Write(ctx context.Context, d bson.D) error
	// Commit makes what was written the collection's content.
	Commit() error
	// Discard gives up what was not committed; after Commit it does nothing.
	Discard()
}
