package jsonl_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"calipso/graph/graphtest"
	"calipso/importexport"
)

// TestLarge takes many objects through a folder: the second store exports the
// same bytes. Cliques, which are never read, are left out. With
// CALIPSO_LARGE_HOSTS=200 it is 100,000 objects, which take memory and time.
func TestLarge(t *testing.T) {
	hosts := 20
	if text := os.Getenv("CALIPSO_LARGE_HOSTS"); text != "" {
		var err error
		if hosts, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	a, b := newStore(t), newStore(t)
	load(t, a, "cloud", graphtest.CloudOptions{Env: "cloud", Seed: 1, Hosts: hosts, InstancesPerHost: 80})
	describe(t, a, "cloud")
	dir, out := exported(t, a, importexport.ExportOptions{NoCliques: true})
	if out.Documents["inventory"] < 500*int64(hosts) {
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
}
