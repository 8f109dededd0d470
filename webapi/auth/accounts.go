package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"calipso/graph"
	"calipso/graph/recent"
)

// Options for Accounts. The zero value works.
type Options struct {
	Clock      func() time.Time // nil: time.Now
	SessionTTL time.Duration    // how long a log-in lasts; 0: 12 hours
	TokenTTL   time.Duration    // the longest life of an API token; 0: 366 days
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	o.SessionTTL = cmp.Or(o.SessionTTL, 12*time.Hour)
	o.TokenTTL = cmp.Or(o.TokenTTL, 366*24*time.Hour)
	return o
}

// Accounts are the users of one server. Its methods may be called from several
// goroutines.
type Accounts struct {
	store    Store
	opt      Options
	hasher   *hasher
	throttle *throttle
	logins   *logins
	// known are the principals of tokens, by token id; granted are the lists
	// of environments. A commit that touches one of the documents they come
	// from empties them before anybody is let in by what they said.
	known   *recent.Memo[string, Principal]
	granted *recent.Memo[graph.EnvID, *grants]
	// writing is held from a check (is there such a user, is he the last
	// administrator) to the write that relies on it.
	writing sync.Mutex
}

// New returns the accounts kept in store.
func New(store Store, opt Options) *Accounts {
	return &Accounts{
		store: store, opt: opt.withDefaults(), hasher: newHasher(), throttle: newThrottle(10_000), logins: newLogins(),
		known:   recent.NewMemo[string, Principal](10_000, graph.Users, graph.Tokens),
		granted: recent.NewMemo[graph.EnvID, *grants](10_000, graph.Environments),
	}
}

// Bootstrap makes user "admin" with a random password if there is no user yet.
// The password is to be shown once; it is empty if there were users already.
func (a *Accounts) Bootstrap(ctx context.Context) (password string, err error) {
	users, err := a.Users(ctx)
	if err != nil || len(users) > 0 {
		return "", err
	}
	password = randomPassword()
	if _, err := a.Create(ctx, "", NewUser{Name: "admin", Password: password, Role: Admin}); err != nil {
		return "", err
	}
	return password, nil
}

// Users lists all accounts by name.
func (a *Accounts) Users(ctx context.Context) ([]*User, error) {
	var out []*User
	for d, err := range a.store.Documents(ctx, graph.Users) {
		if err != nil {
			return nil, fmt.Errorf("auth: users: %w", err)
		}
		out = append(out, userOf(d))
	}
	slices.SortFunc(out, func(a, b *User) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// User finds an account by its name. Errors: graph.ErrNotFound.
func (a *Accounts) User(ctx context.Context, name string) (*User, error) {
	d, err := a.document(ctx, name)
	if err != nil {
		return nil, err
	}
	return userOf(d), nil
}

// document finds a user by name: under it, or (imported ones) by looking at
// all of them.
func (a *Accounts) document(ctx context.Context, name string) (*graph.Document, error) {
	d, err := a.store.Document(ctx, graph.Users, name)
	if err == nil && userOf(d).Name == name || err != nil && !errors.Is(err, graph.ErrNotFound) {
		return d, err
	}
	for d, err := range a.store.Documents(ctx, graph.Users) {
		if err != nil {
			return nil, fmt.Errorf("auth: users: %w", err)
		}
		if userOf(d).Name == name {
			return d, nil
		}
	}
	return nil, fmt.Errorf("auth: user %q: %w", name, graph.ErrNotFound)
}

// Create makes an account on behalf of who.
//
// Errors: *graph.InvalidError, ErrExists.
func (a *Accounts) Create(ctx context.Context, who string, n NewUser) (*User, error) {
	wrong := append(checkNewName(n.Name), checkNewPassword(n.Password)...)
	if _, err := ParseRole(string(n.Role)); err != nil {
		wrong = append(wrong, graph.FieldError{Field: "role", Reason: fmt.Sprintf("%q is none of admin, editor, viewer, none", n.Role)})
	}
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
	return userOf(d), nil
}

// SetPassword changes a password and ends all sessions and API tokens of the
// user. Errors: graph.ErrNotFound, *graph.InvalidError.
func (a *Accounts) SetPassword(ctx context.Context, who, name, password string) error {
	if wrong := checkNewPassword(password); len(wrong) > 0 {
		return &graph.InvalidError{What: fmt.Sprintf("user %q", name), Fields: wrong}
	}
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return a.change(ctx, who, name, func(d *graph.Document) error {
		setHash(d, hash)
		return nil
	})
}

// SetRole gives a user the rights of a role, and ends all sessions and API
// tokens of the user. Errors: graph.ErrNotFound, ErrLastAdmin.
func (a *Accounts) SetRole(ctx context.Context, who, name string, role Role) error {
	return a.change(ctx, who, name, func(d *graph.Document) error {
		if userOf(d).Administrator() && !slices.Contains(role.Rights(), ManageUsers) {
			if err := a.otherAdmin(ctx, d.ID); err != nil {
				return err
			}
		}
		setRights(d, role.Rights())
		return nil
	})
}

// change applies edit to the document of a user and removes the user's tokens,
// as one commit.
func (a *Accounts) change(ctx context.Context, who, name string, edit func(*graph.Document) error) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	d, err := a.document(ctx, name)
	if err != nil {
		return err
	}
	d = &graph.Document{DocKey: d.DocKey, Body: d.Body.Clone()}
	if err := edit(d); err != nil {
		return err
	}
	tokens, err := a.tokenKeys(ctx, d.ID)
	if err != nil {
		return err
	}
	if err := a.store.Write(ctx, who, []*graph.Document{d}, tokens); err != nil {
		return fmt.Errorf("auth: user %q: %w", name, err)
	}
	return nil
}

// Remove deletes an account with its sessions and tokens.
//
// Errors: graph.ErrNotFound, ErrLastAdmin.
func (a *Accounts) Remove(ctx context.Context, who, name string) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	d, err := a.document(ctx, name)
	if err != nil {
		return err
	}
	if userOf(d).Administrator() {
		if err := a.otherAdmin(ctx, d.ID); err != nil {
			return err
		}
	}
	keys, err := a.tokenKeys(ctx, d.ID)
	if err != nil {
		return err
	}
	if err := a.store.Write(ctx, who, nil, append(keys, d.DocKey)); err != nil {
		return fmt.Errorf("auth: user %q: %w", name, err)
	}
	return nil
}

// otherAdmin is ErrLastAdmin unless somebody else manages users.
func (a *Accounts) otherAdmin(ctx context.Context, id string) error {
	users, err := a.Users(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.ID != id && u.Administrator() {
			return nil
		}
	}
	return fmt.Errorf("auth: user %q: %w", id, ErrLastAdmin)
}
