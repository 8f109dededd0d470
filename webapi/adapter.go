package webapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"calipso/webapi/auth"
)

// adapter lets huma register its operations with gin. It is humagin's with
// path parameters decoded by us.
type adapter struct{ engine *gin.Engine }

var _ huma.Adapter = adapter{}

func (a adapter) Handle(op *huma.Operation, handler func(huma.Context)) {
	a.engine.Handle(op.Method, ginPath(op.Path), func(c *gin.Context) {
		handler(&ginContext{humagin.NewContext(op, c), c})
	})
}

func (a adapter) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.engine.ServeHTTP(w, r) }

// humaContext is huma's Context under another name, since one embedded as
// Context would hide its own method of that name.
type humaContext huma.Context

type ginContext struct {
	humaContext
	gin *gin.Context
}

// Param overrides humagin's.
func (c *ginContext) Param(name string) string { return pathParam(c.gin, name) }

// Unwrap lets humagin.Unwrap find gin's context.
func (c *ginContext) Unwrap() huma.Context { return c.humaContext }

// ginPath spells {name} as :name.
func ginPath(path string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(path)
}

// add registers one operation with the right it needs; errors of the handler
// become problems here.
func add[I, O any](a *API, need access, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	route := op.Method + " " + ginPath(op.Path)
	a.access[route], a.actions[route] = need, op.OperationID
	if need == public {
		op.Security = []map[string][]string{}
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err == nil {
			return out, nil
		}
		var told error = a.problem(ctx, err)
		if throttled := (*auth.ThrottledError)(nil); errors.As(err, &throttled) {
			told = huma.ErrorWithHeaders(told, http.Header{"Retry-After": {retryAfter(throttled)}})
		}
		return nil, told
	})
}

// written describes an operation whose handler writes the JSON of a T itself.
func written[T any](a *API, op huma.Operation) huma.Operation {
	t := reflect.TypeFor[T]()
	schema := a.huma.OpenAPI().Components.Schemas.Schema(t, true, t.Name())
	op.Responses = map[string]*huma.Response{strconv.Itoa(op.DefaultStatus): {
		Description: http.StatusText(op.DefaultStatus),
		Content:     map[string]*huma.MediaType{"application/json": {Schema: schema}},
	}}
	return op
}

// plain registers a route that is no operation of the API: pages, metrics.
func (a *API) plain(need access, method, path string, handler gin.HandlerFunc) {
	a.access[method+" "+path] = need
	a.engine.Handle(method, path, handler)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
