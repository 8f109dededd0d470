package importexport

import (
	"reflect"
	"time"

	"calipso/graph"
)

// Documents say less than the store: an empty name and one that repeats the id
// read alike, and times end at milliseconds. Things that give the same document
// are the same.

func sameVertex(a, b *graph.Vertex) bool {
	x, y := bare(a), bare(b)
	return reflect.DeepEqual(x, y) && sameAttrs(a.Attrs, b.Attrs)
}

// bare is a vertex without its attributes, its names spelt out.
func bare(v *graph.Vertex) graph.Vertex {
	c := *v
	c.Attrs = nil
	c.Name = v.Text()
	if c.ObjectName == "" {
		c.ObjectName = c.Name
	}
	return c
}

func sameEdge(a, b *graph.Edge) bool {
	x, y := *a, *b
	x.Attrs, y.Attrs = nil, nil
	return reflect.DeepEqual(x, y) && sameAttrs(a.Attrs, b.Attrs)
}

func sameAttrs(a, b graph.Attrs) bool {
	return sameValue(map[string]any(a), map[string]any(b))
}

func sameValue(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for k, v := range a {
			if w, ok := b[k]; !ok || !sameValue(v, w) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !sameValue(a[i], b[i]) {
				return false
			}
		}
		return true
	case time.Time:
		b, ok := b.(time.Time)
		return ok && a.UnixMilli() == b.UnixMilli()
	}
	return a == b
}
