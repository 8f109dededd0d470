package mongo_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/importexport"
)

// TestRoundTrip takes a store to MongoDB and into another store: the graphs are
// equal, and so is what the second one exports.
func TestRoundTrip(t *testing.T) {
	uri, db := lab.Database(t)
	a, b := newStore(t), newStore(t)
	load(t, a, "cloud", graphtest.CloudOptions{Seed: 5, Hosts: 3, InstancesPerHost: 5})
	load(t, a, "second", graphtest.CloudOptions{Seed: 6, Hosts: 1, InstancesPerHost: 2})
	out := exported(t, a, uri, importexport.ExportOptions{})
	if out.Documents["inventory"] == 0 || out.Documents["cliques"] == 0 {
		t.Fatalf("written: %v", out.Documents)
	}
	first := contents(t, db)
	if strings.Contains(first, "planted-secret") {
		t.Error("a password is in the export")
	}

	r := imported(t, b, uri, importexport.ImportOptions{})
	for c, n := range r.Records(importexport.Skipped) {
		if c == "inventory" || c == "links" {
			t.Errorf("%d of our own %s were skipped:\n%s", n, c, r)
		}
	}
	for _, env := range []graph.EnvID{"cloud", "second"} {
		if d := cmp.Diff(draw(t, a, env), draw(t, b, env)); d != "" {
			t.Errorf("environment %s differs: %s", env, d)
		}
	}
	if again := imported(t, b, uri, importexport.ImportOptions{}); len(again.Commits) != 0 {
		t.Errorf("the same import again made %d commits", len(again.Commits))
	}

	exported(t, b, uri, importexport.ExportOptions{}) // in place of what is there
	if d := cmp.Diff(strings.Split(first, "\n"), strings.Split(contents(t, db), "\n")); d != "" {
		t.Errorf("the second export differs: %s", d)
	}
	if names, err := db.ListCollectionNames(t.Context(), bson.D{{Key: "name", Value: bson.D{{Key: "$regex", Value: "unfinished"}}}}); err != nil || len(names) > 0 {
		t.Errorf("left behind: %v, %v", names, err)
	}
}
