package auth

import (
	"context"
	"fmt"

	"calipso/graph"
)

// keepsAdmin is ErrLastAdmin if a change leaves nobody who may manage users and
// signs in with a password kept here. Accounts of directories do not count: if
// theirs is away, or its groups change, nobody could get in.
//
// before and after are the tables of roles; changed holds the documents of users
// as they will be, nil for one that will be gone.
func (a *Accounts) keepsAdmin(ctx context.Context, before, after roleTable, changed map[string]*graph.Document) error {
	had, has := false, false
	for d, err := range a.store.Documents(ctx, graph.Users) {
		if err != nil {
			return fmt.Errorf("auth: users: %w", err)
		}
		had = had || before.user(d).governs()
		if to, ok := changed[d.ID]; ok {
			d = to
		}
		has = has || d != nil && after.user(d).governs()
	}
	if had && !has {
		return ErrLastAdmin
	}
	return nil
}

// governs tells whether the user can be relied on to manage users.
func (u *User) governs() bool {
	return u.Administrator() && !u.Disabled && u.Directory == "" && u.password
}
