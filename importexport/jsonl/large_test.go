package jsonl_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/importexport"
)

// TestLarge takes 100,000 objects through a folder: the second store exports the
// same bytes. Cliques, which are never read, are left out.
func TestLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("100,000 objects, in the long run only")
	}
	a, b := newStore(t), newStore(t)
	load(t, a, "cloud", graphtest.CloudOptions{Env: "cloud", Seed: 1, Hosts: 200, InstancesPerHost: 80})
	describe(t, a, "cloud")
	dir, out := exported(t, a, importexport.ExportOptions{NoCliques: true})
	if out.Documents["inventory"] < 100_000 {
		t.Fatalf("%d objects", out.Documents["inventory"])
	}
	r := imported(t, b, dir, importexport.ImportOptions{})
	if total := out.Documents["inventory"] + out.Documents["links"] + out.Documents["parts"]; r.Added < total || r.Changed+r.Removed > 0 {
		t.Errorf("%d added, %d changed, %d removed; %d objects, links and parts were exported", r.Added, r.Changed, r.Removed, total)
	}
	again, _ := exported(t, b, importexport.ExportOptions{NoCliques: true})
	for _, name := range []string{"inventory.jsonl", "links.jsonl", "parts.jsonl"} {
		first, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		second, err := os.ReadFile(filepath.Join(again, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, second) {
			t.Errorf("%s differs: %d and %d bytes", name, len(first), len(second))
		}
	}
	if last := b.Last("cloud"); last == graph.Now {
		t.Error("nothing was committed")
	}
}
