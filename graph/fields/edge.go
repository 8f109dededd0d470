package fields

import "calipso/graph"

// DiffEdge lists the fields that differ between two forms of an edge: the
// common ones in the order link_type, source_id, target_id, link_name, state,
// host, switch, implicit, then the attributes, as "attributes.network". A nil
// edge has no fields; an edge of no state is up.
//
// The result holds parts of the edges: it is to be read, not changed.
func DiffEdge(old, new *graph.Edge) []Change {
	var d differ
	a, b := orNone(old), orNone(new)
	d.text("link_type", string(a.Type), string(b.Type))
	d.text("source_id", string(a.From), string(b.From))
	d.text("target_id", string(a.To), string(b.To))
	d.text("link_name", a.Name, b.Name)
	d.text("state", state(old), state(new))
	d.text("host", a.Host, b.Host)
	d.text("switch", a.Switch, b.Switch)
	if a.Implicit != b.Implicit {
		d.add("implicit", a.Implicit, b.Implicit)
	}
	d.attrs("attributes", a.Attrs, b.Attrs)
	return d.changes
}

func state(e *graph.Edge) string {
	switch {
	case e == nil:
		return ""
	case e.State == "":
		return string(graph.Up)
	}
	return string(e.State)
}
