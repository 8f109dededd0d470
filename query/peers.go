package query

import (
	"cmp"
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
	times := []graph.Time{p.at, p.at - 1}
	for i := 0; i < len(times); i++ {
		v, err := p.s.store.View(ctx, p.env, times[i])
		var gone *graph.RetiredError
		if errors.As(err, &gone) {
			if i == 0 { // the nearest times that are kept, which show the same
				times = []graph.Time{p.at, cmp.Or(gone.After, gone.Since), cmp.Or(gone.Before, gone.Since)}
			}
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
