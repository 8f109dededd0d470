package auth

import (
	"context"
	"time"

	"calipso/graph"
)

// IssueOld makes a token as the old API gives them out: 32 hex digits, for who
// has shown credentials (p.Token.Kind is Basic) or another token. It is no wider
// than what p was made with. A life of 0, or one longer than Options.TokenTTL,
// is cut to that. Authenticate takes it, Revoke ends it.
func (a *Accounts) IssueOld(ctx context.Context, p *Principal, life time.Duration) (graph.Secret, *Token, error) {
	method := tokenMethod
	if p.Token.Kind == Basic {
		method = credentials
	}
	if life <= 0 || life > a.opt.TokenTTL {
		life = a.opt.TokenTTL
	}
	d, err := a.store.Document(ctx, graph.Users, p.User.ID)
	if err != nil {
		return graph.Secret{}, nil, err
	}
	return a.issue(ctx, d, &Token{Kind: OldToken, Method: method}, life)
}
