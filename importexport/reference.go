package importexport

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
)

// Reference is the documents of no environment as they were at one time: those
// that are shipped and those stored, which take the place of a shipped one
// under the same id.
type Reference struct{ view View }

// NewReference makes one of a view of graph.Shared; nil: only what is shipped.
func NewReference(v View) *Reference { return &Reference{v} }

// Documents are those of a collection, by id.
//
// Errors: those of the view.
func (r *Reference) Documents(ctx context.Context, c graph.Collection) (map[string]*graph.Document, error) {
	docs := map[string]*graph.Document{}
	for _, d := range catalog.Documents() {
		if d.Collection == c {
			docs[d.ID] = d
		}
	}
	if r.view == nil {
		return docs, nil
	}
	for d, err := range r.view.Documents(ctx, c) {
		if err != nil {
			return nil, err
		}
		docs[d.ID] = d
	}
	return docs, nil
}

// Rules are what cliques of an environment are found by; wrong are complaints
// about stored documents that are not used.
//
// Errors: those of the view.
func (r *Reference) Rules(ctx context.Context, id graph.EnvID) (rules *clique.Rules, wrong []error, err error) {
	var docs []*graph.Document
	for _, c := range []graph.Collection{graph.CliqueTypes, graph.CliqueConstraints} {
		stored, err := r.Documents(ctx, c)
		if err != nil {
			return nil, nil, err
		}
		docs = slices.AppendSeq(docs, maps.Values(stored))
	}
	slices.SortFunc(docs, func(a, b *graph.Document) int { return slices.Compare([]string{a.ID}, []string{b.ID}) })
	rules = new(clique.Rules)
	rules.Types, rules.Constraints, wrong = catalog.Stored(docs)
	rules.Env, err = r.described(ctx, id)
	return rules, wrong, err
}

// described is the environment's document, or a bare one if it has none that is
// valid.
func (r *Reference) described(ctx context.Context, id graph.EnvID) (*graph.Environment, error) {
	d, err := r.stored(ctx, graph.DocKey{Collection: graph.Environments, ID: string(id)})
	if err != nil {
		return nil, fmt.Errorf("importexport: environment %q: %w", id, err)
	}
	if d != nil {
		if env, err := graph.ParseEnvironment(d.Body); err == nil {
			return env, nil
		}
	}
	return &graph.Environment{Name: id, EnvironmentType: catalog.OpenStack}, nil
}

// Document is one document, nil if there is none.
//
// Errors: those of the view.
func (r *Reference) Document(ctx context.Context, k graph.DocKey) (*graph.Document, error) {
	d, err := r.stored(ctx, k)
	if err != nil || d != nil {
		return d, err
	}
	for _, s := range catalog.Documents() {
		if s.DocKey == k {
			d = s
		}
	}
	return d, nil
}

// Encode is how Export writes a document of no environment.
func (r *Reference) Encode(d *graph.Document) (bson.D, error) { return encoded(ofNone(d)) }

func (r *Reference) stored(ctx context.Context, k graph.DocKey) (*graph.Document, error) {
	if r.view == nil {
		return nil, nil
	}
	d, err := r.view.Document(ctx, k.Collection, k.ID)
	if notFound(err) {
		return nil, nil
	}
	return d, err
}

// EnvironmentCollections and ReferenceCollections are the collections of
// documents that belong to an environment, beside those of the graph, and of
// those that belong to none, by their documented names and in order.
func EnvironmentCollections() []string { return collectionsIn(perEnv) }

// ReferenceCollections: see EnvironmentCollections.
func ReferenceCollections() []string { return collectionsIn(shared) }

// The collections that are made of the graph.
const (
	Inventory = inventory
	Links     = links
	CliqueSet = cliques
)
