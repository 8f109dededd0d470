package retention

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"calipso/graph"
	"calipso/graph/snapshot"
)

// Report is what a run did, or with DryRun would do, in one environment.
type Report struct {
	Env     graph.EnvID `json:"environment"`
	DryRun  bool        `json:"dry_run"`
	Started time.Time   `json:"started"`
	Ended   time.Time   `json:"ended"`
	// Since is from when on everything stays; Now: nothing is forgotten.
	Since graph.Time `json:"since"`
	// Snapshots are the names of those removed, Kept counts those that stay.
	Snapshots []string `json:"snapshots"`
	Kept      int      `json:"kept"`
	// Records counts the messages, scans and connection tests removed for their
	// age.
	Records int           `json:"records"`
	Dropped graph.Retired `json:"dropped"`
	// Reclaimed is how many bytes of disk were given back.
	Reclaimed int64 `json:"reclaimed"`
}

// Environment does a run for one environment, outside the nightly one.
//
// Errors: graph.ErrNotFound if there is no such environment.
func (k *Keeper) Environment(ctx context.Context, env graph.EnvID, dryRun bool) (*Report, error) {
	done, err := k.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	r, err := k.environment(ctx, env, dryRun)
	if err == nil && !dryRun && r.Dropped != (graph.Retired{}) {
		r.Reclaimed, err = k.reclaim(ctx)
		r.Ended = k.opt.Clock().UTC()
	}
	return r, err
}

// cause is that of the server's own commits.
func cause() graph.Cause { return graph.Cause{Kind: graph.CauseSystem, ID: "retention"} }

func (k *Keeper) environment(ctx context.Context, env graph.EnvID, dryRun bool) (*Report, error) {
	now := k.opt.Clock()
	r := &Report{Env: env, DryRun: dryRun, Started: now.UTC(), Snapshots: []string{}}
	policy, err := k.Policy(ctx, env)
	if err != nil {
		return nil, err
	}
	if r.Records, err = k.records(ctx, env, policy.Records, now, dryRun); err != nil {
		return nil, fmt.Errorf("retention: old records of %q: %w", env, err)
	}
	var stay []*snapshot.Snapshot
	// Nobody makes a snapshot between the look at them and the moment from which
	// other times are refused.
	err = k.snapshots.Still(func() error {
		gone, kept, err := k.expired(ctx, env, policy, now)
		if err != nil {
			return err
		}
		for _, s := range gone {
			r.Snapshots = append(r.Snapshots, s.Name)
		}
		stay, r.Kept = kept, len(kept)
		if len(gone) > 0 && !dryRun {
			if err := k.remove(ctx, env, gone); err != nil {
				return err
			}
		}
		if policy.Everything == Forever {
			return nil
		}
		keep, err := k.keep(ctx, env, now.Add(-time.Duration(policy.Everything)), stay)
		if err != nil {
			return err
		}
		r.Since = keep.Since
		if keep.DryRun = dryRun; dryRun {
			r.Dropped, err = k.store.Retain(ctx, env, keep)
			return err
		}
		return k.store.Retire(ctx, env, keep)
	})
	if err == nil && !dryRun {
		r.Dropped, err = k.store.Thin(ctx, env) // also what an earlier run left
	}
	if err != nil {
		return nil, fmt.Errorf("retention: environment %q: %w", env, err)
	}
	r.Ended = k.opt.Clock().UTC()
	if dryRun {
		return r, nil
	}
	k.owed += r.Dropped.Bytes
	k.count(func(s *Status) {
		s.Snapshots += len(r.Snapshots)
		s.Records += r.Records
		s.Versions += r.Dropped.Versions
	})
	return r, k.tell(ctx, r)
}

// expired parts the snapshots into those beyond their age and those that stay.
// What something refers to stays, and so does the newest of all: an environment
// that is not scanned any more keeps a picture to compare with.
func (k *Keeper) expired(ctx context.Context, env graph.EnvID, p Policy, now time.Time) (gone, stay []*snapshot.Snapshot, err error) {
	all, err := k.snapshots.List(ctx, env)
	if err != nil {
		return nil, nil, err
	}
	var needed map[string]bool
	if k.opt.Referenced != nil {
		if needed, err = k.opt.Referenced(ctx, env); err != nil {
			return nil, nil, err
		}
	}
	for i, s := range all {
		if i > 0 && !needed[s.Name] && p.Snapshots[s.Kind].past(s.Created, now) {
			gone = append(gone, s)
		} else {
			stay = append(stay, s)
		}
	}
	return gone, stay, nil
}

func (k *Keeper) remove(ctx context.Context, env graph.EnvID, gone []*snapshot.Snapshot) error {
	b := &graph.Batch{}
	for _, s := range gone {
		b.DeleteDocs = append(b.DeleteDocs, graph.DocKey{Collection: graph.Snapshots, ID: s.Name})
	}
	_, err := k.store.Commit(ctx, env, cause(), b)
	return err
}

// keep is what the store shall keep. The horizon never moves back, also if the
// policy asks for more than it did; a snapshot whose time is lost already, as
// one that was imported may be, protects nothing.
func (k *Keeper) keep(ctx context.Context, env graph.EnvID, since time.Time, stay []*snapshot.Snapshot) (graph.Keep, error) {
	known, err := k.store.Retained(env)
	if err != nil {
		return graph.Keep{}, err
	}
	keep := graph.Keep{Since: max(graph.TimeOf(since), known.Since, 1)}
	for _, s := range stay {
		switch _, err := k.store.View(ctx, env, s.Time); {
		case errors.Is(err, graph.ErrRetired):
			k.opt.Log.Warn("the time of a snapshot is not retained", slog.String("env", string(env)), slog.String("snapshot", s.Name), slog.Any("err", err))
		case err != nil:
			return graph.Keep{}, err
		default:
			keep.Times = append(keep.Times, s.Time)
		}
	}
	slices.Sort(keep.Times)
	return keep, nil
}

// tell logs what was done and leaves a message, if anything was.
func (k *Keeper) tell(ctx context.Context, r *Report) error {
	if len(r.Snapshots) == 0 && r.Records == 0 && r.Dropped == (graph.Retired{}) {
		return nil
	}
	k.opt.Log.Info("retention", slog.String("env", string(r.Env)), slog.Any("snapshots", r.Snapshots), slog.Int("kept", r.Kept), slog.Int("records", r.Records),
		slog.Time("since", r.Since.Std()), slog.Int("versions", r.Dropped.Versions), slog.Int("commits", r.Dropped.Commits),
		slog.Int64("bytes", r.Dropped.Bytes), slog.Duration("dur", r.Ended.Sub(r.Started)))
	if r.Env == graph.Shared {
		return nil
	}
	id := "retention-" + string(graph.NewOID(r.Started))
	_, err := k.store.Commit(ctx, r.Env, cause(), &graph.Batch{PutDocs: []*graph.Document{{
		DocKey: graph.DocKey{Collection: graph.Messages, ID: id},
		Body: graph.Attrs{
			"id": id, "environment": string(r.Env), "source_system": "Calipso", "level": "info", "message": r.text(),
			"timestamp": r.Ended, "received_timestamp": nil, "finished_timestamp": nil, "related_object": nil, "related_object_type": nil,
			"display_context": nil, "viewed": false, "origin_id": "retention", "origin_type": "retention",
		},
	}}})
	return err
}

// text is a report in one line.
func (r *Report) text() string {
	out := fmt.Sprintf("retention: %d versions of objects, links and documents dropped", r.Dropped.Versions)
	if r.Since != graph.Now {
		out += fmt.Sprintf(", everything since %s and %d snapshots kept", r.Since.Std().Format(time.RFC3339), r.Kept)
	}
	if len(r.Snapshots) > 0 {
		out += fmt.Sprintf(", %d old snapshots removed", len(r.Snapshots))
	}
	if r.Records > 0 {
		out += fmt.Sprintf(", %d old messages, scans and connection tests removed", r.Records)
	}
	return out
}
