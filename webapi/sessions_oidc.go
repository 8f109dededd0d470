package webapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"

	"github.com/gin-gonic/gin"

	"calipso/webapi/auth"
	"calipso/webapi/auth/oidc"
)

const (
	// signInPath begins a sign-in by OpenID Connect; oidc.CallbackPath, below
	// it, ends it.
	signInPath = "/api/v1/sessions/oidc"
	// signInCookie holds a sign-in under way. The provider sends the browser back
	// from another site, so that it is Lax where the session's own is Strict.
	signInCookie = "calipso_sign_in"
)

// OIDCSource is under which name accounts remember that a user is of the OpenID
// Connect provider, and auth.Options.Groups has what its groups stand for.
const OIDCSource = "oidc"

// oidcRoutes are the routes of sign-in by OpenID Connect, where it is configured.
// They are for browsers that go there, so they answer with redirections, and
// say on the page to sign in what went wrong.
func (a *API) oidcRoutes() {
	if a.opt.OIDC == nil {
		return
	}
	a.plain(public, http.MethodGet, signInPath, a.beginSignIn)
	a.plain(public, http.MethodGet, oidc.CallbackPath, a.finishSignIn)
}

// beginSignIn serves GET /api/v1/sessions/oidc: off to the provider.
func (a *API) beginSignIn(c *gin.Context) {
	address, state, err := a.opt.OIDC.Begin(c.Request.Context())
	if err != nil {
		a.signInFailed(c, err)
		return
	}
	a.keepSignIn(c, state, 600)
	c.Redirect(http.StatusFound, address)
}

// finishSignIn serves GET /api/v1/sessions/oidc/callback: back from the provider,
// with a session of ours from now on.
func (a *API) finishSignIn(c *gin.Context) {
	a.keepSignIn(c, "", -1)
	var state string
	if cookie, err := c.Request.Cookie(signInCookie); err == nil {
		state = cookie.Value
	}
	ctx := c.Request.Context()
	who, err := a.opt.OIDC.Finish(ctx, state, c.Request.URL.Query())
	if err != nil {
		a.signInFailed(c, err)
		return
	}
	secret, token, err := a.opt.Accounts.SignIn(ctx, OIDCSource, who, remoteAddr(ctx))
	if err != nil {
		a.signInFailed(c, err)
		return
	}
	cookie := a.cookie(secret.Reveal(), token.Expires)
	cookie.Secure = cookie.Secure || a.opt.OIDC.Secure() // where another server in front does TLS
	http.SetCookie(c.Writer, &cookie)
	c.Redirect(http.StatusFound, "/")
}

// keepSignIn sets the cookie of a sign-in under way.
func (a *API) keepSignIn(c *gin.Context, state string, seconds int) {
	http.SetCookie(c.Writer, &http.Cookie{
		Name: signInCookie, Value: state, Path: signInPath, MaxAge: seconds,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: a.opt.OIDC.Secure(),
	})
}

// signInFailed sends the browser to the page to sign in, which has a text for
// each of these words. What the provider said goes to the log: it is nothing to
// show to whoever made the browser come here.
func (a *API) signInFailed(c *gin.Context, err error) {
	ctx := c.Request.Context()
	word, level := "failed", slog.LevelError
	switch {
	case errors.Is(err, oidc.ErrAgain):
		word, level = "again", slog.LevelInfo
	case errors.Is(err, oidc.ErrDenied):
		word, level = "denied", slog.LevelInfo
	case errors.Is(err, auth.ErrCredentials):
		word, level = "refused", slog.LevelWarn
	case errors.Is(err, oidc.ErrUnreachable), errors.Is(err, context.DeadlineExceeded):
		word, level = "away", slog.LevelWarn
	case errors.Is(err, context.Canceled):
		level = slog.LevelDebug
	}
	a.log.Log(ctx, level, "sign-in by OpenID Connect", "request", requestID(ctx), "addr", remoteAddr(ctx), "err", err)
	c.Redirect(http.StatusFound, "/#/?sign-in="+word)
}
