package retention

import (
	"context"
	"time"

	"calipso/graph"
)

// recordBatch is how many records go in one commit.
const recordBatch = 1000

// records removes messages, and scans and connection tests that have ended,
// beyond their age, and tells how many. They stay in the past as long as that can be read. What has no
// time stays, and so does the newest scan that ran: it says how the environment
// was found.
func (k *Keeper) records(ctx context.Context, env graph.EnvID, age Age, now time.Time, dryRun bool) (int, error) {
	if age == Forever || env == graph.Shared {
		return 0, nil
	}
	v, err := k.store.View(ctx, env, graph.Now)
	if err != nil {
		return 0, err
	}
	var old []graph.DocKey
	for c, field := range map[graph.Collection]string{graph.Messages: "timestamp", graph.ConnectionTests: "response_timestamp"} {
		for d, err := range v.Documents(ctx, c) {
			if err != nil {
				return 0, err
			}
			if t := d.Body.Time(field); !t.IsZero() && age.past(t, now) {
				old = append(old, d.DocKey)
			}
		}
	}
	newest := true
	for d, err := range v.DocumentsBackward(ctx, graph.Scans) {
		if err != nil {
			return 0, err
		}
		t := d.Body.Time("end_timestamp")
		switch {
		case t.IsZero(): // waits or runs
		case newest:
			newest = false
		case age.past(t, now):
			old = append(old, d.DocKey)
		}
	}
	for at := 0; at < len(old) && !dryRun; at += recordBatch {
		b := &graph.Batch{DeleteDocs: old[at:min(at+recordBatch, len(old))]}
		if _, err := k.store.Commit(ctx, env, cause(), b); err != nil {
			return at, err
		}
	}
	return len(old), nil
}
