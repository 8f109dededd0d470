package graphtest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
)

const picture = `host node-1 {host_type: [Compute, Network], ports: 5000, with.dot: {a: true}}
instance i {host: node-1, name: "web 03", network: [n1], part: "api@x"}
otep "o 1" {ratio: 1.5, text: "7"}
instance i -> vnic tap1 {name: "fa:16:3e:00:00:01", network: n1}
vconnector br1 -[vedge-otep]-> otep "o 1" {state: down}
vnic tap1 -> vconnector br1 {implicit: true}
`

func TestParseAndDraw(t *testing.T) {
	d := MustParse(t, "# a comment\n\n"+picture)
	if diff := cmp.Diff(picture, Draw(d)); diff != "" {
		t.Errorf("drawn again: -want +got:\n%s", diff)
	}
	v := d.Get("i")
	if v.Name != "web 03" || v.Host != "node-1" || v.Part != "api@x" || len(v.Attrs.Strings("network")) != 1 {
		t.Errorf("instance i = %+v", v)
	}
	if got := d.Get("node-1").Attrs["ports"]; got != int64(5000) {
		t.Errorf("ports = %T %v, want int64 5000", got, got)
	}
	e := d.Edge(graph.EdgeKey{Type: "vedge-otep", From: "br1", To: "o 1"})
	if e == nil || e.State != graph.Down {
		t.Errorf("edge with a named type = %+v", e)
	}
	g, nums := Topology(d)
	if g.Vertices() != 5 || g.Edges() != 3 {
		t.Errorf("topology has %d vertices, %d edges", g.Vertices(), g.Edges())
	}
	if a := g.Out(nums.Of["i"]); len(a) != 1 || g.Values().Name(int(a[0].Value())) != "n1" || nums.Edge[a[0].Edge].Name == "" {
		t.Errorf("arcs of i: %v", a)
	}
}

func TestParseErrors(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"host a\nvnic", `line 2 "vnic"`},
		{"vnic a => vnic b", "no arrow"},
		{"vnic a {x: [}", "line 1"},
		{`vnic "a`, "quoted id"},
		{"vnic a {name: 7}", "is no text"},
	} {
		if _, err := Parse(tc.text); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("Parse(%q) = %v, want %q", tc.text, err, tc.want)
		}
	}
}
