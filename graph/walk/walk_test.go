package walk_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"calipso/graph/topology"
	"calipso/graph/walk"
)

// link is a link of a drawn graph.
type link struct {
	typ      uint8
	from, to uint32
}

// drawn is a random graph as a list of links, and as arrays: with cycles,
// parallel links, links from a vertex to itself, hubs.
type drawn struct {
	n     uint32
	types []uint8 // of vertices
	links []link
	g     *topology.Graph
}

func draw(t *rapid.T) *drawn {
	d := &drawn{n: uint32(rapid.IntRange(1, 9).Draw(t, "vertices"))}
	e := topology.New(topology.NewNames("a", "b"), topology.NewNames("x", "y"), topology.NewNames()).Edit()
	for n := range d.n {
		d.types = append(d.types, uint8(rapid.IntRange(1, 2).Draw(t, "type")))
		e.SetVertex(n, d.types[n], 0)
	}
	hub := rapid.Bool().Draw(t, "hub")
	seen := map[link]bool{}
	for i := range rapid.IntRange(0, 20).Draw(t, "links") {
		l := link{uint8(rapid.IntRange(1, 2).Draw(t, "type")), uint32(rapid.IntRange(0, int(d.n)-1).Draw(t, "from")), uint32(rapid.IntRange(0, int(d.n)-1).Draw(t, "to"))}
		if hub && i%2 == 0 {
			l.from = 0
		}
		if seen[l] {
			continue
		}
		seen[l] = true
		d.links = append(d.links, l)
		e.SetEdge(uint32(i), l.typ, l.from, l.to, 0)
	}
	d.g = e.Graph()
	return d
}

// next are the vertices next to n.
func (d *drawn) next(n uint32, types *[256]bool, out, in bool) (peers []uint32) {
	for _, l := range d.links {
		if types != nil && !types[l.typ] {
			continue
		}
		if l.from == n && out {
			peers = append(peers, l.to)
		}
		if l.to == n && in {
			peers = append(peers, l.from)
		}
	}
	return peers
}

func someTypes(t *rapid.T, label string) *[256]bool {
	return rapid.SampledFrom([]*[256]bool{nil, {1: true}, {2: true}, {1: true, 2: true}}).Draw(t, label)
}

func TestAroundAgainstNaive(t *testing.T) {
	var w walk.Walker
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		ways := walk.Ways{Types: someTypes(t, "links"), Out: rapid.Bool().Draw(t, "out"), In: rapid.Bool().Draw(t, "in")}
		types := someTypes(t, "enter")
		limits := walk.Limits{Depth: rapid.IntRange(1, 5).Draw(t, "depth")}
		start := uint32(rapid.IntRange(0, int(d.n)-1).Draw(t, "start"))
		verdicts := make([]walk.Verdict, d.n)
		for i := range verdicts {
			verdicts[i] = walk.Verdict(rapid.IntRange(0, 2).Draw(t, "verdict"))
		}
		verdicts[start] = walk.Take
		judge := func(nums []uint32, into []walk.Verdict) error {
			for i, n := range nums {
				into[i] = verdicts[n]
			}
			return nil
		}
		if rapid.Bool().Draw(t, "all") {
			judge, verdicts = nil, make([]walk.Verdict, d.n)
		}
		at := map[uint32]int{start: 0}
		for depth := range limits.Depth {
			for n, far := range at {
				if far != depth || verdicts[n] == walk.Stop {
					continue
				}
				for _, p := range d.next(n, ways.Types, ways.Out || !ways.In, ways.In || !ways.Out) {
					if _, known := at[p]; !known && (types == nil || types[d.types[p]]) {
						at[p] = depth + 1
					}
				}
			}
		}
		want := map[uint32]int{}
		for n, far := range at {
			if verdicts[n] == walk.Take {
				want[n] = far
			}
		}
		check := func(limits walk.Limits, number int, truncated bool) {
			r, err := w.Around(t.Context(), d.g, []uint32{start, start}, ways, types, limits, judge)
			if err != nil || len(r.Nums) != number || r.Truncated != truncated || !slices.IsSorted(r.Depths) {
				t.Fatalf("%v: %d of %d vertices, truncated %v, depths %v, %v", limits, len(r.Nums), len(want), r.Truncated, r.Depths, err)
			}
			seen := map[uint32]bool{}
			for i, n := range r.Nums {
				if far, ok := want[n]; !ok || far != int(r.Depths[i]) || seen[n] {
					t.Fatalf("vertex %d at %d, want %v", n, r.Depths[i], want)
				}
				seen[n] = true
			}
		}
		check(limits, len(want), false)
		limits.Reach = rapid.IntRange(1, 9).Draw(t, "reach")
		check(limits, min(limits.Reach, len(want)), len(want) > limits.Reach)
	})
}

func TestShortestAgainstAllWays(t *testing.T) {
	var w walk.Walker
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		types := someTypes(t, "links")
		from, to := uint32(rapid.IntRange(0, int(d.n)-1).Draw(t, "from")), uint32(rapid.IntRange(0, int(d.n)-1).Draw(t, "to"))
		var without *walk.Hop
		if rapid.Bool().Draw(t, "without") && d.n > 1 {
			without = &walk.Hop{A: uint32(rapid.IntRange(0, int(d.n)-1).Draw(t, "a")), B: uint32(rapid.IntRange(0, int(d.n)-1).Draw(t, "b"))}
		}
		cut := func(a, b uint32) bool {
			return without != nil && (a == without.A && b == without.B || a == without.B && b == without.A)
		}
		var best []uint32
		var try func(way []uint32)
		try = func(way []uint32) {
			if best != nil && len(way) > len(best) {
				return
			}
			n := way[len(way)-1]
			if n == to {
				if best == nil || len(way) < len(best) {
					best = slices.Clone(way)
				}
				return
			}
			for _, p := range d.next(n, types, true, true) {
				if !cut(n, p) && !slices.Contains(way, p) {
					try(append(slices.Clip(way), p))
				}
			}
		}
		try([]uint32{from})
		got, known, err := w.Shortest(t.Context(), d.g, from, to, types, without, 0)
		if err != nil || !known || len(got) != len(best) {
			t.Fatalf("from %d to %d without %v: %v, %v, %v; want one like %v", from, to, without, got, known, err, best)
		}
		for i, n := range got {
			if i == 0 && n != from || i == len(got)-1 && n != to || i > 0 && (cut(got[i-1], n) || !slices.Contains(d.next(n, types, true, true), got[i-1])) {
				t.Fatalf("%v is no way from %d to %d without %v", got, from, to, without)
			}
		}
	})
}

func TestWalksEnd(t *testing.T) {
	e := topology.New(topology.NewNames("a"), topology.NewNames("x"), topology.NewNames()).Edit()
	const n = 5000
	for i := range uint32(n) {
		e.SetVertex(i, 1, 0)
		if i > 0 {
			e.SetEdge(i, 1, i-1, i, 0)
		}
	}
	g := e.Graph()
	var w walk.Walker
	if _, known, err := w.Shortest(t.Context(), g, 0, n-1, nil, nil, 100); known || err != nil {
		t.Errorf("looked at more than 100: %v, %v", known, err)
	}
	if nums, known, err := w.Shortest(t.Context(), g, 0, n-1, nil, nil, 0); !known || err != nil || len(nums) != n {
		t.Errorf("%d vertices, %v, %v", len(nums), known, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Around(ctx, g, []uint32{0}, walk.Ways{}, nil, walk.Limits{}, nil); err == nil {
		t.Error("walked on though nobody waits")
	}
	if _, _, err := w.Shortest(ctx, g, 0, n-1, nil, nil, 0); err == nil {
		t.Error("searched on though nobody waits")
	}
	failing := func([]uint32, []walk.Verdict) error { return fmt.Errorf("cannot say") }
	if _, err := w.Around(t.Context(), g, []uint32{0}, walk.Ways{}, nil, walk.Limits{}, failing); err == nil {
		t.Error("an error of judge is lost")
	}
	r, err := w.Around(t.Context(), g, []uint32{0}, walk.Ways{}, nil, walk.Limits{Looked: 10}, func(_ []uint32, v []walk.Verdict) error {
		for i := range v {
			v[i] = walk.Pass
		}
		return nil
	})
	if err != nil || !r.Truncated || len(r.Nums) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}
