package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"calipso/graph"
)

// Create makes an account on behalf of who.
//
// Errors: *graph.InvalidError, ErrExists.
func (a *Accounts) Create(ctx context.Context, who string, n NewUser) (*User, error) {
	t, err := a.roles(ctx)
	if err != nil {
		return nil, err
	}
	if n.Role == "" {
		n.Role = NoRole
	}
	wrong := append(checkNewName(n.Name), checkNewPassword(n.Password)...)
	wrong = append(wrong, t.checkRole("role", n.Role)...)
	wrong = append(wrong, checkProfile(n.Display, n.Emails)...)
	if len(wrong) > 0 {
		return nil, &graph.InvalidError{What: fmt.Sprintf("user %q", n.Name), Fields: wrong}
	}
	hash, err := a.hasher.hash(ctx, n.Password)
	if err != nil {
		return nil, err
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	switch _, err := a.document(ctx, n.Name); {
	case err == nil:
		return nil, fmt.Errorf("auth: user %q: %w", n.Name, ErrExists)
	case !errors.Is(err, graph.ErrNotFound):
		return nil, err
	}
	d := newUserDocument(n, hash, a.opt.Clock())
	if err := a.store.Write(ctx, who, []*graph.Document{d}, nil); err != nil {
		return nil, fmt.Errorf("auth: user %q: %w", n.Name, err)
	}
	return t.user(d), nil
}

// newUserDocument is the document of a new user, in the documented shape with
// the password where that keeps it, by another algorithm.
func newUserDocument(n NewUser, hash string, now time.Time) *graph.Document {
	d := &graph.Document{
		DocKey: graph.DocKey{Collection: graph.Users, ID: n.Name},
		Body:   graph.Attrs{"username": n.Name, "createdAt": now.UTC()},
	}
	display := n.Display
	if display == "" {
		display = n.Name
	}
	setProfileName(d, display)
	setEmails(d, n.Emails)
	setHash(d, hash)
	setRole(d, n.Role)
	return d
}
