package mirror

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/graph/clique"
	"calipso/importexport"
)

// manyEnds is the number of vertices at touched links from which on asking each
// for its focal points costs more than looking at all of these.
const manyEnds = 256

// changedCliques finds the clique documents that are others than before, and no
// other ones. Which focal points a change may concern is told by going the
// steps of the clique types backwards from it, before and after; of each of
// these both cliques are found by numbers, which takes microseconds, and only if
// they differ, or hold something that was touched, both documents are made.
func (c *change) changedCliques(ctx context.Context) error {
	for nums := range slices.Chunk(c.focals(), readChunk) {
		olds, err := c.was.view.PresentVertices(ctx, nums)
		if err != nil {
			return err
		}
		news, err := c.is.view.PresentVertices(ctx, nums)
		if err != nil {
			return err
		}
		for i, n := range nums {
			if err := c.clique(ctx, n, olds[i], news[i]); err != nil {
				return err
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// focals lists the focal points whose cliques may have changed, by number.
func (c *change) focals() []uint32 {
	concerned := map[uint32]bool{}
	all := c.ruled || len(c.ends)+len(c.retyped) > manyEnds
	for _, s := range []*side{&c.was, &c.is} {
		for _, n := range c.vertices { // its own attributes may limit it
			concerned[n] = concerned[n] || s.focal(n)
		}
		if all {
			for n := range uint32(s.g.Len()) {
				if s.focal(n) {
					concerned[n] = true
				}
			}
			continue
		}
		for _, list := range [][]uint32{c.ends, c.retyped} {
			for _, n := range list {
				for _, f := range s.cliques.Containing(n) {
					concerned[f] = true
				}
			}
		}
	}
	out := make([]uint32, 0, len(concerned))
	for n, is := range concerned {
		if is {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

// focal tells whether a vertex is of a type that has cliques.
func (s *side) focal(n uint32) bool {
	code := s.g.VertexType(n)
	return code != 0 && s.cliques.Has(graph.VertexType(s.g.VertexTypes().Name(int(code))))
}

// clique compares what two moments say of one focal point.
func (c *change) clique(ctx context.Context, n uint32, was, is *graph.Vertex) error {
	before, had, err := c.was.find(ctx, was, n)
	if err != nil {
		return err
	}
	after, has, err := c.is.find(ctx, is, n)
	if err != nil || !had && !has {
		return err
	}
	if had && has && alike(&before, &after) && !c.concerns(&after) {
		return nil
	}
	var old, now bson.D
	if had {
		if old, err = c.was.cliques.Document(ctx, &before); err != nil {
			return err
		}
	}
	if has {
		if now, err = c.is.cliques.Document(ctx, &after); err != nil {
			return err
		}
	}
	return differ(importexport.CliqueSet, old, now, c.put)
}

func (s *side) find(ctx context.Context, v *graph.Vertex, n uint32) (clique.Found, bool, error) {
	if v == nil {
		return clique.Found{}, false, nil
	}
	return s.cliques.Find(ctx, v, n)
}

// alike tells whether two cliques of a focal point have the same type, values,
// vertices and links. Numbers stand for the same thing at any time.
func alike(a, b *clique.Found) bool {
	return a.Type.ID == b.Type.ID && a.Focal.Type == b.Focal.Type && same(a.Values, b.Values) &&
		slices.EqualFunc(a.Nodes, b.Nodes, func(x, y clique.Node) bool { return x.Num == y.Num && x.Step == y.Step }) &&
		slices.EqualFunc(a.Links, b.Links, func(x, y clique.Link) bool {
			return x.Edge == y.Edge && x.From == y.From && x.To == y.To && x.Step == y.Step
		})
}

// concerns tells whether something in a clique was touched in a way that its
// document may show.
func (c *change) concerns(f *clique.Found) bool {
	return slices.ContainsFunc(f.Links, func(l clique.Link) bool { return l.Edge != clique.NoEdge && contains(c.edges, l.Edge) }) ||
		slices.ContainsFunc(f.Nodes, func(n clique.Node) bool { return contains(c.retyped, n.Num) })
}
