package importexport

import (
	"context"
	"errors"
	"maps"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
)

func notFound(err error) bool { return errors.Is(err, graph.ErrNotFound) }

// envDocuments writes the documents that belong to the environments.
func (x *exporter) envDocuments(ctx context.Context, o *out) error {
	for _, e := range x.envs {
		for d, err := range e.view.Documents(ctx, graph.Collection(o.name)) {
			if err != nil {
				return err
			}
			m := body(d)
			m["environment"] = string(e.id)
			if err := o.put(ctx, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// sharedDocuments writes the documents that belong to no environment, those
// shipped with Calipso included; of environments, those that are exported.
func (x *exporter) sharedDocuments(ctx context.Context, o *out) error {
	docs, err := x.shared(ctx, graph.Collection(o.name))
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(docs)) {
		d := docs[id]
		m := body(d)
		if d.Collection == graph.Environments {
			m["_id"] = graph.DocumentOID(graph.Shared, graph.Environments, d.ID)
			if x.opt.Env != "" && d.ID != string(x.opt.Env) {
				continue
			}
		}
		if env, _ := m["environment"].(string); x.opt.Env != "" && env != "" && env != catalog.AnyEnvironment && env != string(x.opt.Env) {
			continue
		}
		if err := o.put(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// shared are the documents of a collection by id: shipped ones, and the stored
// ones, which take the place of a shipped one under the same id.
func (x *exporter) shared(ctx context.Context, c graph.Collection) (map[string]*graph.Document, error) {
	v, err := x.src.View(ctx, graph.Shared, graph.Now)
	if notFound(err) {
		return catalog.Joined(c, func(func(*graph.Document, error) bool) {})
	}
	if err != nil {
		return nil, err
	}
	return catalog.Joined(c, v.Documents(ctx, c))
}

// body is a document with its id, to be changed.
func body(d *graph.Document) map[string]any {
	m := make(map[string]any, len(d.Body)+2)
	maps.Copy(m, d.Body)
	m["_id"] = d.ID
	return m
}
