package importexport

import (
	"fmt"
	"strings"

	"calipso/graph"
	"calipso/graph/catalog"
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
	if references(env, v) {
		notes = append(notes, "document ids in it brought into today's form")
	}
	if listShapes(v) {
		notes = append(notes, "objects keyed by data made lists")
	}
	return env, v, notes, nil
}

// references brings the document ids that a vertex holds of others into today's
// form, which follows from their object ids (rule DM-06), and tells whether one
// was another.
func references(env graph.EnvID, v *graph.Vertex) bool {
	var attr string
	var oid graph.OID
	switch v.Type {
	case graph.HostRef:
		attr, oid = "ref_id", graph.VertexOID(env, graph.Host, graph.ID(v.Text()))
	case catalog.PodRef:
		attr, oid = "ref_id", graph.VertexOID(env, catalog.Pod, graph.ID(strings.TrimSuffix(string(v.ID), "-ref")))
	case graph.VNIC:
		attr, oid = "instance_db_id", graph.VertexOID(env, graph.Instance, graph.ID(v.Attrs.String("instance_id")))
	}
	was := v.Attrs.String(attr)
	if was == "" || was == string(oid) {
		return false
	}
	v.Attrs[attr] = string(oid)
	return true
}

// hostTypes is the list for a host type that is one text; "unknown" is none.
func hostTypes(s string) []any {
	if s == "unknown" || s == "" {
		return []any{}
	}
	return []any{s}
}
