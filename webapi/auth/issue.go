package auth

import (
	"context"
	"fmt"
	"strings"
	"time"

	"calipso/graph"
)

// NewToken describes an API token to be made.
type NewToken struct {
	Name  string        // what it is for
	Life  time.Duration // 0, or more than Options.TokenTTL: cut to that
	Scope Scope
	From  string // address of who asks
}

// CreateToken makes an API token of a user, with all he may do.
//
// Errors: graph.ErrNotFound, *graph.InvalidError.
func (a *Accounts) CreateToken(ctx context.Context, user, name string, life time.Duration) (graph.Secret, *Token, error) {
	d, err := a.document(ctx, user)
	if err != nil {
		return graph.Secret{}, nil, err
	}
	return a.apiToken(ctx, d, APIToken, NewToken{Name: name, Life: life})
}

// CreateCommandToken makes a token by which commands on this machine act for a
// user.
//
// Errors: graph.ErrNotFound, *graph.InvalidError.
func (a *Accounts) CreateCommandToken(ctx context.Context, user, name string, life time.Duration) (graph.Secret, *Token, error) {
	d, err := a.document(ctx, user)
	if err != nil {
		return graph.Secret{}, nil, err
	}
	return a.apiToken(ctx, d, CommandToken, NewToken{Name: name, Life: life})
}

// IssueToken makes an API token for who makes a request. It may do no more than
// that which the request was made with, and of environments name only those he
// may view.
//
// Errors: *graph.InvalidError.
func (a *Accounts) IssueToken(ctx context.Context, p *Principal, n NewToken) (graph.Secret, *Token, error) {
	var wrong []graph.FieldError
	for i, env := range n.Scope.Envs {
		view, _, err := p.Env(ctx, env)
		if err != nil {
			return graph.Secret{}, nil, err
		}
		if !view {
			wrong = append(wrong, graph.FieldError{Field: fmt.Sprintf("scope.environments[%d]", i), Reason: fmt.Sprintf("there is no environment %q", env)})
		}
	}
	if len(wrong) > 0 {
		return graph.Secret{}, nil, &graph.InvalidError{What: "token", Fields: wrong}
	}
	var err error
	if n.Scope, err = n.Scope.within(&p.Token.Scope); err != nil {
		return graph.Secret{}, nil, err
	}
	d, err := a.store.Document(ctx, graph.Users, p.User.ID)
	if err != nil {
		return graph.Secret{}, nil, err
	}
	return a.apiToken(ctx, d, APIToken, n)
}

func (a *Accounts) apiToken(ctx context.Context, of *graph.Document, kind Kind, n NewToken) (graph.Secret, *Token, error) {
	if n.Name = strings.TrimSpace(n.Name); n.Name == "" || len(n.Name) > 100 {
		return graph.Secret{}, nil, &graph.InvalidError{What: "token", Fields: []graph.FieldError{
			{Field: "name", Reason: "is missing or too long; say in up to 100 bytes what the token is for"}}}
	}
	return a.issue(ctx, of, &Token{Kind: kind, Method: tokenMethod, Name: n.Name, Scope: n.Scope, From: n.From}, a.life(n.Life))
}

// life is how long a token may be good for.
func (a *Accounts) life(want time.Duration) time.Duration {
	if want <= 0 || want > a.opt.TokenTTL {
		return a.opt.TokenTTL
	}
	return want
}

// IssueOld makes a token as the old API gives them out: 32 hex digits, for who
// has shown credentials (p.Token.Kind is Basic) or another token. It is no wider
// than what p was made with. A life of 0, or one longer than Options.TokenTTL,
// is cut to that. Authenticate takes it, Revoke ends it.
func (a *Accounts) IssueOld(ctx context.Context, p *Principal, life time.Duration) (graph.Secret, *Token, error) {
	method := tokenMethod
	if p.Token.Kind == Basic {
		method = credentials
	}
	d, err := a.store.Document(ctx, graph.Users, p.User.ID)
	if err != nil {
		return graph.Secret{}, nil, err
	}
	return a.issue(ctx, d, &Token{Kind: OldToken, Method: method, Scope: p.Token.Scope, From: p.Token.From}, a.life(life))
}

// issue makes a token or session of the user in a document.
func (a *Accounts) issue(ctx context.Context, of *graph.Document, t *Token, life time.Duration) (graph.Secret, *Token, error) {
	secret := newSecret(t.Kind)
	t.ID, t.User = tokenID(secret.Reveal()), of.ID
	t.Issued = a.opt.Clock().UTC().Truncate(time.Second)
	t.Expires = t.Issued.Add(life)
	// Under the lock, so that a user being removed takes this token along.
	a.writing.Lock()
	defer a.writing.Unlock()
	d, err := a.store.Document(ctx, graph.Users, of.ID)
	if err == nil && disabled(d) {
		err = ErrCredentials
	}
	if err != nil {
		return graph.Secret{}, nil, fmt.Errorf("auth: token of %q: %w", nameOf(of), err)
	}
	if err := a.store.Write(ctx, nameOf(of), []*graph.Document{t.document()}, nil); err != nil {
		return graph.Secret{}, nil, fmt.Errorf("auth: token of %q: %w", nameOf(of), err)
	}
	return secret, t, nil
}
