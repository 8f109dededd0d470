package webapi

import (
	"context"
	"fmt"
	"slices"
	"time"

	"calipso/graph"
	"calipso/webapi/auth"
)

// TokenScope narrows what a token may do; what is left out narrows nothing.
type TokenScope struct {
	Rights   []string `json:"rights,omitempty" minItems:"1" maxItems:"10" doc:"only these rights"`
	Envs     []string `json:"environments,omitempty" minItems:"1" maxItems:"1000" doc:"only these environments, and nothing that concerns all"`
	ReadOnly bool     `json:"read_only,omitempty" doc:"nothing that changes anything"`
}

// NewToken asks for an API token of the caller.
type NewToken struct {
	Name  string      `json:"name" minLength:"1" maxLength:"128" doc:"what it is for"`
	Hours int         `json:"hours,omitempty" minimum:"1" maximum:"8784" default:"2160" doc:"how long it is good for"`
	Scope *TokenScope `json:"scope,omitempty" doc:"what it may do, of what you may; default: all of it"`
}

// IssuedToken is a new API token.
type IssuedToken struct {
	ID      string    `json:"id" doc:"by which it is revoked"`
	Name    string    `json:"name" doc:"what it is for"`
	Token   string    `json:"token" doc:"Authorization: Bearer TOKEN; shown this once"`
	Expires time.Time `json:"expires_at" doc:"when it ends"`
}

// TokenInfo is a session or token, without its secret.
type TokenInfo struct {
	ID       string      `json:"id" doc:"by which it is revoked; not the token itself"`
	Kind     auth.Kind   `json:"kind" enum:"session,token,old,command" doc:"by signing in; made by hand; given out by the old API; for commands on the server's machine"`
	Username string      `json:"username" doc:"whom it speaks for"`
	Name     string      `json:"name,omitempty" doc:"what it is for"`
	Scope    *TokenScope `json:"scope,omitempty" doc:"what it is limited to; absent: all its user may do"`
	From     string      `json:"from,omitempty" doc:"address it was given out to"`
	Issued   time.Time   `json:"issued_at"`
	Expires  time.Time   `json:"expires_at"`
	Used     *time.Time  `json:"last_used_at,omitempty" doc:"absent: never; up to an hour is lost if the server breaks down"`
	Current  bool        `json:"current" doc:"this request was made with it"`
}

func (s *TokenScope) scope() (out auth.Scope) {
	if s == nil {
		return out
	}
	for _, r := range s.Rights {
		out.Rights = append(out.Rights, auth.Right(r))
	}
	for _, env := range s.Envs {
		out.Envs = append(out.Envs, graph.EnvID(env))
	}
	out.ReadOnly = s.ReadOnly
	return out
}

// scopeInfo is nil for one that limits nothing.
func scopeInfo(s *auth.Scope) *TokenScope {
	if len(s.Rights) == 0 && len(s.Envs) == 0 && !s.ReadOnly {
		return nil
	}
	return &TokenScope{texts(s.Rights), texts(s.Envs), s.ReadOnly}
}

type issuedTokenReply struct{ Body IssuedToken }

// createToken serves POST /api/v1/tokens: 201, 422. The token has at most the
// rights of what the request was made with.
func (a *API) createToken(ctx context.Context, in *struct{ Body NewToken }) (*issuedTokenReply, error) {
	secret, t, err := a.opt.Accounts.IssueToken(ctx, principal(ctx), auth.NewToken{
		Name: in.Body.Name, Life: time.Duration(in.Body.Hours) * time.Hour, Scope: in.Body.Scope.scope(), From: remoteAddr(ctx),
	})
	if err != nil {
		return nil, err
	}
	return &issuedTokenReply{Body: IssuedToken{ID: t.Short(), Name: t.Name, Token: secret.Reveal(), Expires: t.Expires}}, nil
}

type tokenListRequest struct {
	User string   `query:"user" maxLength:"128" doc:"those of this account; * for all accounts; default: your own. Others' need the right manage-users"`
	Kind []string `query:"kind,explode" maxItems:"4" doc:"only these kinds: session, token, old, command" example:"token"`
	PageQuery
}

type tokenListReply struct{ Body ListBody[TokenInfo] }

// listTokens serves GET /api/v1/tokens: 200, 403, 404.
func (a *API) listTokens(ctx context.Context, in *tokenListRequest) (*tokenListReply, error) {
	p := principal(ctx)
	names, id := map[string]string{p.User.ID: p.User.Name}, p.User.ID
	if in.User != "" && in.User != p.User.Name {
		if err := needs(p, auth.ManageUsers); err != nil {
			return nil, err
		}
		users, err := a.opt.Accounts.Users(ctx)
		if err != nil {
			return nil, err
		}
		id = ""
		for _, u := range users {
			names[u.ID] = u.Name
			if u.Name == in.User {
				id = u.ID
			}
		}
		if id == "" && in.User != "*" {
			return nil, fmt.Errorf("user %q: %w", in.User, graph.ErrNotFound)
		}
	}
	tokens, err := a.opt.Accounts.Tokens(ctx, id)
	if err != nil {
		return nil, err
	}
	sees, err := a.sees(ctx)
	if err != nil {
		return nil, err
	}
	var all []TokenInfo
	for _, t := range tokens {
		if len(in.Kind) > 0 && !slices.Contains(in.Kind, string(t.Kind)) {
			continue
		}
		info := TokenInfo{
			ID: t.Short(), Kind: t.Kind, Username: names[t.User], Name: t.Name, Scope: scopeSeen(&t.Scope, sees), From: t.From,
			Issued: t.Issued, Expires: t.Expires, Current: t.ID == p.Token.ID,
		}
		if !t.Used.IsZero() {
			info.Used = &t.Used
		}
		all = append(all, info)
	}
	body, err := pageOf(all, in.PageQuery)
	if err != nil {
		return nil, err
	}
	return &tokenListReply{Body: body}, nil
}

// scopeSeen leaves out environments that are not there for the caller.
func scopeSeen(s *auth.Scope, sees func(graph.EnvID) bool) *TokenScope {
	out := scopeInfo(s)
	if out == nil {
		return nil
	}
	out.Envs = nil
	for _, env := range s.Envs {
		if sees(env) {
			out.Envs = append(out.Envs, string(env))
		}
	}
	return out
}

// revokeToken serves DELETE /api/v1/tokens/{id}: 204, 404. It ends a session as
// well. Those of others need the right manage-users, and are not there without.
func (a *API) revokeToken(ctx context.Context, in *struct {
	ID string `path:"id" minLength:"8" maxLength:"64" doc:"id of the token, as the list has it"`
}) (*struct{}, error) {
	p := principal(ctx)
	whose := p.User.ID
	if p.Has(auth.ManageUsers) {
		whose = ""
	}
	tokens, err := a.opt.Accounts.Tokens(ctx, whose)
	if err != nil {
		return nil, err
	}
	for _, t := range tokens {
		if t.Short() == in.ID || t.ID == in.ID {
			return nil, a.opt.Accounts.Revoke(ctx, p.User.Name, t.ID)
		}
	}
	return nil, fmt.Errorf("token %q: %w", in.ID, graph.ErrNotFound)
}

// RevokedBody counts what was ended.
type RevokedBody struct {
	Revoked int `json:"revoked" doc:"sessions and tokens ended"`
}

type revokedReply struct{ Body RevokedBody }

// revokeAll serves DELETE /api/v1/users/{user}/tokens: 200, 404. What the request
// is made with stays.
func (a *API) revokeAll(ctx context.Context, in *UserPath) (*revokedReply, error) {
	p := principal(ctx)
	n, err := a.opt.Accounts.RevokeAll(ctx, p.User.Name, in.User, p.Token.ID)
	if err != nil {
		return nil, err
	}
	return &revokedReply{Body: RevokedBody{n}}, nil
}
