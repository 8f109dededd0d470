package collect

import (
	"context"
	"log/slog"
	"time"

	"calipso/graph"
)

// Provider is a kind of source: the OpenStack APIs, their databases, the hosts'
// command lines. Providers are values in collect/all; each passes the suite in
// collect/collecttest.
type Provider interface {
	// Name is the part before the dot in the names of its fetchers.
	Name() string
	// Configured tells whether the environment document has what Open needs.
	Configured(env *graph.Environment) bool
	// Open prepares access to one environment for one scan. It may connect, or
	// wait for the first use.
	//
	// Errors: *graph.InvalidError for a section that lacks a field; else those
	// of this package.
	Open(ctx context.Context, env *graph.Environment, opt Options) (Conn, error)
}

// Options are what a scan hands to every provider. The zero value works.
type Options struct {
	// Observe is told of every round trip; nil: nobody counts. It is called
	// from several goroutines.
	Observe func(Call)
	// Log is silent if nil.
	Log *slog.Logger
	// StateDir is where a provider may keep what it must remember between
	// scans (known_hosts); empty: remember nothing.
	StateDir string
}

// Call is one round trip to a source.
type Call struct {
	Source string        // the provider's name
	Target string        // service or host
	Op     string        // "GET /v2.0/ports", "sh: 6 commands", "SELECT agents"
	Dur    time.Duration // wall time
	Bytes  int64         // size of the answer
	Err    error         // nil if it was answered
}

// Conn is an open source. Its methods may be called from several goroutines.
type Conn interface {
	// Fetchers are the rows of the scan plan that this source serves here.
	Fetchers() []Fetcher
	// Test tells whether each of the endpoints configured can be used, in one
	// line each.
	Test(ctx context.Context) []Check
	// Close ends all connections; calls under way fail.
	Close() error
}

// Check is the outcome of testing one endpoint.
type Check struct {
	Target string // "OpenStack http://10.0.0.1:5000", "CLI node-2"
	Err    error  // nil: usable
	Detail string // what was seen: "Keystone v3.14, user admin", "uname: Linux 6.1"
}

// Fetcher turns one parent into the vertices below it.
type Fetcher struct {
	// Name is source.things: "openstack.ports", "hostcli.vedges".
	Name string
	// Parent is the type of vertex it runs under; graph.Root: once a scan,
	// with a parent whose ID is empty.
	Parent graph.VertexType
	// Yields are the types of vertices it may return.
	Yields []graph.VertexType
	// When limits it to some parents; nil: all. It must be pure.
	When func(env *graph.Environment, parent *graph.Vertex) bool
	// Fetch lists what is below the parent: everything or an error.
	//
	// Vertices carry the logical parent (a vnic's is its instance); folders
	// between the two are the scan's business. A vertex may hang under another
	// parent than the one fetched from, also one that is found later; it may
	// also be one that exists already under the same ID, then its attributes
	// are added (an enrichment). Part is set by the scan.
	Fetch func(ctx context.Context, parent *graph.Vertex) ([]*graph.Vertex, error)
}
