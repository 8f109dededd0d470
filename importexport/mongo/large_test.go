package mongo_test

import (
	"os"
	"strconv"
	"testing"
	"time"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/importexport"
)

// TestLarge takes many objects, several batches of them, to MongoDB and into
// another store. Cliques, which are never read, are left out. With
// CALIPSO_LARGE_HOSTS=200 it is 100,000 objects.
func TestLarge(t *testing.T) {
	hosts := 5
	if text := os.Getenv("CALIPSO_LARGE_HOSTS"); text != "" {
		var err error
		if hosts, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	uri, _ := lab.Database(t)
	a, b := newStore(t), newStore(t)
	load(t, a, "cloud", graphtest.CloudOptions{Seed: 1, Hosts: hosts, InstancesPerHost: 80})
	begun := time.Now()
	out := exported(t, a, uri, importexport.ExportOptions{NoCliques: true})
	if out.Documents["inventory"] < 500*int64(hosts) {
		t.Fatalf("%d objects", out.Documents["inventory"])
	}
	t.Logf("%v written in %v", out.Documents, time.Since(begun))
	r := imported(t, b, uri, importexport.ImportOptions{})
	taken := r.Records(importexport.Taken)
	if taken["inventory"] != out.Documents["inventory"] || taken["links"] != out.Documents["links"] {
		t.Errorf("taken %v of %v", taken, out.Documents)
	}
	if n := differences(t, a, b, "cloud"); n > 0 {
		t.Errorf("%d objects or links differ", n)
	}
}

// differences counts the objects and links of an environment that two stores
// do not hold alike.
func differences(t *testing.T, a, b *graph.Store, env graph.EnvID) (n int) {
	t.Helper()
	hashes := [2]map[string]bool{{}, {}}
	for i, s := range []*graph.Store{a, b} {
		v, err := s.View(t.Context(), env, graph.Now)
		if err != nil {
			t.Fatal(err)
		}
		for x, err := range v.Vertices(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			hashes[i][canonical(t, x.ID, x.Type, x.Text(), x.Host, x.Parent, x.Attrs)] = true
		}
		for e, err := range v.Edges(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			hashes[i][canonical(t, e.EdgeKey, e.Name, e.State, e.Host, e.Attrs)] = true
		}
	}
	for i := range hashes {
		for h := range hashes[i] {
			if !hashes[1-i][h] {
				n++
			}
		}
	}
	return n
}
