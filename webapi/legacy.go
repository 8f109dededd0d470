package webapi

import (
	"context"
	"net/http"
	"net/url"

	"github.com/gin-gonic/gin"

	"calipso/graph"
	"calipso/webapi/auth"
	"calipso/webapi/legacy"
)

// legacyRoutes mounts the old API. What each of its resources needs goes into
// the same table as all other rights.
func (a *API) legacyRoutes() {
	for _, r := range a.legacy.Resources() {
		a.plain(legacyAccess[r.Needs], r.Method, r.Path, gin.WrapF(a.legacy.Handler(&r)))
	}
}

// legacyAccess is what the needs of the old API are here. That of an environment
// which is named in the query or body is asked by the old API's engine, by way
// of permit, as soon as it has read the name.
var legacyAccess = map[legacy.Need]access{
	legacy.Anyone: public, legacy.SignedIn: signedIn, legacy.View: viewNamed, legacy.Edit: editNamed,
	legacy.CreateEnv: createEnv, legacy.ManageCliqueTypes: manageCliqueTypes,
}

// legacyHost shows the API to the old one as what that is part of.
type legacyHost struct{ *API }

var _ legacy.Host = legacyHost{}

// Permit implements legacy.Host.
func (h legacyHost) Permit(ctx context.Context, need legacy.Need, env graph.EnvID) error {
	of := legacyAccess[need]
	switch of {
	case viewNamed:
		of = viewEnv
	case editNamed:
		of = editEnv
	}
	return h.permit(ctx, principal(ctx), of, env)
}

// Visible implements legacy.Host.
func (h legacyHost) Visible(ctx context.Context) ([]graph.EnvID, error) { return h.visible(ctx) }

// Principal implements legacy.Host.
func (h legacyHost) Principal(ctx context.Context) *auth.Principal { return principal(ctx) }

// Address implements legacy.Host.
func (h legacyHost) Address(ctx context.Context) string { return remoteAddr(ctx) }

// Administrator implements legacy.Host.
func (h legacyHost) Administrator(ctx context.Context) bool {
	p := principal(ctx) // nil where no credentials are needed
	return p != nil && h.permit(ctx, p, administrate, graph.Shared) == nil
}

// Problem implements legacy.Host.
func (h legacyHost) Problem(ctx context.Context, err error) (int, string) {
	p := h.problem(ctx, err)
	return p.GetStatus(), p.Error()
}

// preflight answers browsers that ask whether they may use the old API.
func (a *API) preflight(c *gin.Context) {
	if a.legacy.Preflight(c.Writer, c.Request) {
		c.Abort()
		return
	}
	c.Next()
}

// trimmed drops the slash at the end of a path, which the old API ignores.
func (a *API) trimmed(r *http.Request) *http.Request {
	path := legacy.Trim(r.URL.Path)
	if path == r.URL.Path || !a.legacy.Owns(path) {
		return r
	}
	out, u := *r, new(url.URL)
	*u = *r.URL
	u.Path, u.RawPath = path, legacy.Trim(r.URL.RawPath)
	out.URL = u
	return &out
}
