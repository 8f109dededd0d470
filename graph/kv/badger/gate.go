package badger

import (
	"sync"
	"time"

	"calipso/graph/kv"
)

// gate counts who is inside, so that Close can wait for them and a first load
// can have the engine to itself. A plain RWMutex would not do: a reader that
// opens a second snapshot while Close waits would wait for itself.
type gate struct {
	mu struct {
		sync.Mutex
		inside    int
		closed    bool
		exclusive bool
	}
	change *sync.Cond
}

func newGate() *gate {
	g := &gate{}
	g.change = sync.NewCond(&g.mu.Mutex)
	return g
}

// enter waits while somebody has the engine for himself.
func (g *gate) enter() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.mu.exclusive && !g.mu.closed {
		g.change.Wait()
	}
	if g.mu.closed {
		return kv.ErrClosed
	}
	g.mu.inside++
	return nil
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.mu.inside--
	g.change.Broadcast()
}

// alone succeeds if nobody is inside, or if that happens soon; others then wait
// until done is called. While it waits itself, others go in and out: somebody
// inside may need to enter once more before he can leave.
func (g *gate) alone(soon time.Duration) (done func(), ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	late := false
	timer := time.AfterFunc(soon, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		late = true
		g.change.Broadcast()
	})
	defer timer.Stop()
	for (g.mu.inside > 0 || g.mu.exclusive) && !g.mu.closed && !late {
		g.change.Wait()
	}
	if g.mu.inside > 0 || g.mu.exclusive || g.mu.closed {
		return nil, false
	}
	g.mu.exclusive = true
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.mu.exclusive = false
		g.change.Broadcast()
	}, true
}

// close lets nobody in any more and waits until all are out.
func (g *gate) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.mu.closed {
		return kv.ErrClosed
	}
	g.mu.closed = true
	g.change.Broadcast()
	for g.mu.inside > 0 || g.mu.exclusive {
		g.change.Wait()
	}
	return nil
}
