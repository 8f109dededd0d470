package graph

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"

	"calipso/graph/kv"
)

// Pair is one thing at two times; nil where it was not there.
type Pair[T any] struct {
	Old, New *T
	// Touched are the times of the commits in between that changed it, oldest
	// first.
	Touched []Time
}

// Comparison is what differs between two times of an environment.
type Comparison struct {
	From, To *View
	// Commits lie between the two times, oldest first, without their changes. Of
	// those that retention thinned, only the ones that left something are here.
	Commits []*Commit
	// Vertices and Edges are what is not the same at both times, in the order
	// of their numbers.
	Vertices []Pair[Vertex]
	Edges    []Pair[Edge]
}

// Compare reads what differs between two times, of which either may be the
// earlier one (Now: the last commit). It follows the log between them and reads
// only what is named there, so it costs what was changed, not what there is.
//
// Errors: ErrNotFound if there is no such environment, ErrRetired if one of the
// times cannot be read any more.
func (s *Store) Compare(ctx context.Context, env EnvID, from, to Time) (*Comparison, error) {
	c := &Comparison{}
	var err error
	if c.To, err = s.View(ctx, env, to); err != nil {
		return nil, err
	}
	if c.From, err = s.View(ctx, env, from); err != nil {
		return nil, err
	}
	if from == to || c.From.at == c.To.at {
		c.From = c.To
		return c, nil
	}
	err = c.To.read(ctx, func(r records) error { return c.read(ctx, r) })
	if err != nil {
		return nil, fmt.Errorf("graph: changes of %q between %s and %s: %w", env, from, to, err)
	}
	return c, nil
}

func (c *Comparison) read(ctx context.Context, r records) error {
	if err := c.To.e.horizon.Load().check(c.To.Env(), c.From.at); err != nil {
		return err
	}
	after, last := min(c.From.at, c.To.at), max(c.From.at, c.To.at)
	for p, err := range r.Range(ctx, kv.Range{From: r.room.time(kindCommit, after+1), To: r.room.time(kindCommit, last+1)}) {
		if err != nil {
			return err
		}
		t, err := timeAt(p.Key)
		if err != nil {
			return err
		}
		rec, err := decodeCommit(p.Value)
		if err != nil {
			return fmt.Errorf("commit at %s: %w", t, err)
		}
		c.Commits = append(c.Commits, &Commit{Env: c.To.Env(), Time: t, Cause: rec.cause()})
	}
	vertices, edges, err := r.touched(ctx, after, last)
	if err != nil {
		return err
	}
	times := []Time{c.From.at, c.To.at}
	c.Vertices, err = pairs(ctx, vertices, times, r.verticesAt, func(v *vertexVersion) ([]byte, bool) { return v.body, v.deleted }, decodeVertex)
	if err != nil {
		return err
	}
	c.Edges, err = pairs(ctx, edges, times, r.edgesAt, func(e *edgeVersion) ([]byte, bool) { return e.body, e.deleted }, decodeEdge)
	return err
}

// touched lists what the commits in (after, last] changed, by number, with the
// times of these commits.
func (r records) touched(ctx context.Context, after, last Time) (vertices, edges map[uint32][]Time, err error) {
	vertices, edges = map[uint32][]Time{}, map[uint32][]Time{}
	for p, err := range r.Range(ctx, kv.Range{From: r.room.time(kindChanges, after+1), To: r.room.time(kindChanges, last+1)}) {
		if err != nil {
			return nil, nil, err
		}
		t, err := timeAt(p.Key)
		if err != nil {
			return nil, nil, err
		}
		list, err := decodeEntries(p.Value)
		if err != nil {
			return nil, nil, err
		}
		for _, e := range list {
			switch e.what {
			case entryVertex:
				vertices[e.num] = append(vertices[e.num], t)
			case entryEdge:
				edges[e.num] = append(edges[e.num], t)
			}
		}
	}
	return vertices, edges, nil
}

// pairs reads the versions of each number at two times and leaves out what is
// the same.
func pairs[V, T any](ctx context.Context, touched map[uint32][]Time, times []Time, read func(context.Context, []uint32, []Time) ([][]*V, error),
	body func(*V) ([]byte, bool), decode func([]byte) (*T, error)) ([]Pair[T], error) {
	var out []Pair[T]
	for nums := range slices.Chunk(slices.Sorted(maps.Keys(touched)), readChunk) {
		versions, err := read(ctx, nums, times)
		if err != nil {
			return nil, err
		}
		olds, news := versions[0], versions[1]
		for i, n := range nums {
			a, b := there(olds[i], body), there(news[i], body)
			if bytes.Equal(a, b) {
				continue
			}
			p := Pair[T]{Touched: touched[n]}
			if a != nil {
				if p.Old, err = decode(a); err != nil {
					return nil, fmt.Errorf("number %d: %w", n, err)
				}
			}
			if b != nil {
				if p.New, err = decode(b); err != nil {
					return nil, fmt.Errorf("number %d: %w", n, err)
				}
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// there is the body of a version, nil if the thing was not there.
func there[V any](v *V, body func(*V) ([]byte, bool)) []byte {
	if v == nil {
		return nil
	}
	if b, deleted := body(v); !deleted {
		return b
	}
	return nil
}
