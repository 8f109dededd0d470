package document

import (
	"maps"
	"strings"
	"time"

	"calipso/graph"
)

// Place is where a vertex is in the tree, and how fresh what is known of it:
// derived, never stored on the vertex.
type Place struct {
	// Path leads from the topmost ancestor to the vertex itself, both included.
	// Empty: it was not looked up, and the fields that come from it are left out.
	Path []Step
	// LastScanned is when the part that states it last answered completely;
	// zero if it is not known.
	LastScanned time.Time
	// Stale: that part's last attempt failed, so this is what was known before.
	Stale bool
}

// Step is one vertex on a path.
type Step struct {
	ID   graph.ID
	Type graph.VertexType
	Name string
}

// Steps are the steps of a path of vertices.
func Steps(path []*graph.Vertex) []Step {
	out := make([]Step, len(path))
	for i, v := range path {
		out[i] = Step{v.ID, v.Type, v.Text()}
	}
	return out
}

// slashInPath is what a slash inside an id or name becomes in a path, so that
// paths can be split (rule DIS-93).
const slashInPath = "---..47..---"

// Object is the inventory document of a vertex. Its attributes are at the top
// level, but for those that would hide one of the common fields. Times are
// time.Time, the document's id is a graph.OID.
func Object(env graph.EnvID, v *graph.Vertex, p Place) map[string]any {
	d := make(map[string]any, len(v.Attrs)+16)
	maps.Copy(d, v.Attrs)
	objectName := v.ObjectName
	if objectName == "" {
		objectName = v.Text()
	}
	d["_id"] = graph.VertexOID(env, v.Type, v.ID)
	d["environment"] = string(env)
	d["id"] = string(v.ID)
	d["type"] = string(v.Type)
	d["name"] = v.Text()
	d["object_name"] = objectName
	if len(p.Path) > 0 {
		d["id_path"], d["name_path"] = Paths(env, p.Path)
	}
	d["parent_id"] = string(v.Parent)
	switch {
	case v.Parent == "":
		d["parent_id"], d["parent_type"] = string(env), string(graph.Root)
	case len(p.Path) > 1:
		d["parent_type"] = string(p.Path[len(p.Path)-2].Type)
	}
	d["show_in_tree"] = true
	if v.Host != "" {
		d["host"] = v.Host
	}
	if !p.LastScanned.IsZero() {
		d["last_scanned"] = p.LastScanned
	}
	d["stale"] = p.Stale
	if v.Part != "" {
		d["part"] = v.Part
	}
	return d
}

// Paths are the id_path and name_path of the last vertex of a path.
func Paths(env graph.EnvID, path []Step) (ids, names string) {
	var i, n strings.Builder
	add := func(id, name string) {
		i.WriteString("/" + strings.ReplaceAll(id, "/", slashInPath))
		n.WriteString("/" + strings.ReplaceAll(name, "/", slashInPath))
	}
	add(string(env), string(env))
	for _, v := range path {
		add(string(v.ID), v.Name)
	}
	return i.String(), n.String()
}

// SplitPath is the ids that an id_path is made of, the environment's name first;
// the slash that it begins with may be missing, and one at the end counts for
// nothing. There is at least one.
func SplitPath(path string) []string {
	ids := strings.Split(strings.TrimSuffix(strings.TrimPrefix(path, "/"), "/"), "/")
	for i, id := range ids {
		ids[i] = strings.ReplaceAll(id, slashInPath, "/")
	}
	return ids
}
