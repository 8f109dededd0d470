package main

import (
	"context"
	"fmt"

	"calipso/graph"
	"calipso/query/diff"
)

// differences are counts by which sides are compared: of objects and of links.
type differences struct{ Added, Removed, Changed, LinksAdded, LinksRemoved, LinksChanged int }

func differencesOf(c *graph.Comparison) (d differences) {
	for _, p := range c.Vertices {
		switch {
		case p.Old == nil:
			d.Added++
		case p.New == nil:
			d.Removed++
		default:
			d.Changed++
		}
	}
	for _, p := range c.Edges {
		switch {
		case p.Old == nil:
			d.LinksAdded++
		case p.New == nil:
			d.LinksRemoved++
		default:
			d.LinksChanged++
		}
	}
	return d
}

// expected counts what a change does to the generated cloud.
func (c change) expected(w *world) (d differences, err error) {
	for r, err := range w.records() {
		if err != nil {
			return d, err
		}
		if r.Edge != nil {
			if c.goes(r.Edge) {
				d.LinksRemoved++
			}
			continue
		}
		after := c.vertex(r.Vertex)
		switch {
		case len(after) == 0:
			d.Removed++
		case len(after) == 2:
			d.Added++
		case after[0] != r.Vertex:
			d.Changed++
		}
	}
	return d, nil
}

// diffTimes are the CPU times of comparing a state with the one before.
type diffTimes struct{ compare, report float64 }

// diffOnce changes a copy of the store and measures the comparison.
func (w *world) diffOnce(ctx context.Context, c change) (t diffTimes, d differences, err error) {
	want, err := c.expected(w)
	if err != nil {
		return t, d, err
	}
	err = w.withStoreCopy(ctx, func(_ string, s *graph.Store) error {
		before, err := s.View(ctx, envName, graph.Now)
		if err != nil {
			return err
		}
		if _, err := c.commit(ctx, s, w.records(), 10_000); err != nil {
			return err
		}
		compared, err := s.Compare(ctx, envName, before.Time(), graph.Now)
		if err != nil {
			return err
		}
		d = differencesOf(compared)
		if err := same("differences", d, want); err != nil {
			return err
		}
		took, err := alternate(ctx, w.effort,
			func(n int) error {
				for range n {
					if _, err := s.Compare(ctx, envName, before.Time(), graph.Now); err != nil {
						return err
					}
				}
				return nil
			},
			func(n int) error {
				for range n {
					r, err := diff.Diff(ctx, s, envName, before.Time(), graph.Now, diff.Options{Folders: true})
					if err != nil {
						return err
					}
					if r.Empty() {
						return fmt.Errorf("the report is empty")
					}
				}
				return nil
			})
		if err == nil {
			t = diffTimes{took[0], took[1]}
		}
		return err
	})
	return t, d, err
}

// diffRows measure comparisons of two states.
func diffRows(ctx context.Context, w *world) ([]*Row, error) {
	c := change{permille: 10, round: 1}
	t, d, err := w.diffOnce(ctx, c)
	if err != nil {
		return nil, err
	}
	tenth, few, err := w.diffOnce(ctx, change{permille: 1, round: 2})
	if err != nil {
		return nil, err
	}
	found := func(d differences) string {
		return fmt.Sprintf("objects: %d added, %d removed, %d changed; links: %d removed", d.Added, d.Removed, d.Changed, d.LinksRemoved)
	}
	small := func(name, what string, ours, all float64) *Row {
		r := (&Row{Name: name, What: what, Unit: "ns", Ours: ours}).against("1 % changed", all)
		return r.goal("≤ 1/5 × 1 %", r.Ratio <= 0.2)
	}
	compare := &Row{Name: "compare", What: "what differs with 1 % changed, old and new read", Unit: "ns", Ours: t.compare}
	report := &Row{Name: "report", What: "the same as a report: matched, grouped, with causes", Unit: "ns", Ours: t.report}
	hashes := &Row{Name: "hashes", What: "the same where the peer has a hash of each body made before", Unit: "ns", Ours: t.compare}
	rows := []*Row{
		compare.note("%s", found(d)), report, hashes,
		small("compare-tenth", "what differs with 0.1 % changed", tenth.compare, t.compare).note("%s", found(few)),
		small("report-tenth", "the same as a report", tenth.report, t.report),
	}
	if w.size == "L" {
		for _, r := range rows[:3] {
			r.note("measured against DuckDB at S and M")
		}
		return rows, nil
	}
	for _, peer := range []struct {
		task string
		to   []*Row
	}{{"diff", rows[:2]}, {"diff-hash", rows[2:3]}} {
		answer, err := w.askPeerDiff(ctx, peer.task, c)
		for _, r := range peer.to {
			r.Of = "DuckDB"
			if err != nil {
				r.note("peer %s", err)
				continue
			}
			if err := same("differences", d, answer.Differences); err != nil {
				return nil, err
			}
			r.against(answer.Engine+" hash join", answer.median())
			if peer.task == "diff" {
				r.goal("≤ 1/5 × its", r.Ratio <= 0.2)
			} else {
				r.note("no goal: a table that carries hashes is half of an index of changes")
			}
		}
	}
	return rows, nil
}
