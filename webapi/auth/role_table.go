package auth

import (
	"context"
	"fmt"
	"slices"
	"time"

	"calipso/graph"
)

// roleTable is the rights of every role, by its name.
type roleTable map[Role][]Right

// roles reads, or knows, the table: the fixed roles, and those with documents.
func (a *Accounts) roles(ctx context.Context) (roleTable, error) {
	v, err := a.store.View(ctx)
	if err != nil {
		return nil, err
	}
	return a.named.Get(ctx, v, struct{}{}, func(ctx context.Context) (roleTable, error) {
		t := roleTable{}
		for d, err := range a.store.Documents(ctx, graph.Roles) {
			if err != nil {
				return nil, fmt.Errorf("auth: roles: %w", err)
			}
			t[Role(d.ID)] = definitionOf(d).Rights
		}
		for _, r := range Roles() {
			t[r] = r.Rights()
		}
		return t, nil
	})
}

// userOf reads a document of collection users.
func (a *Accounts) userOf(ctx context.Context, d *graph.Document) (*User, error) {
	t, err := a.roles(ctx)
	if err != nil {
		return nil, err
	}
	return t.user(d), nil
}

// user reads a document of collection users.
func (t roleTable) user(d *graph.Document) *User {
	u := &User{
		ID: d.ID, Name: nameOf(d), Display: d.Body.Map("profile").String("name"),
		Disabled: disabled(d), Directory: directoryOf(d), Mapped: directoryRoles(d), former: d.Body.Strings(formerIDs),
		password: passwordHash(d) != "" || oldHash(d) != "",
	}
	for _, e := range d.Body.Maps("emails") {
		if text := e.String("address"); text != "" {
			u.Emails = append(u.Emails, text)
		}
	}
	has := map[Right]bool{}
	for _, name := range d.Body.Map("roles").Strings(globalRoles) {
		if slices.Contains(Rights(), Right(name)) {
			has[Right(name)] = true
		} else if _, ok := t[Role(name)]; ok {
			u.Roles = append(u.Roles, name)
		}
	}
	u.Single = inOrder(has)
	for _, name := range slices.Concat(u.Roles, u.Mapped) {
		for _, r := range t[Role(name)] {
			has[r] = true
		}
	}
	u.Rights = inOrder(has)
	u.Created, _ = d.Body["createdAt"].(time.Time)
	return u
}

// inOrder lists rights in the order that Rights has.
func inOrder(has map[Right]bool) []Right {
	return slices.DeleteFunc(Rights(), func(r Right) bool { return !has[r] })
}
