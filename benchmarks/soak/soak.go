package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"calipso/benchmarks/program"
	"calipso/graph"
)

// envName is the larger cloud.
const envName = graph.EnvID("cloud")

// counts are what the workers have done so far.
type counts struct{ scans, imports, reads, snapshots, retentions, forgotten atomic.Int64 }

// soak runs the program and its users and collects samples. A user that meets
// an error ends it.
func soak(ctx context.Context, dir string, objects int, length, every time.Duration, r *report, log io.Writer) (err error) {
	fmt.Fprintln(log, "building the program and two states of a cloud")
	p, err := program.Build(ctx, dir)
	if err != nil {
		return err
	}
	folders, err := states(ctx, dir, objects)
	if err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	if _, _, err := p.Run(ctx, "import", folders[0], "--data-dir", data); err != nil {
		return err
	}
	s, err := p.Serve(data, "--demo")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop()) }()
	if err := s.Prints(ctx, program.DemoReady); err != nil {
		return err
	}
	if err := forgetSoon(ctx, p, data); err != nil {
		return err
	}
	fmt.Fprintf(log, "soaking for %s\n", length)
	ctx, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	var done counts
	u := &users{server: s, program: p, data: data, folders: folders, done: &done}
	group, ctx := errgroup.WithContext(ctx)
	for _, work := range u.all() {
		group.Go(func() error {
			err := work(ctx)
			if ctx.Err() != nil {
				return nil // the time is over
			}
			return err
		})
	}
	group.Go(func() error { return r.watch(ctx, s, data, every, &done, log) })
	return group.Wait()
}
