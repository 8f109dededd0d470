package importexport

import (
	"fmt"

	"calipso/graph"
)

// derived are the members of an inventory document that follow from others, or
// were of use to the scan that wrote them only. They are not stored.
var derived = []string{
	"environment", "id", "type", "name", "object_name", "id_path", "name_path", "parent_id", "parent_type",
	"show_in_tree", "last_scanned", "host", "part", "stale", "clique", "create_object", "parent_text",
	"master_parent_type", "master_parent_id",
}

// Vertex reads an inventory document, in the shape of either version. notes say
// what had to be mapped. The document's body becomes the vertex's attributes.
//
// Errors: type or id is missing.
func Vertex(d Doc) (env graph.EnvID, v *graph.Vertex, notes []string, err error) {
	b := d.Body
	env = graph.EnvID(b.String("environment"))
	t := graph.VertexType(b.String("type"))
	old := text(b["id"])
	switch {
	case env == "":
		return env, nil, nil, fmt.Errorf("no environment")
	case t == "" || old == "":
		return env, nil, nil, fmt.Errorf("no type or id")
	}
	v = &graph.Vertex{
		ID: ownID(t, b), Type: t, Name: text(b["name"]), ObjectName: b.String("object_name"), Host: b.String("host"),
		Parent: parentOf(env, t, b), Part: b.String("part"),
	}
	if string(v.ID) != old {
		notes = append(notes, "id brought into today's form")
		b[formerID] = old
	}
	caption := b.String("text")
	if caption != "" && (v.Name == "" || v.Name == old || v.Name == caption) {
		v.Name = caption
		delete(b, "text")
	}
	if v.ObjectName == v.Name {
		v.ObjectName = "" // which means the same
	}
	if !folderOrKnown(t) {
		notes = append(notes, "type is not in the catalog: "+string(t))
	}
	if t == graph.Host {
		if s, ok := b["host_type"].(string); ok {
			b["host_type"] = hostTypes(s)
			notes = append(notes, "host_type made a list")
		}
	}
	for _, key := range derived {
		delete(b, key)
	}
	v.Attrs = dropLeftovers(map[string]any(b)).(map[string]any)
	if listShapes(v) {
		notes = append(notes, "objects keyed by data made lists")
	}
	return env, v, notes, nil
}

// hostTypes is the list for a host type that is one text; "unknown" is none.
func hostTypes(s string) []any {
	if s == "unknown" || s == "" {
		return []any{}
	}
	return []any{s}
}
