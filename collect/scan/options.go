package scan

import (
	"context"
	"log/slog"
	"time"

	"calipso/collect"
	"calipso/graph"
)

// Store is what a scan needs of the graph.
type Store interface {
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
}

// Options say what scans are made of.
type Options struct {
	// Providers are the sources, in the order of the plan (collect/all).
	Providers []collect.Provider
	// Parallel is how many fetchers run at the same time; default 16. Sources
	// have limits of their own for each service and host below it.
	Parallel int
	// StateDir is handed to the providers (known_hosts).
	StateDir string
	Log      *slog.Logger
	Clock    func() time.Time
}

func (o Options) withDefaults() Options {
	if o.Parallel == 0 {
		o.Parallel = 16
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return o
}

// Request asks for one scan.
type Request struct {
	Env *graph.Environment
	// ID names the request; messages and the commit's cause carry it.
	ID string
	// Who asked, a user name.
	Who string
	// Object limits the scan to one object and what hangs under it; empty: the
	// whole environment.
	Object graph.ID
	// Clear forgets what was known instead of keeping it for parts that fail.
	Clear bool
	// InventoryOnly leaves the links as they are; LinksOnly derives the links
	// from what is stored, without asking any source.
	InventoryOnly, LinksOnly bool
	// Progress is told how far the scan is; nil: nobody is told. It is called
	// from one goroutine at a time.
	Progress func(Progress)
}

// Progress is how far a scan is.
type Progress struct {
	Phase   string `json:"phase"` // opening, inventory, links, saving, done
	Done    int    `json:"done"`  // parts done in this phase so far
	Total   int    `json:"total"` // parts known of so far; grows as objects are found
	Objects int    `json:"objects"`
	Errors  int    `json:"errors"`
	Current string `json:"current,omitempty"` // the part that ended last
}
