package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"calipso/importexport/drawing"
	"calipso/webapi"
)

// Every format there is says so in both places.
func TestExportFormats(t *testing.T) {
	want := []string{webapi.MongoFormat}
	for _, f := range drawing.Formats() {
		want = append(want, string(f))
	}
	if got := exportFormats(); !slices.Equal(got, want) {
		t.Errorf("the API writes %q, there are %q", got, want)
	}
}

// TestExportGraphs: the demonstration clouds as graphs, by a server and from the
// data directory, now and as of a snapshot.
func TestExportGraphs(t *testing.T) {
	dir, out := t.TempDir(), t.TempDir()
	p := start(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "warn")
	p.until("the demonstration clouds are there")
	in := func(name string) string { return filepath.Join(out, name) }
	export := func(args ...string) string { return must(t, append([]string{"--data-dir", dir, "export"}, args...)...) }
	must(t, "--data-dir", dir, "snapshot", "create", "demo", "first")
	must(t, "--data-dir", dir, "scan", "demo")

	if said := export(in("demo.graphml"), "--env", "demo", "--at", "first"); !strings.Contains(said, "environment demo is in") {
		t.Error(said)
	}
	export(in("now.graphml"), "--env", "demo")
	var graphs [2]struct {
		Nodes []struct{} `xml:"graph>node"`
		Edges []struct{} `xml:"graph>edge"`
	}
	for i, name := range []string{"demo.graphml", "now.graphml"} {
		b, err := os.ReadFile(in(name))
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(b, &graphs[i]); err != nil {
			t.Fatal(err)
		}
	}
	if len(graphs[0].Nodes) < 100 || len(graphs[0].Edges) < 80 || len(graphs[0].Nodes) == len(graphs[1].Nodes) && len(graphs[0].Edges) == len(graphs[1].Edges) {
		t.Errorf("%d nodes and %d edges at first, %d and %d now", len(graphs[0].Nodes), len(graphs[0].Edges), len(graphs[1].Nodes), len(graphs[1].Edges))
	}
	export(in("all"), "--format", "csv")
	table, err := os.ReadFile(filepath.Join(in("all"), drawing.NodesFile))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, l := range lines[1:] {
		env, _, _ := strings.Cut(l[0], "/")
		seen[env]++
	}
	if len(seen) != 2 || seen["demo"] < 100 || seen["demo-linuxbridge"] < 50 {
		t.Errorf("nodes by environment: %v", seen)
	}
	export(in("all.zip"))
	one := mustJSON[exported](t, "--data-dir", dir, "export", in("one.cyjs"), "--env", "demo")
	if one != (exported{in("one.cyjs"), "cytoscape", "demo"}) {
		t.Errorf("%+v", one)
	}
	picture := export("-", "--env", "demo", "--format", "dot", "--focal-point", "0ddf16c6-cfcb-428b-8c41-1a6d7510baeb")
	if !strings.HasPrefix(picture, "digraph") || !strings.Contains(picture, "db-1") || strings.Contains(picture, "lxb-db") {
		t.Errorf("a clique as picture:\n%s", picture)
	}
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{in("x"), "--format", "svg"}, "--format"},
		{[]string{in("x.dot"), "--env", "nothing"}, "nothing"},
		{[]string{in("x.dot"), "--env", "demo", "--scope", "none"}, "none"},
		{[]string{in("x"), "--env", "demo", "--focal-point", "y"}, "query.focal_point"},
		{[]string{in("all"), "--format", "csv"}, "not empty"},
	} {
		if code, _, errOut := calipso(t, append([]string{"--data-dir", dir, "export"}, c.args...)...); code != exitError || !strings.Contains(errOut, c.says) {
			t.Errorf("%q: exit %d, %s", c.args, code, errOut)
		}
	}
	if code := p.terminate(); code != exitDone {
		t.Errorf("the server ends with %d", code)
	}
	alone := export("-", "--env", "demo", "--format", "cytoscape")
	b, err := os.ReadFile(in("one.cyjs"))
	if err != nil {
		t.Fatal(err)
	}
	if alone != string(b) || !json.Valid(b) {
		t.Errorf("without a server the export is another: %d and %d bytes", len(alone), len(b))
	}
	entries, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".part") || strings.HasPrefix(e.Name(), "x") {
			t.Errorf("%s is left behind", e.Name())
		}
	}
}

// An answer that breaks off leaves no file and says so, without a server too.
func TestExportBreaksOff(t *testing.T) {
	cut := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "digraph calipso {")
		panic(http.ErrAbortHandler)
	})
	path := filepath.Join(t.TempDir(), "x.dot")
	g := &global{out: io.Discard, err: io.Discard}
	c := &client{http: &http.Client{Transport: &handlerTransport{handler: cut}}, base: "http://127.0.0.1"}
	err := g.export(t.Context(), c, path, webapi.ExportFormats()[2], exportOptions{})
	if err == nil || !strings.Contains(err.Error(), "broke off") {
		t.Errorf("an answer that is cut off: %v", err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it left a file: %v", err)
	}
	if _, err := os.Stat(path + ".part"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("it left a part: %v", err)
	}
}
