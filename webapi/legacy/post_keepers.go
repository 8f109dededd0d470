package legacy

import (
	"context"
	"net/http"
	"time"

	"calipso/graph"
	"calipso/graph/message"
	"calipso/graph/reference"
)

// Keepers are what posted documents go to. Each may be nil: then the server
// answers that it keeps none.
type Keepers struct {
	Environments Environments
	Scans        Scans
	Schedules    Schedules
	Tests        Tests
	Reference    *reference.Keeper
	Messages     *message.Keeper
	// Writer takes what has no keeper of its own: scans that are not to be run.
	Writer Writer
	// Version is this server's, as /health tells it.
	Version string
}

// Environments keeps environment documents.
type Environments interface {
	// Get errors: graph.ErrNotFound.
	Get(ctx context.Context, env graph.EnvID) (*graph.Environment, error)
	// Put errors: *graph.InvalidError; graph.ErrConflict if a new one exists.
	Put(ctx context.Context, who string, doc graph.Attrs, create bool) (*graph.Environment, error)
}

// ScanOrder asks for a scan.
type ScanOrder struct {
	Env    graph.EnvID
	Who    string
	Object graph.ID // empty: all
	Clear  bool
	// At most one of these is set.
	InventoryOnly, LinksOnly, CliquesOnly bool
	LogLevel                              string
}

// Scans is the scan queue.
type Scans interface {
	// Submit gives the id of the request. Errors: graph.ErrNotFound,
	// *graph.InvalidError.
	Submit(ctx context.Context, o ScanOrder) (id string, err error)
}

// ScheduleOrder asks for scans at certain times.
type ScheduleOrder struct {
	ScanOrder
	Recurrence string
	Due        time.Time // the first run; zero: one step from now
}

// Schedules is when scans are made by themselves.
type Schedules interface {
	// Add errors: graph.ErrNotFound, *graph.InvalidError.
	Add(ctx context.Context, o ScheduleOrder) (id string, err error)
	// Remove errors: graph.ErrNotFound.
	Remove(ctx context.Context, who string, env graph.EnvID, id string) error
}

// TestOrder asks for a test of access data.
type TestOrder struct {
	Env      graph.EnvID
	Who      string
	Targets  []string
	Sections []any
}

// Tests tries access data.
type Tests interface {
	// Submit errors: *graph.InvalidError.
	Submit(ctx context.Context, o TestOrder) (id string, err error)
}

// Writer takes documents.
type Writer interface {
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
}

// unavailable is said of what this server does not run.
func unavailable(what string) error {
	return &Error{http.StatusServiceUnavailable, "this server keeps no " + what}
}

// created is the 201 of a posted document: a message, and its id, which version
// opnfv did not tell of all.
func (q *Request) created(opnfv, others, id string) Answer {
	out := Created{"message": q.either(opnfv, others)}
	if q.Compat() != OPNFV {
		out["id"] = id
	}
	return out
}
