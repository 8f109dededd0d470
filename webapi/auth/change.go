package auth

import (
	"context"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"

	"calipso/graph"
)

// Change says what becomes of an account; nil leaves a thing as it is.
type Change struct {
	Role     *Role     // exactly its rights, in place of all rights and roles
	Rights   *[]Right  // those given one by one
	Roles    *[]string // roles that have documents
	Display  *string
	Emails   *[]string
	Disabled *bool
}

// Change changes an account. If it changes what the account may do, its sessions
// and API tokens end.
//
// Errors: graph.ErrNotFound, *graph.InvalidError, ErrLastAdmin.
func (a *Accounts) Change(ctx context.Context, who, name string, c Change) (*User, error) {
	t, err := a.roles(ctx)
	if err != nil {
		return nil, err
	}
	if wrong := c.check(t); len(wrong) > 0 {
		return nil, &graph.InvalidError{What: fmt.Sprintf("user %q", name), Fields: wrong}
	}
	return a.change(ctx, who, name, c.Role != nil || c.Rights != nil || c.Roles != nil || c.Disabled != nil, "", func(d *graph.Document) {
		c.apply(d, t.user(d))
	})
}

func (c *Change) apply(d *graph.Document, was *User) {
	rights, roles := was.Single, was.Roles
	if c.Rights != nil {
		rights = *c.Rights
	}
	if c.Roles != nil {
		roles = *c.Roles
	}
	if c.Role != nil {
		setRole(d, *c.Role)
	} else if c.Rights != nil || c.Roles != nil {
		has := map[Right]bool{}
		for _, r := range rights {
			has[r] = true
		}
		setRights(d, inOrder(has), slices.Compact(slices.Sorted(slices.Values(roles))))
	}
	if c.Display != nil {
		setProfileName(d, *c.Display)
	}
	if c.Emails != nil {
		setEmails(d, *c.Emails)
	}
	if c.Disabled != nil {
		delete(d.Body, isOff)
		if *c.Disabled {
			d.Body[isOff] = true
		}
	}
}

// check says what is wrong with a change, all at once.
func (c *Change) check(t roleTable) (wrong []graph.FieldError) {
	if c.Role != nil {
		wrong = append(wrong, t.checkRole("role", *c.Role)...)
		if c.Rights != nil || c.Roles != nil {
			wrong = append(wrong, graph.FieldError{Field: "role", Reason: "takes the place of all rights and roles; give either it or those"})
		}
	}
	if c.Rights != nil {
		for i, r := range *c.Rights {
			if !slices.Contains(Rights(), r) {
				wrong = append(wrong, graph.FieldError{Field: fmt.Sprintf("rights[%d]", i), Reason: fmt.Sprintf("%q is none of %s", r, listed(Rights()))})
			}
		}
	}
	if c.Roles != nil {
		for i, r := range *c.Roles {
			field := fmt.Sprintf("roles[%d]", i)
			if fixed(Role(r)) {
				wrong = append(wrong, graph.FieldError{Field: field, Reason: fmt.Sprintf("%q is built in; give its rights one by one, or it alone as role", r)})
				continue
			}
			wrong = append(wrong, t.checkRole(field, Role(r))...)
		}
	}
	var display string
	var emails []string
	if c.Display != nil {
		display = *c.Display
	}
	if c.Emails != nil {
		emails = *c.Emails
	}
	return append(wrong, checkProfile(display, emails)...)
}

func (t roleTable) checkRole(field string, r Role) []graph.FieldError {
	if _, ok := t[r]; ok {
		return nil
	}
	names := slices.Sorted(maps.Keys(t))
	return []graph.FieldError{{Field: field, Reason: fmt.Sprintf("%q is none of %s", r, listed(names))}}
}

// checkProfile says what is wrong with what is told of a person.
func checkProfile(display string, emails []string) (wrong []graph.FieldError) {
	if len(display) > 200 {
		wrong = append(wrong, graph.FieldError{Field: "display_name", Reason: "is too long; give at most 200 bytes"})
	}
	if len(emails) > 20 {
		wrong = append(wrong, graph.FieldError{Field: "emails", Reason: "are too many; give at most 20"})
	}
	for i, text := range emails {
		if at, err := mail.ParseAddress(text); err != nil || at.Address != text || len(text) > 254 || strings.ContainsAny(text, " <>") {
			wrong = append(wrong, graph.FieldError{Field: fmt.Sprintf("emails[%d]", i), Reason: "is no e-mail address"})
		}
	}
	return wrong
}

// change applies edit to the document of a user, and, if ends is set, removes
// the user's sessions and tokens but for one, as one commit.
func (a *Accounts) change(ctx context.Context, who, name string, ends bool, but string, edit func(*graph.Document)) (*User, error) {
	a.writing.Lock()
	defer a.writing.Unlock()
	d, err := a.document(ctx, name)
	if err != nil {
		return nil, err
	}
	d = &graph.Document{DocKey: d.DocKey, Body: d.Body.Clone()}
	edit(d)
	t, err := a.roles(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.keepsAdmin(ctx, t, t, map[string]*graph.Document{d.ID: d}); err != nil {
		return nil, fmt.Errorf("auth: user %q: %w", name, err)
	}
	var tokens []graph.DocKey
	if ends {
		if tokens, err = a.tokenKeys(ctx, d.ID, but); err != nil {
			return nil, err
		}
	}
	if err := a.store.Write(ctx, who, []*graph.Document{d}, tokens); err != nil {
		return nil, fmt.Errorf("auth: user %q: %w", name, err)
	}
	return t.user(d), nil
}
