package storetest

import (
	"context"
	"errors"
	"fmt"

	"calipso/graph"
)

const numberedSize = 60 // hosts

// Numbered is the n-th of a row of commits of which each changes nearly
// everything: every vertex carries n, and a third of the vedges goes and comes.
func Numbered(n int) *graph.Batch { return NumberedOf(numberedSize, n) }

// NumberedOf is Numbered for a cloud of so many hosts.
func NumberedOf(hosts, n int) *graph.Batch {
	b := cloud(hosts, n)
	var gone []graph.ID
	for i := range hosts {
		if (i+n)%3 == 0 {
			gone = append(gone, graph.ID(fmt.Sprintf("node-%04d-ovs", i)))
		}
	}
	for _, id := range gone {
		b.Put = without(b.Put, func(v *graph.Vertex) bool { return v.ID == id })
		b.PutEdges = without(b.PutEdges, func(e *graph.Edge) bool { return e.From == id || e.To == id })
	}
	b.Delete = gone
	b.PutDocs = []*graph.Document{doc(graph.Parts, "part", graph.Attrs{"version": n})}
	return b
}

func without[T any](list []T, gone func(T) bool) (out []T) {
	for _, e := range list {
		if !gone(e) {
			out = append(out, e)
		}
	}
	return out
}

// CheckNumbered checks that an environment is the outcome of n commits made by
// Numbered, now and, as far as there are some, at the last few times.
func CheckNumbered(ctx context.Context, s *graph.Store, env graph.EnvID, n int) error {
	if n == 0 {
		if v, err := s.View(ctx, env, graph.Now); errors.Is(err, graph.ErrNotFound) {
			return nil
		} else if err != nil {
			return err
		} else if text, err := whole(ctx, v); err != nil || text != "" {
			return fmt.Errorf("before the first commit there is %s, %w", text, err)
		}
		return nil
	}
	var times []graph.Time
	for c, err := range s.CommitHeads(ctx, env, 0) {
		if err != nil {
			return err
		}
		times = append(times, c.Time)
	}
	if len(times) != n {
		return fmt.Errorf("%d commits, want %d", len(times), n)
	}
	for ; n > 0 && n > len(times)-3; n-- {
		v, err := s.View(ctx, env, times[n-1])
		if err != nil {
			return err
		}
		got, err := whole(ctx, v)
		if err != nil {
			return err
		}
		m := naive{map[graph.ID]*graph.Vertex{}, map[graph.EdgeKey]*graph.Edge{}, map[graph.DocKey]*graph.Document{}}
		m, _, _ = m.apply(Numbered(n))
		if got != m.String() {
			return fmt.Errorf("commit %d is not as it was made: got\n%s\nwant\n%s", n, got, m)
		}
	}
	return nil
}
