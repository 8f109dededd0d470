package enrichtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"calipso/graph"
)

// Parse reads a draft from lines of the form
//
//	type id {name: n, object_name: o, host: h, parent: p, part: q, any_attribute: value, …}
//
// where the rest is a YAML flow mapping. Lines that start with "#" and empty
// lines count for nothing; a line that starts with a blank continues the one
// above.
func Parse(t testing.TB, text string) *graph.Draft {
	t.Helper()
	g := graph.NewDraft()
	text = strings.NewReplacer("\n ", " ", "\n\t", " ").Replace(text)
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		kind, rest, _ := strings.Cut(line, " ")
		id, flow, _ := strings.Cut(rest, " ")
		var m map[string]any
		if flow != "" {
			if err := yaml.Unmarshal([]byte(flow), &m); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		n, err := graph.Normalize(m)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		a, _ := n.(map[string]any)
		v := &graph.Vertex{ID: graph.ID(id), Type: graph.VertexType(kind), Attrs: a}
		if v.Attrs == nil {
			v.Attrs = graph.Attrs{}
		}
		v.Name, v.Host, v.Parent = v.Attrs.String("name"), v.Attrs.String("host"), graph.ID(v.Attrs.String("parent"))
		v.Part, v.ObjectName = v.Attrs.String("part"), v.Attrs.String("object_name")
		for _, k := range []string{"name", "host", "parent", "part", "object_name"} {
			delete(v.Attrs, k)
		}
		g.Put(v)
	}
	return g
}

// Print writes vertices, by type and id, in the notation of Parse, with JSON
// values.
func Print(of []*graph.Vertex) string {
	of = slices.Clone(of)
	slices.SortFunc(of, func(a, b *graph.Vertex) int {
		return cmp.Or(cmp.Compare(a.Type, b.Type), cmp.Compare(a.ID, b.ID))
	})
	var out strings.Builder
	for _, v := range of {
		fmt.Fprintf(&out, "%s %s", v.Type, v.ID)
		for _, f := range [][2]string{{"name", v.Name}, {"host", v.Host}, {"parent", string(v.Parent)}} {
			if f[1] != "" {
				fmt.Fprintf(&out, " %s=%s", f[0], f[1])
			}
		}
		out.WriteString("\n")
		for _, k := range slices.Sorted(maps.Keys(v.Attrs)) {
			b, err := json.Marshal(v.Attrs[k])
			if err != nil {
				b = []byte(err.Error())
			}
			fmt.Fprintf(&out, "  %s: %s\n", k, b)
		}
	}
	return out.String()
}
