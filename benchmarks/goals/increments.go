package main

import (
	"context"
	"errors"
	"fmt"

	"calipso/graph"
	"calipso/graph/kv"
)

// incrementSize is about what a part of a scan writes at once.
const incrementSize = 1000

// incrementRows measure commits into a store that is there, as a scan makes
// them.
func incrementRows(ctx context.Context, w *world) ([]*Row, error) {
	c := change{permille: 500, round: 1}
	var batches []*graph.Batch
	for b, err := range c.batches(w.records(), incrementSize) {
		if err != nil {
			return nil, err
		}
		if batches = append(batches, b); len(batches) == 10 {
			break
		}
	}
	rec := &recorder{}
	touched := 0
	// The pairs are recorded apart from the measured commits, which they would
	// slow down; only the times in the keys are others.
	if _, _, err := w.commitAll(ctx, batches, rec); err != nil {
		return nil, err
	}
	ours := func() (took float64, err error) {
		touched, took, err = w.commitAll(ctx, batches, nil)
		return took, err
	}
	raw := func() (took float64, err error) {
		err = w.withCopy(ctx, func(dir string) error {
			took, err = writePairs(rec.mu.commits, dir)
			return err
		})
		return took, err
	}
	took, err := w.repeated(ours, raw)
	if err != nil {
		return nil, err
	}
	pairs := 0
	for _, c := range rec.mu.commits {
		pairs += len(c)
	}
	if len(rec.mu.commits) != len(batches) {
		return nil, fmt.Errorf("%d batches made %d commits", len(batches), len(rec.mu.commits))
	}
	return []*Row{(&Row{Name: "commits", What: "commits of some 1,000 changed things each", Unit: "ns", Ours: took[0]}).
		against("raw sorted WriteBatch", took[1]).shareAtLeast(0.6).
		note("%d commits, %d changes, %d pairs; closing counts on both sides, opening on neither", len(batches), touched, pairs)}, nil
}

// commitAll commits batches to a copy of the store, by way of a recorder if
// there is one.
func (w *world) commitAll(ctx context.Context, batches []*graph.Batch, rec *recorder) (touched int, took float64, err error) {
	var wrap func(kv.DB) kv.DB
	if rec != nil {
		wrap = func(db kv.DB) kv.DB { rec.DB = db; return rec }
	}
	err = w.withCopy(ctx, func(dir string) error {
		s, err := openStore(ctx, dir, wrap)
		if err != nil {
			return err
		}
		if rec != nil {
			rec.forget() // what opening wrote is no commit
		}
		took, err = spent(func() error {
			for _, b := range batches {
				done, err := s.Commit(ctx, envName, graph.Cause{Kind: graph.CauseScan}, b)
				if err != nil {
					return err
				}
				touched += len(done.Changes)
			}
			return s.Close()
		})
		return errors.Join(err, s.Close())
	})
	return touched, took, err
}
