package mirror

import (
	"cmp"
	"log/slog"
	"slices"
	"time"

	"calipso/graph"
)

// Options say what is mirrored. The zero value mirrors everything.
type Options struct {
	// Environments are the only ones mirrored; none given: all.
	Environments []graph.EnvID
	// NoCliques leaves the collection of cliques alone, which is by far the
	// largest.
	NoCliques bool
	// File is where this server notes how far it has written, to notice a
	// MongoDB that was set back; empty: in memory only.
	File string
	// Version of this program: another one may write other documents, so
	// everything is compared once.
	Version string
	// Group is how long small commits gather; 0: 100 ms. Negative: not at all.
	Group time.Duration
	// Batch is how many documents are written at once; 0: 1000.
	Batch int
	// BatchBytes bounds a batch too; 0: 4 MiB.
	BatchBytes int
	// Writers is how many batches are written at the same time; 0: 2.
	Writers int
	// Log gets what an operator wants to know; nil: silent.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Environments = slices.Sorted(slices.Values(o.Environments))
	o.Group = max(0, cmp.Or(o.Group, 100*time.Millisecond))
	o.Batch = cmp.Or(o.Batch, 1000)
	o.BatchBytes = cmp.Or(o.BatchBytes, 4<<20)
	o.Writers = cmp.Or(o.Writers, 2)
	return o
}

// wanted tells whether an environment is mirrored.
func (o *Options) wanted(env graph.EnvID) bool {
	return len(o.Environments) == 0 || slices.Contains(o.Environments, env)
}
