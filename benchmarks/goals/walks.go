package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"calipso/graph"
	"calipso/graph/topology"
	"calipso/graph/walk"
	"calipso/query"
)

// walkDepth is the depth of the neighbourhood that is measured.
const walkDepth = 6

// walkRows measure neighbourhoods and shortest paths.
func walkRows(ctx context.Context, w *world) ([]*Row, error) {
	a, err := w.arrays(ctx)
	if err != nil {
		return nil, err
	}
	s, err := w.base(ctx)
	if err != nil {
		return nil, err
	}
	v, err := s.View(ctx, envName, graph.Now)
	if err != nil {
		return nil, err
	}
	perm := order(len(a.instances))
	var nums []uint32
	for _, i := range perm[:min(len(perm), 100)] {
		nums = append(nums, a.instances[i])
	}
	list, err := v.VerticesByNum(ctx, nums)
	if err != nil {
		return nil, err
	}
	ids := make([]graph.ID, len(list))
	for i, x := range list {
		ids[i] = x.ID
	}
	q := query.New(query.Over(s), nil, query.Options{})
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	around, err := aroundRows(ctx, w, a, g, v, q, nums, ids)
	if err != nil {
		return nil, err
	}
	path, err := pathRows(ctx, w, a, g, q, nums, ids)
	return append(around, path...), err
}

func neighbours(ctx context.Context, q *query.Service, id graph.ID, at graph.Time) (*query.Traversal, error) {
	return q.Neighbors(ctx, id, query.TraverseRequest{At: query.At{Env: envName, Time: at}, MaxDepth: walkDepth, Limit: query.MaxLimit})
}

// aroundRows compare a walk of ours, and the library's answer, with a walk over
// plain arrays. An answer has a most of objects; of a larger neighbourhood it
// gives that many.
func aroundRows(ctx context.Context, w *world, a *arrays, g *topology.Graph, v *graph.View, q *query.Service, nums []uint32, ids []graph.ID) ([]*Row, error) {
	var p walker
	var ours walk.Walker
	limits := walk.Limits{Depth: walkDepth}
	reached, cut := 0, 0
	for i, n := range nums {
		want := slices.Clone(p.around(a, n, walkDepth))
		got, err := ours.Around(ctx, g, nums[i:i+1], walk.Ways{}, nil, limits, nil)
		if err != nil {
			return nil, err
		}
		for k, x := range got.Nums {
			if int(got.Depths[k]) != int(p.depth[x]) {
				return nil, fmt.Errorf("around vertex %d: ours has %d at depth %d, plain arrays %d", n, x, got.Depths[k], p.depth[x])
			}
		}
		if err := same(fmt.Sprintf("vertices around %d", n), len(got.Nums), len(want)); err != nil {
			return nil, err
		}
		if len(want) > query.MaxLimit {
			cut++
		}
		if err := checkAnswer(ctx, v, q, ids[i], want, p.depth); err != nil {
			return nil, err
		}
		reached += len(want)
	}
	took, err := alternate(ctx, w.effort,
		func(n int) error {
			for k := range n {
				at := k % len(nums)
				if _, err := ours.Around(ctx, g, nums[at:at+1], walk.Ways{}, nil, limits, nil); err != nil {
					return err
				}
			}
			return nil
		},
		func(n int) error {
			for k := range n {
				p.around(a, nums[k%len(nums)], walkDepth)
			}
			return nil
		},
		func(n int) error {
			for k := range n {
				if _, err := neighbours(ctx, q, ids[k%len(ids)], graph.Now); err != nil {
					return err
				}
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	return []*Row{
		(&Row{Name: "around", What: "everything at most 6 links from an instance, found in memory", Unit: "ns", Ours: took[0]}).
			against("plain arrays", took[1]).ratioAtMost(3).
			note("%d objects on average", reached/len(nums)),
		(&Row{Name: "around-answer", What: "the same with names, hosts and all links between read", Unit: "ns", Ours: took[2]}).against("plain arrays", took[1]).
			note("no goal: plain arrays know no names; at most %d objects an answer, %d of %d are cut there", query.MaxLimit, cut, len(nums)),
	}, nil
}

// checkAnswer compares the library's answer with what a walk reached.
func checkAnswer(ctx context.Context, v *graph.View, q *query.Service, id graph.ID, want []uint32, depth []uint8) error {
	got, err := neighbours(ctx, q, id, graph.Now)
	if err != nil {
		return err
	}
	list, err := v.VerticesByNum(ctx, want)
	if err != nil {
		return err
	}
	known := map[graph.ID]int{}
	for k, x := range list {
		known[x.ID] = int(depth[want[k]])
	}
	for _, x := range got.Nodes {
		if d, ok := known[x.ID]; !ok || d != x.Depth {
			return fmt.Errorf("neighbourhood of %q: the answer has %q at depth %d, plain arrays %v %d", id, x.ID, x.Depth, ok, d)
		}
	}
	if got.Truncated != (len(want) > query.MaxLimit) {
		return fmt.Errorf("neighbourhood of %q has %d objects; truncated: %v", id, len(want), got.Truncated)
	}
	return same("objects around "+string(id), len(got.Nodes), min(len(want), query.MaxLimit))
}

func pathRows(ctx context.Context, w *world, a *arrays, g *topology.Graph, q *query.Service, nums []uint32, ids []graph.ID) ([]*Row, error) {
	var ours walk.Walker
	find := func(k int) (int, error) {
		way, known, err := ours.Shortest(ctx, g, nums[k], nums[len(nums)-1-k], nil, nil, g.Len())
		if err == nil && !known {
			err = errors.New("ours gave up")
		}
		return len(way) - 1, err
	}
	ask := func(k int) (int, error) {
		p, err := q.Paths(ctx, query.PathsRequest{At: query.At{Env: envName}, From: ids[k], To: ids[len(ids)-1-k], Limit: 1})
		if err != nil || len(p.Paths) == 0 {
			return -1, err
		}
		return p.Paths[0].Length, nil
	}
	var p, far walker
	plain := func(k int) (int, error) { return p.between(&far, a, nums[k], nums[len(nums)-1-k]), nil }
	pairs := min(len(nums)/2, 50)
	length := 0
	for k := range pairs {
		want, _ := plain(k)
		for _, side := range []func(int) (int, error){find, ask} {
			got, err := side(k)
			if err != nil {
				return nil, err
			}
			if err := same(fmt.Sprintf("links from %q to %q", ids[k], ids[len(ids)-1-k]), got, want); err != nil {
				return nil, err
			}
		}
		length += want
	}
	times := func(do func(k int) (int, error)) side {
		return func(n int) error {
			for k := range n {
				if _, err := do(k % pairs); err != nil {
					return err
				}
			}
			return nil
		}
	}
	took, err := alternate(ctx, w.effort, times(find), times(plain), times(ask))
	if err != nil {
		return nil, err
	}
	return []*Row{
		(&Row{Name: "path", What: "shortest path between two instances, found in memory", Unit: "ns", Ours: took[0]}).
			against("plain arrays", took[1]).ratioAtMost(5).note("%.1f links on average", float64(length)/float64(pairs)),
		(&Row{Name: "path-answer", What: "the same as the library answers, hop by hop with names", Unit: "ns", Ours: took[2]}).against("plain arrays", took[1]).
			note("no goal: plain arrays know no names"),
	}, nil
}
