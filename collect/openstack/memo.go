package openstack

import (
	"context"
	"errors"
	"sync"

	"calipso/collect"
)

// memo computes values once for all who ask, however many ask at the same
// time. Values and permanent errors are kept; where another try may succeed
// (no connection, caller gone), the next caller tries.
type memo[T any] struct {
	mu struct {
		sync.Mutex
		calls map[string]*call[T]
	}
}

type call[T any] struct {
	done  chan struct{} // closed when value and err are there
	value T
	err   error
}

// get returns the value of key, made by load. What it returns is shared.
func (m *memo[T]) get(ctx context.Context, key string, load func(context.Context) (T, error)) (T, error) {
	for {
		m.mu.Lock()
		if m.mu.calls == nil {
			m.mu.calls = map[string]*call[T]{}
		}
		c, mine := m.mu.calls[key], false
		if c == nil {
			c, mine = &call[T]{done: make(chan struct{})}, true
			m.mu.calls[key] = c
		}
		m.mu.Unlock()
		if mine {
			m.run(ctx, key, c, load)
		}
		select {
		case <-c.done:
		case <-ctx.Done():
			var none T
			return none, ctx.Err()
		}
		if !mine && gone(c.err) && ctx.Err() == nil {
			continue // the one who asked first left; ask again
		}
		return c.value, c.err
	}
}

func (m *memo[T]) run(ctx context.Context, key string, c *call[T], load func(context.Context) (T, error)) {
	finished := false
	defer func() {
		if !finished { // load panicked: nobody may wait for ever
			c.err = context.Canceled
		}
		if ctx.Err() != nil || gone(c.err) || errors.Is(c.err, collect.ErrUnreachable) {
			m.mu.Lock()
			delete(m.mu.calls, key)
			m.mu.Unlock()
		}
		close(c.done)
	}()
	c.value, c.err = load(ctx)
	finished = true
}

// gone tells whether an error says no more than that its caller left.
func gone(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
