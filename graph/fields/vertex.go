package fields

import "calipso/graph"

// Diff lists the fields that differ between two forms of a vertex: the common
// ones in the order type, name, object_name, host, parent_id, part, then the
// attributes by name. A nil vertex has no fields, so that one which appears
// lists all that it brings, and one which goes all that it had.
//
// The result holds parts of the vertices: it is to be read, not changed.
func Diff(old, new *graph.Vertex) []Change {
	var d differ
	a, b := orNone(old), orNone(new)
	d.text("type", string(a.Type), string(b.Type))
	d.text("name", a.Name, b.Name)
	d.text("object_name", a.ObjectName, b.ObjectName)
	d.text("host", a.Host, b.Host)
	d.text("parent_id", string(a.Parent), string(b.Parent))
	d.text("part", a.Part, b.Part)
	d.attrs("", a.Attrs, b.Attrs)
	return d.changes
}

func orNone[T any](p *T) *T {
	if p == nil {
		return new(T)
	}
	return p
}
