package graph

import (
	"cmp"
	"container/heap"
	"context"
	"fmt"
	"iter"
	"slices"
)

// EdgeStep is what one commit did to one edge.
type EdgeStep struct {
	Time  Time
	Cause Cause
	Key   EdgeKey
	Old   *Edge // nil: added by the commit, or older versions are not retained
	New   *Edge // nil: removed by it
}

// LinksHistory iterates over what commits not after at (Now: the last one) did
// to all edges that ever were at a vertex, newest first; those of one commit by
// type, from and to. It reads one record for each of these edges, and then as
// much as the caller takes.
//
// Errors: ErrNotFound if nothing ever had that id.
func (s *Store) LinksHistory(ctx context.Context, env EnvID, id ID, at Time) iter.Seq2[EdgeStep, error] {
	return func(yield func(EdgeStep, error) bool) {
		err := s.readEnv(ctx, env, func(_ *environment, sh *shown, r records) error {
			if r.at = sh.last; at != Now {
				r.at = min(at, sh.last)
			}
			n, err := r.num(ctx, id)
			if err != nil {
				return err
			}
			if n == 0 {
				return ErrNotFound
			}
			return r.edgeSteps(ctx, n, func(step EdgeStep) error { return keepOn(yield(step, nil)) })
		})
		if err != nil && err != errStop {
			yield(EdgeStep{}, fmt.Errorf("graph: history of links of %q of %q: %w", id, env, err))
		}
	}
}

// edgeSteps visits what was done to the edges of a vertex up to r.at.
func (r records) edgeSteps(ctx context.Context, vertex uint32, visit func(EdgeStep) error) error {
	nums, err := r.edgesOfAllTime(ctx, graphOut, vertex)
	if err != nil {
		return err
	}
	in, err := r.edgesOfAllTime(ctx, graphIn, vertex)
	if err != nil {
		return err
	}
	nums = append(nums, in...)
	slices.Sort(nums)
	var queue edgeQueue
	for chunk := range slices.Chunk(slices.Compact(nums), readChunk) { // one at both ends is there twice
		list, err := r.edges(ctx, chunk)
		if err != nil {
			return err
		}
		for i, v := range list {
			if v != nil {
				queue = append(queue, edgeAt{chunk[i], *v})
			}
		}
	}
	heap.Init(&queue)
	for queue.Len() > 0 {
		now := queue[0].time
		cause, err := r.causeOf(ctx, now)
		if err != nil {
			return err
		}
		var steps []EdgeStep
		for queue.Len() > 0 && queue[0].time == now {
			step, older, err := r.edgeStep(ctx, queue[0])
			if err != nil {
				return fmt.Errorf("edge %d: %w", queue[0].num, err)
			}
			if older != nil {
				queue[0].edgeVersion = *older
				heap.Fix(&queue, 0)
			} else {
				heap.Pop(&queue)
			}
			if step.Old != nil || step.New != nil {
				step.Cause = cause
				steps = append(steps, step)
			}
		}
		slices.SortFunc(steps, func(a, b EdgeStep) int {
			return cmp.Or(cmp.Compare(a.Key.Type, b.Key.Type), cmp.Compare(a.Key.From, b.Key.From), cmp.Compare(a.Key.To, b.Key.To))
		})
		for _, step := range steps {
			if err := visit(step); err != nil {
				return err
			}
		}
	}
	return nil
}

// edgeStep compares a version with the one before it, which it gives too.
func (r records) edgeStep(ctx context.Context, e edgeAt) (step EdgeStep, older *edgeVersion, err error) {
	now, err := decodeEdge(e.body)
	if err != nil {
		return step, nil, err
	}
	step.Time, step.Key = e.time, now.EdgeKey
	if !e.deleted {
		step.New = now
	}
	b, err := r.older(ctx, r.room.num(kindEdgeOld, e.num), e.time-1)
	if err != nil || b == nil {
		return step, nil, err
	}
	v, err := decodeEdgeVersion(b)
	if err != nil {
		return step, nil, err
	}
	if !v.deleted {
		step.Old, err = decodeEdge(v.body)
	}
	return step, &v, err
}

// edgeAt is a version of the edge of a number.
type edgeAt struct {
	num uint32
	edgeVersion
}

// edgeQueue is a heap with the newest version on top.
type edgeQueue []edgeAt

func (q edgeQueue) Len() int           { return len(q) }
func (q edgeQueue) Less(i, j int) bool { return q[i].time > q[j].time }
func (q edgeQueue) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *edgeQueue) Push(x any)        { *q = append(*q, x.(edgeAt)) }
func (q *edgeQueue) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}
