package index

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"calipso/graph"
)

// fakeStore is a store in memory: every commit keeps a draft of its own.
type fakeStore struct {
	mu      sync.Mutex
	envs    map[graph.EnvID][]version
	changed chan struct{}
	clock   graph.Time
}

type version struct {
	commit  *graph.Commit
	draft   *graph.Draft
	changed map[graph.ID]bool
}

func newFake() *fakeStore {
	return &fakeStore{envs: map[graph.EnvID][]version{}, changed: make(chan struct{}), clock: 1000}
}

func (f *fakeStore) commit(env graph.EnvID, put []*graph.Vertex, del ...graph.ID) graph.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.clock++
	d := graph.NewDraft()
	if vs := f.envs[env]; len(vs) > 0 {
		for _, v := range vs[len(vs)-1].draft.Of() {
			d.Put(v)
		}
	}
	c := &graph.Commit{Env: env, Time: f.clock}
	for _, v := range put {
		d.Put(v)
		c.Changes = append(c.Changes, graph.Change{Op: graph.Changed, Vertex: v.ID, Type: v.Type})
	}
	for _, id := range del {
		d.Delete(id)
		c.Changes = append(c.Changes, graph.Change{Op: graph.Removed, Vertex: id})
	}
	changed := map[graph.ID]bool{}
	for _, ch := range c.Changes {
		changed[ch.Vertex] = true
	}
	f.envs[env] = append(f.envs[env], version{c, d, changed})
	close(f.changed)
	f.changed = make(chan struct{})
	return f.clock
}

// cut forgets the log before a time.
func (f *fakeStore) cut(env graph.EnvID, before graph.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.envs[env] = slices.DeleteFunc(f.envs[env], func(v version) bool { return v.commit.Time < before })
}

func (f *fakeStore) remove(env graph.EnvID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.envs, env)
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *fakeStore) EnvIDs(context.Context) ([]graph.EnvID, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []graph.EnvID
	for e := range f.envs {
		out = append(out, e)
	}
	slices.Sort(out)
	return out, nil
}

func (f *fakeStore) Last(env graph.EnvID) graph.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	if vs := f.envs[env]; len(vs) > 0 {
		return vs[len(vs)-1].commit.Time
	}
	return 0
}

func (f *fakeStore) Commits(_ context.Context, env graph.EnvID, after graph.Time) iter.Seq2[*graph.Commit, error] {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := slices.Clone(f.envs[env])
	return func(yield func(*graph.Commit, error) bool) {
		for _, v := range list {
			if v.commit.Time > after && !yield(v.commit, nil) {
				return
			}
		}
	}
}

func (f *fakeStore) View(_ context.Context, env graph.EnvID, at graph.Time) (graph.Reader, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	vs := f.envs[env]
	for i := len(vs) - 1; i >= 0; i-- {
		if at == graph.Now || vs[i].commit.Time <= at {
			return vs[i].draft, nil
		}
	}
	return nil, fmt.Errorf("fake: environment %q: %w", env, graph.ErrNotFound)
}

// History implements Source.
func (f *fakeStore) History(ctx context.Context, env graph.EnvID, id graph.ID) iter.Seq2[graph.Version, error] {
	f.mu.Lock()
	defer f.mu.Unlock()
	list := slices.Clone(f.envs[env])
	return func(yield func(graph.Version, error) bool) {
		for i, v := range slices.Backward(list) {
			if !v.changed[id] {
				continue
			}
			now, err := v.draft.Vertex(ctx, id)
			if err != nil {
				now = nil
				if i == 0 {
					continue
				}
			}
			if !yield(graph.Version{Time: v.commit.Time, Vertex: now}, nil) {
				return
			}
		}
	}
}

// Histories implements Source.
func (f *fakeStore) Histories(ctx context.Context, env graph.EnvID) iter.Seq2[graph.Past, error] {
	f.mu.Lock()
	list := slices.Clone(f.envs[env])
	f.mu.Unlock()
	ids := map[graph.ID]bool{}
	for i, v := range list {
		maps.Copy(ids, v.changed)
		if i == 0 { // whatever was before the log begins
			for _, old := range v.draft.Of() {
				ids[old.ID] = true
			}
		}
	}
	return func(yield func(graph.Past, error) bool) {
		for _, id := range slices.Sorted(maps.Keys(ids)) {
			p := graph.Past{ID: id}
			for v := range f.History(ctx, env, id) {
				p.Versions = append(p.Versions, v)
			}
			if len(p.Versions) == 0 {
				v, err := list[0].draft.Vertex(ctx, id)
				if err != nil {
					continue
				}
				p.Versions = []graph.Version{{Time: list[0].commit.Time, Vertex: v}}
			}
			if !yield(p, nil) {
				return
			}
		}
	}
}

// Objects implements Source.
func (f *fakeStore) Objects(_ context.Context, env graph.EnvID) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	vs := f.envs[env]
	if len(vs) == 0 {
		return 0, nil
	}
	return len(vs[len(vs)-1].draft.Of()), nil
}

func (f *fakeStore) Changed() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.changed
}
