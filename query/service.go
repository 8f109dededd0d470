package query

import (
	"context"
	"iter"
	"log/slog"
	"sync"

	"calipso/graph"
	"calipso/graph/clique"
	"calipso/graph/recent"
	"calipso/graph/topology"
	"calipso/graph/walk"
	"calipso/index"
)

// View is what the questions need of a graph.View.
type View interface {
	graph.Reader
	Env() graph.EnvID
	Edge(ctx context.Context, k graph.EdgeKey) (*graph.Edge, error)
	Children(ctx context.Context, parent graph.ID) iter.Seq2[*graph.Vertex, error]
	Path(ctx context.Context, id graph.ID) ([]*graph.Vertex, error)
	EdgesOf(ctx context.Context, id graph.ID) (out, in []*graph.Edge, err error)
	Counts(ctx context.Context) (map[graph.VertexType]int, map[graph.EdgeType]int, error)
	Document(ctx context.Context, c graph.Collection, id string) (*graph.Document, error)
	Documents(ctx context.Context, c graph.Collection) iter.Seq2[*graph.Document, error]
	DocumentsBackward(ctx context.Context, c graph.Collection) iter.Seq2[*graph.Document, error]
	Topology(ctx context.Context) (*topology.Graph, error)
	Num(ctx context.Context, id graph.ID) (uint32, error)
	VerticesByNum(ctx context.Context, n []uint32) ([]*graph.Vertex, error)
	EdgesByNum(ctx context.Context, n []uint32) ([]*graph.Edge, error)
	recent.View
}

var _ View = (*graph.View)(nil)

// Store is where views come from: a graph.Store, by way of Over.
type Store interface {
	EnvIDs(ctx context.Context) ([]graph.EnvID, error)
	View(ctx context.Context, env graph.EnvID, at graph.Time) (View, error)
	// History and LinksHistory give what was, newest first.
	History(ctx context.Context, env graph.EnvID, id graph.ID) iter.Seq2[graph.Version, error]
	LinksHistory(ctx context.Context, env graph.EnvID, id graph.ID, at graph.Time) iter.Seq2[graph.EdgeStep, error]
	Retained(env graph.EnvID) (graph.Retained, error)
}

// Over makes a Store of a graph.Store.
func Over(s *graph.Store) Store { return store{s} }

type store struct{ *graph.Store }

// View implements Store.
func (s store) View(ctx context.Context, env graph.EnvID, at graph.Time) (View, error) {
	v, err := s.Store.View(ctx, env, at)
	if err != nil {
		return nil, err
	}
	return v, nil
}

// Searcher finds objects of now by text: an index.Index.
type Searcher interface {
	Search(ctx context.Context, q index.Query) (index.Result, error)
}

var _ Searcher = (*index.Index)(nil)

// Options of a Service. The zero value works.
type Options struct {
	// Log is silent if nil.
	Log *slog.Logger
}

// Service answers questions. Its methods may be called from any number of
// goroutines. What it keeps from one question to the next is dropped by the
// commits that change it.
type Service struct {
	store   Store
	index   Searcher
	log     *slog.Logger
	books   *recent.Memo[graph.EnvID, *ruleBook]
	focal   *recent.Cache[*graph.Vertex]
	parts   sync.Map  // room → *recent.Memo[string, part]
	finders sync.Pool // of *clique.Finder
	walkers sync.Pool // of *walk.Walker
}

const (
	maxBooks   = 1000 // environments whose rules are kept
	focalCache = 16 << 20
)

// New makes a Service over a store and a search index.
func New(s Store, i Searcher, opt Options) *Service {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{
		store: s, index: i, log: opt.Log,
		books:   recent.NewMemo[graph.EnvID, *ruleBook](maxBooks, graph.Environments, graph.CliqueTypes, graph.CliqueConstraints),
		focal:   recent.New[*graph.Vertex](focalCache),
		finders: sync.Pool{New: func() any { return new(clique.Finder) }},
		walkers: sync.Pool{New: func() any { return new(walk.Walker) }},
	}
}

// At names the graph that a question is about: an environment, as it was at a
// time (graph.Now: as it is).
type At struct {
	Env  graph.EnvID
	Time graph.Time
}

// view opens the graph that a question is about.
func (s *Service) view(ctx context.Context, at At) (View, error) {
	if at.Env == graph.Shared {
		return nil, notFound("environment", "")
	}
	return s.store.View(ctx, at.Env, at.Time)
}
