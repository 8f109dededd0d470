package webapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"calipso/graph"
	"calipso/webapi/auth"
)

// statusClientClosed is logged, never seen: the client went away.
const statusClientClosed = 499

// ErrUnavailable: the server was started without the part that would answer.
var ErrUnavailable = errors.New("not available on this server")

// problem turns an error into what the client is told (RFC 9457). What the
// client did wrong is answered in the error's own words; the unexpected is
// logged here, once, and answered plainly.
func (a *API) problem(ctx context.Context, err error) huma.StatusError {
	var (
		status    huma.StatusError
		invalid   *graph.InvalidError
		throttled *auth.ThrottledError
		tooLarge  *http.MaxBytesError
	)
	switch {
	case errors.As(err, &status):
		return status
	case errors.As(err, &invalid):
		p := newProblem(http.StatusUnprocessableEntity, invalid.What+" is not valid")
		for _, f := range invalid.Fields {
			p.Errors = append(p.Errors, &huma.ErrorDetail{Location: f.Field, Message: f.Reason})
		}
		return p
	case errors.As(err, &throttled):
		return newProblem(http.StatusTooManyRequests, err.Error())
	case errors.As(err, &tooLarge):
		return newProblem(http.StatusRequestEntityTooLarge, fmt.Sprintf("the request's body is larger than %d bytes", tooLarge.Limit))
	case errors.Is(err, graph.ErrNotFound):
		return newProblem(http.StatusNotFound, err.Error())
	case errors.Is(err, graph.ErrFull):
		return newProblem(http.StatusInsufficientStorage, "the server's disk is full: reading goes on, nothing can be written before there is room")
	case errors.Is(err, graph.ErrRetired):
		return newProblem(http.StatusGone, err.Error())
	case errors.Is(err, graph.ErrConflict), errors.Is(err, auth.ErrExists), errors.Is(err, auth.ErrRoleExists), errors.Is(err, auth.ErrLastAdmin):
		return newProblem(http.StatusConflict, err.Error())
	case errors.Is(err, auth.ErrCredentials):
		return newProblem(http.StatusUnauthorized, auth.ErrCredentials.Error())
	case errors.Is(err, auth.ErrDirectory):
		a.log.Warn("directory of users", slog.String("request", requestID(ctx)), slog.Any("err", err))
		return newProblem(http.StatusServiceUnavailable, "the directory that keeps this user's password cannot be asked now; that says nothing about the password")
	case errors.Is(err, ErrUnavailable):
		return newProblem(http.StatusServiceUnavailable, err.Error())
	case errors.Is(err, context.Canceled):
		return newProblem(statusClientClosed, "the request was given up")
	case errors.Is(err, context.DeadlineExceeded):
		return newProblem(http.StatusServiceUnavailable, "the answer took too long; ask for less")
	}
	id := requestID(ctx)
	a.log.Error("request failed", slog.String("request", id), slog.Any("err", err))
	return newProblem(http.StatusInternalServerError, "something went wrong in the server; its log says what, under request "+id)
}

// newProblem is a problem of no particular type beyond its status.
func newProblem(status int, detail string) *huma.ErrorModel {
	title := http.StatusText(status)
	if status == statusClientClosed {
		title = "Client Closed Request"
	}
	return &huma.ErrorModel{Type: "about:blank", Status: status, Title: title, Detail: detail}
}

// finishProblem is applied to every answer before it is written: problems that
// huma makes itself get a type too, all get the request's id, and none repeats
// the value it refuses, which may be a password.
func finishProblem(ctx huma.Context, _ string, body any) (any, error) {
	p, ok := body.(*huma.ErrorModel)
	if !ok {
		return body, nil
	}
	c := *p
	c.Type = "about:blank"
	c.Instance = instance(requestID(ctx.Context()))
	c.Errors = nil
	for _, e := range p.Errors {
		c.Errors = append(c.Errors, &huma.ErrorDetail{Location: e.Location, Message: e.Message})
	}
	return &c, nil
}

// instance names one occurrence of a problem.
func instance(requestID string) string {
	if requestID == "" {
		return ""
	}
	return "urn:calipso:request:" + requestID
}

// refuse ends a request in a middleware.
func (a *API) refuse(c *gin.Context, err error) {
	if a.legacy.Owns(c.Request.URL.Path) {
		c.Abort()
		a.legacy.Refuse(c.Writer, c.Request, err)
		return
	}
	p := a.problem(c.Request.Context(), err)
	m, ok := p.(*huma.ErrorModel)
	if !ok {
		m = newProblem(p.GetStatus(), p.Error())
	}
	m.Instance = instance(requestID(c.Request.Context()))
	var throttled *auth.ThrottledError
	if errors.As(err, &throttled) {
		c.Header("Retry-After", retryAfter(throttled))
	}
	if m.Status == http.StatusUnauthorized {
		c.Header("WWW-Authenticate", `Bearer realm="calipso"`)
	}
	c.Header("Content-Type", "application/problem+json")
	c.AbortWithStatus(m.Status)
	c.Writer.WriteHeaderNow()
	writeJSON(c.Writer, m)
}

func retryAfter(e *auth.ThrottledError) string {
	return strconv.Itoa(max(1, int(e.Wait.Seconds()+0.999)))
}
