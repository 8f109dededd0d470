package auth

import (
	"fmt"
	"slices"
	"strings"

	"calipso/graph"
)

// A group may stand for roles, which are good for every environment, and for
// rights to single ones: "view-env:lab", "edit-env:lab".

// CheckMapped says what is wrong with something that GroupRoles has a group
// stand for, "" if nothing is. Whether a role exists it does not know.
func CheckMapped(text string) string {
	right, env, single := strings.Cut(text, ":")
	switch {
	case !single && !fixed(Role(text)) && !roleForm.MatchString(text):
		return fmt.Sprintf("%q is neither a role nor a right to an environment such as view-env:NAME", text)
	case single && (Right(right) != ViewEnv && Right(right) != EditEnv || env == ""):
		return fmt.Sprintf("%q is no right to an environment; give view-env:NAME or edit-env:NAME", text)
	}
	return ""
}

// mapped tells whether the groups that a user is in elsewhere give him a right to
// one environment.
func (u *User) mapped(r Right, env graph.EnvID) bool {
	return slices.Contains(u.Mapped, string(r)+":"+string(env))
}

// Stands lists what groups stand for, sorted: roles, and rights to single
// environments. Everybody is in the group "*".
func (g GroupRoles) Stands(groups []string) []string { return g.roles(groups) }
