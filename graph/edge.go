package graph

// EdgeState is what discovery saw of a link.
type EdgeState string

// The states of a link; without a physical NIC at one end it is always up.
const (
	Up   EdgeState = "up"
	Down EdgeState = "down"
)

// EdgeKey identifies an edge inside an environment (rule DM-12).
type EdgeKey struct {
	Type     EdgeType
	From, To ID
}

// Edge is a directed, typed connection between two vertices.
type Edge struct {
	EdgeKey
	// Name is the label of the link ("port-7-tag-4", a MAC, a segment).
	Name  string
	State EdgeState
	// Host and Switch say where the link lies, empty if nowhere in particular.
	Host, Switch string
	// Implicit is true for a link derived by chaining others; scans write none.
	Implicit bool
	// Attrs hold constraint values ("network") and extras ("source_label",
	// "target_label", "mac_address", "vedge_type").
	Attrs Attrs
}

// Clone copies the edge with all levels of its attributes.
func (e *Edge) Clone() *Edge {
	c := *e
	c.Attrs = e.Attrs.Clone()
	return &c
}
