package auth

import "slices"

// Right is one thing an account may do, under the names the documented user
// collection gives them. view-env and edit-env held globally are good for
// every environment; held in an environment's "auth" lists, for that one.
type Right string

// The rights.
const (
	ViewEnv                 Right = "view-env"
	EditEnv                 Right = "edit-env" // with ViewEnv
	ManageUsers             Right = "manage-users"
	ManageLinkTypes         Right = "manage-link-types"
	ManageCliqueTypes       Right = "manage-clique-types"
	ManageCliqueConstraints Right = "manage-clique-constraints"
)

// Rights lists all of them.
func Rights() []Right {
	return []Right{ViewEnv, EditEnv, ManageUsers, ManageLinkTypes, ManageCliqueTypes, ManageCliqueConstraints}
}

// Role is the name of a set of rights: one of those below, which are built in,
// or one that has a document (Definition).
type Role string

// The roles that are built in. A user with NoRole sees only the environments granted to him.
const (
	Admin  Role = "admin"
	Editor Role = "editor"
	Viewer Role = "viewer"
	NoRole Role = "none"
)

// Roles lists those built in, the mightiest first.
func Roles() []Role { return []Role{Admin, Editor, Viewer, NoRole} }

// Rights are those that a role stands for which is built in.
func (r Role) Rights() []Right {
	switch r {
	case Admin:
		return Rights()
	case Editor:
		return []Right{ViewEnv, EditEnv}
	case Viewer:
		return []Right{ViewEnv}
	}
	return nil
}

func (r Role) about() string {
	switch r {
	case Admin:
		return "may do everything"
	case Editor:
		return "may view and edit all environments"
	case Viewer:
		return "may view all environments"
	}
	return "only what single environments grant"
}

// RoleOf names the mightiest built-in role whose rights are all among those given.
func RoleOf(rights []Right) Role {
	for _, role := range Roles() {
		all := true
		for _, r := range role.Rights() {
			all = all && slices.Contains(rights, r)
		}
		if all {
			return role
		}
	}
	return NoRole
}
