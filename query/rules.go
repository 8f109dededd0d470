package query

import (
	"context"
	"errors"
	"sync"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
	"calipso/graph/topology"
)

// ruleBook are the rules of one environment with the choices made by them so
// far. It is shared by all questions until a commit changes the rules.
type ruleBook struct {
	clique.Rules
	made struct {
		sync.Mutex
		choices map[choiceKey]*clique.Choice
	}
}

type choiceKey struct {
	focal   graph.VertexType
	text    string // as asked for, empty: what fits best
	options clique.Options
}

// maxChoices bounds what askers may make a book keep; there are fewer types.
const maxChoices = 1000

// choose finds the clique type for focal points of a type; text is an id, a
// name or empty.
//
// Errors: graph.ErrNotFound.
func (b *ruleBook) choose(g *topology.Graph, focal graph.VertexType, text string, opt clique.Options) (*clique.Choice, error) {
	k := choiceKey{focal, text, opt}
	b.made.Lock()
	defer b.made.Unlock()
	if c := b.made.choices[k]; c != nil && c.Fits(g) {
		return c, nil
	}
	rules := b.Rules
	rules.Options = opt
	id, err := typeID(&rules, focal, text)
	if err != nil {
		return nil, err
	}
	c, err := rules.Choose(g, focal, id)
	if err != nil {
		return nil, err
	}
	if b.made.choices == nil || len(b.made.choices) >= maxChoices {
		b.made.choices = map[choiceKey]*clique.Choice{}
	}
	b.made.choices[k] = c
	return c, nil
}

// rules are the clique types and constraints that hold for an environment:
// documents and, unless the shipped ones are among these, what is shipped.
func (s *Service) rules(ctx context.Context, env graph.EnvID) (*ruleBook, error) {
	shared, err := s.store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	return s.books.Get(ctx, shared, env, func(ctx context.Context) (*ruleBook, error) { return s.readRules(ctx, shared, env) })
}

func (s *Service) readRules(ctx context.Context, shared View, env graph.EnvID) (*ruleBook, error) {
	e, err := s.environment(ctx, env)
	if err != nil {
		return nil, err
	}
	b := &ruleBook{Rules: clique.Rules{Env: e}}
	r := &b.Rules
	if r.Types, err = documents(ctx, s, shared, graph.CliqueTypes, catalog.ParseCliqueType); err != nil {
		return nil, err
	}
	if r.Constraints, err = documents(ctx, s, shared, graph.CliqueConstraints, catalog.ParseConstraint); err != nil {
		return nil, err
	}
	shipped := false
	for _, t := range r.Types {
		shipped = shipped || t.Shipped
	}
	if !shipped {
		r.Types = append(r.Types, catalog.CliqueTypes()...)
	}
	shipped = false
	for _, c := range r.Constraints {
		shipped = shipped || c.Shipped
	}
	if !shipped {
		r.Constraints = append(r.Constraints, catalog.Constraints()...)
	}
	return b, nil
}

// documents reads a collection; documents that are not valid are left out and
// logged.
func documents[T any](ctx context.Context, s *Service, v View, c graph.Collection, parse func(*graph.Document) (T, error)) ([]T, error) {
	var out []T
	for d, err := range v.Documents(ctx, c) {
		if err != nil {
			return nil, err
		}
		t, err := parse(d)
		var bad *graph.InvalidError
		if errors.As(err, &bad) {
			s.log.Warn("document is left out", "collection", c, "id", d.ID, "err", err)
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// typeID finds a clique type by its id or its name among those for a focal
// point; no text leaves the choice to the rules.
func typeID(r *clique.Rules, focal graph.VertexType, text string) (graph.OID, error) {
	if text == "" {
		return "", nil
	}
	for _, by := range []func(catalog.CliqueType) string{
		func(t catalog.CliqueType) string { return string(t.ID) },
		func(t catalog.CliqueType) string { return t.Name },
	} {
		for _, t := range r.Types {
			if t.FocalPoint == focal && by(t) == text {
				return t.ID, nil
			}
		}
	}
	return "", notFound("clique type for "+string(focal), text)
}
