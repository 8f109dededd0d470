package retention

import (
	"context"
	"errors"
	"time"

	"calipso/graph"
)

// nightID is the document, among the server's settings, of the last nightly run.
const nightID = "retention"

// lastRun is when the last nightly run began; zero if there was none.
func (k *Keeper) lastRun(ctx context.Context) (time.Time, error) {
	v, err := k.store.View(ctx, graph.Shared, graph.Now)
	if errors.Is(err, graph.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	d, err := v.Document(ctx, graph.Settings, nightID)
	if errors.Is(err, graph.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339Nano, d.Body.String("last_run"))
}

func (k *Keeper) noteRun(ctx context.Context, start time.Time) error {
	_, err := k.store.Commit(ctx, graph.Shared, cause(), &graph.Batch{PutDocs: []*graph.Document{{
		DocKey: graph.DocKey{Collection: graph.Settings, ID: nightID}, Body: graph.Attrs{"last_run": start.UTC().Format(time.RFC3339Nano)},
	}}})
	return err
}
