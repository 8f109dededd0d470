package index

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

var (
	// ErrClosed is returned by an Index after Close.
	ErrClosed = errors.New("index is closed")
	// ErrDamaged is returned by a search that met files which are not what was
	// written; Run makes the index anew, so asking again helps.
	ErrDamaged = errors.New("index is damaged")
	// errNotOpen is met between a failure of the disk and the next attempt.
	errNotOpen = errors.New("index could not be opened again yet")
)

// Index searches the objects of every environment, as they are and as they
// were. Its methods may be
// called from several goroutines; Run once.
type Index struct {
	dir string
	src Source
	opt Options

	mu struct {
		sync.RWMutex // held for reading during each search
		engine       *engine
		closed       bool
	}
	at struct {
		sync.Mutex
		progress
	}
	// failing is set from a batch that was not written until the engine is
	// opened again: meanwhile Bleve shows what it could not keep, or less.
	failing atomic.Bool

	filled bool               // Run has an environment to tidy up after
	idle   sync.Pool          // *snapshot
	asks   chan chan struct{} // from CaughtUp to Run
	broken chan struct{}      // a search met damage
	cold   chan struct{}      // a search missed a column
}

// Open opens the index kept in a directory, which belongs to it alone, and
// begins an empty one if there is none, it is damaged or of another form. What
// is missing is read from the source by Run.
//
// Errors: graph.ErrLocked if another process has it open; else those of the
// operating system.
func Open(ctx context.Context, dir string, src Source, opt Options) (*Index, error) {
	x := &Index{dir: dir, src: src, opt: opt.withDefaults(), asks: make(chan chan struct{}), broken: make(chan struct{}, 1), cold: make(chan struct{}, 1)}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	numbers, err := x.generations()
	if err != nil {
		return nil, err
	}
	if n := len(numbers); n > 0 {
		x.mu.engine, err = openEngine(x.generation(numbers[n-1]))
		if err != nil && !errors.Is(err, ErrDamaged) {
			return nil, err
		}
		if err != nil {
			x.opt.Log.Warn("search index is made anew", "err", err)
		}
	}
	if x.mu.engine == nil {
		if err := x.renew(); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// Close ends all searches; Run must have returned.
func (x *Index) Close() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.mu.closed = true
	if x.mu.engine == nil {
		return nil
	}
	err := x.mu.engine.close()
	x.mu.engine = nil
	return err
}

// renew puts a new, empty engine in the place of the present one. Each engine
// has a directory of its own, so that nothing of a damaged one is in the way.
func (x *Index) renew() error {
	numbers, err := x.generations()
	if err != nil {
		return err
	}
	next := 1
	if n := len(numbers); n > 0 {
		next = numbers[n-1] + 1
	}
	fresh, err := createEngine(x.generation(next))
	if err != nil {
		return err
	}
	x.mu.Lock()
	old := x.mu.engine
	x.mu.engine = fresh
	x.mu.Unlock()
	if old != nil {
		if err := guarded(old.close); err != nil {
			x.opt.Log.Warn("damaged search index does not close", "err", err)
		}
	}
	for _, n := range numbers {
		if err := remove(x.generation(n)); err != nil {
			return err
		}
	}
	return nil
}

func (x *Index) generation(n int) string { return filepath.Join(x.dir, fmt.Sprintf("%08d", n)) }

// generations lists the numbers of the engines in the directory, ascending.
func (x *Index) generations() ([]int, error) {
	entries, err := os.ReadDir(x.dir)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	var out []int
	for _, e := range entries {
		if n, err := strconv.Atoi(e.Name()); err == nil && e.IsDir() && len(e.Name()) == 8 {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out, nil
}

// use lends the engine for one reading; damage met there is handed to Run.
func (x *Index) use(f func(*engine) error) error {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if x.mu.closed {
		return fmt.Errorf("index: %w", ErrClosed)
	}
	if x.mu.engine == nil {
		return fmt.Errorf("index: %w", errNotOpen)
	}
	err := guarded(func() error { return f(x.mu.engine) })
	if errors.Is(err, ErrDamaged) && x.failing.Load() {
		return fmt.Errorf("index: %w", errNotOpen)
	}
	if errors.Is(err, ErrDamaged) {
		x.damaged()
	}
	return err
}

// damaged tells Run to make the index anew.
func (x *Index) damaged() {
	select {
	case x.broken <- struct{}{}:
	default: // it knows
	}
}

// CaughtUp waits until the index holds every commit that was acknowledged
// before the call. It waits for Run to be running too.
//
// Errors: that of ctx.
func (x *Index) CaughtUp(ctx context.Context) error {
	done := make(chan struct{})
	select {
	case x.asks <- done:
	case <-ctx.Done():
		return fmt.Errorf("index: catching up: %w", ctx.Err())
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("index: catching up: %w", ctx.Err())
	}
}
