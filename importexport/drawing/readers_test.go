package drawing_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/importexport/drawing"
)

// reader is a program that reads a format, or the test is skipped.
func reader(t *testing.T, pkg, name string, probe ...string) string {
	t.Helper()
	for _, path := range []string{"/usr/bin/" + name, name} {
		if found, err := exec.LookPath(path); err == nil && exec.Command(found, probe...).Run() == nil {
			return found
		}
	}
	if strings.Contains(","+os.Getenv("LAB_REQUIRED")+",", ",graphs,") {
		t.Fatalf("%s does not run here", name)
	}
	t.Skipf("wants %s of Debian's %s: testdata/labs/install graphs", name, pkg)
	return ""
}

// networkx, which knows nothing of us, reads GraphML and Cytoscape's JSON and
// finds the same graph with typed attributes.
func TestNetworkx(t *testing.T) {
	python := reader(t, "python3-networkx", "python3", "-c", "import networkx")
	s := open(t, map[graph.EnvID]string{"lab": nasty(t)})
	d := &drawing.Drawing{Parts: []drawing.Part{part(t, s, "lab")}}
	dir := t.TempDir()
	for _, f := range []drawing.Format{drawing.GraphML, drawing.Cytoscape} {
		if err := os.WriteFile(filepath.Join(dir, string(f)), written(t, d, f), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command(python, "-c", `
import json, sys, networkx as nx
a = nx.read_graphml(sys.argv[1] + "/graphml", force_multigraph=True)
b = nx.cytoscape_graph(json.load(open(sys.argv[1] + "/cytoscape")))
for g in (a, b):
    assert g.is_directed(), g
    by = {d["object_id"]: d for _, d in g.nodes(data=True)}
    odd = by['a "b" \\c\\']
    assert odd["mtu"] == 1450 and type(odd["mtu"]) is int, odd
    assert odd["rate"] == 1.0 and odd["stale"] is False, odd
    assert odd["name"] == '=HYPERLINK("http://x")' and odd["key with blank"] == "x]]>y", odd
    ends = sorted((g.nodes[x]["object_id"], g.nodes[y]["object_id"], d["link_type"], d["state"]) for x, y, d in g.edges(data=True))
    print(g.number_of_nodes(), ends)
`, dir).CombinedOutput()
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if err != nil || len(lines) != 2 || lines[0] != lines[1] || !strings.HasPrefix(lines[0], "5 [") || strings.Count(lines[0], "vnic") != 3 {
		t.Errorf("%v: %s", err, out)
	}
}

// Graphviz draws every object once and every host as one box.
func TestGraphviz(t *testing.T) {
	dot := reader(t, "graphviz", "dot", "-V")
	nastier := nasty(t) + "host node-2 {name: node-2, host: node-2}\nvnic far {host: node-2, parent: node-2}\n"
	s := open(t, map[graph.EnvID]string{"lab": nastier})
	d := &drawing.Drawing{Parts: []drawing.Part{part(t, s, "lab")}}
	cmd := exec.Command(dot, "-Tsvg")
	cmd.Stdin = bytes.NewReader(written(t, d, drawing.DOT))
	var warnings bytes.Buffer
	cmd.Stderr = &warnings
	svg, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, warnings.Bytes())
	}
	for kind, want := range map[string]int{"node": 7, "cluster": 2, "edge": 3} {
		if got := len(regexp.MustCompile(`<g id="[^"]*" class="`+kind).FindAll(svg, -1)); got != want {
			t.Errorf("%d of class %s, want %d\n%s", got, kind, want, svg)
		}
	}
	for _, text := range []string{`=HYPERLINK(&quot;http://x&quot;)`, `&lt;script&gt;`, `&amp;amp; \N`, `instance`} {
		if !bytes.Contains(svg, []byte(text)) {
			t.Errorf("no %s in\n%s", text, svg)
		}
	}
	if warnings.Len() > 0 && !strings.Contains(warnings.String(), "ontconfig") {
		t.Errorf("dot says: %s", warnings.Bytes())
	}
}

// The schema of GraphML's ids is XML's, which libxml2 knows too.
func TestXML(t *testing.T) {
	lint := reader(t, "libxml2-utils", "xmllint", "--version")
	d := graphtest.MustParse(t, nasty(t))
	if len(d.Of()) == 0 {
		t.Fatal("nothing to draw")
	}
	s := open(t, map[graph.EnvID]string{"lab": nasty(t)})
	cmd := exec.Command(lint, "--noout", "-")
	cmd.Stdin = bytes.NewReader(written(t, &drawing.Drawing{Parts: []drawing.Part{part(t, s, "lab")}}, drawing.GraphML))
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}
