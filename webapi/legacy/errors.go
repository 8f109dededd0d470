package legacy

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"calipso/graph"
	"calipso/webapi/auth"
)

// Error is an answer that is no success, in the words the client gets.
type Error struct {
	Status  int
	Message string
}

func (e *Error) Error() string { return fmt.Sprintf("%d %s", e.Status, e.Message) }

// BadRequest is a 400.
func BadRequest(format string, args ...any) error {
	return &Error{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

// Unauthorized is a 401.
func Unauthorized(format string, args ...any) error {
	return &Error{http.StatusUnauthorized, fmt.Sprintf(format, args...)}
}

// nothingFound is the 404 of an object, or in version opnfv of a list.
func nothingFound() error { return &Error{http.StatusNotFound, "Requested resource not found"} }

// told is an error as the client is told it.
func (a *API) told(ctx context.Context, err error) *Error {
	var (
		own     *Error
		invalid *graph.InvalidError
		slow    *auth.ThrottledError
	)
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &slow):
		return &Error{http.StatusTooManyRequests, fmt.Sprintf("Too many failed attempts, wait %s", slow.Wait.Round(time.Second))}
	case errors.As(err, &invalid):
		return &Error{http.StatusBadRequest, invalid.Error()}
	}
	status, message := a.host.Problem(ctx, err)
	return &Error{status, message}
}

// Refuse answers with an error, in the shape that all errors have (rule
// API-01).
func (a *API) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	e := a.told(r.Context(), err)
	h := w.Header()
	a.allowOrigin(h, r)
	if e.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Basic realm="calipso"`)
	}
	if slow := (*auth.ThrottledError)(nil); errors.As(err, &slow) {
		h.Set("Retry-After", strconv.Itoa(max(1, int(slow.Wait.Seconds()+0.999))))
	}
	title := http.StatusText(e.Status)
	if title == "" {
		title = "Error"
	}
	a.send(w, e.Status, map[string]any{"error": map[string]any{
		"message": e.Message, "code": strconv.Itoa(e.Status), "title": title,
	}})
}
