package auth

import (
	"fmt"
	"slices"
	"strings"
)

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

// Role is a usual set of rights under one name.
type Role string

// The roles. A user with NoRole sees only the environments granted to him.
const (
	Admin  Role = "admin"
	Editor Role = "editor"
	Viewer Role = "viewer"
	NoRole Role = "none"
)

// Roles lists all of them, the mightiest first.
func Roles() []Role { return []Role{Admin, Editor, Viewer, NoRole} }

// ParseRole reads the name of a role; nothing is NoRole.
func ParseRole(text string) (Role, error) {
	switch r := Role(strings.ToLower(text)); r {
	case Admin, Editor, Viewer, NoRole:
		return r, nil
	case "":
		return NoRole, nil
	}
	return NoRole, fmt.Errorf("auth: role %q is none of admin, editor, viewer, none", text)
}

// Rights are those the role stands for.
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

// RoleOf names the mightiest role whose rights are all among those given.
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
