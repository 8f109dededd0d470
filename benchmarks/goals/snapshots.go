package main

import (
	"context"
	"errors"
	"fmt"

	"calipso/benchmarks/program"
	"calipso/graph"
	"calipso/graph/snapshot"
)

// snapshotRows measure making a snapshot in a small cloud and in this one.
func snapshotRows(ctx context.Context, w *world) (rows []*Row, err error) {
	err = w.withStoreCopy(ctx, func(_ string, large *graph.Store) error {
		return w.withScratch(func(dir string) error {
			small, err := openStore(ctx, dir, nil)
			if err != nil {
				return err
			}
			err = func() error {
				if err := program.Fill(ctx, small, cloud(envName, sizes()["S"])); err != nil {
					return err
				}
				const most = 100 // that a cloud gets in a round; making a name looks at those there are
				creating := func(s *graph.Store) side {
					keeper := snapshot.New(s, snapshot.Options{})
					made := 0
					return func(int) error {
						for range most {
							made++
							if _, err := keeper.Create(ctx, snapshot.Request{Env: envName, Name: fmt.Sprintf("week-%d", made)}); err != nil {
								return err
							}
						}
						return nil
					}
				}
				took, err := alternate(ctx, effort{rounds: w.effort.rounds, least: 1}, creating(large), creating(small))
				if err != nil {
					return err
				}
				for _, s := range []*graph.Store{large, small} {
					list, err := snapshot.New(s, snapshot.Options{}).List(ctx, envName)
					if err != nil {
						return err
					}
					if len(list) != most*(w.effort.rounds+1) {
						return fmt.Errorf("%d snapshots are there, %d were made", len(list), most*(w.effort.rounds+1))
					}
				}
				r := &Row{Name: "create", What: "a snapshot, here and in a cloud of size S", Unit: "ns", Ours: took[0] / most}
				rows = append(rows, r.against("size S", took[1]/most).ratioAtMost(1.5).note("the goal is the same time; half as much more is taken for noise"))
				return nil
			}()
			return errors.Join(err, small.Close())
		})
	})
	return rows, err
}
