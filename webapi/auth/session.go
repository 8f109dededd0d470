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

// Login checks a password and opens a session. The secret is the caller's only
// chance to learn it. addr is where the attempt comes from.
//
// Errors: ErrCredentials, *ThrottledError.
func (a *Accounts) Login(ctx context.Context, name, password, addr string) (graph.Secret, *Token, error) {
	none := graph.Secret{}
	refund, wait := a.throttle.attempt(a.opt.Clock(), strings.ToLower(name), addr)
	if wait > 0 {
		return none, nil, &ThrottledError{Wait: wait}
	}
	d, err := a.document(ctx, name)
	switch {
	case errors.Is(err, graph.ErrNotFound):
		d = &graph.Document{} // whose password nothing fits
	case err != nil:
		return none, nil, err
	}
	ok, err := a.hasher.check(ctx, password, passwordHash(d))
	if err != nil {
		return none, nil, err
	}
	if !ok {
		return none, nil, fmt.Errorf("auth: user %q: %w", name, ErrCredentials)
	}
	refund()
	return a.issue(ctx, newSecret(), userOf(d), &Token{Kind: Session}, a.opt.SessionTTL)
}

// CreateToken makes an API token of a user. A life of 0, or one longer than
// Options.TokenTTL, is cut to that.
//
// Errors: graph.ErrNotFound, *graph.InvalidError.
func (a *Accounts) CreateToken(ctx context.Context, user, name string, life time.Duration) (graph.Secret, *Token, error) {
	return a.createToken(ctx, newSecret(), user, name, life)
}

func (a *Accounts) createToken(ctx context.Context, secret graph.Secret, user, name string, life time.Duration) (graph.Secret, *Token, error) {
	if name = strings.TrimSpace(name); name == "" || len(name) > 100 {
		return graph.Secret{}, nil, &graph.InvalidError{What: "token", Fields: []graph.FieldError{
			{Field: "name", Reason: "is missing or too long; say in up to 100 bytes what the token is for"}}}
	}
	u, err := a.User(ctx, user)
	if err != nil {
		return graph.Secret{}, nil, err
	}
	if life <= 0 || life > a.opt.TokenTTL {
		life = a.opt.TokenTTL
	}
	return a.issue(ctx, secret, u, &Token{Kind: APIToken, Name: name}, life)
}

func (a *Accounts) issue(ctx context.Context, secret graph.Secret, u *User, t *Token, life time.Duration) (graph.Secret, *Token, error) {
	t.ID, t.User = tokenID(secret.Reveal()), u.ID
	t.Issued = a.opt.Clock().UTC().Truncate(time.Second)
	t.Expires = t.Issued.Add(life)
	// Under the lock, so that a user being removed takes this token along.
	a.writing.Lock()
	defer a.writing.Unlock()
	if _, err := a.store.Document(ctx, graph.Users, u.ID); err != nil {
		return graph.Secret{}, nil, fmt.Errorf("auth: token of %q: %w", u.Name, err)
	}
	if err := a.store.Write(ctx, u.Name, []*graph.Document{t.document()}, nil); err != nil {
		return graph.Secret{}, nil, fmt.Errorf("auth: token of %q: %w", u.Name, err)
	}
	return secret, t, nil
}

// Authenticate tells for whom a secret speaks. Errors: ErrCredentials.
//
// What the documents say is kept for the next request, until one of them
// changes; whether the token has expired is asked of the clock each time.
func (a *Accounts) Authenticate(ctx context.Context, secret string) (*Principal, error) {
	if !looksLikeToken(secret) {
		return nil, fmt.Errorf("auth: token: %w", ErrCredentials)
	}
	v, err := a.store.View(ctx)
	if err != nil {
		return nil, err
	}
	id := tokenID(secret)
	p, err := a.known.Get(ctx, v, id, func(ctx context.Context) (Principal, error) { return a.principal(ctx, id) })
	if errors.Is(err, graph.ErrNotFound) {
		return nil, fmt.Errorf("auth: token: %w", ErrCredentials)
	} else if err != nil {
		return nil, err
	}
	if !a.opt.Clock().Before(p.Token.Expires) {
		return nil, fmt.Errorf("auth: token: %w", ErrExpired)
	}
	p.User.Rights = slices.Clone(p.User.Rights)
	return &p, nil
}

// principal reads whose a token is. Errors: graph.ErrNotFound.
func (a *Accounts) principal(ctx context.Context, id string) (Principal, error) {
	d, err := a.store.Document(ctx, graph.Tokens, id)
	if err != nil {
		return Principal{}, err
	}
	t := tokenOf(d)
	if d, err = a.store.Document(ctx, graph.Users, t.User); err != nil {
		return Principal{}, err
	}
	return Principal{User: *userOf(d), Token: *t, accounts: a}, nil
}

// Tokens lists the tokens and sessions of a user that have not expired.
func (a *Accounts) Tokens(ctx context.Context, userID string) ([]*Token, error) {
	var out []*Token
	for d, err := range a.store.Documents(ctx, graph.Tokens) {
		if err != nil {
			return nil, fmt.Errorf("auth: tokens: %w", err)
		}
		if t := tokenOf(d); t.User == userID && a.opt.Clock().Before(t.Expires) {
			out = append(out, t)
		}
	}
	return out, nil
}

// Revoke ends a session or API token; one that is gone already is no error.
func (a *Accounts) Revoke(ctx context.Context, who, id string) error {
	err := a.store.Write(ctx, who, nil, []graph.DocKey{{Collection: graph.Tokens, ID: id}})
	if err != nil && !errors.Is(err, graph.ErrNotFound) {
		return fmt.Errorf("auth: token: %w", err)
	}
	return nil
}

// Sweep deletes what has expired and says how many there were.
func (a *Accounts) Sweep(ctx context.Context) (int, error) {
	var old []graph.DocKey
	for d, err := range a.store.Documents(ctx, graph.Tokens) {
		if err != nil {
			return 0, fmt.Errorf("auth: tokens: %w", err)
		}
		if !a.opt.Clock().Before(tokenOf(d).Expires) {
			old = append(old, d.DocKey)
		}
	}
	if len(old) == 0 {
		return 0, nil
	}
	if err := a.store.Write(ctx, "", nil, old); err != nil {
		return 0, fmt.Errorf("auth: expired tokens: %w", err)
	}
	return len(old), nil
}

func (a *Accounts) tokenKeys(ctx context.Context, userID string) ([]graph.DocKey, error) {
	var keys []graph.DocKey
	for d, err := range a.store.Documents(ctx, graph.Tokens) {
		if err != nil {
			return nil, fmt.Errorf("auth: tokens: %w", err)
		}
		if tokenOf(d).User == userID {
			keys = append(keys, d.DocKey)
		}
	}
	return keys, nil
}

// Check tells whether a principal's session or token is still good, and brings
// its rights up to date for the long-lived. Errors: ErrCredentials.
func (a *Accounts) Check(ctx context.Context, p *Principal) error {
	d, err := a.store.Document(ctx, graph.Tokens, p.Token.ID)
	if err == nil && a.opt.Clock().Before(tokenOf(d).Expires) {
		if d, err = a.store.Document(ctx, graph.Users, p.User.ID); err == nil {
			p.User = *userOf(d)
			return nil
		}
	}
	if err == nil || errors.Is(err, graph.ErrNotFound) {
		return fmt.Errorf("auth: token: %w", ErrCredentials)
	}
	return err
}
