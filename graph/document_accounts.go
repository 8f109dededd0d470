package graph

// Roles holds the named sets of rights that users may be given.
const Roles Collection = "roles"
