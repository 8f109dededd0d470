package importexport

import (
	"fmt"

	"calipso/graph"
)

// Edge reads a link document. rename tells the vertex that a document id and
// an old object id stand for; nil: ids are today's.
//
// Errors: link type, source or target is missing.
func Edge(d Doc, rename func(oid, id string) graph.ID) (env graph.EnvID, e *graph.Edge, err error) {
	b := d.Body
	env = graph.EnvID(b.String("environment"))
	t := graph.EdgeType(b.String("link_type"))
	from, to := text(b["source_id"]), text(b["target_id"])
	fromType, toType, ok := t.Ends()
	switch {
	case env == "":
		return env, nil, fmt.Errorf("no environment")
	case !ok:
		return env, nil, fmt.Errorf("link type %q is not two object types joined by a dash", t)
	case from == "" || to == "":
		return env, nil, fmt.Errorf("no source or target")
	}
	host := b.String("host")
	end := func(typ graph.VertexType, oid, id string) graph.ID {
		if rename != nil {
			if now := rename(oid, id); now != "" {
				return now
			}
		}
		return currentID(typ, id, host)
	}
	e = &graph.Edge{
		EdgeKey: graph.EdgeKey{Type: t, From: end(fromType, b.String("source"), from), To: end(toType, b.String("target"), to)},
		Name:    b.String("link_name"), State: graph.EdgeState(b.String("state")), Host: host, Switch: b.String("switch"),
		Implicit: b.Bool("implicit"), Attrs: b.Map("attributes"),
	}
	if e.State == "" {
		e.State = graph.Up
	}
	for _, label := range []string{"source_label", "target_label"} {
		if s := b.String(label); s != "" && e.Attrs.String(label) == "" {
			if e.Attrs == nil {
				e.Attrs = graph.Attrs{}
			}
			e.Attrs[label] = s
		}
	}
	return env, e, nil
}
