package legacy

import (
	"context"
	"net/http"
	"time"

	"calipso/graph"
)

// Request is one request while it is answered.
type Request struct {
	Values
	Resource *Resource
	HTTP     *http.Request
	// Env is the environment that the request names, "" if it names none.
	Env graph.EnvID
	api *API
}

// Compat is whose answers are given.
func (q *Request) Compat() Compat { return q.api.opt.Compat }

// Who is the user name of the caller.
func (q *Request) Who(ctx context.Context) string { return q.api.host.Principal(ctx).User.Name }

// Envs are the environments that the request is about: the one it names, else
// all that the caller may view.
func (q *Request) Envs(ctx context.Context) ([]graph.EnvID, error) {
	if q.Env != "" {
		return []graph.EnvID{q.Env}, nil
	}
	return q.api.host.Visible(ctx)
}

// Values are checked values by name: string, int64, bool, time.Time, []any,
// map[string]any.
type Values map[string]any

// Has tells whether there is a value.
func (v Values) Has(name string) bool { _, ok := v[name]; return ok }

// Text is a text, "" if there is none.
func (v Values) Text(name string) string { s, _ := v[name].(string); return s }

// Int is a whole number, 0 if there is none.
func (v Values) Int(name string) int64 { n, _ := v[name].(int64); return n }

// Bool is a truth value, false if there is none.
func (v Values) Bool(name string) bool { b, _ := v[name].(bool); return b }

// Time is a time, zero if there is none.
func (v Values) Time(name string) time.Time { t, _ := v[name].(time.Time); return t }

// Texts is a list of texts; a single one is a list of one.
func (v Values) Texts(name string) []string { return graph.Attrs(v).Strings(name) }

// Object is an object, nil if there is none.
func (v Values) Object(name string) map[string]any { m, _ := v[name].(map[string]any); return m }
