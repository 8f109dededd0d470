package mongo_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"calipso/graph/graphtest"
	"calipso/importexport"
	"calipso/importexport/jsonl"
	"calipso/testdata/labs/mongolab"
)

// read.py prints every document of a database as the client of another make
// sees it: a JSON value a line, with the types of MongoDB spelt out.
const read = "testdata/read.py"

// TestIndependentReader has pymongo read what was exported: it finds the
// documents of a folder of the same export, of the same types, and the indexes.
func TestIndependentReader(t *testing.T) {
	uri, _ := lab.Database(t)
	python := needPython(t)
	a := newStore(t)
	load(t, a, "cloud", graphtest.CloudOptions{Seed: 5, Hosts: 2, InstancesPerHost: 3})
	restored := imported(t, a, oldDatabase(t), importexport.ImportOptions{})
	exported(t, a, uri, importexport.ExportOptions{})

	dir := t.TempDir()
	target, err := jsonl.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := importexport.Export(t.Context(), importexport.Of(a), target, importexport.ExportOptions{}); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	files, err := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(f), ".jsonl")
		want[name] = []string{}
		for line := range bytes.Lines(text) {
			want[name] = append(want[name], plainly(t, line))
		}
	}

	var stderr bytes.Buffer
	cmd := exec.Command(python, read, uri)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var got struct {
		Documents map[string][]json.RawMessage
		Indexes   map[string][]string
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if g, w := slices.Sorted(maps.Keys(got.Documents)), slices.Sorted(maps.Keys(want)); !slices.Equal(g, w) {
		t.Errorf("collections %v, want %v", g, w)
	}
	for name, docs := range got.Documents {
		var lines []string
		for _, d := range docs {
			lines = append(lines, plainly(t, d))
		}
		slices.Sort(lines)
		slices.Sort(want[name])
		if !slices.Equal(lines, want[name]) {
			t.Errorf("%s: %d documents, want %d:\n%s", name, len(lines), len(want[name]), firstDifference(want[name], lines))
		}
	}
	for _, i := range []string{"environment_1_type_1_id_1 unique", "environment_1_mac_address_1", "type_1_last_scanned_-1"} {
		if !slices.Contains(got.Indexes["inventory"], i) {
			t.Errorf("inventory has no index %s: %v", i, got.Indexes["inventory"])
		}
	}
	if !slices.Contains(got.Indexes["links"], "environment_1_source_id_1_target_id_1_link_type_1 unique") || !slices.Contains(got.Indexes["cliques"], "environment_1_focal_point_1 unique") {
		t.Errorf("indexes: %v", got.Indexes)
	}
	if restored.Records(importexport.Taken)["links"] == 0 {
		t.Error("there were no old documents to be read")
	}
}

// oldDatabase is a database of the first version.
func oldDatabase(t *testing.T) string {
	t.Helper()
	uri, db := lab.Database(t)
	mongolab.Restore(t, db, "../testdata/opnfv", func(c string) string { return c })
	return uri
}

// plainly gives a JSON value one spelling: keys in order, numbers as they are,
// times without zeros at their end.
func plainly(t *testing.T, text []byte) string {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return zeros.ReplaceAllString(string(b), "$1$2")
}

var zeros = regexp.MustCompile(`(\{"\$date":"[^".]*\.\d*?)0+(Z")`)

func firstDifference(want, got []string) string {
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			return "-" + want[i] + "\n+" + got[i]
		}
	}
	return ""
}

// needPython finds a Python with pymongo, or skips; CI insists, as it does on
// the server.
func needPython(t *testing.T) string {
	t.Helper()
	for _, python := range []string{"/usr/bin/python3", "python3"} {
		if exec.Command(python, "-c", "import pymongo").Run() == nil {
			return python
		}
	}
	if slices.Contains(strings.Split(os.Getenv("LAB_REQUIRED"), ","), "mongo") {
		t.Fatal("no Python with pymongo: install python3-pymongo")
	}
	t.Skip("no Python with pymongo: install python3-pymongo")
	return ""
}
