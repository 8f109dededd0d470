package legacy

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"calipso/graph"
	"calipso/webapi/auth"
)

// tokensPath is the only path that is open to everybody, since it checks
// credentials itself.
const tokensPath = "/auth/tokens"

// The ways to ask for a token.
const (
	byCredentials = "credentials"
	byToken       = "token"
)

func (a *API) postTokens() Resource {
	return Resource{
		Method: http.MethodPost, Path: tokensPath, Needs: Anyone,
		Params: []Param{{Name: "auth", Type: Object, Mandatory: Always, Missing: "Request must contain auth object"}},
		Handle: a.createToken,
	}
}

var authParams = []Param{
	{Name: "methods", Type: List, Mandatory: Always, OneOf: []string{byCredentials, byToken}},
	{Name: "credentials", Type: Object},
	{Name: "token", Type: String},
}

var credentialParams = []Param{
	{Name: "username", Type: String, Mandatory: Always},
	{Name: "password", Type: String, Mandatory: Always},
}

// createToken answers with a token for who proves to be somebody.
func (a *API) createToken(ctx context.Context, q *Request) (Answer, error) {
	given, err := q.Validate(ctx, authParams, nil, q.Object("auth"))
	if err != nil {
		return nil, err
	}
	if !given.Has("token") && !given.Has("credentials") {
		return nil, Unauthorized("%s", q.either("must provide credentials or token", "You must provide either credentials or token"))
	}
	p, method, err := q.prove(ctx, given)
	if err != nil {
		return nil, err
	}
	secret, t, err := a.opt.Accounts.IssueOld(ctx, p, a.opt.TokenLife)
	if errors.Is(err, graph.ErrFull) {
		return nil, BadRequest("Failed to create new token")
	}
	if err != nil {
		return nil, err
	}
	return Created{
		"token": secret.Reveal(), "method": method, "issued_at": t.Issued, "expires_at": t.Expires,
		"_id": graph.DocumentOID(graph.Shared, graph.Tokens, t.ID),
	}, nil
}

// prove tries the methods listed: credentials first, then the token.
func (q *Request) prove(ctx context.Context, given Values) (p *auth.Principal, method string, err error) {
	methods := given.Texts("methods")
	var refused error
	if slices.Contains(methods, byCredentials) {
		if !given.Has("credentials") {
			return nil, "", Unauthorized("%s", q.either("credentials must be provided for credentials method", "Credentials must be provided for credentials method"))
		}
		c, err := q.Validate(ctx, credentialParams, nil, given.Object("credentials"))
		if err != nil {
			return nil, "", err
		}
		p, err := q.api.opt.Accounts.Basic(ctx, c.Text("username"), c.Text("password"), q.api.host.Address(ctx))
		switch {
		case err == nil:
			return p, byCredentials, nil
		case !errors.Is(err, auth.ErrCredentials):
			return nil, "", err
		}
		refused = Unauthorized("%s", q.either("authentication failed", "Authentication failed"))
		if q.Compat() != OPNFV {
			return nil, "", refused
		}
	}
	if slices.Contains(methods, byToken) {
		if !given.Has("token") {
			return nil, "", Unauthorized("%s", q.either("token must be provided for token method", "Token must be provided for token method"))
		}
		p, err := q.api.token(ctx, given.Text("token"))
		if err != nil {
			return nil, "", err
		}
		return p, byToken, nil
	}
	return nil, "", refused
}

func (a *API) deleteTokens() Resource {
	return Resource{Method: http.MethodDelete, Path: tokensPath, Needs: Anyone, Handle: a.revokeToken}
}

// revokeToken ends the token that the request carries.
func (a *API) revokeToken(ctx context.Context, q *Request) (Answer, error) {
	token := q.HTTP.Header.Get(tokenHeader)
	if token == "" {
		return nil, Unauthorized("Authentication failed")
	}
	p, err := a.token(ctx, token)
	if err != nil {
		return nil, err
	}
	if err := a.opt.Accounts.Revoke(ctx, p.User.Name, p.Token.ID); err != nil {
		return nil, err
	}
	return Done{}, nil
}
