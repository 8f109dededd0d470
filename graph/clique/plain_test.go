package clique_test

import (
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
	"calipso/graph/graphtest"
	"calipso/graph/topology"
)

// plain is a graph as plain arrays, and a walk over them that does what finding
// a clique cannot do without: the least it can cost.
type plain struct {
	types   []uint8
	out, in plainRows
	steps   []plainStep
}

type plainRows struct {
	start []uint32
	arcs  []plainArc
}

func (r *plainRows) of(n uint32) []plainArc { return r.arcs[r.start[n]:r.start[n+1]] }

type plainArc struct {
	peer, edge, value uint32
	typ               uint8
}

type plainStep struct{ start, fwd, rev uint8 }

func newPlain(g *topology.Graph, t catalog.CliqueType) *plain {
	p := &plain{}
	rows := func(r *plainRows, of func(uint32) []topology.Arc) {
		for n := range uint32(g.Len()) {
			r.start = append(r.start, uint32(len(r.arcs)))
			for _, a := range of(n) {
				r.arcs = append(r.arcs, plainArc{a.Peer, a.Edge, a.Value(), a.Type()})
			}
		}
		r.start = append(r.start, uint32(len(r.arcs)))
	}
	rows(&p.out, g.Out)
	rows(&p.in, g.In)
	for n := range uint32(g.Len()) {
		p.types = append(p.types, g.VertexType(n))
	}
	for _, l := range t.LinkTypes {
		from, _, _ := l.Ends()
		start, _ := g.VertexTypes().Code(string(from))
		fwd, _ := g.EdgeTypes().Code(string(l))
		rev, _ := g.EdgeTypes().Code(string(l.Reverse()))
		if start != 0 && (fwd != 0 || rev != 0) {
			p.steps = append(p.steps, plainStep{uint8(start), uint8(fwd), uint8(rev)})
		}
	}
	return p
}

type plainWalk struct{ nodes, links []uint32 }

func (w *plainWalk) find(p *plain, focal uint32, networks []uint32) {
	w.nodes, w.links = append(w.nodes[:0], focal), w.links[:0]
	for _, s := range p.steps {
		for _, n := range w.nodes {
			if p.types[n] != s.start {
				continue
			}
			if s.fwd != 0 {
				w.follow(p.out.of(n), s.fwd, networks)
			}
			if s.rev != 0 {
				w.follow(p.in.of(n), s.rev, networks)
			}
		}
	}
}

func (w *plainWalk) follow(arcs []plainArc, typ uint8, networks []uint32) {
	for _, a := range arcs {
		if a.typ != typ || a.value != 0 && !slices.Contains(networks, a.value) || slices.Contains(w.links, a.edge) {
			continue
		}
		w.links = append(w.links, a.edge)
		if !slices.Contains(w.nodes, a.peer) {
			w.nodes = append(w.nodes, a.peer)
		}
	}
}

// BenchmarkAgainstPlainArrays finds the cliques of all instances of a cloud of
// 100,000 objects, ours and over plain arrays in turn, in CPU time, and then on
// one and two threads in turn. All find the same.
func BenchmarkAgainstPlainArrays(b *testing.B) {
	d := cloud(b, graphtest.Cloud(graphtest.CloudSize(100_000)))
	g, nums := graphtest.Topology(d)
	t := catalog.CliqueTypes()[0]
	plan, p := clique.Compile(g, t, clique.Options{}), newPlain(g, t)
	type focal struct {
		num   uint32
		limit clique.Limit
		codes []uint32
	}
	var all []focal
	for _, v := range d.Of(graph.Instance) {
		f := focal{num: nums.Of[v.ID], limit: clique.Limit{Networks: v.Attrs.Strings("network")}.In(g)}
		for _, id := range f.limit.Networks {
			if c, ok := g.Values().Code(id); ok {
				f.codes = append(f.codes, uint32(c))
			}
		}
		all = append(all, f)
	}
	var finder clique.Finder
	var walk plainWalk
	for _, f := range all {
		r := finder.Find(g, plan, f.num, f.limit)
		walk.find(p, f.num, f.codes)
		edges := []uint32{}
		for _, l := range r.Links {
			edges = append(edges, l.Edge)
		}
		slices.Sort(edges)
		slices.Sort(walk.links)
		if !slices.Equal(edges, walk.links) || len(r.Nodes) != len(walk.nodes) {
			b.Fatalf("vertex %d: ours has links %v, plain arrays %v", f.num, edges, walk.links)
		}
	}
	ours := func(finder *clique.Finder, list []focal) {
		for _, f := range list {
			finder.Find(g, plan, f.num, f.limit)
		}
	}
	b.Run("one", func(b *testing.B) {
		var mine, least time.Duration
		for b.Loop() {
			start := cpuTime(b)
			ours(&finder, all)
			middle := cpuTime(b)
			for _, f := range all {
				walk.find(p, f.num, f.codes)
			}
			mine, least = mine+middle-start, least+cpuTime(b)-middle
		}
		cliques := float64(b.N * len(all))
		b.ReportMetric(float64(mine)/cliques, "ours-ns/clique")
		b.ReportMetric(float64(least)/cliques, "plain-ns/clique")
		b.ReportMetric(float64(mine)/float64(least), "ratio")
	})
	b.Run("two", func(b *testing.B) {
		var second clique.Finder
		var one, two time.Duration
		for b.Loop() {
			start := time.Now()
			ours(&finder, all)
			middle := time.Now()
			var wg sync.WaitGroup
			wg.Go(func() { ours(&finder, all[:len(all)/2]) })
			wg.Go(func() { ours(&second, all[len(all)/2:]) })
			wg.Wait()
			one, two = one+middle.Sub(start), two+time.Since(middle)
		}
		b.ReportMetric(float64(one)/float64(two), "gain")
	})
}

// cpuTime is the CPU time that this process has used. That of one thread alone
// is told only as of the scheduler's last tick, which is too long ago.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
