package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"calipso/graph"
)

// Adoption is what became of a user of another installation.
type Adoption struct {
	User *User
	// How is "added"; "joined" if an account of that name was here already: it
	// stays as it is, but for environments that name the user by his old id; or
	// "known" if he was adopted before, and nothing was changed.
	How string
	// Notes say what was not taken over, and why.
	Notes []string
}

// Values of Adoption.How.
const (
	AdoptedNew    = "added"
	AdoptedJoined = "joined"
	AdoptedBefore = "known"
)

// Adopt takes over a user in the shape of the documented collection users: id
// (the text of _id), username, e-mail addresses, profile, global rights, and the
// bcrypt hash of the password, which is good for one log-in and put under our
// own hash then. Environments may go on naming the user by that id. A password
// that the old guides publish is not taken over.
//
// Whoever calls it has made sure that who may manage users: the document says
// itself which rights it gives. Doing it again changes nothing.
//
// Errors: *graph.InvalidError if there is no name to be used.
func (a *Accounts) Adopt(ctx context.Context, who, id string, body graph.Attrs) (*Adoption, error) {
	name := body.String("username")
	if name == "" {
		name = id
	}
	if !properName(name) || id == "" || len(id) > 128 {
		return nil, &graph.InvalidError{What: fmt.Sprintf("user %q", id), Fields: []graph.FieldError{
			{Field: "username", Reason: "is missing, or no name for an account"}}}
	}
	t, err := a.roles(ctx)
	if err != nil {
		return nil, err
	}
	out := &Adoption{How: AdoptedNew}
	made := a.adopted(id, name, body, out)
	a.writing.Lock()
	defer a.writing.Unlock()
	d, err := a.document(ctx, name)
	switch {
	case errors.Is(err, graph.ErrNotFound):
		if _, err := a.store.Document(ctx, graph.Users, id); !errors.Is(err, graph.ErrNotFound) {
			return nil, errors.Join(err, fmt.Errorf("auth: user %q: id %q is another's: %w", name, id, ErrExists))
		}
		d = made
	case err != nil:
		return nil, err
	case t.user(d).isCalled(id):
		return &Adoption{User: t.user(d), How: AdoptedBefore}, nil
	default:
		out = &Adoption{How: AdoptedJoined, Notes: []string{"an account of this name is here already: its password and rights stay"}}
		d = &graph.Document{DocKey: d.DocKey, Body: d.Body.Clone()}
		d.Body[formerIDs] = anys(append(d.Body.Strings(formerIDs), id))
	}
	if err := a.store.Write(ctx, who, []*graph.Document{d}, nil); err != nil {
		return nil, fmt.Errorf("auth: user %q: %w", name, err)
	}
	out.User = t.user(d)
	return out, nil
}

// adopted is the document of a user taken over.
func (a *Accounts) adopted(id, name string, body graph.Attrs, out *Adoption) *graph.Document {
	created, ok := body["createdAt"].(time.Time)
	if !ok {
		created = a.opt.Clock()
	}
	d := &graph.Document{
		DocKey: graph.DocKey{Collection: graph.Users, ID: id},
		Body:   graph.Attrs{"username": name, "createdAt": created.UTC()},
	}
	display := body.Map("profile").String("name")
	if display == "" {
		display = name
	}
	setProfileName(d, display)
	var emails []string
	for _, e := range body.Maps("emails") {
		if address := strings.TrimSpace(e.String("address")); address != "" {
			emails = append(emails, address)
		}
	}
	setEmails(d, emails)
	var rights []Right
	for _, r := range body.Map("roles").Strings(globalRoles) {
		if slices.Contains(Rights(), Right(r)) {
			rights = append(rights, Right(r))
		} else {
			out.Notes = append(out.Notes, fmt.Sprintf("role %q is none of ours", r))
		}
	}
	setRights(d, rights, nil)
	password := body.Map("services").Map("password")
	hash := password.Secret("bcrypt")
	if hash == "" {
		hash = password.String("bcrypt")
	}
	switch {
	case hash == "":
		out.Notes = append(out.Notes, "has no password; set one")
	case !soundOldHash(hash):
		out.Notes = append(out.Notes, "the password's hash is none that can be checked; set a new password")
	case slices.ContainsFunc(published, func(p string) bool { return fitsOld(p, hash) }):
		out.Notes = append(out.Notes, "the password is one that the old guides publish; set a new one")
	default:
		d.Body["services"] = map[string]any{"password": map[string]any{"bcrypt": graph.NewSecret(hash)}}
	}
	return d
}
