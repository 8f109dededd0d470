package auth

import (
	"context"
	"errors"
	"fmt"

	"calipso/graph"
)

// SetPassword changes a password and ends all sessions and API tokens of the
// user. Errors: graph.ErrNotFound, *graph.InvalidError.
func (a *Accounts) SetPassword(ctx context.Context, who, name, password string) error {
	return a.setPassword(ctx, who, name, password, "")
}

// ChangePassword changes the password of who makes a request, who shows that he
// knows it; his other sessions and tokens end. addr is where he comes from.
//
// Errors: *graph.InvalidError if the old password is wrong or the new one will
// not do; *ThrottledError.
func (a *Accounts) ChangePassword(ctx context.Context, p *Principal, old, password, addr string) error {
	if _, err := a.local(ctx, p.User.Name); err != nil {
		return err
	}
	_, err := a.verify(ctx, p.User.Name, old, addr)
	if errors.Is(err, ErrCredentials) {
		return &graph.InvalidError{What: "password", Fields: []graph.FieldError{{Field: "old_password", Reason: "is wrong"}}}
	} else if err != nil {
		return err
	}
	return a.setPassword(ctx, p.User.Name, p.User.Name, password, p.Token.ID)
}

// setPassword leaves one session, by its id.
func (a *Accounts) setPassword(ctx context.Context, who, name, password, session string) error {
	if _, err := a.local(ctx, name); err != nil {
		return err
	}
	if wrong := checkNewPassword(password); len(wrong) > 0 {
		return &graph.InvalidError{What: fmt.Sprintf("user %q", name), Fields: wrong}
	}
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	_, err = a.change(ctx, who, name, true, session, func(d *graph.Document) { setHash(d, hash) })
	return err
}

// local is an account whose password is kept here.
//
// Errors: graph.ErrNotFound, *graph.InvalidError.
func (a *Accounts) local(ctx context.Context, name string) (*graph.Document, error) {
	d, err := a.document(ctx, name)
	if err == nil && directoryOf(d) != "" {
		err = &graph.InvalidError{What: fmt.Sprintf("user %q", name), Fields: []graph.FieldError{
			{Field: "password", Reason: fmt.Sprintf("is kept by directory %s; change it there", directoryOf(d))}}}
	}
	return d, err
}
