package webapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"calipso/graph"
	"calipso/webapi/auth"
)

// access is what a route asks of who calls it. Zero is no access at all, so
// that a route somebody forgot to classify is closed.
type access int

const (
	closed            access = iota
	public                   // anybody
	signedIn                 // any account; the handler keeps to what the caller may see
	viewEnv                  // who may view the environment in the path
	editEnv                  // who may edit the environment in the path
	viewAll                  // who may view all environments
	createEnv                // who may edit all environments, and so add one
	manageUsers              // who holds that right
	administrate             // who holds every right there is
	editCliqueTypes          // who may manage clique types, or edit some environment; the handler asks which
	manageConstraints        // who holds that right
	manageLinkTypes          // who holds that right
	manageCliqueTypes        // who holds that right
	viewNamed                // who may view the environment named in the query or body: see legacyHost.Permit
	editNamed                // who may edit that
)

// sessionCookie holds the token of a browser's session.
const sessionCookie = "calipso_session"

// authorize is the one place where rights are enforced: it finds out who calls
// and compares that with what the route asks for. Whoever may not view an
// environment is told that there is none, as if that were true.
func (a *API) authorize(c *gin.Context) {
	route := c.Request.Method + " " + c.FullPath()
	need := a.access[route]
	if need == public || c.FullPath() == "" && a.legacy.Open(c.Request.URL.Path) {
		a.recorded(c, route, nil)
		return
	}
	ctx := c.Request.Context()
	p, err := a.caller(c.Request)
	if err != nil {
		a.refuse(c, err)
		return
	}
	callOf(ctx).user = p
	if c.FullPath() == "" { // no route: who is signed in may hear so
		c.Next()
		return
	}
	a.recorded(c, route, func() error {
		if p.Token.Scope.ReadOnly && changes(route) && route != logoutRoute {
			return newProblem(http.StatusForbidden, "the token may only read")
		}
		return a.permit(ctx, p, need, graph.EnvID(pathParam(c, "env")))
	})
}

// asking are routes that change nothing although their method says so: what is
// asked does not fit into a query.
var asking = []string{"POST " + traversePath, "POST /api/v1/diff", "POST /grafana/search", "POST /grafana/query"}

const logoutRoute = "DELETE /api/v1/sessions"

// changes tells whether a route is there to change something.
func changes(route string) bool {
	method, _, _ := strings.Cut(route, " ")
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions && !slices.Contains(asking, route)
}

// permit says whether a principal meets what a route needs.
func (a *API) permit(ctx context.Context, p *auth.Principal, need access, env graph.EnvID) error {
	switch need {
	case signedIn, viewNamed, editNamed:
		return nil
	case viewAll:
		return needs(p, auth.ViewEnv)
	case createEnv:
		return needs(p, auth.EditEnv)
	case manageUsers:
		return needs(p, auth.ManageUsers)
	case manageCliqueTypes:
		return needs(p, auth.ManageCliqueTypes)
	case administrate:
		for _, right := range auth.Rights() {
			if err := needs(p, right); err != nil {
				return err
			}
		}
		return nil
	case editCliqueTypes:
		if p.Has(auth.ManageCliqueTypes) {
			return nil
		}
		if some, err := a.editsSome(ctx, p); err != nil || some {
			return err
		}
		return newProblem(http.StatusForbidden, "this needs the right manage-clique-types, or edit-env for the environment that the clique type is for")
	case manageConstraints:
		return needs(p, auth.ManageCliqueConstraints)
	case manageLinkTypes:
		return needs(p, auth.ManageLinkTypes)
	case viewEnv, editEnv:
		view, edit, err := p.Env(ctx, env)
		switch {
		case err != nil:
			return err
		case !view:
			return noEnvironment(env)
		case need == editEnv && !edit:
			return newProblem(http.StatusForbidden, fmt.Sprintf("this needs the right edit-env for environment %q", env))
		}
		return nil
	}
	return newProblem(http.StatusNotFound, "there is nothing here")
}

// needs says whether a principal holds a right for everything.
func needs(p *auth.Principal, right auth.Right) error {
	if !p.Has(right) {
		return newProblem(http.StatusForbidden, "this needs the right "+string(right))
	}
	return nil
}

// noEnvironment is said of an environment that does not exist, and of one that
// the caller may not see.
func noEnvironment(env graph.EnvID) error {
	return fmt.Errorf("environment %q: %w", env, graph.ErrNotFound)
}

// caller finds out who sends a request: by its bearer token, else by its
// session cookie.
func (a *API) caller(r *http.Request) (*auth.Principal, error) {
	if p, err := a.everybody(r); p != nil || err != nil {
		return p, err
	}
	if a.legacy.Owns(r.URL.Path) {
		return a.legacy.Caller(r)
	}
	secret := requestSecret(r)
	if secret == "" {
		return nil, newProblem(http.StatusUnauthorized, "sign in, or send a token: Authorization: Bearer …")
	}
	p, err := a.opt.Accounts.Authenticate(r.Context(), secret)
	if errors.Is(err, auth.ErrCredentials) {
		return nil, newProblem(http.StatusUnauthorized, "the session or token is unknown or has expired")
	}
	return p, err
}

func requestSecret(r *http.Request) string {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return ""
		}
		return strings.TrimSpace(token)
	}
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		return cookie.Value
	}
	return ""
}

// visible lists, by name, the environments the caller may view.
func (a *API) visible(ctx context.Context) ([]graph.EnvID, error) {
	all, err := a.opt.Store.EnvIDs(ctx)
	if err != nil {
		return nil, err
	}
	return principal(ctx).Visible(ctx, all)
}
