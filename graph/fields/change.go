package fields

// Change is one field that differs.
//
// Field is the path of the field, under the names of the documented shapes:
// "name", "parent_id", "network.mtu", "ports[eth0].speed". Inside brackets
// stands what tells an element of a list from the others: its id, its name. A
// key or an element's name that holds a dot, a bracket or a quote is quoted.
//
// Old and New are values as graph.Attrs hold them; nil is a field that was
// (is) not there, or was null, which is the same here.
type Change struct {
	Field string `json:"field"`
	Old   any    `json:"old"`
	New   any    `json:"new"`
}
