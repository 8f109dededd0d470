package query

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"calipso/graph"
	"calipso/index"
)

// SearchRequest asks where a text is found.
type SearchRequest struct {
	// Text is a name, an id, a MAC or an IP address, or a piece of one.
	Text string
	// Envs are the environments that the caller may see and wants searched;
	// nil: all of them.
	Envs   []graph.EnvID
	Types  []graph.VertexType // folders are found only if asked for
	Limit  int                // 0: DefaultLimit; at most MaxLimit
	Cursor string
	// Time searches the objects of a past time, by reading them all; graph.Now
	// asks the index.
	Time graph.Time
}

// Found is one page of hits, the best first.
type Found struct {
	Items      []Hit  `json:"items"`
	NextCursor string `json:"next_cursor,omitempty"`
	Total      int    `json:"total"`
	// TotalExact is false if there are more hits than were counted.
	TotalExact bool `json:"total_exact"`
}

// Hit is one object found, with where it is.
type Hit struct {
	index.Hit
	NamePath string `json:"name_path"`
	Path     []Ref  `json:"path"`
}

// Search finds objects by text, the best first.
//
// Errors: *graph.InvalidError for the text, the limit or the cursor.
func (s *Service) Search(ctx context.Context, q SearchRequest) (*Found, error) {
	if q.Time != graph.Now {
		return s.searchPast(ctx, q)
	}
	res, err := s.index.Search(ctx, index.Query{Text: q.Text, Envs: q.Envs, Types: q.Types, Limit: q.Limit, Cursor: q.Cursor})
	if err != nil {
		return nil, err
	}
	found := &Found{Items: make([]Hit, 0, len(res.Hits)), NextCursor: res.Next, Total: res.Total, TotalExact: res.TotalExact}
	readings := map[graph.EnvID]*reading{}
	for _, h := range res.Hits {
		r := readings[h.Env]
		if r == nil {
			v, err := s.view(ctx, At{Env: h.Env})
			if errors.Is(err, graph.ErrNotFound) {
				continue // removed, and the index has not heard of it yet
			}
			if err != nil {
				return nil, err
			}
			r = newReading(v)
			readings[h.Env] = r
		}
		hit, err := r.hit(ctx, h)
		if errors.Is(err, graph.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found.Items = append(found.Items, *hit)
	}
	return found, nil
}

// hit adds where an object is.
func (r *reading) hit(ctx context.Context, h index.Hit) (*Hit, error) {
	v, err := r.view.Vertex(ctx, h.ID)
	if err != nil {
		return nil, err
	}
	above, err := r.path(ctx, v.Parent)
	if err != nil {
		return nil, err
	}
	path := append(above[:len(above):len(above)], refOf(v))
	_, names := paths(h.Env, path)
	return &Hit{h, names, path}, nil
}

// searchPast compares every object of a past time by the rules of the index.
func (s *Service) searchPast(ctx context.Context, q SearchRequest) (*Found, error) {
	p := Paging{Limit: q.Limit, Cursor: q.Cursor}
	at := At{Time: q.Time}
	from, err := p.start("search", &at)
	if err != nil {
		return nil, err
	}
	m, err := index.NewMatcher(q.Text)
	if err != nil {
		return nil, err
	}
	envs := q.Envs
	if envs == nil {
		if envs, err = s.store.EnvIDs(ctx); err != nil {
			return nil, err
		}
	}
	readings := map[graph.EnvID]*reading{}
	for _, env := range envs {
		v, err := s.view(ctx, At{Env: env, Time: q.Time})
		switch {
		case errors.Is(err, graph.ErrNotFound), errors.Is(err, graph.ErrRetired):
			continue // not there yet, or no longer known
		case err != nil:
			return nil, err
		}
		readings[env] = newReading(v)
	}
	var hits []index.Hit
	for _, match := range []func(*graph.Vertex) (index.Matched, index.Rank, bool){m.Match, m.Like} {
		for _, env := range envs {
			if r := readings[env]; r != nil && err == nil {
				hits, err = r.search(ctx, q.Types, match, hits)
			}
		}
		if err != nil {
			return nil, err
		}
		if len(hits) > 0 {
			break
		}
	}
	slices.SortFunc(hits, func(a, b index.Hit) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Env, b.Env), cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID))
	})
	page, err := cut(hits, p, from, q.Time, func(part []index.Hit) ([]Hit, error) {
		out := make([]Hit, 0, len(part))
		for _, h := range part {
			hit, err := readings[h.Env].hit(ctx, h)
			if err != nil {
				return nil, err
			}
			out = append(out, *hit)
		}
		return out, nil
	})
	if err != nil {
		return nil, err
	}
	return &Found{Items: page.Items, NextCursor: page.NextCursor, Total: page.Total, TotalExact: true}, nil
}

func (r *reading) search(ctx context.Context, types []graph.VertexType, match func(*graph.Vertex) (index.Matched, index.Rank, bool), hits []index.Hit) ([]index.Hit, error) {
	for v, err := range r.view.Vertices(ctx, types...) {
		if err != nil {
			return nil, err
		}
		if len(types) == 0 && !index.Shown(v.Type) {
			continue
		}
		if what, rank, ok := match(v); ok {
			hits = append(hits, index.Hit{
				Env: r.view.Env(), ID: v.ID, Type: v.Type, Name: v.Text(), Matched: what, Rank: rank, Score: rank.Score(),
			})
		}
	}
	return hits, nil
}
