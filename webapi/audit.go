package webapi

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"calipso/graph"
	"calipso/webapi/audit"
	"calipso/webapi/auth"
)

// recorded goes on with a request if permit, where there is one, lets it, and
// keeps in the audit log what it changed, or that it was refused. Every route that changes something passes
// here; what a commit changed it learns from the store, so that no handler has
// to tell.
func (a *API) recorded(c *gin.Context, route string, permit func() error) {
	if a.opt.Audit != nil && (changes(route) || route == "GET "+backupPath) {
		ctx := c.Request.Context()
		w := a.opt.Audit.Witness(a.entry(c, route))
		c.Request = c.Request.WithContext(graph.WithWitness(ctx, func(done *graph.Commit) { w.Commit(context.WithoutCancel(ctx), done) }))
		defer func() { a.record(c, w) }() // after a panic as well: what was changed stays changed
	}
	if permit != nil {
		if err := permit(); err != nil {
			a.refuse(c, err)
			return
		}
	}
	c.Next()
}

// entry begins the entry of a request.
func (a *API) entry(c *gin.Context, route string) audit.Entry {
	known := callOf(c.Request.Context())
	e := audit.Entry{From: known.addr, Request: known.id, Action: a.actions[route], Path: c.Request.Method + " " + c.Request.URL.EscapedPath()}
	if e.Action == "" {
		e.Action = route
	}
	if known.user != nil {
		e.Who, e.Via = known.user.User.Name, via(&known.user.Token)
	}
	if env := pathParam(c, "env"); env != "" {
		e.Envs = append(e.Envs, graph.EnvID(env))
	}
	return e
}

// via tells by what somebody is known.
func via(t *auth.Token) string { return strings.TrimSpace(string(t.Kind) + " " + t.Name) }

// loginAction is left to what accounts tell of sign-ins, which knows more.
const loginAction = "login"

// record keeps the entry of a request, if there is something to tell: it did
// what it was for, changed something on its way to fail, or was refused.
func (a *API) record(c *gin.Context, w *audit.Witness) {
	e, who, changed, err := w.Entry()
	if err != nil {
		a.log.Error("audit: what was changed could not be read", slog.String("request", e.Request), slog.Any("err", err))
	}
	e.Status = c.Writer.Status()
	known := callOf(c.Request.Context()).user != nil
	if e.Who == "" {
		e.Who = who
	}
	if e.Action == loginAction || !changed && (!known || e.Status >= 400 && e.Status != http.StatusForbidden) {
		return
	}
	a.keep(c.Request.Context(), e)
}

// keep writes an entry, also for a client that has gone.
func (a *API) keep(ctx context.Context, e audit.Entry) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := a.opt.Audit.Write(ctx, e); err != nil {
		a.metrics.unkept.Inc()
		a.log.Error("audit entry not written", slog.String("who", e.Who), slog.String("action", e.Action), slog.String("request", e.Request), slog.Any("err", err))
	}
}

// signIn takes what accounts tell of attempts to get in.
func (a *API) signIn(ctx context.Context, e auth.Event) {
	result, action := "ok", loginAction
	if e.Refused != "" {
		result, action = "refused", "login-refused"
	}
	a.metrics.signIns.WithLabelValues(result).Inc()
	if a.opt.Audit != nil {
		a.keep(ctx, audit.Entry{Who: e.User, Via: e.By, From: e.Addr, Request: requestID(ctx), Action: action, Reason: e.Refused})
	}
}
