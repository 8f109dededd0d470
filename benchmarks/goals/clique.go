package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/clique"
	"calipso/graph/topology"
	"calipso/query"
)

// walks is our side of the cliques: the graph in memory, the clique type made
// ready, and what limits each focal point.
type walks struct {
	g      *topology.Graph
	plan   *clique.Plan
	limits []clique.Limit // as arrays.instances
}

func newWalks(ctx context.Context, v *graph.View, a *arrays) (*walks, error) {
	t, err := instanceClique()
	if err != nil {
		return nil, err
	}
	w := &walks{}
	if w.g, err = v.Topology(ctx); err != nil {
		return nil, err
	}
	w.plan = clique.Compile(w.g, t, clique.Options{})
	names := catalog.ConstraintsFor(envName, graph.Instance, catalog.Constraints())
	for at := 0; at < len(a.instances); at += 5000 {
		list, err := v.VerticesByNum(ctx, a.instances[at:min(at+5000, len(a.instances))])
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			_, limit, others := clique.LimitOf(x, names, clique.Options{})
			if len(others) > 0 {
				return nil, fmt.Errorf("the clique of %q is limited by %v, which plain arrays know nothing of", x.ID, others)
			}
			w.limits = append(w.limits, limit.In(w.g))
		}
	}
	return w, nil
}

// sum is the answer for one focal point in the form that is compared.
func (w *walks) sum(f *clique.Finder, a *arrays, i int) (links int, sum uint64) {
	r := f.Find(w.g, w.plan, a.instances[i], w.limits[i])
	for _, l := range r.Links {
		sum += cliqueSum(a.instances[i], l.From, l.To)
	}
	return len(r.Links), sum
}

// total adds up the cliques of all instances.
type total struct {
	Links int
	Sum   uint64
}

// cliqueTotals checks every clique of ours against plain arrays.
func cliqueTotals(w *walks, a *arrays) (t total, err error) {
	var f clique.Finder
	p := walker{adds: true}
	for i, n := range a.instances {
		links, sum := w.sum(&f, a, i)
		p.clique(a, i)
		if links != len(p.links) || sum != p.sum {
			return t, fmt.Errorf("clique of vertex %d: ours has %d links (sum %d), plain arrays %d (%d)", n, links, sum, len(p.links), p.sum)
		}
		t.Links += links
		t.Sum += sum
	}
	return t, nil
}

// order is a fixed random order of n things.
func order(n int) []int { return rand.New(rand.NewPCG(7, 7)).Perm(n) }

// cliqueRows measure one clique.
func cliqueRows(ctx context.Context, w *world) ([]*Row, error) {
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
	ours, err := newWalks(ctx, v, a)
	if err != nil {
		return nil, err
	}
	t, err := cliqueTotals(ours, a)
	if err != nil {
		return nil, err
	}
	perm := order(len(a.instances))
	var f clique.Finder
	var p walker
	found := 0
	took, err := alternate(ctx, w.effort,
		func(n int) error {
			for k := range n {
				i := perm[k%len(perm)]
				found += len(f.Find(ours.g, ours.plan, a.instances[i], ours.limits[i]).Links)
			}
			return nil
		},
		func(n int) error {
			for k := range n {
				p.clique(a, perm[k%len(perm)])
				found += len(p.links)
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	answer, err := cliqueAnswer(ctx, w, s, a)
	if err != nil {
		return nil, err
	}
	runtime.KeepAlive(found)
	return []*Row{
		(&Row{Name: "walk", What: "clique of one instance, found in memory", Unit: "ns", Ours: took[0]}).against("plain arrays", took[1]).ratioAtMost(3).
			note("%.1f links a clique", float64(t.Links)/float64(len(a.instances))),
		answer,
	}, nil
}

// cliqueAnswer measures the library call that HTTP answers with: names and
// attributes of all that belongs to the clique are read.
func cliqueAnswer(ctx context.Context, w *world, s *graph.Store, a *arrays) (*Row, error) {
	v, err := s.View(ctx, envName, graph.Now)
	if err != nil {
		return nil, err
	}
	perm := order(len(a.instances))
	perm = perm[:min(len(perm), 1000)]
	var nums []uint32
	for _, i := range perm {
		nums = append(nums, a.instances[i])
	}
	list, err := v.VerticesByNum(ctx, nums)
	if err != nil {
		return nil, err
	}
	q := query.New(query.Over(s), nil, query.Options{})
	links := 0
	ask := func(k int) error {
		c, err := q.Clique(ctx, query.CliqueRequest{At: query.At{Env: envName}, ID: list[k%len(list)].ID})
		if err == nil {
			links += len(c.Links)
		}
		return err
	}
	var p walker
	wantLinks := 0
	for k, i := range perm {
		if err := ask(k); err != nil {
			return nil, err
		}
		p.clique(a, i)
		wantLinks += len(p.links)
	}
	if err := same("links of the cliques asked for", links, wantLinks); err != nil {
		return nil, err
	}
	took, err := alternate(ctx, w.effort, func(n int) error {
		for k := range n {
			if err := ask(k); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return (&Row{Name: "answer", What: "the same with all its objects and links read", Unit: "ns", Ours: took[0]}).
		note("1,000 instances in turn; no goal of its own: this is what HTTP has to do"), nil
}

// allRows measure the cliques of all instances.
func allRows(ctx context.Context, w *world) ([]*Row, error) {
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
	ours, err := newWalks(ctx, v, a)
	if err != nil {
		return nil, err
	}
	want, err := cliqueTotals(ours, a)
	if err != nil {
		return nil, err
	}
	all := func(f *clique.Finder, from, to int) (links int) {
		for i := from; i < to; i++ {
			links += len(f.Find(ours.g, ours.plan, a.instances[i], ours.limits[i]).Links)
		}
		return links
	}
	var f clique.Finder
	var p walker
	took, err := alternate(ctx, w.effort,
		func(n int) error {
			for range n {
				if err := same("links", all(&f, 0, len(a.instances)), want.Links); err != nil {
					return err
				}
			}
			return nil
		},
		func(n int) error {
			for range n {
				links := 0
				for i := range a.instances {
					p.clique(a, i)
					links += len(p.links)
				}
				if err := same("links", want.Links, links); err != nil {
					return err
				}
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	half := len(a.instances) / 2
	wall, err := alternateWall(ctx, w.effort,
		func(n int) error {
			for range n {
				all(&f, 0, len(a.instances))
			}
			return nil
		},
		func(n int) error {
			for range n {
				var wg sync.WaitGroup
				var f2 clique.Finder
				wg.Go(func() { all(&f, 0, half) })
				wg.Go(func() { all(&f2, half, len(a.instances)) })
				wg.Wait()
			}
			return nil
		})
	if err != nil {
		return nil, err
	}
	row := func(name, what string) *Row { return &Row{Name: name, What: what, Unit: "ns", Ours: took[0]} }
	two := &Row{Name: "two", What: "the same on two threads, wall time", Unit: "ns", Ours: wall[1], Of: "one thread", Limit: wall[0], Ratio: wall[0] / wall[1]}
	two.goal("≥ 1.6 × one thread", two.Ratio >= 1.6)
	rows := []*Row{
		row("plain", "cliques of all instances, one thread").against("plain arrays", took[1]).ratioAtMost(2).note("%d instances, %d links", len(a.instances), want.Links),
		two,
	}
	for engine, least := range peerGoals() {
		r := row(engine, "cliques of all instances against one SQL statement")
		r.Of = peerName(engine)
		answer, err := w.askPeer(ctx, engine, "cliques", a)
		if err != nil {
			rows = append(rows, missing(r, err))
			continue
		}
		if answer.Rows != int64(want.Links) || uint64(answer.Sum) != want.Sum {
			return nil, fmt.Errorf("cliques: %s has %d links (sum %d), ours %d (%d)", engine, answer.Rows, answer.Sum, want.Links, want.Sum)
		}
		rows = append(rows, r.against(answer.Engine, answer.median()).timesFaster(least))
	}
	return rows, nil
}

// missing is a row without a number; what is there of it stays.
func missing(r *Row, err error) *Row {
	r.Missing = err.Error()
	return r
}
