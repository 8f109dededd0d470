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
	// BasicTTL is how long a name and password sent with each request (Basic)
	// are taken for right without a new look; 0: 5 minutes.
	BasicTTL time.Duration
	// NoLocal lets nobody in by a password that is kept here.
	NoLocal bool
	// Directories are asked, in this order, for names that are no local account.
	Directories []Directory
	// Groups says, by the name of a directory or another source of identities,
	// which roles its groups stand for.
	Groups map[string]GroupRoles
}

func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	o.SessionTTL = cmp.Or(o.SessionTTL, 12*time.Hour)
	o.TokenTTL = cmp.Or(o.TokenTTL, 366*24*time.Hour)
	o.BasicTTL = cmp.Or(o.BasicTTL, 5*time.Minute)
	return o
}

// Accounts are the users of one server. Its methods may be called from several
// goroutines.
type Accounts struct {
	store    Store
	opt      Options
	hasher   *hasher
	throttle *throttle
	// known are the principals of tokens, by token id; granted are the lists
	// of environments, named is the table of roles. A commit that touches one of the documents they come
	// from empties them before anybody is let in by what they said.
	known   *recent.Memo[string, Principal]
	granted *recent.Memo[graph.EnvID, *grants]
	named   *recent.Memo[struct{}, roleTable]
	basic   *basics
	uses    *uses
	// writing is held from a check (is there such a user, is he the last
	// administrator) to the write that relies on it.
	writing sync.Mutex
	tell    func(context.Context, Event)
}

// New returns the accounts kept in store.
func New(store Store, opt Options) *Accounts {
	return &Accounts{
		store: store, opt: opt.withDefaults(), hasher: newHasher(), throttle: newThrottle(10_000),
		known:   recent.NewMemo[string, Principal](10_000, graph.Users, graph.Tokens, graph.Roles),
		granted: recent.NewMemo[graph.EnvID, *grants](10_000, graph.Environments),
		named:   recent.NewMemo[struct{}, roleTable](1, graph.Roles),
		basic:   newBasics(),
		uses:    newUses(),
		tell:    func(context.Context, Event) {},
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
	t, err := a.roles(ctx)
	if err != nil {
		return nil, err
	}
	var out []*User
	for d, err := range a.store.Documents(ctx, graph.Users) {
		if err != nil {
			return nil, fmt.Errorf("auth: users: %w", err)
		}
		out = append(out, t.user(d))
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
	return a.userOf(ctx, d)
}

// document finds a user by name: under it, or (imported ones) by looking at
// all of them.
func (a *Accounts) document(ctx context.Context, name string) (*graph.Document, error) {
	d, err := a.store.Document(ctx, graph.Users, name)
	if err == nil && nameOf(d) == name || err != nil && !errors.Is(err, graph.ErrNotFound) {
		return d, err
	}
	for d, err := range a.store.Documents(ctx, graph.Users) {
		if err != nil {
			return nil, fmt.Errorf("auth: users: %w", err)
		}
		if nameOf(d) == name {
			return d, nil
		}
	}
	return nil, fmt.Errorf("auth: user %q: %w", name, graph.ErrNotFound)
}

// tokenKeys are the sessions and tokens of a user, but for one.
func (a *Accounts) tokenKeys(ctx context.Context, userID, but string) ([]graph.DocKey, error) {
	var keys []graph.DocKey
	for d, err := range a.store.Documents(ctx, graph.Tokens) {
		if err != nil {
			return nil, fmt.Errorf("auth: tokens: %w", err)
		}
		if tokenOf(d).User == userID && d.ID != but {
			keys = append(keys, d.DocKey)
		}
	}
	return keys, nil
}
