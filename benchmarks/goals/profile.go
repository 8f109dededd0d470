package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime/pprof"
)

// profiled are groups that leave a CPU profile each in a folder; "": none.
func profiled(list []group, size, dir string) []group {
	if dir == "" {
		return list
	}
	out := make([]group, len(list))
	for i, g := range list {
		measure := g.measure
		g.measure = func(ctx context.Context, w *world) (rows []*Row, err error) {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				return nil, err
			}
			f, err := os.Create(filepath.Join(dir, g.name+"-"+size+".pprof"))
			if err != nil {
				return nil, err
			}
			defer func() { err = errors.Join(err, f.Close()) }()
			if err := pprof.StartCPUProfile(f); err != nil {
				return nil, err
			}
			defer pprof.StopCPUProfile()
			return measure(ctx, w)
		}
		out[i] = g
	}
	return out
}
