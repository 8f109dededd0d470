package importexport

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/graph/clique"
	"calipso/graph/document"
	"calipso/graph/topology"
)

// Cliques makes the clique documents of one environment at one time. It is for
// one goroutine.
type Cliques struct {
	// Warnings name clique types between which there was nothing to choose.
	Warnings []string

	m       *Maker
	g       *topology.Graph
	finder  clique.Finder
	types   []graph.VertexType
	choices map[graph.VertexType]*clique.Choice
}

// Cliques chooses the clique types that hold for the environment.
//
// Errors: those of the view.
func (m *Maker) Cliques(ctx context.Context, rules *clique.Rules) (*Cliques, error) {
	g, err := m.view.Topology(ctx)
	if err != nil {
		return nil, err
	}
	c := &Cliques{m: m, g: g, choices: map[graph.VertexType]*clique.Choice{}}
	for _, focal := range document.FocalTypes(rules.Types) {
		choice, err := rules.Choose(g, focal, "")
		if errors.Is(err, graph.ErrNotFound) {
			continue // no type fits this environment
		}
		if err != nil {
			return nil, err
		}
		if choice.Tie {
			c.Warnings = append(c.Warnings, fmt.Sprintf("environment %q: several clique types fit %s; %q (%s) is used", m.env, focal, choice.Type.Name, choice.Type.ID))
		}
		c.types = append(c.types, focal)
		c.choices[focal] = choice
	}
	return c, nil
}

// Has tells whether vertices of a type have cliques.
func (c *Cliques) Has(t graph.VertexType) bool { return c.choices[t] != nil }

// Containing lists, by number, the focal points among whose cliques are all
// that a change at a vertex may concern; see clique.Choice.Focals.
func (c *Cliques) Containing(vertex uint32) []uint32 {
	var out []uint32
	for _, t := range c.types {
		out = append(out, c.choices[t].Focals(c.g, vertex)...)
	}
	return out
}

// Find finds the clique of a vertex; ok is false if it has none. What is found
// is valid until the next call.
//
// Errors: those of the view.
func (c *Cliques) Find(ctx context.Context, focal *graph.Vertex, num uint32) (found clique.Found, ok bool, err error) {
	choice := c.choices[focal.Type]
	if choice == nil {
		return found, false, nil
	}
	found, err = c.finder.Walk(ctx, c.m.view, c.g, choice, focal, num)
	return found, err == nil && len(found.Links) > 0, err
}

// Document is that of a clique that was found.
func (c *Cliques) Document(ctx context.Context, found *clique.Found) (bson.D, error) {
	d, err := c.document(ctx, found)
	if err != nil {
		return nil, err
	}
	return encoded(d)
}

func (c *Cliques) document(ctx context.Context, found *clique.Found) (map[string]any, error) {
	whole, err := found.Read(ctx, c.m.view)
	if err != nil {
		return nil, err
	}
	return document.Clique(ctx, c.m.env, c.m.linker, whole)
}

// All iterates over the documents of all cliques.
func (c *Cliques) All(ctx context.Context) iter.Seq2[bson.D, error] {
	return func(yield func(bson.D, error) bool) {
		for m, err := range c.all(ctx) {
			var d bson.D
			if err == nil {
				d, err = encoded(m)
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// all is All before encoding.
func (c *Cliques) all(ctx context.Context) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		if len(c.types) == 0 {
			return // no types would mean all
		}
		for v, err := range c.m.view.Vertices(ctx, c.types...) {
			if err != nil {
				yield(nil, err)
				return
			}
			d, err := c.of(ctx, v)
			if err == nil && d == nil {
				continue
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// of is the document of a vertex's clique, nil if it has none.
func (c *Cliques) of(ctx context.Context, v *graph.Vertex) (map[string]any, error) {
	num, err := c.m.view.Num(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	found, ok, err := c.Find(ctx, v, num)
	if err != nil || !ok {
		return nil, err
	}
	return c.document(ctx, &found)
}
