package auth

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"calipso/graph"
)

// Login checks a password and opens a session. The secret is the caller's only
// chance to learn it. addr is where the attempt comes from.
//
// Errors: ErrCredentials, *ThrottledError, ErrDirectory.
func (a *Accounts) Login(ctx context.Context, name, password, addr string) (graph.Secret, *Token, error) {
	d, err := a.verify(ctx, name, password, addr, byLogin)
	if err != nil {
		return graph.Secret{}, nil, err
	}
	return a.issue(ctx, d, &Token{Kind: Session, Method: credentials, From: addr}, a.opt.SessionTTL)
}

// Authenticate tells for whom a secret speaks. Errors: ErrCredentials, and with
// it ErrExpired.
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
		return nil, fmt.Errorf("auth: %w: %w", ErrExpired, ErrCredentials)
	}
	p.used.Store(a.opt.Clock().Unix())
	p.User = p.User.clone()
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
	if disabled(d) {
		return Principal{}, graph.ErrNotFound
	}
	u, err := a.userOf(ctx, d)
	if err != nil {
		return Principal{}, err
	}
	return Principal{User: *u, Token: *t, used: a.uses.of(t), accounts: a}, nil
}

// Tokens lists the tokens and sessions that have not expired, the newest first:
// those of one user, or with "" of all.
func (a *Accounts) Tokens(ctx context.Context, userID string) ([]*Token, error) {
	var out []*Token
	for d, err := range a.store.Documents(ctx, graph.Tokens) {
		if err != nil {
			return nil, fmt.Errorf("auth: tokens: %w", err)
		}
		if t := tokenOf(d); (userID == "" || t.User == userID) && a.opt.Clock().Before(t.Expires) {
			t.Used = a.uses.last(t)
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b *Token) int { return cmp.Or(b.Issued.Compare(a.Issued), cmp.Compare(a.ID, b.ID)) })
	return out, nil
}

// Revoke ends a session or API token; one that is gone already is no error.
func (a *Accounts) Revoke(ctx context.Context, who, id string) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	err := a.store.Write(ctx, who, nil, []graph.DocKey{{Collection: graph.Tokens, ID: id}})
	if err != nil && !errors.Is(err, graph.ErrNotFound) {
		return fmt.Errorf("auth: token: %w", err)
	}
	return nil
}

// RevokeAll ends the sessions and tokens of a user but for one, "" for none, and
// says how many there were. Errors: graph.ErrNotFound.
func (a *Accounts) RevokeAll(ctx context.Context, who, user, but string) (int, error) {
	a.writing.Lock()
	defer a.writing.Unlock()
	d, err := a.document(ctx, user)
	if err != nil {
		return 0, err
	}
	keys, err := a.tokenKeys(ctx, d.ID, but)
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	if err := a.store.Write(ctx, who, nil, keys); err != nil {
		return 0, fmt.Errorf("auth: tokens of %q: %w", user, err)
	}
	return len(keys), nil
}

// Check tells whether a principal's session or token is still good, and brings
// its rights up to date for the long-lived. Errors: ErrCredentials.
func (a *Accounts) Check(ctx context.Context, p *Principal) error {
	if p.Token.Kind == Basic {
		return a.checkBasic(ctx, p)
	}
	d, err := a.store.Document(ctx, graph.Tokens, p.Token.ID)
	if err == nil && a.opt.Clock().Before(tokenOf(d).Expires) {
		if d, err = a.store.Document(ctx, graph.Users, p.User.ID); err == nil && !disabled(d) {
			return a.renew(ctx, p, d)
		}
	}
	if err == nil || errors.Is(err, graph.ErrNotFound) {
		return fmt.Errorf("auth: token: %w", ErrCredentials)
	}
	return err
}

// renew brings a principal's rights up to date.
func (a *Accounts) renew(ctx context.Context, p *Principal, d *graph.Document) error {
	u, err := a.userOf(ctx, d)
	if err != nil {
		return err
	}
	p.User = *u
	return nil
}
