package scan

import (
	"calipso/graph"
	"calipso/graph/catalog"
)

// fold puts the folders of the navigation tree between things and the things
// they hang under.
func (r *run) fold() {
	for _, v := range r.draft.Of() {
		if isFolder(v.Type) {
			continue
		}
		parentType := graph.Root
		if p := r.draft.Get(v.Parent); p != nil {
			parentType = p.Type
		}
		for _, f := range catalog.StaticFolders(v.Type) {
			r.folder(v.ID, hostOf(v), f)
		}
		for _, f := range catalog.Folders(v, parentType) {
			v.Parent = r.folder(v.Parent, v.Host, f)
		}
	}
	for _, f := range catalog.StaticFolders(graph.Root) {
		r.folder("", "", f)
	}
}

// folder makes one folder below a parent, unless it is there, and returns its
// id: the parent's id (the environment's name at the top) and the suffix.
func (r *run) folder(parent graph.ID, host string, f catalog.Folder) graph.ID {
	prefix := string(parent)
	if parent == "" {
		prefix = string(r.req.Env.Name)
	}
	id := graph.ID(prefix + "-" + f.Suffix)
	if r.draft.Get(id) == nil {
		r.draft.Put(&graph.Vertex{ID: id, Type: f.Type, Name: f.Text, ObjectName: f.Text, Host: host, Parent: parent})
	}
	return id
}

// hostOf is the host that what hangs under a vertex lives on.
func hostOf(v *graph.Vertex) string {
	if v.Type == graph.Host {
		return string(v.ID)
	}
	return v.Host
}
