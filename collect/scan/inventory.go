package scan

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"calipso/collect"
	"calipso/graph"
)

// group is one fetcher with all its parents.
type group struct {
	collect.Fetcher
	order   int // place in the plan
	started bool
	left    int // tasks that have not ended
	tasks   []*task
}

// inventory runs the plan: a fetcher begins when its parent's type is closed,
// which is when every fetcher that finds objects of that type has ended. So
// hosts are asked while the APIs still list ports.
func (r *run) inventory(ctx context.Context) error {
	groups := make([]*group, len(r.plan.fetchers))
	for i, f := range r.plan.fetchers {
		groups[i] = &group{Fetcher: f, order: i}
	}
	workers, wctx := errgroup.WithContext(ctx)
	ended := make(chan *task)
	free := make(chan struct{}, r.opt.Parallel)
	running := 0
	start := func() {
		for again := true; again; {
			again = false
			for _, g := range groups {
				if g.started || !r.closed(g.Parent, groups) {
					continue
				}
				g.started = true
				g.tasks = r.tasks(g)
				g.left = len(g.tasks)
				r.total += g.left
				running += g.left
				again = again || g.left == 0 // it closes its types at once
				for _, t := range g.tasks {
					workers.Go(func() error { return r.work(wctx, t, free, ended) })
				}
			}
		}
	}
	for start(); running > 0; start() {
		select {
		case <-wctx.Done():
			return workers.Wait()
		case t := <-ended:
			running--
			if err := r.finish(ctx, t, groups[t.order]); err != nil {
				return err
			}
		}
	}
	if err := workers.Wait(); err != nil {
		return err
	}
	return r.settle(ctx)
}

// closed tells whether no more objects of a type will be found.
func (r *run) closed(t graph.VertexType, groups []*group) bool {
	for _, g := range groups {
		if r.plan.finds(g.Fetcher, t) && (!g.started || g.left > 0) {
			return false
		}
	}
	return true
}

// tasks pairs a fetcher with the parents there are by now.
func (r *run) tasks(g *group) []*task {
	parents := []*graph.Vertex{{Type: graph.Root, Name: string(r.req.Env.Name)}}
	if g.Parent != graph.Root {
		parents = r.draft.Of(g.Parent)
	}
	var out []*task
	for _, p := range parents {
		name := partName(g.Name, p.ID)
		if g.When != nil && !g.When(r.req.Env, p) || !r.wanted(name, p) {
			continue
		}
		out = append(out, &task{
			Fetcher: g.Fetcher, order: g.order, parent: p.Clone(),
			part: Part{Name: name, Fetcher: g.Name, Target: string(p.ID), Host: hostOf(p)},
		})
	}
	return out
}

// finish takes over what a task found; of one that failed, what it stated
// before is kept, so that the objects below can be asked about all the same.
func (r *run) finish(ctx context.Context, t *task, g *group) error {
	g.left--
	r.done++
	if t.err != nil {
		r.fail(&t.part, t.err)
	} else {
		t.part.Found = len(t.found)
		r.parts[t.part.Name] = &t.part
		r.merge(t)
	}
	r.progress("inventory", t.part.Name)
	if t.err == nil || r.req.Clear {
		return nil
	}
	return r.keep(ctx, r.choose(func(_ graph.ID, k knownVertex) bool { return k.part == t.part.Name }))
}

// work runs one task when there is room. Only the context's end is an error.
func (r *run) work(ctx context.Context, t *task, free chan struct{}, ended chan<- *task) error {
	select {
	case free <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	begun := time.Now()
	t.found, t.err = t.fetch(ctx)
	t.part.Dur = time.Since(begun)
	<-free
	select {
	case ended <- t:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *run) fail(p *Part, err error) {
	p.Error = r.req.Env.Conceal(err.Error()) // a service may repeat what it was sent
	r.parts[p.Name] = p
	r.log.Warn("part failed", slog.String("fetcher", p.Fetcher), slog.String("host", p.Host), slog.String("object", p.Target), slog.String("err", p.Error))
}
