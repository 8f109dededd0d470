package extent

import (
	"context"
	"errors"
	"slices"

	"calipso/graph"
	"calipso/graph/clique"
	"calipso/graph/topology"
)

// walker walks the cliques of many focal points of one view.
type walker struct {
	view    *graph.View
	g       *topology.Graph
	rules   *clique.Rules
	finder  clique.Finder
	choices map[uint8]*clique.Choice // by type code; nil: no focal point
}

// chunk is how many vertices are read at once.
const chunk = 256

// each visits the cliques of those of some vertices that are focal points, in
// their order. What visit is given is good for the call only.
func (w *walker) each(ctx context.Context, nums []uint32, visit func(focal uint32, r clique.Result)) error {
	var focals []uint32
	for _, n := range nums {
		c, err := w.choice(w.g.VertexType(n))
		if err != nil {
			return err
		}
		if c != nil {
			focals = append(focals, n)
		}
	}
	for some := range slices.Chunk(focals, chunk) {
		vertices, err := w.view.VerticesByNum(ctx, some)
		if err != nil {
			return err
		}
		for i, v := range vertices {
			found, err := w.finder.Walk(ctx, w.view, w.g, w.choices[w.g.VertexType(some[i])], v, some[i])
			if err != nil {
				return err
			}
			visit(some[i], found.Result)
		}
	}
	return nil
}

func (w *walker) choice(code uint8) (*clique.Choice, error) {
	if c, known := w.choices[code]; known {
		return c, nil
	}
	c, err := w.rules.Choose(w.g, graph.VertexType(w.g.VertexTypes().Name(int(code))), "")
	if err != nil && !errors.Is(err, graph.ErrNotFound) {
		return nil, err
	}
	w.choices[code] = c
	return c, nil
}

// Cliques visits, in their order, the cliques of those of some vertices that are
// focal points, as of a time: the numbers of all that is in each.
//
// Errors: graph.ErrNotFound if there is no such environment, or one of the
// vertices is not there.
func (r *Resolver) Cliques(ctx context.Context, env graph.EnvID, at graph.Time, nums []uint32, visit func(focal uint32, members []uint32)) error {
	w, err := r.walker(ctx, env, at)
	if err != nil {
		return err
	}
	return w.each(ctx, nums, func(focal uint32, found clique.Result) {
		members := make([]uint32, len(found.Nodes))
		for i, n := range found.Nodes {
			members[i] = n.Num
		}
		visit(focal, members)
	})
}
