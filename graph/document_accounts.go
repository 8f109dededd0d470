package graph

const (
	// Roles holds the named sets of rights that users may be given.
	Roles Collection = "roles"
	// Audit holds who did what, and who tried to get in.
	Audit Collection = "audit"
)
