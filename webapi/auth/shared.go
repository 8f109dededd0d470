package auth

import (
	"context"
	"iter"

	"calipso/graph"
	"calipso/graph/recent"
)

// Shared is the Store over a graph store's documents that belong to no single
// environment.
func Shared(s *graph.Store) Store { return shared{s} }

type shared struct{ store *graph.Store }

func (s shared) View(ctx context.Context) (recent.DocView, error) {
	v, err := s.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	return v, nil
}

func (s shared) Document(ctx context.Context, c graph.Collection, id string) (*graph.Document, error) {
	v, err := s.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	return v.Document(ctx, c, id)
}

func (s shared) Documents(ctx context.Context, c graph.Collection) iter.Seq2[*graph.Document, error] {
	return func(yield func(*graph.Document, error) bool) {
		v, err := s.store.View(ctx, graph.Shared, graph.Now)
		if err != nil {
			yield(nil, err)
			return
		}
		for d, err := range v.Documents(ctx, c) {
			if !yield(d, err) {
				return
			}
		}
	}
}

func (s shared) Write(ctx context.Context, who string, put []*graph.Document, remove []graph.DocKey) error {
	_, err := s.store.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseUser, Who: who}, &graph.Batch{PutDocs: put, DeleteDocs: remove})
	return err
}
