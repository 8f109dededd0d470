package mirror

import (
	"context"
	"iter"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
)

// Sink is where documents are mirrored to. Collections go by their documented
// names; what they are called there is the sink's business. Every method may be
// tried again after an error.
type Sink interface {
	// Name says where it is, without passwords: one name, one set of documents.
	Name() string
	// State reads what SetState noted last; nil if it never did.
	State(ctx context.Context) (*State, error)
	// SetState notes s in place of the state with number before; 0: of none.
	//
	// Errors: ErrMoved if another one is there.
	SetState(ctx context.Context, s *State, before int64) error
	// Index makes the documented indexes.
	Index(ctx context.Context, collections []string) error
	// Write does ops in any order; each may have been done before.
	//
	// Errors: ErrDuplicate if a unique index forbids it.
	Write(ctx context.Context, collection string, ops []Op) error
	// Read reads documents by their ids, in any order.
	Read(ctx context.Context, collection string, ids []any) ([]bson.Raw, error)
	// Empty tells whether there are no documents whose environment is env; none
	// at all if env is empty.
	Empty(ctx context.Context, collection string, env graph.EnvID) (bool, error)
	// IDs iterates over the ids of the documents whose environment is env; of
	// all documents if env is empty.
	IDs(ctx context.Context, collection string, env graph.EnvID) iter.Seq2[any, error]
	// Remove removes the documents of an environment.
	Remove(ctx context.Context, collection string, env graph.EnvID) error
	// RemoveOthers removes the documents that are of none of the environments.
	RemoveOthers(ctx context.Context, collection string, envs []graph.EnvID) error
}

// Op is one write: Doc takes the place of the document with that id; nil: there
// shall be none.
type Op struct {
	ID  any // bson.ObjectID or string
	Doc bson.Raw
}
