package query

import (
	"context"
	"errors"

	"calipso/graph"
)

// peers names the objects at the other ends of links that a commit changed.
type peers struct {
	s     *Service
	env   graph.EnvID
	at    graph.Time // of the commit
	known map[graph.ID]Ref
}

// ref is an object as the commit left it, else as it was before, else its id.
func (p *peers) ref(ctx context.Context, id graph.ID) (Ref, error) {
	if r, ok := p.known[id]; ok {
		return r, nil
	}
	r := Ref{ID: id, Name: string(id)}
	for _, at := range []graph.Time{p.at, p.at - 1} {
		v, err := p.s.store.View(ctx, p.env, at)
		if errors.Is(err, graph.ErrRetired) {
			continue
		}
		if err != nil {
			return r, err
		}
		x, err := v.Vertex(ctx, id)
		if err == nil {
			r = refOf(x)
			break
		}
		if !errors.Is(err, graph.ErrNotFound) {
			return r, err
		}
	}
	p.known[id] = r
	return r, nil
}
