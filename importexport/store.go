package importexport

import (
	"context"
	"iter"

	"calipso/graph"
	"calipso/graph/clique"
)

// Store is what documents are read into and written from; Of makes one of
// *graph.Store.
type Store interface {
	EnvIDs(ctx context.Context) ([]graph.EnvID, error)
	// View errors: graph.ErrNotFound for an environment that was never written.
	View(ctx context.Context, env graph.EnvID, at graph.Time) (View, error)
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
	Load(ctx context.Context, env graph.EnvID, cause graph.Cause, src iter.Seq2[*graph.Record, error]) (*graph.Commit, error)
}

// View is one environment at one time; *graph.View is one.
type View interface {
	graph.Reader
	clique.View
	Edge(ctx context.Context, k graph.EdgeKey) (*graph.Edge, error)
	Document(ctx context.Context, c graph.Collection, id string) (*graph.Document, error)
	Documents(ctx context.Context, c graph.Collection) iter.Seq2[*graph.Document, error]
}

// Of makes a Store of the graph's own.
func Of(s *graph.Store) Store { return graphStore{s} }

type graphStore struct{ *graph.Store }

func (s graphStore) View(ctx context.Context, env graph.EnvID, at graph.Time) (View, error) {
	v, err := s.Store.View(ctx, env, at)
	if err != nil {
		return nil, err
	}
	return v, nil
}
