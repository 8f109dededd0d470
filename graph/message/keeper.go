package message

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"calipso/graph"
)

// Store is what messages need of a graph.Store.
type Store interface {
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
}

var _ Store = (*graph.Store)(nil)

// Keeper reads, marks and removes messages. There is one for a store.
type Keeper struct {
	store Store
	mu    sync.Mutex // a mark is a change of what was read
}

// New makes a Keeper.
func New(st Store) *Keeper { return &Keeper{store: st} }

// Mark is a place in a list: behind the message of that time and document.
type Mark struct {
	Time time.Time
	Doc  string
}

// place is a message in the list, without its text.
type place struct {
	Mark
	viewed bool
	level  string
}

// List is the messages that a filter chooses, newest first; those of one time
// by document. It holds places, and reads each message when it is asked for.
type List struct {
	env    graph.EnvID
	view   *graph.View
	places []place
}

// List finds the messages of an environment, as they are now. Environments
// without any commit have none.
//
// Errors: *graph.InvalidError for the filter; graph.ErrNotFound.
func (k *Keeper) List(ctx context.Context, env graph.EnvID, f Filter) (*List, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	v, err := k.store.View(ctx, env, graph.Now)
	if err != nil {
		return nil, err
	}
	l := &List{env: env, view: v}
	for d, err := range v.Documents(ctx, graph.Messages) {
		if err != nil {
			return nil, err
		}
		if m := parse(env, d); f.has(m) {
			l.places = append(l.places, place{Mark{m.Time, m.Doc}, m.Viewed, m.Level})
		}
	}
	slices.SortFunc(l.places, func(a, b place) int { return compare(a.Mark, b.Mark) })
	return l, nil
}

// compare puts the newest first.
func compare(a, b Mark) int {
	return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(a.Doc, b.Doc))
}

// Len is the number of messages in the list.
func (l *List) Len() int { return len(l.places) }

// Page reads at most that many behind a mark, nil: from the start. next is where
// to go on, nil at the end; it holds whatever comes or goes meanwhile.
func (l *List) Page(ctx context.Context, after *Mark, limit int) (page []*Message, next *Mark, err error) {
	rest := l.places
	if after != nil {
		i, found := slices.BinarySearchFunc(rest, *after, func(p place, m Mark) int { return compare(p.Mark, m) })
		if found {
			i++
		}
		rest = rest[i:]
	}
	if len(rest) > limit {
		rest = rest[:limit]
		next = &rest[limit-1].Mark
	}
	for _, p := range rest {
		m, err := l.read(ctx, p)
		if err != nil {
			return nil, nil, err
		}
		page = append(page, m)
	}
	return page, next, nil
}

// All reads one message after the other.
func (l *List) All(ctx context.Context) iter.Seq2[*Message, error] {
	return func(yield func(*Message, error) bool) {
		for _, p := range l.places {
			if m, err := l.read(ctx, p); !yield(m, err) || err != nil {
				return
			}
		}
	}
}

func (l *List) read(ctx context.Context, p place) (*Message, error) {
	d, err := l.view.Document(ctx, graph.Messages, p.Doc)
	if err != nil {
		return nil, err
	}
	return parse(l.env, d), nil
}

// Counts say how many messages there are.
type Counts struct {
	Total, Unviewed int
	Levels, Groups  map[string]int // by level, and by what pages count
}

// Counts counts the list.
func (l *List) Counts() Counts {
	c := Counts{Total: len(l.places), Levels: map[string]int{}, Groups: map[string]int{"error": 0, "warning": 0, "info": 0}}
	for _, level := range Levels() {
		c.Levels[level] = 0
	}
	for _, p := range l.places {
		c.Levels[p.level]++
		c.Groups[Group(p.level)]++
		if !p.viewed {
			c.Unviewed++
		}
	}
	return c
}

// Get finds a message by its document, or by its writer's id, of which several
// may be the same: then the newest.
//
// Errors: graph.ErrNotFound.
func (k *Keeper) Get(ctx context.Context, env graph.EnvID, id string) (*Message, error) {
	v, err := k.store.View(ctx, env, graph.Now)
	if err != nil {
		return nil, err
	}
	d, err := v.Document(ctx, graph.Messages, id)
	if err == nil {
		return parse(env, d), nil
	}
	if !errors.Is(err, graph.ErrNotFound) {
		return nil, err
	}
	l, err := k.List(ctx, env, Filter{IDs: []string{id}})
	if err != nil {
		return nil, err
	}
	if l.Len() == 0 {
		return nil, fmt.Errorf("message: %q of %q: %w", id, env, graph.ErrNotFound)
	}
	return l.read(ctx, l.places[0])
}

// batch bounds a commit.
const batch = 1000

// View marks messages as viewed, or as not viewed, and tells how many it
// changed. may is asked of each, nil: it may.
//
// Errors: those of List; that of may, then nothing is marked.
func (k *Keeper) View(ctx context.Context, who string, env graph.EnvID, f Filter, viewed bool, may func(*Message) error) (int, error) {
	return k.change(ctx, who, env, f, may, func(d *graph.Document, b *graph.Batch) {
		if d.Body.Bool("viewed") != viewed {
			d = &graph.Document{DocKey: d.DocKey, Body: d.Body.Clone()}
			d.Body["viewed"] = viewed
			b.PutDocs = append(b.PutDocs, d)
		}
	})
}

// Remove removes messages and tells how many. may is asked of each, nil: it may.
//
// Errors: those of List; that of may, then nothing is removed.
func (k *Keeper) Remove(ctx context.Context, who string, env graph.EnvID, f Filter, may func(*Message) error) (int, error) {
	return k.change(ctx, who, env, f, may, func(d *graph.Document, b *graph.Batch) { b.DeleteDocs = append(b.DeleteDocs, d.DocKey) })
}

func (k *Keeper) change(ctx context.Context, who string, env graph.EnvID, f Filter, may func(*Message) error, do func(*graph.Document, *graph.Batch)) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	l, err := k.List(ctx, env, f)
	if err != nil {
		return 0, err
	}
	if may != nil {
		for m, err := range l.All(ctx) {
			if err != nil {
				return 0, err
			}
			if err := may(m); err != nil {
				return 0, err
			}
		}
	}
	n := 0
	for some := range slices.Chunk(l.places, batch) {
		b := &graph.Batch{}
		for _, p := range some {
			d, err := l.view.Document(ctx, graph.Messages, p.Doc)
			if err != nil {
				return n, err
			}
			do(d, b)
		}
		if len(b.PutDocs)+len(b.DeleteDocs) == 0 {
			continue
		}
		if _, err := k.store.Commit(ctx, env, graph.Cause{Kind: graph.CauseUser, Who: who}, b); err != nil {
			return n, err
		}
		n += len(b.PutDocs) + len(b.DeleteDocs)
	}
	return n, nil
}
