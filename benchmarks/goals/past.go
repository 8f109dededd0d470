package main

import (
	"context"
	"fmt"

	"calipso/graph"
	"calipso/query"
)

// pastRows measure questions about a time before a change of one in a hundred
// objects, once the time has been asked for.
func pastRows(ctx context.Context, w *world) (rows []*Row, err error) {
	a, err := w.arrays(ctx)
	if err != nil {
		return nil, err
	}
	err = w.withStoreCopy(ctx, func(_ string, s *graph.Store) error {
		before, err := s.View(ctx, envName, graph.Now)
		if err != nil {
			return err
		}
		if _, err := (change{permille: 10, round: 1}).commit(ctx, s, w.records(), 10_000); err != nil {
			return err
		}
		perm := order(len(a.instances))
		var nums []uint32
		var picked []int
		for _, i := range perm[:min(len(perm), 500)] {
			nums = append(nums, a.instances[i])
			picked = append(picked, i)
		}
		list, err := before.VerticesByNum(ctx, nums)
		if err != nil {
			return err
		}
		q := query.New(query.Over(s), nil, query.Options{})
		clique := func(k int, at graph.Time) (int, error) {
			c, err := q.Clique(ctx, query.CliqueRequest{At: query.At{Env: envName, Time: at}, ID: list[k%len(list)].ID})
			if err != nil {
				return 0, err
			}
			return len(c.Links), nil
		}
		first, err := spent(func() error { _, err := clique(0, before.Time()); return err })
		if err != nil {
			return err
		}
		var p walker
		changed := 0
		for k, i := range picked { // then is what the generator gave
			got, err := clique(k, before.Time())
			if err != nil {
				return err
			}
			p.clique(a, i)
			if err := same(fmt.Sprintf("links of the clique of %q then", list[k].ID), got, len(p.links)); err != nil {
				return err
			}
			if now, err := clique(k, graph.Now); err != nil || now != got {
				if changed++; err != nil {
					return err
				}
			}
		}
		ask := func(at graph.Time, what func(k int, at graph.Time) error) side {
			return func(n int) error {
				for k := range n {
					if err := what(k, at); err != nil {
						return err
					}
				}
				return nil
			}
		}
		both := func(name, what string, do func(k int, at graph.Time) error) error {
			took, err := alternate(ctx, w.effort, ask(before.Time(), do), ask(graph.Now, do))
			if err != nil {
				return err
			}
			rows = append(rows, (&Row{Name: name, What: what, Unit: "ns", Ours: took[0]}).against("the same now", took[1]).ratioAtMost(10))
			return nil
		}
		if err := both("clique", "clique of one instance at a past time, the whole answer", func(k int, at graph.Time) error { _, err := clique(k, at); return err }); err != nil {
			return err
		}
		rows[0].note("the first question about that time %s more; 1 %% of the objects changed since, and %d of %d cliques", quantity(first, "ns"), changed, len(list))
		return both("around", "everything at most 6 links from an instance at a past time", func(k int, at graph.Time) error {
			_, err := neighbours(ctx, q, list[k%len(list)].ID, at)
			return err
		})
	})
	return rows, err
}
