package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

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
	if _, _, err := w.commitAll(ctx, batches, rec, nothing); err != nil {
		return nil, err
	}
	after := func(before func(context.Context, *graph.Store) error) func() (float64, error) {
		return func() (took float64, err error) {
			touched, took, err = w.commitAll(ctx, batches, nil, before)
			return took, err
		}
	}
	raw := func() (took float64, err error) {
		err = w.withCopy(ctx, func(dir string) error {
			took, err = writePairs(rec.mu.commits, dir)
			return err
		})
		return took, err
	}
	took, err := w.repeated(after(nothing), after(readAll), raw)
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
	cold := &Row{Name: "commits", What: "commits of some 1,000 changed things each", Unit: "ns", Ours: took[0]}
	warm := &Row{Name: "warm", What: "the same after all was read once, as a scan does", Unit: "ns", Ours: took[1]}
	for _, r := range []*Row{cold, warm} {
		r.against("raw sorted WriteBatch", took[2]).shareAtLeast(0.6)
	}
	cold.note("%d commits, %d changes, %d pairs; closing counts on both sides, opening on neither", len(batches), touched, pairs)
	return []*Row{cold, warm}, nil
}

// readAll reads everything that a store has now.
func readAll(ctx context.Context, s *graph.Store) error {
	v, err := s.View(ctx, envName, graph.Now)
	if err != nil {
		return err
	}
	return errors.Join(drain(v.IDs(ctx)), drain(v.EdgeKeys(ctx)), drain(v.Vertices(ctx)), drain(v.Edges(ctx)))
}

func nothing(context.Context, *graph.Store) error { return nil }

// drain goes through a sequence to its end.
func drain[T any](all iter.Seq2[T, error]) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// commitAll commits batches to a copy of the store after something else was done
// there, by way of a recorder if there is one.
func (w *world) commitAll(ctx context.Context, batches []*graph.Batch, rec *recorder, before func(context.Context, *graph.Store) error) (touched int, took float64, err error) {
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
		if err := before(ctx, s); err != nil {
			return errors.Join(err, s.Close())
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
