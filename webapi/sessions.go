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
	Username string    `json:"username" doc:"name of the account"`
	Role     auth.Role `json:"role" enum:"admin,editor,viewer,none" doc:"usual name of those rights"`
	Rights   []string  `json:"rights" nullable:"false" doc:"rights good for every environment"`
	Expires  time.Time `json:"expires_at" doc:"when the session or token ends"`
}

type newSession struct {
	SessionInfo
	Token string `json:"token" doc:"for scripts: Authorization: Bearer TOKEN; shown this once"`
}

type newSessionReply struct {
	SetCookie http.Cookie `header:"Set-Cookie" doc:"the same token, for browsers"`
	Body      newSession
}

// login serves POST /api/v1/sessions: 201, 401, 429.
func (a *API) login(ctx context.Context, in *loginRequest) (*newSessionReply, error) {
	secret, token, err := a.opt.Accounts.Login(ctx, in.Body.Username, in.Body.Password, remoteAddr(ctx))
	if err != nil {
		return nil, err
	}
	user, err := a.opt.Accounts.User(ctx, in.Body.Username)
	if err != nil {
		return nil, err
	}
	return &newSessionReply{
		SetCookie: a.cookie(secret.Reveal(), token.Expires),
		Body:      newSession{SessionInfo: infoOf(user, token), Token: secret.Reveal()},
	}, nil
}

type sessionReply struct{ Body SessionInfo }

// session serves GET /api/v1/sessions: who is signed in.
func (a *API) session(ctx context.Context, _ *struct{}) (*sessionReply, error) {
	p := principal(ctx)
	return &sessionReply{Body: infoOf(&p.User, &p.Token)}, nil
}

type logoutReply struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
}

// logout serves DELETE /api/v1/sessions: it ends the session, or revokes the
// token, that the request itself was made with.
func (a *API) logout(ctx context.Context, _ *struct{}) (*logoutReply, error) {
	p := principal(ctx)
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

func infoOf(u *auth.User, t *auth.Token) SessionInfo {
	info := SessionInfo{Username: u.Name, Role: auth.RoleOf(u.Rights), Rights: []string{}, Expires: t.Expires}
	for _, r := range u.Rights {
		info.Rights = append(info.Rights, string(r))
	}
	return info
}
