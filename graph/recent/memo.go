package recent

import (
	"context"
	"slices"
	"sync"

	"calipso/graph"
)

// DocView is what a Memo asks of a view of documents.
type DocView interface {
	Time() graph.Time
	Touched(ctx context.Context, after graph.Time, most int) (graph.Touched, bool, error)
}

// Memo keeps what was made of the documents of some collections of one
// environment, mostly graph.Shared, until a commit changes a document of these.
// Its methods may be called from several goroutines.
//
// What it hands out is shared: read it, do not change it.
type Memo[K comparable, V any] struct {
	collections []graph.Collection
	most        int
	mu          struct {
		sync.Mutex
		through graph.Time
		kept    map[K]V
	}
}

// NewMemo makes a memo of at most that many things, made of documents of these
// collections.
func NewMemo[K comparable, V any](most int, of ...graph.Collection) *Memo[K, V] {
	m := &Memo[K, V]{collections: of, most: most}
	m.mu.kept = map[K]V{}
	return m
}

// Get is what is kept under k, or what read makes now of documents not older
// than the view. Errors of read are handed on and not kept.
func (m *Memo[K, V]) Get(ctx context.Context, v DocView, k K, read func(ctx context.Context) (V, error)) (V, error) {
	at := v.Time()
	value, ok, err := m.look(ctx, v, k)
	if ok || err != nil {
		return value, err
	}
	if value, err = read(ctx); err != nil {
		return value, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.mu.through == at {
		if len(m.mu.kept) >= m.most {
			clear(m.mu.kept)
		}
		m.mu.kept[k] = value
	}
	return value, nil
}

func (m *Memo[K, V]) look(ctx context.Context, v DocView, k K) (value V, ok bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch at := v.Time(); {
	case at < m.mu.through:
		return value, false, nil
	case at > m.mu.through:
		t, complete, err := v.Touched(ctx, m.mu.through, mostTouched)
		if err != nil {
			return value, false, err
		}
		if !complete || slices.ContainsFunc(t.Docs, func(d graph.DocKey) bool { return slices.Contains(m.collections, d.Collection) }) {
			clear(m.mu.kept)
		}
		m.mu.through = at
	}
	value, ok = m.mu.kept[k]
	return value, ok, nil
}
