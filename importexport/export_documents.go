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
			if err := o.put(ctx, ofEnvironment(e.id, d)); err != nil {
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
		m := ofNone(d)
		if d.Collection == graph.Environments {
			if !x.wanted(d.ID) {
				continue
			}
		}
		if env, _ := m["environment"].(string); env != "" && env != catalog.AnyEnvironment && !x.wanted(env) {
			continue
		}
		if err := o.put(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// shared are the documents of a collection by id.
func (x *exporter) shared(ctx context.Context, c graph.Collection) (map[string]*graph.Document, error) {
	r, err := x.reference(ctx)
	if err != nil {
		return nil, err
	}
	return r.Documents(ctx, c)
}

// reference are the documents of no environment, as they are now.
func (x *exporter) reference(ctx context.Context) (*Reference, error) {
	v, err := x.src.View(ctx, graph.Shared, graph.Now)
	if err != nil && !notFound(err) {
		return nil, err
	}
	return NewReference(v), nil
}

// ofEnvironment is the document of an environment's document.
func ofEnvironment(env graph.EnvID, d *graph.Document) map[string]any {
	m := body(d)
	m["environment"] = string(env)
	if d.Collection == graph.Parts { // named alike in every environment, and _id is unique
		m["_id"], m[partName] = graph.DocumentOID(env, graph.Parts, d.ID), d.ID
	}
	return m
}

// ofNone is the document of a document of no environment.
func ofNone(d *graph.Document) map[string]any {
	m := body(d)
	if d.Collection == graph.Environments {
		m["_id"] = graph.DocumentOID(graph.Shared, graph.Environments, d.ID)
	}
	return m
}

// body is a document with its id, to be changed.
func body(d *graph.Document) map[string]any {
	m := make(map[string]any, len(d.Body)+2)
	maps.Copy(m, d.Body)
	m["_id"] = d.ID
	return m
}
