package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"calipso/benchmarks/program"
)

func writeUsage(path string, u program.Usage) error {
	b, err := json.Marshal(u)
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}

// importRows tell what the whole program used to import the cloud, with search.
func importRows(ctx context.Context, w *world) ([]*Row, error) {
	a, err := w.arrays(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := w.data(ctx); err != nil {
		return nil, err
	}
	b, err := os.ReadFile(filepath.Join(w.dir, "data-usage"))
	if err != nil {
		return nil, err
	}
	var u program.Usage
	if err := json.Unmarshal(b, &u); err != nil {
		return nil, err
	}
	records := float64(a.vertices + a.edges)
	rows := []*Row{(&Row{Name: "program", What: "calipso import into an empty directory until all can be searched", Unit: "ns", Ours: float64(u.CPU)}).
		note("%s of wall time, %.0f records a second; at most %s of memory", quantity(float64(u.Wall), "ns"), records/u.Wall.Seconds(), quantity(float64(u.PeakRSS), "B"))}
	fill, err := fillRow(ctx, w)
	if err != nil {
		return nil, err
	}
	return append(rows, fill), nil
}

// settle is how long a server's memory is watched, and still how long it must
// not have shrunk to count as idle.
const (
	settle = 60 * time.Second
	still  = 10 * time.Second
)

// memoryRows measure a server that has just started and then does nothing, and
// how long it takes to start.
func memoryRows(ctx context.Context, w *world) ([]*Row, error) {
	a, err := w.arrays(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := w.instanceIDs(ctx, a, 10)
	if err != nil {
		return nil, err
	}
	dir, err := w.data(ctx)
	if err == nil {
		err = w.closeBase()
	}
	if err != nil {
		return nil, err
	}
	p, err := w.program(ctx)
	if err != nil {
		return nil, err
	}
	var starts []float64
	for range 3 {
		begun := time.Now()
		s, err := p.Serve(dir)
		if err != nil {
			return nil, err
		}
		err = s.Get(ctx, program.CliquePath(envName, ids[0].id), nil)
		starts = append(starts, float64(time.Since(begun)))
		if err := errors.Join(err, s.Stop()); err != nil {
			return nil, err
		}
	}
	restart := &Row{Name: "restart", What: "from starting the program to its first answer, a clique: wall time", Unit: "ns", Ours: median(starts)}
	idle := &Row{Name: "idle", What: "memory of the server when idle", Unit: "B"}
	var own int64
	err = w.withServer(ctx, func(s *program.Server) error {
		for _, f := range ids {
			if err := s.Get(ctx, program.CliquePath(envName, f.id), nil); err != nil {
				return err
			}
		}
		least, since := int64(1)<<62, time.Now()
		for begun := time.Now(); time.Since(begun) < settle && time.Since(since) < still; {
			all, mine, err := s.RSS()
			if err != nil {
				return err
			}
			if float64(all) < 0.99*float64(least) {
				since = time.Now()
			}
			if all < least {
				least, own = all, mine
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Second):
			}
		}
		idle.Ours = float64(least)
		return nil
	})
	if err != nil {
		return nil, err
	}
	idle.note("%s of it its own, the rest pages of files", quantity(float64(own), "B"))
	switch w.size {
	case "M":
		idle.atMost(150e6)
		restart.atMost(0.5e9)
	case "L":
		idle.atMost(600e6)
		restart.atMost(5e9)
	default:
		idle.note("goals are set at M and L")
	}
	return []*Row{idle, restart.note("%s", fmt.Sprint("median of ", len(starts)))}, nil
}
