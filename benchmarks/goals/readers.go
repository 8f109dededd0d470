package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"calipso/benchmarks/program"
	"calipso/graph"
)

// otherEnv is imported while readers read.
const otherEnv = graph.EnvID("other")

// readerPause is between the questions of a reader.
const readerPause = 10 * time.Millisecond

// reader asks for cliques in turn until told to stop, and keeps how long each
// answer took. A server that stands still is late for all that should have been
// asked meanwhile: see omitted.
func reader(ctx context.Context, s *program.Server, ids []focal, stop <-chan struct{}) (took []time.Duration, err error) {
	conn, err := s.Connect()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	for k := 0; ; k++ {
		begun := time.Now()
		one, _, err := conn.Get(program.CliquePath(envName, ids[k%len(ids)].id))
		if err != nil {
			return nil, err
		}
		took = omitted(append(took, one), one, readerPause)
		select {
		case <-stop:
			return took, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Until(begun.Add(readerPause))):
		}
	}
}

// omitted adds the questions that were not asked because the one before took
// longer than the time between two: each would have waited for the rest of it.
func omitted(list []time.Duration, took, pause time.Duration) []time.Duration {
	for rest := took - pause; pause > 0 && rest > 0; rest -= pause {
		list = append(list, rest)
	}
	return list
}

// during reads while something is done.
func during(ctx context.Context, s *program.Server, ids []focal, do func() error) ([]time.Duration, error) {
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		defer close(stop)
		done <- do()
	}()
	took, err := reader(ctx, s, ids, stop)
	return took, errors.Join(err, <-done)
}

// readerRows measure readers while the server is busy.
func readerRows(ctx context.Context, w *world) (rows []*Row, err error) {
	a, err := w.arrays(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := w.instanceIDs(ctx, a, 1000)
	if err != nil {
		return nil, err
	}
	folder, err := w.folder(ctx, otherEnv, min(w.objects, sizes()["M"]))
	if err != nil {
		return nil, err
	}
	p, err := w.program(ctx)
	if err != nil {
		return nil, err
	}
	err = w.withDemo(ctx, func(data string, s *program.Server) error {
		wait := func(d time.Duration) func() error {
			return func() error {
				select {
				case <-time.After(d):
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		if _, err := during(ctx, s, ids, wait(time.Second)); err != nil {
			return err
		}
		quiet, err := during(ctx, s, ids, wait(5*time.Second))
		if err != nil {
			return err
		}
		quietP99 := percentile(quiet, 0.99)
		busy := func(name, what string, do func() error) error {
			begun := time.Now()
			took, err := during(ctx, s, ids, do)
			if err != nil {
				return err
			}
			longest := float64(slices.Max(took))
			rows = append(rows,
				(&Row{Name: name + "-p99", What: "clique over HTTP " + what + ": 99 of 100, wall time", Unit: "ns", Ours: percentile(took, 0.99)}).against("quiet", quietP99).ratioAtMost(5).
					note("%d questions in %s; medians %s and quiet %s", len(took), time.Since(begun).Round(100*time.Millisecond), quantity(percentile(took, 0.5), "ns"), quantity(percentile(quiet, 0.5), "ns")),
				(&Row{Name: name + "-pause", What: "the longest that a reader waited meanwhile", Unit: "ns", Ours: longest}).against("quiet", float64(slices.Max(quiet))).
					note("no stop of the world: no goal in numbers is set; a reader asks every %s", readerPause))
			return nil
		}
		err = busy("import", "during a full import", func() error {
			_, _, err := p.Run(ctx, "import", folder, "--data-dir", data)
			return err
		})
		if err != nil {
			return err
		}
		if err := s.Delete(ctx, "/api/v1/environments/"+string(otherEnv)); err != nil {
			return err
		}
		return busy("scan", "during scans, one after the other", func() error { return demoScans(ctx, s, 5) })
	})
	return rows, err
}

// withDemo lends the program serving a copy of the cloud together with the
// demonstration clouds.
func (w *world) withDemo(ctx context.Context, use func(data string, s *program.Server) error) error {
	dir, err := w.data(ctx)
	if err != nil {
		return err
	}
	p, err := w.program(ctx)
	if err != nil {
		return err
	}
	return w.withScratch(func(scratch string) error {
		data := filepath.Join(scratch, "data")
		if err := copyDir(ctx, dir, data); err != nil {
			return err
		}
		s, err := p.Serve(data, "--demo")
		if err != nil {
			return err
		}
		err = s.Get(ctx, "/api/v1/environments/"+string(envName), nil)
		if err == nil {
			err = s.Prints(ctx, program.DemoReady)
		}
		if err == nil {
			err = use(data, s)
		}
		return errors.Join(err, s.Stop())
	})
}

// demoScans scans all demonstration clouds some times and waits for the end.
func demoScans(ctx context.Context, s *program.Server, times int) error {
	envs, err := s.Environments(ctx)
	if err != nil {
		return err
	}
	scanned := 0
	for range times {
		for _, env := range envs {
			if env == envName || env == otherEnv {
				continue
			}
			if err := s.Scan(ctx, env, "", ""); err != nil {
				return err
			}
			scanned++
		}
	}
	if scanned == 0 {
		return fmt.Errorf("there is no demonstration cloud to scan")
	}
	return nil
}
