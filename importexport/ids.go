package importexport

import (
	"strings"

	"calipso/graph"
	"calipso/graph/catalog"
)

// formerID is the attribute that keeps the id an object had in old data, so
// that searches still find it.
const formerID = "former_id"

// currentID brings the id of an object of old data into today's form, which is
// unique across types (rule DM-10): "region|" and "zone|" before names,
// "aggregate-" before numbers, the host before interfaces. The ids of folders
// that begin with these follow. Ids in today's form stay as they are.
func currentID(t graph.VertexType, id, host string) graph.ID {
	switch t {
	case graph.Region, "availability_zones_folder":
		return prefixed("region|", id)
	case graph.AvailabilityZone:
		return prefixed("zone|", id)
	case graph.Aggregate:
		if id != "" && strings.Trim(id, "0123456789") == "" {
			return graph.ID("aggregate-" + id)
		}
	case graph.HostPNIC:
		if host != "" {
			return prefixed(host+"-", id)
		}
	}
	return graph.ID(id)
}

func prefixed(prefix, id string) graph.ID {
	if id == "" || strings.HasPrefix(id, prefix) {
		return graph.ID(id)
	}
	return graph.ID(prefix + id)
}

// parentOf reads under which vertex a document's object hangs; the environment
// itself is no vertex.
func parentOf(env graph.EnvID, t graph.VertexType, body graph.Attrs) graph.ID {
	id, typ := body.String("parent_id"), graph.VertexType(body.String("parent_type"))
	if typ == graph.Root || id == string(env) && typ == "" {
		return ""
	}
	if typ == "aggregates_folder" && t == graph.Aggregate && underRegion(body.String("id")) {
		return prefixed("region|", id)
	}
	return currentID(typ, id, body.String("host"))
}

// underRegion tells an aggregate of hosts, which hangs under a region, from one
// of pods.
func underRegion(id string) bool { return !strings.HasPrefix(id, "pod-aggregate-") }

// ownID is the id of a document's object in today's form.
func ownID(t graph.VertexType, body graph.Attrs) graph.ID {
	id := text(body["id"])
	if t == "aggregates_folder" && graph.VertexType(body.String("parent_type")) == graph.Region {
		return prefixed("region|", id)
	}
	return currentID(t, id, body.String("host"))
}

// text is the text of an id, which some old documents hold as a number.
func text(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case int64, float64:
		return strings.TrimSpace(toText(v))
	}
	return ""
}

// folderOrKnown tells whether a type is in the catalog.
func folderOrKnown(t graph.VertexType) bool {
	_, ok := catalog.VertexTypeOf(t)
	return ok || catalog.IsFolder(t)
}
