package fields

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"calipso/graph"
)

func attrs(t testing.TB, text string) graph.Attrs {
	t.Helper()
	a, err := graph.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func lines(list []Change) string {
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "%s: %v -> %v\n", c.Field, c.Old, c.New)
	}
	return b.String()
}

func TestAttributes(t *testing.T) {
	for name, tc := range map[string]struct{ old, new, want string }{
		"same":            {`{"a":1,"b":[1,2],"c":{"d":null}}`, `{"a":1.0,"b":[1,2],"c":{}}`, ""},
		"scalars by name": {`{"z":1,"b":"x","gone":true}`, `{"z":2,"b":"y","a":1.5}`, "a: <nil> -> 1.5\nb: x -> y\ngone: true -> <nil>\nz: 1 -> 2\n"},
		"null is absent":  {`{"a":null}`, `{"b":null}`, ""},
		"nested":          {`{"n":{"mtu":1500,"x":{"y":1}}}`, `{"n":{"mtu":9000,"x":{"y":2}}}`, "n.mtu: 1500 -> 9000\nn.x.y: 1 -> 2\n"},
		"other kind":      {`{"n":{"mtu":1500}}`, `{"n":[1]}`, "n: map[mtu:1500] -> [1]\n"},
		"list of texts":   {`{"l":["a","b"]}`, `{"l":["b","a"]}`, "l: [a b] -> [b a]\n"},
		"members by name": {
			`{"p":[{"name":"eth1","mtu":1},{"name":"eth0","mtu":1},{"name":"old"}]}`,
			`{"p":[{"name":"eth0","mtu":2},{"name":"new"},{"name":"eth1","mtu":1}]}`,
			"p[eth0].mtu: 1 -> 2\np[new]: <nil> -> map[name:new]\np[old]: map[name:old] -> <nil>\n",
		},
		"id before name":        {`{"p":[{"id":1,"name":"a"}]}`, `{"p":[{"id":1,"name":"b"}]}`, "p[1].name: a -> b\n"},
		"order of members":      {`{"p":[{"name":"a"},{"name":"b"}]}`, `{"p":[{"name":"b"},{"name":"a"}]}`, ""},
		"members inside":        {`{"x":[[{"name":"a"},{"name":"b"}]]}`, `{"x":[[{"name":"b"},{"name":"a"}]]}`, ""},
		"name twice":            {`{"p":[{"name":"a","v":1},{"name":"a"}]}`, `{"p":[{"name":"a","v":2},{"name":"a"}]}`, "p: [map[name:a v:1] map[name:a]] -> [map[name:a v:2] map[name:a]]\n"},
		"name missing":          {`{"p":[{"name":"a"}]}`, `{"p":[{"v":2}]}`, "p: [map[name:a]] -> [map[v:2]]\n"},
		"first member":          {`{"p":[]}`, `{"p":[{"name":"a"}]}`, "p[a]: <nil> -> map[name:a]\n"},
		"empty list and none":   {`{}`, `{"p":[]}`, "p: <nil> -> []\n"},
		"keys that need quotes": {`{"a.b":1,"":1,"p":[{"name":"eth0.100","v":1}]}`, `{"a.b":2,"":2,"p":[{"name":"eth0.100","v":2}]}`, "\"\": 1 -> 2\n\"a.b\": 1 -> 2\np[\"eth0.100\"].v: 1 -> 2\n"},
	} {
		t.Run(name, func(t *testing.T) {
			old, new := attrs(t, tc.old), attrs(t, tc.new)
			if d := cmp.Diff(tc.want, lines(Diff(&graph.Vertex{Attrs: old}, &graph.Vertex{Attrs: new}))); d != "" {
				t.Errorf("want -, got +:\n%s", d)
			}
			if Equal(map[string]any(old), map[string]any(new)) != (tc.want == "") {
				t.Error("Equal says otherwise")
			}
		})
	}
}

func TestVertex(t *testing.T) {
	old := &graph.Vertex{ID: "i1", Type: "instance", Name: "web", Host: "node-1", Parent: "p1", Part: "a", Attrs: graph.Attrs{"x": int64(1)}}
	new := &graph.Vertex{ID: "i1", Type: "host", Name: "web-1", ObjectName: "w", Host: "node-2", Part: "b"}
	want := "type: instance -> host\nname: web -> web-1\nobject_name: <nil> -> w\nhost: node-1 -> node-2\nparent_id: p1 -> <nil>\npart: a -> b\nx: 1 -> <nil>\n"
	if d := cmp.Diff(want, lines(Diff(old, new))); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	if d := cmp.Diff("type: <nil> -> instance\nname: <nil> -> web\nhost: <nil> -> node-1\nparent_id: <nil> -> p1\npart: <nil> -> a\nx: <nil> -> 1\n", lines(Diff(nil, old))); d != "" {
		t.Errorf("appears: want -, got +:\n%s", d)
	}
	if got := len(Diff(old, nil)); got != 6 {
		t.Errorf("goes: %d fields", got)
	}
}

func TestEdge(t *testing.T) {
	key := graph.EdgeKey{Type: "vnic-vconnector", From: "v1", To: "c1"}
	old := &graph.Edge{EdgeKey: key, Name: "a", Attrs: graph.Attrs{"network": "n1"}}
	new := &graph.Edge{EdgeKey: key, Name: "b", State: graph.Up, Host: "h", Switch: "s", Implicit: true, Attrs: graph.Attrs{"network": "n2"}}
	want := "link_name: a -> b\nhost: <nil> -> h\nswitch: <nil> -> s\nimplicit: false -> true\nattributes.network: n1 -> n2\n"
	if d := cmp.Diff(want, lines(DiffEdge(old, new))); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	want = "link_type: vnic-vconnector -> <nil>\nsource_id: v1 -> <nil>\ntarget_id: c1 -> <nil>\nlink_name: a -> <nil>\nstate: up -> <nil>\nattributes.network: n1 -> <nil>\n"
	if d := cmp.Diff(want, lines(DiffEdge(old, nil))); d != "" {
		t.Errorf("goes: want -, got +:\n%s", d)
	}
}

func TestTimes(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if !Equal(at, at.In(time.FixedZone("x", 3600))) || Equal(at, at.Add(1)) || Equal(at, "2026-03-01T12:00:00Z") {
		t.Error("times are compared wrongly")
	}
}

// TestRandom: a difference is empty exactly if the two are equal, is the same
// whichever way map order falls, and turned round it has old and new swapped.
func TestRandom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := object1(t, 3), object1(t, 3)
		x, y := &graph.Vertex{Attrs: a}, &graph.Vertex{Attrs: b}
		there := Diff(x, y)
		if (len(there) == 0) != Equal(a, b) {
			t.Fatalf("%d changes, equal: %t", len(there), Equal(a, b))
		}
		if d := cmp.Diff(there, Diff(x, y)); d != "" {
			t.Fatalf("not the same twice:\n%s", d)
		}
		back := Diff(y, x)
		for i := range back {
			back[i].Old, back[i].New = back[i].New, back[i].Old
		}
		if d := cmp.Diff(there, back); d != "" {
			t.Fatalf("not the same backwards:\n%s", d)
		}
		if len(Diff(x, x.Clone())) != 0 {
			t.Fatal("differs from its copy")
		}
	})
}

func object1(t *rapid.T, depth int) map[string]any {
	m := map[string]any{}
	for range rapid.IntRange(0, 4).Draw(t, "entries") {
		m[rapid.SampledFrom([]string{"id", "name", "a", "b.c", ""}).Draw(t, "key")] = value1(t, depth-1)
	}
	return m
}

func value1(t *rapid.T, depth int) any {
	switch kind := rapid.IntRange(0, 6).Draw(t, "kind"); {
	case kind == 0:
		return nil
	case kind == 1:
		return rapid.Int64Range(0, 2).Draw(t, "int")
	case kind == 2:
		return rapid.SampledFrom([]float64{0, 1, 1.5}).Draw(t, "float")
	case kind == 3 || depth <= 0:
		return rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "text")
	case kind == 4:
		return object1(t, depth)
	}
	list := []any{}
	for range rapid.IntRange(0, 3).Draw(t, "elements") {
		list = append(list, value1(t, depth-1))
	}
	return list
}
