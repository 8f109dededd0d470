package mirror

import (
	"context"
	"math"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/importexport"
)

func referenceCollections() []string { return importexport.ReferenceCollections() }

// copyReference makes all documents of a collection of no environment.
func (m *Mirror) copyReference(ctx context.Context, at, _ *graph.View, collection string, put func(Op) error) error {
	ref := importexport.NewReference(at)
	docs, err := ref.Documents(ctx, graph.Collection(collection))
	if err != nil {
		return err
	}
	for _, id := range sortedKeys(docs) {
		if !m.kept(docs[id]) {
			continue
		}
		d, err := ref.Encode(docs[id])
		if err != nil {
			return err
		}
		id, b, err := raw(d)
		if err != nil {
			return err
		}
		if err := put(Op{id, b}); err != nil {
			return err
		}
	}
	return nil
}

// kept tells whether a document of no environment is mirrored: it is not only
// of environments that are not.
func (m *Mirror) kept(d *graph.Document) bool {
	if d.Collection == graph.Environments {
		return m.opt.wanted(graph.EnvID(d.ID))
	}
	env := d.Body.String("environment")
	return env == "" || env == catalog.AnyEnvironment || m.opt.wanted(graph.EnvID(env))
}

// changedReference makes the ops for what changed between two moments.
func (m *Mirror) changedReference(ctx context.Context, from, to moment, put func(string, Op) error) error {
	touched, ok, err := to.view.Touched(ctx, from.view.Time(), math.MaxInt)
	if err != nil {
		return err
	}
	if !ok {
		return errAnew
	}
	was, is := importexport.NewReference(from.view), importexport.NewReference(to.view)
	for _, k := range distinctDocs(touched.Docs) {
		if !slices.Contains(referenceCollections(), string(k.Collection)) {
			continue
		}
		a, err := m.referenceDoc(ctx, was, k)
		if err != nil {
			return err
		}
		b, err := m.referenceDoc(ctx, is, k)
		if err != nil {
			return err
		}
		if a == nil && b == nil {
			// With an environment the past of its document goes too, so that it
			// cannot be told whether it was there.
			if a, err = was.Encode(&graph.Document{DocKey: k}); err != nil {
				return err
			}
		}
		if err := differ(string(k.Collection), a, b, put); err != nil {
			return err
		}
	}
	return nil
}

func (m *Mirror) referenceDoc(ctx context.Context, ref *importexport.Reference, k graph.DocKey) (bson.D, error) {
	d, err := ref.Document(ctx, k)
	if err != nil || d == nil || !m.kept(d) {
		return nil, err
	}
	return ref.Encode(d)
}

// distinctDocs are keys in order and each once.
func distinctDocs(keys []graph.DocKey) []graph.DocKey {
	slices.SortFunc(keys, func(a, b graph.DocKey) int {
		return slices.Compare([]string{string(a.Collection), a.ID}, []string{string(b.Collection), b.ID})
	})
	return slices.Compact(keys)
}
