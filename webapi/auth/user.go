package auth

import (
	"regexp"
	"slices"
	"time"

	"calipso/graph"
)

// User is one account.
type User struct {
	ID        string // of its document; the name, unless it was imported
	Name      string // unique
	Display   string // for people: "profile.name"
	Emails    []string
	Rights    []Right   // all it has, by whatever way
	Single    []Right   // those given to it one by one, and by the fixed roles
	Roles     []string  // roles with documents that it was given, sorted
	Disabled  bool      // may not be used
	Directory string    // where its password is kept; "": here
	Mapped    []string  // roles by the groups of the directory, sorted
	Created   time.Time // zero if the document does not say
	former    []string  // ids it had elsewhere, which environments may name
	password  bool      // it has one of its own
}

// NewUser describes an account to be made.
type NewUser struct {
	Name     string
	Password string
	Role     Role // nothing: NoRole
	Display  string
	Emails   []string
}

// Administrator tells whether the user may manage users.
func (u *User) Administrator() bool { return slices.Contains(u.Rights, ManageUsers) }

// clone is a copy that shares nothing.
func (u User) clone() User {
	u.Emails, u.Rights, u.Single = slices.Clone(u.Emails), slices.Clone(u.Rights), slices.Clone(u.Single)
	u.Roles, u.Mapped, u.former = slices.Clone(u.Roles), slices.Clone(u.Mapped), slices.Clone(u.former)
	return u
}

// isCalled tells whether an environment's list means the user by some text.
func (u *User) isCalled(text string) bool {
	return text == u.ID || text == u.Name || slices.Contains(u.former, text)
}

// globalRoles is the member of a user's "roles" that holds the rights good
// everywhere.
const globalRoles = "__global_roles__"

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$`)

// checkNewName says what is wrong with the name of a new user.
func checkNewName(name string) []graph.FieldError {
	if nameForm.MatchString(name) {
		return nil
	}
	return []graph.FieldError{{Field: "username",
		Reason: "is no user name; give up to 64 letters, digits and . _ @ -, a letter or digit first"}}
}
