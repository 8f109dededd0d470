package walk_test

import (
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/topology"
	"calipso/graph/walk"
)

// plain is a graph as plain arrays: for each vertex its neighbours. It knows
// no types, and a walk over it is the least that a walk can cost.
type plain struct {
	start, peer []uint32
	depth       [2][]uint8
	queue       [2][]uint32
}

func newPlain(g *topology.Graph) *plain {
	p := &plain{}
	for n := range uint32(g.Len()) {
		p.start = append(p.start, uint32(len(p.peer)))
		for _, arcs := range [2][]topology.Arc{g.Out(n), g.In(n)} {
			for _, a := range arcs {
				p.peer = append(p.peer, a.Peer)
			}
		}
	}
	p.start = append(p.start, uint32(len(p.peer)))
	for i := range p.depth {
		p.depth[i] = make([]uint8, g.Len())
	}
	return p
}

// begin puts 0 where the walk before was; depths count from 1.
func (p *plain) begin(side int, n uint32) {
	for _, old := range p.queue[side] {
		p.depth[side][old] = 0
	}
	p.queue[side] = append(p.queue[side][:0], n)
	p.depth[side][n] = 1
}

func (p *plain) around(n uint32, depth uint8) int {
	p.begin(0, n)
	seen := p.depth[0]
	for at := 0; at < len(p.queue[0]); at++ {
		n := p.queue[0][at]
		if seen[n] > depth {
			break
		}
		for _, peer := range p.peer[p.start[n]:p.start[n+1]] {
			if seen[peer] == 0 {
				seen[peer] = seen[n] + 1
				p.queue[0] = append(p.queue[0], peer)
			}
		}
	}
	return len(p.queue[0])
}

// between is the length of the shortest way, from both ends.
func (p *plain) between(from, to uint32) int {
	p.begin(0, from)
	p.begin(1, to)
	if from == to {
		return 0
	}
	var done [2]int
	for {
		side := 0
		if len(p.queue[1])-done[1] < len(p.queue[0])-done[0] {
			side = 1
		}
		level := p.queue[side][done[side]:]
		if len(level) == 0 {
			return -1
		}
		done[side] = len(p.queue[side])
		mine, other := p.depth[side], p.depth[1-side]
		for _, n := range level {
			for _, peer := range p.peer[p.start[n]:p.start[n+1]] {
				if mine[peer] != 0 {
					continue
				}
				if other[peer] != 0 {
					return int(mine[n]+other[peer]) - 1
				}
				mine[peer] = mine[n] + 1
				p.queue[side] = append(p.queue[side], peer)
			}
		}
	}
}

// BenchmarkAgainstPlainArrays walks around instances of a cloud of 100,000
// objects and between them, ours and over plain arrays in turn, in the CPU time
// of one thread. Both find the same.
func BenchmarkAgainstPlainArrays(b *testing.B) {
	g, starts := benchCloud(b)
	p := newPlain(g)
	var w walk.Walker
	ours := map[string]func(i int) int{
		"around6": func(i int) int {
			r, err := w.Around(b.Context(), g, starts[i:i+1], walk.Ways{}, nil, walk.Limits{Depth: 6}, nil)
			if err != nil {
				b.Fatal(err)
			}
			return len(r.Nums)
		},
		"shortest": func(i int) int {
			nums, _, err := w.Shortest(b.Context(), g, starts[i], starts[len(starts)-1-i], nil, nil, 0)
			if err != nil {
				b.Fatal(err)
			}
			return len(nums) - 1
		},
	}
	least := map[string]func(i int) int{
		"around6":  func(i int) int { return p.around(starts[i], 6) },
		"shortest": func(i int) int { return p.between(starts[i], starts[len(starts)-1-i]) },
	}
	for _, name := range []string{"around6", "shortest"} {
		b.Run(name, func(b *testing.B) {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			for i := range starts {
				if mine, plain := ours[name](i), least[name](i); mine != plain {
					b.Fatalf("from %d: %d, plain arrays %d", starts[i], mine, plain)
				}
			}
			var mine, plain time.Duration
			n := 0
			for b.Loop() {
				start := threadTime(b)
				for i := range starts {
					n += ours[name](i)
				}
				middle := threadTime(b)
				for i := range starts {
					least[name](i)
				}
				mine, plain = mine+middle-start, plain+threadTime(b)-middle
			}
			walks := float64(b.N * len(starts))
			b.ReportMetric(float64(mine)/walks, "ours-ns/walk")
			b.ReportMetric(float64(plain)/walks, "plain-ns/walk")
			b.ReportMetric(float64(mine)/float64(plain), "ratio")
			b.ReportMetric(float64(n)/walks, "found/walk")
		})
	}
}

func benchCloud(b *testing.B) (*topology.Graph, []uint32) {
	d := graph.NewDraft()
	for r, err := range graphtest.Cloud(graphtest.CloudSize(100_000)) {
		switch {
		case err != nil:
			b.Fatal(err)
		case r.Vertex != nil:
			d.Put(r.Vertex)
		case r.Edge != nil:
			d.PutEdge(r.Edge)
		}
	}
	g, nums := graphtest.Topology(d)
	var starts []uint32
	for _, v := range d.Of(graph.Instance) {
		starts = append(starts, nums.Of[v.ID])
	}
	slices.Sort(starts)
	var some []uint32
	for i := 0; i < len(starts); i += len(starts) / 50 {
		some = append(some, starts[i])
	}
	return g, some
}

// threadTime is the CPU time that this thread has used.
func threadTime(b *testing.B) time.Duration {
	const thisThread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if err := syscall.Getrusage(thisThread, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
