package mirrortest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/importexport"
)

// Documents are the bytes of documents by collection and id. They are a Target,
// too.
type Documents map[string]map[string]string

var _ importexport.Target = Documents(nil)

// Add adds a document.
func (d Documents) Add(collection string, doc bson.Raw) {
	if d[collection] == nil {
		d[collection] = map[string]string{}
	}
	d[collection][doc.Lookup("_id").String()] = string(doc)
}

// Create implements importexport.Target.
func (d Documents) Create(_ context.Context, collection string) (importexport.Collection, error) {
	return adding{d, collection}, nil
}

type adding struct {
	to         Documents
	collection string
}

func (a adding) Write(_ context.Context, d bson.D) error {
	b, err := bson.Marshal(d)
	if err == nil {
		a.to.Add(a.collection, b)
	}
	return err
}

func (a adding) Commit() error { return nil }
func (a adding) Discard()      {}

// Export is a fresh export of a store.
func Export(ctx context.Context, s *graph.Store, opt importexport.ExportOptions) (Documents, error) {
	d := Documents{}
	_, err := importexport.Export(ctx, importexport.Of(s), d, opt)
	return d, err
}

// Same fails the test if two hold not the same documents.
func Same(t testing.TB, got, want Documents) {
	t.Helper()
	if d := Differences(got, want); len(d) > 0 {
		t.Fatalf("%d documents differ, such as\n%s", len(d), strings.Join(d[:min(4, len(d))], "\n"))
	}
}

// Differences names what two hold that is not the same.
func Differences(got, want Documents) (out []string) {
	collections := map[string]bool{}
	for _, d := range []Documents{got, want} {
		for c := range d {
			collections[c] = true
		}
	}
	for _, c := range slices.Sorted(maps.Keys(collections)) {
		for _, id := range slices.Sorted(maps.Keys(want[c])) {
			switch g, ok := got[c][id]; {
			case !ok:
				out = append(out, fmt.Sprintf("%s misses %s", c, bson.Raw(want[c][id])))
			case g != want[c][id]:
				out = append(out, fmt.Sprintf("%s has %s\n  and not %s", c, bson.Raw(g), bson.Raw(want[c][id])))
			}
		}
		for _, id := range slices.Sorted(maps.Keys(got[c])) {
			if _, ok := want[c][id]; !ok {
				out = append(out, fmt.Sprintf("%s has still %s", c, bson.Raw(got[c][id])))
			}
		}
	}
	return out
}
