package schedule

import (
	"context"
	"slices"
)

// watcher gathers scans that changed until someone looks.
type watcher struct {
	wake  chan struct{}
	dirty map[string]*Scan // by id; guarded by the queue's lock
}

// Watch calls f with each scan that changed, in the order of submission, until
// ctx ends, which is no error. Changes that follow each other faster than f
// returns are told as one: the last.
func (q *Queue) Watch(ctx context.Context, f func(*Scan)) error {
	w := &watcher{wake: make(chan struct{}, 1), dirty: map[string]*Scan{}}
	q.mu.Lock()
	q.mu.watchers[w] = true
	q.mu.Unlock()
	defer func() {
		q.mu.Lock()
		delete(q.mu.watchers, w)
		q.mu.Unlock()
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-w.wake:
		}
		for _, s := range q.take(w) {
			f(s)
		}
	}
}

func (q *Queue) take(w *watcher) []*Scan {
	q.mu.Lock()
	defer q.mu.Unlock()
	var out []*Scan
	for _, s := range w.dirty {
		out = append(out, s)
	}
	clear(w.dirty)
	slices.SortFunc(out, func(a, b *Scan) int { return a.Submitted.Compare(b.Submitted) })
	return out
}

// announce tells the watchers that a scan changed.
func (q *Queue) announce(s *Scan) {
	q.mu.Lock()
	defer q.mu.Unlock()
	c := *s
	for w := range q.mu.watchers {
		w.dirty[s.ID] = &c
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}
