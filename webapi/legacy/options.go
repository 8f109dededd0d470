package legacy

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"calipso/graph"
	"calipso/query"
	"calipso/webapi/auth"
)

// Store is what is read beside what query answers.
type Store interface {
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
}

// Host is the HTTP side that the old API is part of: it knows who calls and
// what he may do.
type Host interface {
	// Permit is nil if the caller has what is needed for an environment. Errors:
	// graph.ErrNotFound for one that he may not see, as for one that is not.
	Permit(ctx context.Context, need Need, env graph.EnvID) error
	// Visible lists, by name, the environments that the caller may view.
	Visible(ctx context.Context) ([]graph.EnvID, error)
	// Principal is who calls.
	Principal(ctx context.Context) *auth.Principal
	// Address is where the request comes from, without port.
	Address(ctx context.Context) string
	// Administrator tells whether the caller has every right there is.
	Administrator(ctx context.Context) bool
	// Problem is the status of an error and what the client is told; the
	// unexpected is logged there.
	Problem(ctx context.Context, err error) (status int, message string)
}

// Options say what the old API stands on and how it behaves. Store, Query and
// Accounts must be given.
type Options struct {
	Store    Store
	Query    *query.Service
	Accounts *auth.Accounts
	Keepers

	// Compat is whose answers are given; empty: Current.
	Compat Compat
	// Origins are the web sites whose scripts may use the API ("https://noc.example.org",
	// "*" for any); none given: none, in version cvim any.
	Origins []string
	// TokenLife is how long a token lives; 0: a day.
	TokenLife time.Duration
	// RevealSecrets answers administrators with passwords in clear, for moving
	// to another server.
	RevealSecrets bool
	// Clock is nil for time.Now.
	Clock func() time.Time
}

func (o Options) withDefaults() Options {
	o.Compat = cmp.Or(o.Compat, Current)
	o.TokenLife = cmp.Or(o.TokenLife, 24*time.Hour)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Compat == CVIM && len(o.Origins) == 0 {
		o.Origins = []string{"*"}
	}
	return o
}

// API is the old API.
type API struct {
	opt   Options
	host  Host
	table []Resource
	paths map[string]bool
	books *books
}

// New makes the old API for a host.
func New(host Host, opt Options) *API {
	a := &API{opt: opt.withDefaults(), host: host, paths: map[string]bool{}, books: newBooks()}
	a.table = a.resources()
	for _, r := range a.table {
		a.paths[r.Path] = true
	}
	return a
}

// Resources is the whole table.
func (a *API) Resources() []Resource { return a.table }

// Handler answers one resource.
func (a *API) Handler(r *Resource) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) { a.serve(w, req, r) }
}
