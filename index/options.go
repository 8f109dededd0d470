package index

import (
	"log/slog"
	"time"
)

// MaxQuery is the longest search text, in bytes; MaxLimit the most hits of one
// page; DefaultLimit what a Query without a limit gets.
const (
	MaxQuery     = 256
	MaxLimit     = 1000
	DefaultLimit = 100
)

// maxBatch is the number of objects written to the index at once: memory grows
// with it, speed hardly beyond it.
const maxBatch = 10_000

// Options of an Index. The zero value works.
type Options struct {
	// Log is silent if nil.
	Log *slog.Logger
	// Group is how long small commits are gathered before they are written
	// together; default 200 ms, negative: not at all. A waiting CaughtUp cuts
	// it short.
	Group time.Duration
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	switch {
	case o.Group == 0:
		o.Group = 200 * time.Millisecond
	case o.Group < 0:
		o.Group = 0
	}
	return o
}
