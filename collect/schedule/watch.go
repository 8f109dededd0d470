package schedule

import (
	"context"
	"slices"
)

// Watcher gathers scans that change, from its making until Close.
type Watcher struct {
	queue *Queue
	wake  chan struct{}
	dirty map[string]*Scan // by id; guarded by the queue's lock
}

// Watcher makes one. What changes after it returned is told.
func (q *Queue) Watcher() *Watcher {
	w := &Watcher{queue: q, wake: make(chan struct{}, 1), dirty: map[string]*Scan{}}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.mu.watchers[w] = true
	return w
}

// Close ends the gathering.
func (w *Watcher) Close() {
	w.queue.mu.Lock()
	defer w.queue.mu.Unlock()
	delete(w.queue.mu.watchers, w)
}

// Each calls f with each scan that changed, in the order of submission, until
// ctx ends. Changes that follow each other faster than f returns are told as
// one: the last.
func (w *Watcher) Each(ctx context.Context, f func(*Scan)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.wake:
		}
		for _, s := range w.take() {
			f(s)
		}
	}
}

func (w *Watcher) take() []*Scan {
	w.queue.mu.Lock()
	defer w.queue.mu.Unlock()
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
