package graph

// Vertex is one thing found in a cloud.
type Vertex struct {
	ID   ID
	Type VertexType
	// Name is the display name; empty means the id.
	Name string
	// ObjectName is the short name that lists show; empty means Name.
	ObjectName string
	// Host is the id of the host it lives on; empty above hosts.
	Host string
	// Parent is the vertex it hangs under in the navigation tree, mostly a
	// folder; empty means the environment itself. Paths (id_path, name_path)
	// and the parent's type are derived from the chain of parents.
	Parent ID
	// Part names the part of a scan that states this vertex: a fetcher, and
	// after an "@" the host or service it asked ("hostcli.vedges@node-1").
	// Empty: imported, or entered by a user. What a part stated goes when the
	// part answers completely without it, and stays when it fails.
	Part string
	// Attrs are all other documented fields.
	Attrs Attrs
}

// Clone copies the vertex with all levels of its attributes.
func (v *Vertex) Clone() *Vertex {
	c := *v
	c.Attrs = v.Attrs.Clone()
	return &c
}

// Text is the name to show: Name, or the id if it has none.
func (v *Vertex) Text() string {
	if v.Name != "" {
		return v.Name
	}
	return string(v.ID)
}
