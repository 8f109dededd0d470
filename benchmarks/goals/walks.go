package main

import (
	"context"
	"fmt"
	"slices"

	"calipso/graph"
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
	for _, i := range perm[:min(len(perm), 200)] {
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
	around, err := aroundRow(ctx, w, a, v, q, nums, ids)
	if err != nil {
		return nil, err
	}
	path, err := pathRow(ctx, w, a, q, nums, ids)
	if err != nil {
		return nil, err
	}
	return []*Row{around, path}, nil
}

func neighbours(ctx context.Context, q *query.Service, id graph.ID, at graph.Time) (*query.Traversal, error) {
	return q.Neighbors(ctx, id, query.TraverseRequest{At: query.At{Env: envName, Time: at}, MaxDepth: walkDepth, Limit: query.MaxLimit})
}

// aroundRow compares the library's answer with a walk. An answer has a most of
// objects; starts whose neighbourhood is larger are left out, since what a
// limit leaves out is not the same on both sides.
func aroundRow(ctx context.Context, w *world, a *arrays, v *graph.View, q *query.Service, nums []uint32, ids []graph.ID) (*Row, error) {
	var p walker
	var starts []int
	reached := 0
	for i, n := range nums {
		want := slices.Clone(p.around(a, n, walkDepth))
		if len(want) > query.MaxLimit {
			continue
		}
		got, err := neighbours(ctx, q, ids[i], graph.Now)
		if err != nil {
			return nil, err
		}
		list, err := v.VerticesByNum(ctx, want)
		if err != nil {
			return nil, err
		}
		known := map[graph.ID]int{}
		for k, x := range list {
			known[x.ID] = int(p.depth[want[k]])
		}
		for _, x := range got.Nodes {
			if d, ok := known[x.ID]; !ok || d != x.Depth {
				return nil, fmt.Errorf("neighbourhood of %q: ours has %q at depth %d, plain arrays %v %d", ids[i], x.ID, x.Depth, ok, d)
			}
		}
		if err := same("objects around "+string(ids[i]), len(got.Nodes), len(want)); err != nil {
			return nil, err
		}
		reached += len(want)
		starts = append(starts, i)
	}
	if len(starts) == 0 {
		return nil, fmt.Errorf("no neighbourhood of %d links has %d objects or fewer", walkDepth, query.MaxLimit)
	}
	took, err := alternate(ctx, w.effort,
		func(n int) error {
			for k := range n {
				if _, err := neighbours(ctx, q, ids[starts[k%len(starts)]], graph.Now); err != nil {
					return err
				}
			}
			return nil
		},
		func(n int) error {
			for k := range n {
				p.around(a, nums[starts[k%len(starts)]], walkDepth)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	return (&Row{Name: "around", What: "everything at most 6 links from an instance, the library's whole answer", Unit: "ns", Ours: took[0]}).
		against("plain arrays", took[1]).ratioAtMost(3).
		note("%d objects on average; %d of %d starts have at most %d; the limit walks and reads no names", reached/len(starts), len(starts), len(nums), query.MaxLimit), nil
}

func pathRow(ctx context.Context, w *world, a *arrays, q *query.Service, nums []uint32, ids []graph.ID) (*Row, error) {
	ask := func(k int) (int, error) {
		p, err := q.Paths(ctx, query.PathsRequest{At: query.At{Env: envName}, From: ids[k], To: ids[len(ids)-1-k], Limit: 1})
		if err != nil || len(p.Paths) == 0 {
			return -1, err
		}
		return p.Paths[0].Length, nil
	}
	var p, far walker
	plain := func(k int) int { return p.between(&far, a, nums[k], nums[len(nums)-1-k]) }
	pairs := min(len(nums)/2, 20)
	length := 0
	for k := range pairs {
		got, err := ask(k)
		if err != nil {
			return nil, err
		}
		if err := same(fmt.Sprintf("links from %q to %q", ids[k], ids[len(ids)-1-k]), got, plain(k)); err != nil {
			return nil, err
		}
		length += got
	}
	took, err := alternate(ctx, w.effort,
		func(n int) error {
			for k := range n {
				if _, err := ask(k % pairs); err != nil {
					return err
				}
			}
			return nil
		},
		func(n int) error {
			for k := range n {
				plain(k % pairs)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	return (&Row{Name: "path", What: "shortest path between two instances, the library's whole answer", Unit: "ns", Ours: took[0]}).
		against("plain arrays", took[1]).ratioAtMost(5).note("%.1f links on average", float64(length)/float64(pairs)), nil
}
