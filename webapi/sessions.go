package webapi

import (
	"context"
	"net/http"
	"time"

	"calipso/webapi/auth"
)

type loginRequest struct {
	Body struct {
		Username string `json:"username" minLength:"1" maxLength:"128" doc:"name of the account"`
		Password string `json:"password" minLength:"1" maxLength:"256" format:"password" doc:"its password"`
	}
}

// SessionInfo is who is signed in, and what he may do everywhere.
type SessionInfo struct {
	Username string      `json:"username" doc:"name of the account"`
	Display  string      `json:"display_name" doc:"name of the person"`
	Role     auth.Role   `json:"role" enum:"admin,editor,viewer,none" doc:"mightiest built-in role whose rights these are"`
	Rights   []string    `json:"rights" nullable:"false" doc:"rights good for every environment"`
	Scope    *TokenScope `json:"scope,omitempty" doc:"what the token is limited to; absent: nothing beside its user's rights"`
	Password bool        `json:"may_change_password" doc:"the password is kept by this server"`
	Expires  time.Time   `json:"expires_at" doc:"when the session or token ends"`
	SignOut  string      `json:"sign_out_url,omitempty" doc:"where browsers go after signing out, to sign out of the OpenID Connect provider too"`
}

type newSession struct {
	SessionInfo
	Token string `json:"token" doc:"for scripts: Authorization: Bearer TOKEN; shown this once"`
}

type newSessionReply struct {
	SetCookie http.Cookie `header:"Set-Cookie" doc:"the same token, for browsers"`
	Body      newSession
}

// login serves POST /api/v1/sessions: 201, 401, 429, 503 if a directory of users
// is away.
func (a *API) login(ctx context.Context, in *loginRequest) (*newSessionReply, error) {
	secret, token, err := a.opt.Accounts.Login(ctx, in.Body.Username, in.Body.Password, remoteAddr(ctx))
	if err != nil {
		return nil, err
	}
	p, err := a.opt.Accounts.Authenticate(ctx, secret.Reveal())
	if err != nil {
		return nil, err
	}
	return &newSessionReply{
		SetCookie: a.cookie(secret.Reveal(), token.Expires),
		Body:      newSession{SessionInfo: infoOf(p), Token: secret.Reveal()},
	}, nil
}

type sessionReply struct{ Body SessionInfo }

// session serves GET /api/v1/sessions: who is signed in.
func (a *API) session(ctx context.Context, _ *struct{}) (*sessionReply, error) {
	info := infoOf(principal(ctx))
	if a.opt.OIDC != nil && principal(ctx).User.Directory == OIDCSource {
		info.SignOut = a.opt.OIDC.SignOut()
	}
	return &sessionReply{Body: info}, nil
}

type logoutReply struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

// logout serves DELETE /api/v1/sessions: it ends the session, or revokes the
// token, that the request itself was made with.
func (a *API) logout(ctx context.Context, _ *struct{}) (*logoutReply, error) {
	p := principal(ctx)
	if callOf(ctx).everybody { // has no session of his own
		return &logoutReply{SetCookie: a.cookie("", time.Unix(1, 0))}, nil
	}
	if err := a.opt.Accounts.Revoke(ctx, p.User.Name, p.Token.ID); err != nil {
		return nil, err
	}
	return &logoutReply{SetCookie: a.cookie("", time.Unix(1, 0))}, nil
}

func (a *API) cookie(value string, expires time.Time) http.Cookie {
	return http.Cookie{
		Name: sessionCookie, Value: value, Path: "/", Expires: expires.UTC(),
		HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: a.opt.Secure,
	}
}

func infoOf(p *auth.Principal) SessionInfo {
	var rights []auth.Right
	for _, r := range p.User.Rights {
		if p.Has(r) {
			rights = append(rights, r)
		}
	}
	return SessionInfo{
		Username: p.User.Name, Display: p.User.Display, Role: auth.RoleOf(rights), Rights: texts(rights),
		Scope: scopeInfo(&p.Token.Scope), Password: p.User.Directory == "", Expires: p.Token.Expires,
	}
}
