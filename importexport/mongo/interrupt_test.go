package mongo_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph/graphtest"
	"calipso/importexport"
	"calipso/testdata/labs/mongolab"
)

// small has more than a thousand documents: progress is told on the way.
var small = graphtest.CloudOptions{Seed: 9, Hosts: 4, InstancesPerHost: 15}

func ownServer(t *testing.T) *mongolab.Server {
	t.Helper()
	return mongolab.Own(t, mongolab.Options{})
}

// endAfter does something at the first sign of progress.
func endAfter(do func()) func(importexport.Progress) {
	done := false
	return func(importexport.Progress) {
		if !done {
			done = true
			do()
		}
	}
}

// withoutUnfinished leaves out what a killed server could not remove.
func withoutUnfinished(contents string) string {
	var kept []string
	for line := range strings.SplitSeq(contents, "\n") {
		if !strings.HasPrefix(line, "calipso_unfinished_") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// TestInterrupt: an export that is given up leaves the database as it was, an
// import the store.
func TestInterrupt(t *testing.T) {
	uri, db := lab.Database(t)
	a := newStore(t)
	load(t, a, "cloud", small)
	exported(t, a, uri, importexport.ExportOptions{})
	before := contents(t, db)
	load(t, a, "second", small)

	ctx, stop := context.WithCancel(t.Context())
	if _, err := tryExport(ctx, a, open(t, uri), importexport.ExportOptions{Progress: endAfter(stop)}); !errors.Is(err, context.Canceled) {
		t.Errorf("export: %v", err)
	}
	if contents(t, db) != before {
		t.Error("the export that was given up left another database")
	}

	ctx, stop = context.WithCancel(t.Context())
	b := newStore(t)
	if _, err := importexport.Import(ctx, open(t, uri).Source(""), importexport.Of(b), importexport.ImportOptions{Progress: endAfter(stop)}); !errors.Is(err, context.Canceled) {
		t.Errorf("import: %v", err)
	}
	if ids, err := b.EnvIDs(t.Context()); err != nil || len(ids) > 0 {
		t.Errorf("the import that was given up left %v, %v", ids, err)
	}
}

// TestOneOfSeveral exports one environment beside others: what the database has
// of those stays, documents of any shape.
func TestOneOfSeveral(t *testing.T) {
	uri, db := lab.Database(t)
	mongolab.Restore(t, db, "../testdata/opnfv", func(c string) string { return c })
	twice := bson.D{{Key: "environment", Value: "osp-lab-1"}, {Key: "type", Value: "host_pnic"}, {Key: "id", Value: "eth0-52:54:00:12:34:56"}, {Key: "host", Value: "node-22.lab"}}
	if _, err := db.Collection("inventory").InsertOne(t.Context(), twice); err != nil { // as on a second host: the old id does not name it
		t.Fatal(err)
	}
	a := newStore(t)
	load(t, a, "cloud", graphtest.CloudOptions{Seed: 5, Hosts: 1, InstancesPerHost: 2})
	for range 2 { // a second time changes nothing
		exported(t, a, uri, importexport.ExportOptions{Env: "cloud"})
		b := newStore(t)
		r := imported(t, b, uri, importexport.ImportOptions{})
		if draw(t, a, "cloud") != draw(t, b, "cloud") {
			t.Error("the exported environment differs")
		}
		if n := r.Records(importexport.Taken)["links"]; !strings.Contains(r.String(), "scheduled_scans: 1 taken") || n < 6 {
			t.Errorf("what was there is gone:\n%s", r)
		}
		if other := draw(t, b, "osp-lab-1"); strings.Count(other, "\n") != 30 {
			t.Errorf("of the other environment there is:\n%s", other)
		}
	}
}
