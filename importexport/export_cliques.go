package importexport

import (
	"context"
	"fmt"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
	"calipso/graph/document"
)

// cliques writes the clique of every focal point that has one.
func (x *exporter) cliques(ctx context.Context, o *out) error {
	var docs []*graph.Document
	for _, c := range []graph.Collection{graph.CliqueTypes, graph.CliqueConstraints} {
		stored, err := x.shared(ctx, c)
		if err != nil {
			return err
		}
		for _, d := range stored {
			docs = append(docs, d)
		}
	}
	slices.SortFunc(docs, func(a, b *graph.Document) int { return slices.Compare([]string{a.ID}, []string{b.ID}) })
	types, constraints, wrong := catalog.Stored(docs)
	for _, err := range wrong {
		x.out.Warnings = append(x.out.Warnings, err.Error()+"; not used")
	}
	for _, e := range x.envs {
		env, err := x.described(ctx, e.id)
		if err != nil {
			return err
		}
		rules := &clique.Rules{Env: env, Types: types, Constraints: constraints}
		if err := x.envCliques(ctx, o, e, rules); err != nil {
			return err
		}
	}
	return nil
}

// described is the environment's document, or a bare one if it has none that is
// valid.
func (x *exporter) described(ctx context.Context, id graph.EnvID) (*graph.Environment, error) {
	docs, err := x.shared(ctx, graph.Environments)
	if err != nil {
		return nil, err
	}
	if d := docs[string(id)]; d != nil {
		if env, err := graph.ParseEnvironment(d.Body); err == nil {
			return env, nil
		}
	}
	return &graph.Environment{Name: id, EnvironmentType: catalog.OpenStack}, nil
}

func (x *exporter) envCliques(ctx context.Context, o *out, e environment, rules *clique.Rules) error {
	g, err := e.view.Topology(ctx)
	if err != nil {
		return err
	}
	linker, err := document.NewLinker(ctx, e.view)
	if err != nil {
		return err
	}
	var finder clique.Finder
	for _, focal := range document.FocalTypes(rules.Types) {
		t, tie, err := rules.Type(focal, "")
		if err != nil {
			continue // no type fits this environment
		}
		if tie {
			x.out.Warnings = append(x.out.Warnings, fmt.Sprintf("environment %q: several clique types fit %s; %q (%s) is used", e.id, focal, t.Name, t.ID))
		}
		plan := clique.Compile(g, t, rules.Options)
		names := catalog.ConstraintsFor(e.id, focal, rules.Constraints)
		for v, err := range e.view.Vertices(ctx, focal) {
			if err != nil {
				return err
			}
			num, err := e.view.Num(ctx, v.ID)
			if err != nil {
				return err
			}
			values, limit, others := clique.LimitOf(v, names, rules.Options)
			c := &clique.Clique{Focal: v, Type: t, Constraints: values}
			if len(others) > 0 { // needs the edges' attributes
				if c, err = clique.Of(ctx, e.view, rules, v.ID, t.ID); err != nil {
					return err
				}
			} else if err = c.Read(ctx, e.view, finder.Find(g, plan, num, limit)); err != nil {
				return err
			}
			if len(c.Edges) == 0 {
				continue
			}
			d, err := document.Clique(ctx, e.id, linker, c)
			if err != nil {
				return err
			}
			if err := o.put(ctx, d); err != nil {
				return err
			}
		}
	}
	return nil
}
