package graphtest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"calipso/graph"
)

// Draw prints a graph as a picture that Parse reads back to the same graph:
// vertices by type and id, then edges by type and ends. Vertices that have
// nothing but edges are not listed by themselves.
func Draw(d *graph.Draft) string {
	var b strings.Builder
	linked := map[graph.ID]bool{}
	ctx := context.Background()
	for e := range d.Edges(ctx) { // a Draft's iteration fails with its context only
		linked[e.From], linked[e.To] = true, true
	}
	for v := range d.Vertices(ctx) {
		if attrs := vertexAttrs(v); len(attrs) > 0 || !linked[v.ID] {
			fmt.Fprintf(&b, "%s%s\n", end(v), flow(attrs))
		}
	}
	for e := range d.Edges(ctx) {
		from, to := d.Get(e.From), d.Get(e.To)
		if from == nil || to == nil {
			fmt.Fprintf(&b, "# dangling: %s %s -> %s\n", e.Type, e.From, e.To)
			continue
		}
		arrow := "->"
		if e.Type != graph.EdgeTypeOf(from.Type, to.Type) {
			arrow = "-[" + string(e.Type) + "]->"
		}
		fmt.Fprintf(&b, "%s %s %s%s\n", end(from), arrow, end(to), flow(edgeAttrs(e)))
	}
	return b.String()
}

func end(v *graph.Vertex) string { return string(v.Type) + " " + word(string(v.ID)) }

func word(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\"{}\n") {
		return strconv.Quote(s)
	}
	return s
}

func vertexAttrs(v *graph.Vertex) graph.Attrs {
	a := graph.Attrs{}
	maps.Copy(a, v.Attrs)
	for key, val := range map[string]string{
		"name": v.Name, "object_name": v.ObjectName, "host": v.Host, "parent": string(v.Parent), "part": v.Part,
	} {
		if val != "" {
			a[key] = val
		}
	}
	return a
}

func edgeAttrs(e *graph.Edge) graph.Attrs {
	a := graph.Attrs{}
	maps.Copy(a, e.Attrs)
	for key, val := range map[string]string{"name": e.Name, "host": e.Host, "switch": e.Switch} {
		if val != "" {
			a[key] = val
		}
	}
	if e.State != graph.Up {
		a["state"] = string(e.State)
	}
	if e.Implicit {
		a["implicit"] = true
	}
	return a
}

// flow prints attributes in YAML's flow style, keys in order.
func flow(a graph.Attrs) string {
	if len(a) == 0 {
		return ""
	}
	return " " + flowValue(map[string]any(a))
}

// plain are the texts that need no quotes in flow style.
func plain(s string) bool {
	if s == "" || s == "null" || s == "true" || s == "false" || s == "yes" || s == "no" {
		return false
	}
	letter := false
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			letter = true
		case r >= '0' && r <= '9', r == '-', r == '_', r == '.', r == '/':
		default:
			return false
		}
	}
	first := s[0]
	return letter && (first >= 'a' && first <= 'z' || first >= 'A' && first <= 'Z')
}

func flowValue(v any) string {
	switch v := v.(type) {
	case map[string]any:
		parts := make([]string, 0, len(v))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, flowValue(k)+": "+flowValue(v[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = flowValue(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		if plain(v) {
			return v
		}
	case time.Time:
		return strconv.Quote(v.UTC().Format(time.RFC3339Nano))
	}
	b, err := json.Marshal(v)
	if err != nil {
		return strconv.Quote(fmt.Sprint(v))
	}
	return string(b)
}
