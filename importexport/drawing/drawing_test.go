package drawing_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/importexport/drawing"
)

var rewrite = flag.Bool("rewrite", false, "write golden files anew")

// open makes a store that holds the pictures of some environments.
func open(t *testing.T, pictures map[graph.EnvID]string) *graph.Store {
	t.Helper()
	s, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, env := range slices.Sorted(maps.Keys(pictures)) {
		d := graphtest.MustParse(t, pictures[env])
		b := &graph.Batch{Put: d.Of()}
		for e, err := range d.Edges(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			b.PutEdges = append(b.PutEdges, e)
		}
		if _, err := s.Commit(t.Context(), env, graph.Cause{}, b); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func nasty(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("testdata/nasty.txt")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func part(t *testing.T, s *graph.Store, env graph.EnvID, only ...graph.ID) drawing.Part {
	t.Helper()
	v, err := s.View(t.Context(), env, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	p := drawing.Part{View: v}
	for _, id := range only {
		n, err := v.Num(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		p.Only = append(p.Only, n)
	}
	return p
}

func written(t *testing.T, d *drawing.Drawing, f drawing.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(t.Context(), &b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// tables are the files of an archive.
func tables(t *testing.T, archive []byte) (nodes, edges []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) []byte {
		f, err := z.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		b, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if len(z.File) != 2 {
		t.Errorf("%d files in the archive", len(z.File))
	}
	return read(drawing.NodesFile), read(drawing.EdgesFile)
}

// The golden files show every format with names that mean something to it.
func TestFormats(t *testing.T) {
	s := open(t, map[graph.EnvID]string{"lab": nasty(t)})
	d := &drawing.Drawing{Parts: []drawing.Part{part(t, s, "lab")}}
	at := d.Parts[0].View.Time().String()
	for _, f := range drawing.Formats() {
		got := written(t, d, f)
		if !bytes.Equal(got, written(t, d, f)) {
			t.Errorf("%s: not the same twice", f)
		}
		if f == drawing.CSV {
			nodes, edges := tables(t, got)
			got = slices.Concat(nodes, []byte("----\n"), edges)
		}
		got = bytes.ReplaceAll(got, []byte(at), []byte("2026-03-01T12:00:00Z"))
		path := filepath.Join("testdata", "nasty."+string(f))
		if *rewrite {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs; go test -rewrite, then read the difference\n%s", path, got)
		}
	}
}

// What Go's readers make of the files are the objects and links, with their
// texts unchanged but for what a format cannot hold.
func TestReadBack(t *testing.T) {
	s := open(t, map[graph.EnvID]string{"lab": nasty(t)})
	d := &drawing.Drawing{Parts: []drawing.Part{part(t, s, "lab")}}
	const odd = `a "b" \c\`

	var g struct {
		Keys []struct {
			ID, For string
			Name    string `xml:"attr.name,attr"`
			Type    string `xml:"attr.type,attr"`
			IDAttr  string `xml:"id,attr"`
		} `xml:"key"`
		Graph struct {
			Nodes []struct {
				ID   string `xml:"id,attr"`
				Data []struct {
					Key   string `xml:"key,attr"`
					Value string `xml:",chardata"`
				} `xml:"data"`
			} `xml:"node"`
			Edges []struct {
				ID     string `xml:"id,attr"`
				Source string `xml:"source,attr"`
				Target string `xml:"target,attr"`
			} `xml:"edge"`
		} `xml:"graph"`
	}
	if err := xml.Unmarshal(written(t, d, drawing.GraphML), &g); err != nil {
		t.Fatal(err)
	}
	types, names, ids := map[string]string{}, map[string]string{}, map[string]bool{}
	for _, k := range g.Keys {
		types[k.IDAttr], names[k.IDAttr] = k.Type, k.Name
	}
	for key, want := range map[string]string{"node:mtu": "long", "node:rate": "double", "node:up": "string", "node:stale": "boolean", "edge:implicit": "boolean"} {
		if types[key] != want {
			t.Errorf("%s is of type %q, want %s", key, types[key], want)
		}
	}
	found := ""
	for _, n := range g.Graph.Nodes {
		ids[n.ID] = true
		for _, v := range n.Data {
			if types[v.Key] == "" {
				t.Errorf("node %s: %q is not declared", n.ID, v.Key)
			}
			if names[v.Key] == "object_id" && v.Value == odd {
				found = n.ID
			}
		}
	}
	if len(ids) != 5 || found == "" {
		t.Errorf("nodes %v; the odd one is %q", ids, found)
	}
	for _, e := range g.Graph.Edges {
		if !ids[e.Source] || !ids[e.Target] || ids[e.ID] {
			t.Errorf("edge %v", e)
		}
		ids[e.ID] = true
	}

	var c struct {
		Elements struct {
			Nodes, Edges []struct{ Data map[string]any }
		}
	}
	if err := json.Unmarshal(written(t, d, drawing.Cytoscape), &c); err != nil {
		t.Fatal(err)
	}
	if len(c.Elements.Nodes) != 5 || len(c.Elements.Edges) != 3 {
		t.Errorf("%d nodes, %d edges", len(c.Elements.Nodes), len(c.Elements.Edges))
	}
	for _, n := range c.Elements.Nodes {
		if n.Data["id"] == odd && (n.Data["name"] != `=HYPERLINK("http://x")` || n.Data["source_"] != "is no end" || n.Data["value_"] != 7.0 || n.Data["source"] != nil || n.Data["parent"] != nil) {
			t.Errorf("node %v", n.Data)
		}
	}

	nodes, edges := tables(t, written(t, d, drawing.CSV))
	for _, table := range [][]byte{nodes, edges} {
		lines, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			for _, cell := range l {
				if strings.ContainsAny(cell[:min(1, len(cell))], "=+@\t\r") {
					t.Errorf("a spreadsheet would take %q for a formula", cell)
				}
			}
		}
	}
}

// Of several environments ids are told apart; chosen objects come with the
// links among them.
func TestParts(t *testing.T) {
	small := "host h {name: one}\nvnic v {name: v}\nvnic w {name: w}\nhost h -> vnic v {}\nhost h -> vnic w {}\n"
	s := open(t, map[graph.EnvID]string{"lab": small, "lab 2": small})
	both := &drawing.Drawing{Qualified: true, Parts: []drawing.Part{part(t, s, "lab", "v", "h"), part(t, s, "lab 2")}}
	nodes, edges := tables(t, written(t, both, drawing.CSV))
	column := func(table []byte, n int) []string {
		lines, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, l := range lines[1:] {
			out = append(out, l[n])
		}
		return out
	}
	if got := column(nodes, 0); !slices.Equal(got, []string{"lab/v", "lab/h", "lab 2/h", "lab 2/v", "lab 2/w"}) {
		t.Errorf("nodes %q", got)
	}
	if got := column(edges, 2); !slices.Equal(got, []string{"lab/v", "lab 2/v", "lab 2/w"}) {
		t.Errorf("edges lead to %q", got)
	}
	none := &drawing.Drawing{Parts: []drawing.Part{{View: both.Parts[0].View, Only: []uint32{}}}}
	if nodes, _ := tables(t, written(t, none, drawing.CSV)); len(column(nodes, 0)) != 0 {
		t.Errorf("nothing was asked for: %s", nodes)
	}
}

func TestErrors(t *testing.T) {
	s := open(t, map[graph.EnvID]string{"lab": nasty(t)})
	d := &drawing.Drawing{Parts: []drawing.Part{part(t, s, "lab")}}
	var bad *graph.InvalidError
	if err := d.Write(t.Context(), io.Discard, "svg"); !errors.As(err, &bad) || bad.Fields[0].Field != "format" {
		t.Errorf("a format that is none: %v", err)
	}
	gone := errors.New("gone")
	for _, f := range drawing.Formats() {
		if err := d.Write(t.Context(), failing{gone}, f); !errors.Is(err, gone) {
			t.Errorf("%s: a writer that fails: %v", f, err)
		}
		missing := &drawing.Drawing{Parts: []drawing.Part{{View: d.Parts[0].View, Only: []uint32{1 << 20}}}}
		if err := missing.Write(t.Context(), io.Discard, f); !errors.Is(err, graph.ErrNotFound) {
			t.Errorf("%s: an object that is not there: %v", f, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
