package main

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// cpu is the CPU time that this process has used so far, of all threads.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it has no way to fail
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// side is one of several things that are compared: do does it n times.
type side func(n int) error

// effort is how long measuring goes on.
type effort struct {
	rounds int           // of each side; the median counts
	least  time.Duration // of CPU in each round
}

// alternate measures sides in turns, so that what disturbs the machine
// disturbs all of them, and gives the median CPU time of one operation of each
// in nanoseconds. Garbage of one side is not another's work: it is collected
// in between.
func alternate(ctx context.Context, e effort, sides ...side) ([]float64, error) {
	return measure(ctx, e, cpu, sides)
}

// alternateWall is alternate with wall time, for what waits or runs on several
// threads.
func alternateWall(ctx context.Context, e effort, sides ...side) ([]float64, error) {
	begun := time.Now()
	return measure(ctx, e, func() time.Duration { return time.Since(begun) }, sides)
}

func measure(ctx context.Context, e effort, clock func() time.Duration, sides []side) ([]float64, error) {
	once := func(do side, n int) (time.Duration, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		runtime.GC()
		begun := clock()
		err := do(n)
		return clock() - begun, err
	}
	ops := make([]int, len(sides))
	for i, do := range sides {
		for n := 1; ; {
			took, err := once(do, n)
			if err != nil {
				return nil, err
			}
			if took >= e.least/2 || n >= 1<<26 {
				ops[i] = max(1, int(float64(n)*float64(e.least)/float64(max(took, 1))))
				break
			}
			// The clock's steps make short times vague: approach in strides.
			n = min(n*20, max(n*2, int(float64(n)*float64(e.least)/float64(max(took, time.Microsecond)))))
		}
	}
	all := make([][]float64, len(sides))
	for range e.rounds {
		for i, do := range sides {
			took, err := once(do, ops[i])
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], float64(took)/float64(ops[i]))
		}
	}
	out := make([]float64, len(sides))
	for i := range out {
		out[i] = median(all[i])
	}
	return out, nil
}

// spent is the CPU time of something that is done once.
func spent(do func() error) (float64, error) {
	runtime.GC()
	begun := cpu()
	err := do()
	return float64(cpu() - begun), err
}

// median of some numbers, at least one.
func median(list []float64) float64 {
	s := slices.Sorted(slices.Values(list))
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

// percentile of some times, sorted here; p is between 0 and 1.
func percentile(list []time.Duration, p float64) float64 {
	slices.Sort(list)
	return float64(list[min(len(list)-1, int(float64(len(list))*p))])
}

// same makes an error of two answers that should be one.
func same(what string, ours, other any) error {
	if ours != other {
		return fmt.Errorf("%s: ours %v, the other side %v: they do not compute the same", what, ours, other)
	}
	return nil
}
