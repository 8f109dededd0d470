package webapi

import (
	"cmp"
	"context"
	"io"
	"iter"
	"log/slog"
	"time"

	"calipso/graph"
	"calipso/graph/envdoc"
	"calipso/graph/message"
	"calipso/graph/reference"
	"calipso/graph/retention"
	"calipso/graph/scope"
	"calipso/graph/snapshot"
	"calipso/query"
	"calipso/query/diff/ruleset"
	"calipso/query/extent"
	"calipso/query/report"
	"calipso/webapi/audit"
	"calipso/webapi/auth"
	"calipso/webapi/auth/oidc"
	"calipso/webapi/legacy"
)

// Store is what the API reads of the graph beside what query answers.
type Store interface {
	EnvIDs(ctx context.Context) ([]graph.EnvID, error)
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	Compare(ctx context.Context, env graph.EnvID, from, to graph.Time) (*graph.Comparison, error)
	Retained(env graph.EnvID) (graph.Retained, error)
	First(ctx context.Context, env graph.EnvID) (graph.Time, error)
	Commits(ctx context.Context, env graph.EnvID, after graph.Time) iter.Seq2[*graph.Commit, error]
	History(ctx context.Context, env graph.EnvID, id graph.ID) iter.Seq2[graph.Version, error]
	Last(env graph.EnvID) graph.Time
	Changed() <-chan struct{}
}

// Options say what the API stands on and how it behaves. Store, Query and
// Accounts must be given.
type Options struct {
	Store    Store
	Query    *query.Service
	Accounts *auth.Accounts
	// OIDC lets people sign in by an OpenID Connect provider; nil: it is off.
	OIDC *oidc.Provider
	// Everybody is a token for all requests that bring none; none: they are
	// refused. It is for servers that only their own machine reaches.
	Everybody graph.Secret
	// Scans is the scan queue; nil: the server runs none, and says so.
	Scans Scans
	// Schedules keeps when scans are made by themselves; nil: there are none.
	Schedules Schedules
	// Environments tries what environment documents configure; nil: nobody can.
	Environments Environments
	// EnvDocs keeps these documents, and what came of trying; nil: they can be
	// neither read nor changed.
	EnvDocs *envdoc.Keeper
	// Snapshots keeps names for times; nil: there are none.
	Snapshots *snapshot.Keeper
	// Scopes keeps named selections of objects, Extents finds what they hold;
	// both nil: there are none.
	Scopes  *scope.Keeper
	Extents *extent.Resolver
	// Reports makes and keeps reports; nil: none are kept.
	Reports *report.Keeper
	// Retention forgets what is old; nil: nothing is.
	Retention *retention.Keeper
	// Rules keeps what comparisons leave out; nil: what is built in holds.
	Rules *ruleset.Keeper
	// Audit keeps who did what; nil: nobody does.
	Audit *audit.Keeper
	// Reference keeps clique types, constraints, link types, constants and the
	// like; nil: there are none.
	Reference *reference.Keeper
	// Messages reads and marks what happened; nil: there are none.
	Messages *message.Keeper
	// Transfer moves environments in and out; nil: it is not possible.
	Transfer Transfer
	// Mirror keeps a MongoDB in step; nil: none is configured.
	Mirror Mirror
	// Mongo moves environments between here and MongoDB; nil: it is not possible.
	Mongo Mongo
	// Backup writes a backup of everything, with the sealing key if asked for;
	// nil: it is not possible.
	Backup func(ctx context.Context, to io.Writer, withKey bool) error
	// Ready tells whether the server may take requests: nil, or what is still
	// missing ("index: 1200 commits behind"). Not given: it always may.
	Ready func(ctx context.Context) error

	// ConnectionTests tries access data for clients of the old API; nil: it is not
	// possible there.
	ConnectionTests legacy.Tests
	// Documents takes what the old API stores that has no keeper of its own; nil:
	// it stores no such thing.
	Documents legacy.Writer
	// Legacy is how the old API at the root behaves; what it stands on is taken
	// from here.
	Legacy legacy.Options

	// Log gets one line per request and every unexpected error; nil: silent.
	Log *slog.Logger
	// Version is shown in the OpenAPI document and the UI.
	Version string
	// UIDir serves the web UI from there instead of from the binary.
	UIDir string
	// Secure marks cookies as fit for TLS only.
	Secure bool
	// MaxBody limits the body of a request, in bytes; 0: 1 MiB.
	MaxBody int64
	// Timeout limits the work on one request, streams apart; 0: 30 s.
	Timeout time.Duration
	// Heartbeat is how often an idle stream shows a sign of life; 0: 15 s.
	Heartbeat time.Duration
	// Backlog is how many events a stream may be behind; 0: 4096.
	Backlog int
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Version = cmp.Or(o.Version, "dev")
	o.MaxBody = cmp.Or(o.MaxBody, 1<<20)
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	o.Heartbeat = cmp.Or(o.Heartbeat, 15*time.Second)
	o.Backlog = cmp.Or(o.Backlog, 4096)
	return o
}
