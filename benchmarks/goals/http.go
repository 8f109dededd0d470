package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"calipso/benchmarks/program"
	"calipso/graph"
)

// data is a data directory of the program with the cloud imported by it. What
// the import used up is kept beside it.
func (w *world) data(ctx context.Context) (dir string, err error) {
	p, err := w.program(ctx)
	if err != nil {
		return "", err
	}
	folder, err := w.folder(ctx, envName, w.objects)
	if err != nil {
		return "", err
	}
	return w.once("data", func(path string) error {
		_, used, err := p.Run(ctx, "import", folder, "--data-dir", path)
		if err != nil {
			return err
		}
		return writeUsage(filepath.Join(w.dir, "data-usage"), used)
	})
}

// withServer lends the program serving the cloud, ready to answer.
func (w *world) withServer(ctx context.Context, use func(s *program.Server) error) error {
	dir, err := w.data(ctx)
	if err == nil {
		err = w.closeBase()
	}
	if err != nil {
		return err
	}
	p, err := w.program(ctx)
	if err != nil {
		return err
	}
	s, err := p.Serve(dir)
	if err != nil {
		return err
	}
	err = s.Get(ctx, "/api/v1/environments/"+string(envName), nil)
	if err == nil {
		err = use(s)
	}
	return errors.Join(err, s.Stop())
}

// load is how clients ask.
type load struct {
	clients int
	each    int           // requests of each client
	pause   time.Duration // between the beginnings of two requests of a client; 0: at once
}

// ask has clients ask for paths and gives how long each answer took. path gets
// the number of a request.
func (l load) ask(ctx context.Context, s *program.Server, path func(i int) string) ([]time.Duration, error) {
	took := make([][]time.Duration, l.clients)
	errs := make([]error, l.clients)
	var wg sync.WaitGroup
	for c := range l.clients {
		wg.Go(func() { took[c], errs[c] = l.client(ctx, s, path, c) })
	}
	wg.Wait()
	return slices.Concat(took...), errors.Join(errs...)
}

func (l load) client(ctx context.Context, s *program.Server, path func(i int) string, c int) (took []time.Duration, err error) {
	conn, err := s.Connect()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	time.Sleep(time.Duration(c) * l.pause / time.Duration(l.clients)) // not all at the same moment
	for k := range l.each {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		begun := time.Now()
		one, _, err := conn.Get(path(k*l.clients + c))
		if err != nil {
			return nil, err
		}
		took = omitted(append(took, one), one, l.pause)
		time.Sleep(time.Until(begun.Add(l.pause)))
	}
	return took, nil
}

// httpRows measure cliques over HTTP.
func httpRows(ctx context.Context, w *world) ([]*Row, error) {
	a, err := w.arrays(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := w.instanceIDs(ctx, a, 4000)
	if err != nil {
		return nil, err
	}
	var rows []*Row
	err = w.withServer(ctx, func(s *program.Server) error {
		if err := errors.Join(w.checkHTTP(ctx, s, a, ids[:20]), s.Settle(ctx)); err != nil {
			return err
		}
		path := func(i int) string { return program.CliquePath(envName, ids[i%len(ids)].id) }
		warm := func(i int) string { return program.CliquePath(envName, ids[i%100].id) }
		health := func(int) string { return "/healthz" }
		if _, err := (load{16, 50, 0}).ask(ctx, s, health); err != nil {
			return err
		}
		half := len(ids) / 2
		for _, m := range []struct {
			name, what string
			load       load
			path       func(i int) string
			goals      bool
		}{
			{"cold-1", "1 client, each instance for the first time", load{1, half, 0}, path, false},
			{"cold-16", "16 clients at once, each for the first time", load{16, half / 16, 0}, func(i int) string { return path(half + i) }, false},
			{"warm-1", "1 client, 100 instances in turn", load{1, 4000, 0}, warm, false},
			{"warm-16", "16 clients at once, 100 instances in turn", load{16, 500, 0}, warm, true},
			{"paced-16", "16 clients, 50 requests a second each", load{16, 250, 20 * time.Millisecond}, path, true},
		} {
			floor, err := m.load.ask(ctx, s, health)
			if err != nil {
				return err
			}
			took, err := m.load.ask(ctx, s, m.path)
			if err != nil {
				return err
			}
			p50 := &Row{Name: m.name + "-p50", What: "clique over HTTP, " + m.what + ": median wall time", Unit: "ns", Ours: percentile(took, 0.5)}
			p99 := &Row{Name: m.name + "-p99", What: "the same: 99 of 100", Unit: "ns", Ours: percentile(took, 0.99)}
			p50.against("GET /healthz", percentile(floor, 0.5))
			p99.against("GET /healthz", percentile(floor, 0.99))
			if m.goals {
				p50.atMost(300e3)
				p99.atMost(3e6)
			}
			rows = append(rows, p50, p99.note("the slowest %s", quantity(float64(slices.Max(took)), "ns")))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	rows[6].note("the clients run on the same cores; 16 that ask again at once wait for one another, so a median of 300 µs would be 53,000 answers a second")
	return rows, nil
}

// focal is an instance by id and by place in arrays.
type focal struct {
	id graph.ID
	i  int
}

// instanceIDs picks instances.
func (w *world) instanceIDs(ctx context.Context, a *arrays, most int) ([]focal, error) {
	s, err := w.base(ctx)
	if err != nil {
		return nil, err
	}
	v, err := s.View(ctx, envName, graph.Now)
	if err != nil {
		return nil, err
	}
	perm := order(len(a.instances))
	perm = perm[:min(len(perm), most)]
	nums := make([]uint32, len(perm))
	for k, i := range perm {
		nums[k] = a.instances[i]
	}
	list, err := v.VerticesByNum(ctx, nums)
	if err != nil {
		return nil, err
	}
	out := make([]focal, len(list))
	for k, x := range list {
		out[k] = focal{x.ID, perm[k]}
	}
	return out, nil
}

// checkHTTP compares answers with plain arrays.
func (w *world) checkHTTP(ctx context.Context, s *program.Server, a *arrays, ids []focal) error {
	var p walker
	for _, f := range ids {
		var got struct {
			Nodes []json0 `json:"nodes"`
			Links []json0 `json:"links"`
		}
		if err := s.Get(ctx, program.CliquePath(envName, f.id), &got); err != nil {
			return err
		}
		p.clique(a, f.i)
		if len(got.Nodes) != len(p.nodes) || len(got.Links) != len(p.links) {
			return fmt.Errorf("clique of %q over HTTP has %d objects and %d links, plain arrays %d and %d", f.id, len(got.Nodes), len(got.Links), len(p.nodes), len(p.links))
		}
	}
	return nil
}

// json0 is a document of which only its being there matters.
type json0 struct{}
