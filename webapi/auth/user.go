package auth

import (
	"regexp"
	"slices"
	"time"

	"calipso/graph"
)

// User is one account.
type User struct {
	ID      string // of its document; the name, unless it was imported
	Name    string // unique
	Rights  []Right
	Created time.Time // zero if the document does not say
}

// NewUser describes an account to be made.
type NewUser struct {
	Name     string
	Password string
	Role     Role
}

// Administrator tells whether the user may manage users.
func (u *User) Administrator() bool { return slices.Contains(u.Rights, ManageUsers) }

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

// userOf reads a document of collection users.
func userOf(d *graph.Document) *User {
	u := &User{ID: d.ID, Name: d.Body.String("username")}
	if u.Name == "" {
		u.Name = d.ID
	}
	for _, r := range d.Body.Map("roles").Strings(globalRoles) {
		if slices.Contains(Rights(), Right(r)) {
			u.Rights = append(u.Rights, Right(r))
		}
	}
	u.Created, _ = d.Body["createdAt"].(time.Time)
	return u
}

// newUserDocument is the document of a new user, in the documented shape with
// the password where that keeps it, by another algorithm.
func newUserDocument(n NewUser, hash string, now time.Time) *graph.Document {
	d := &graph.Document{
		DocKey: graph.DocKey{Collection: graph.Users, ID: n.Name},
		Body: graph.Attrs{
			"username":  n.Name,
			"createdAt": now.UTC(),
			"profile":   map[string]any{"name": n.Name},
		},
	}
	setHash(d, hash)
	setRights(d, n.Role.Rights())
	return d
}

// passwordHash is the PHC text of a user's password, "" if he has none that we
// can check.
func passwordHash(d *graph.Document) string {
	return d.Body.Map("services").Map("password").Secret("argon2id")
}

func setHash(d *graph.Document, hash string) {
	d.Body["services"] = map[string]any{"password": map[string]any{"argon2id": graph.NewSecret(hash)}}
}

func setRights(d *graph.Document, rights []Right) {
	names := make([]any, len(rights))
	for i, r := range rights {
		names[i] = string(r)
	}
	d.Body["roles"] = map[string]any{globalRoles: names}
}
