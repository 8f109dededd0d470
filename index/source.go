package index

import (
	"context"
	"iter"

	"calipso/graph"
)

// Source is what the index follows: a store, by way of Over.
type Source interface {
	// EnvIDs are the environments there are, sorted.
	EnvIDs(ctx context.Context) ([]graph.EnvID, error)
	// Last is the time of an environment's last commit, 0 if it has none.
	Last(env graph.EnvID) graph.Time
	// Commits are those after a time, oldest first.
	Commits(ctx context.Context, env graph.EnvID, after graph.Time) iter.Seq2[*graph.Commit, error]
	// View reads an environment as of a time.
	View(ctx context.Context, env graph.EnvID, at graph.Time) (graph.Reader, error)
	// History is the versions of one vertex, newest first.
	History(ctx context.Context, env graph.EnvID, id graph.ID) iter.Seq2[graph.Version, error]
	// Histories is every vertex that there is or was, with its versions.
	Histories(ctx context.Context, env graph.EnvID) iter.Seq2[graph.Past, error]
	// Objects is how many vertices there are.
	Objects(ctx context.Context, env graph.EnvID) (int, error)
	// Changed is closed at the next commit of any environment.
	Changed() <-chan struct{}
}

// Over makes a Source of a store.
func Over(s *graph.Store) Source { return store{s} }

type store struct{ *graph.Store }

// View implements Source.
func (s store) View(ctx context.Context, env graph.EnvID, at graph.Time) (graph.Reader, error) {
	v, err := s.Store.View(ctx, env, at)
	if err != nil {
		return nil, err
	}
	return v, nil
}

// Objects implements Source.
func (s store) Objects(ctx context.Context, env graph.EnvID) (int, error) {
	v, err := s.Store.View(ctx, env, graph.Now)
	if err != nil {
		return 0, err
	}
	byType, _, err := v.Counts(ctx)
	n := 0
	for _, of := range byType {
		n += of
	}
	return n, err
}
