package query

import (
	"context"
	"errors"

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
	// Time searches the objects of a past time, graph.Now those of now.
	Time graph.Time
	// History searches all times: what matches or ever did. It leaves no room
	// for a Time.
	History bool
}

// Found is one page of hits, the best first.
type Found struct {
	Items      []Hit  `json:"items"`
	NextCursor string `json:"next_cursor,omitempty"`
	Total      int    `json:"total"`
	// TotalExact is false if there are more hits than were counted.
	TotalExact bool `json:"total_exact"`
}

// Hit is one object found, with where it is: at the time of the search, or when
// it last had the text.
type Hit struct {
	index.Hit
	NamePath string `json:"name_path"`
	Path     []Ref  `json:"path"`
}

// Search finds objects by text, the best first.
//
// Errors: *graph.InvalidError for the text, the limit or the cursor.
func (s *Service) Search(ctx context.Context, q SearchRequest) (*Found, error) {
	res, err := s.index.Search(ctx, index.Query{
		Text: q.Text, Envs: q.Envs, Types: q.Types, Limit: q.Limit, Cursor: q.Cursor, Time: q.Time, History: q.History,
	})
	if err != nil {
		return nil, err
	}
	found := &Found{Items: make([]Hit, 0, len(res.Hits)), NextCursor: res.Next, Total: res.Total, TotalExact: res.TotalExact}
	readings := map[At]*reading{}
	for _, h := range res.Hits {
		at := At{h.Env, q.Time}
		if q.History && h.To != 0 {
			at.Time = h.To - 1
		}
		hit, err := s.hit(ctx, readings, at, h)
		switch {
		case errors.Is(err, graph.ErrNotFound), errors.Is(err, graph.ErrRetired):
			if !q.History {
				continue // removed, and the index has not heard of it yet
			}
			hit = &Hit{Hit: h, NamePath: "/" + string(h.Env), Path: []Ref{}} // that time is no longer kept
		case err != nil:
			return nil, err
		}
		found.Items = append(found.Items, *hit)
	}
	return found, nil
}

// hit adds where an object was at a time, and its name then.
func (s *Service) hit(ctx context.Context, readings map[At]*reading, at At, h index.Hit) (*Hit, error) {
	r := readings[at]
	if r == nil {
		v, err := s.view(ctx, at)
		if err != nil {
			return nil, err
		}
		r = newReading(v)
		readings[at] = r
	}
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
	h.Name = v.Text()
	return &Hit{h, names, path}, nil
}
