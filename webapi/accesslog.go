package webapi

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/gin-gonic/gin"
)

// observe writes one log line for each request and counts it. Paths are logged
// as they came, queries are not: people put secrets there.
func (a *API) observe(c *gin.Context) {
	start := time.Now()
	a.metrics.inFlight.Inc()
	defer a.metrics.inFlight.Dec()
	c.Next()
	took := time.Since(start)
	a.metrics.request(c.Request.Method, c.FullPath(), c.Writer.Status(), took)

	level := slog.LevelInfo
	switch {
	case c.Writer.Status() >= 500:
		level = slog.LevelWarn
	case c.FullPath() == "/healthz" || c.FullPath() == "/readyz" || c.FullPath() == "/metrics":
		level = slog.LevelDebug
	}
	known, user := callOf(c.Request.Context()), ""
	if known.user != nil {
		user = known.user.User.Name
	}
	a.log.LogAttrs(c.Request.Context(), level, "request",
		slog.String("request", known.id),
		slog.String("method", c.Request.Method),
		slog.String("path", c.Request.URL.EscapedPath()),
		slog.Int("status", c.Writer.Status()),
		slog.Int("bytes", max(0, c.Writer.Size())),
		slog.Duration("dur", took),
		slog.String("user", user),
		slog.String("addr", known.addr))
}

// recoverPanic turns a bug of ours into a plain answer and a log entry with the
// place it happened.
func (a *API) recoverPanic(c *gin.Context) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if r == http.ErrAbortHandler { // the answer is cut off on purpose
			panic(r)
		}
		a.log.Error("panic", slog.String("request", requestID(c.Request.Context())),
			slog.Any("panic", r), slog.String("stack", string(debug.Stack())))
		if c.Writer.Written() {
			panic(http.ErrAbortHandler) // too late for another answer: cut this one off
		}
		a.refuse(c, newProblem(http.StatusInternalServerError,
			fmt.Sprintf("something went wrong in the server; its log says what, under request %s", requestID(c.Request.Context()))))
	}()
	c.Next()
}

// bound limits the time spent on a request. Streams go on for as long as both
// sides want.
func (a *API) bound(c *gin.Context) {
	if unbounded(c) {
		c.Next()
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), a.opt.Timeout)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}
