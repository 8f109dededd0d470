package mirror

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/importexport/mirror/mirrortest"
)

// documents is a Sink in memory.
type documents struct {
	mu    sync.Mutex
	docs  map[string]map[any]bson.Raw
	state []byte
	// fail is asked before each call; nil: nothing fails.
	fail func(call string) error
	// half does the first half of a batch that fails.
	half    bool
	wrote   []string // "collection id" of each upsert
	removed []string
	indexed int
}

var _ Sink = (*documents)(nil)

func newMemory() *documents { return &documents{docs: map[string]map[any]bson.Raw{}} }

func (m *documents) failing(call string) error {
	if m.fail == nil {
		return nil
	}
	return m.fail(call)
}

func (m *documents) Name() string { return "memory" }

func (m *documents) State(context.Context) (*State, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.failing("state"); err != nil || m.state == nil {
		return nil, err
	}
	s := new(State)
	return s, bson.Unmarshal(m.state, s)
}

func (m *documents) SetState(_ context.Context, s *State, before int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.failing("set state"); err != nil {
		return err
	}
	var now State
	if m.state != nil {
		if err := bson.Unmarshal(m.state, &now); err != nil {
			return err
		}
	}
	if now.Number != before {
		return ErrMoved
	}
	var err error
	m.state, err = bson.Marshal(s)
	return errors.Join(err, m.failing("state is set"))
}

func (m *documents) Index(context.Context, []string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.indexed++
	return m.failing("index")
}

func (m *documents) Write(_ context.Context, collection string, ops []Op) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	err := m.failing("write")
	if err != nil && !m.half {
		return err
	}
	if err != nil {
		ops = ops[:len(ops)/2]
	}
	for _, op := range ops {
		what := fmt.Sprintf("%s %v", collection, op.ID)
		if op.Doc == nil {
			delete(m.docs[collection], op.ID)
			m.removed = append(m.removed, what)
			continue
		}
		m.put(collection, op.ID, op.Doc)
		m.wrote = append(m.wrote, what)
	}
	return err
}

func (m *documents) put(collection string, id any, d bson.Raw) {
	if m.docs[collection] == nil {
		m.docs[collection] = map[any]bson.Raw{}
	}
	m.docs[collection][id] = slices.Clone(d)
}

func (m *documents) Read(_ context.Context, collection string, ids []any) (out []bson.Raw, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, id := range ids {
		if d, ok := m.docs[collection][id]; ok {
			out = append(out, d)
		}
	}
	return out, m.failing("read")
}

func (m *documents) IDs(_ context.Context, collection string, env graph.EnvID) iter.Seq2[any, error] {
	return func(yield func(any, error) bool) {
		for _, id := range m.ids(collection, func(e string) bool { return env == "" || e == string(env) }) {
			if !yield(id, nil) {
				return
			}
		}
		m.mu.Lock()
		err := m.failing("ids")
		m.mu.Unlock()
		if err != nil {
			yield(nil, err)
		}
	}
}

func (m *documents) Empty(_ context.Context, collection string, env graph.EnvID) (bool, error) {
	ids := m.ids(collection, func(e string) bool { return env == "" || e == string(env) })
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(ids) == 0, m.failing("empty")
}

func (m *documents) ids(collection string, of func(env string) bool) (out []any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, d := range m.docs[collection] {
		env, _ := d.Lookup("environment").StringValueOK()
		if of(env) {
			out = append(out, id)
		}
	}
	return out
}

func (m *documents) Remove(_ context.Context, collection string, env graph.EnvID) error {
	return m.removeIf(collection, func(e string) bool { return e == string(env) })
}

func (m *documents) RemoveOthers(_ context.Context, collection string, envs []graph.EnvID) error {
	return m.removeIf(collection, func(e string) bool { return !slices.Contains(envs, graph.EnvID(e)) })
}

func (m *documents) removeIf(collection string, of func(string) bool) error {
	for _, id := range m.ids(collection, of) {
		m.mu.Lock()
		err := m.failing("remove")
		delete(m.docs[collection], id)
		m.mu.Unlock()
		if err != nil {
			return err
		}
	}
	return nil
}

// all is what it holds.
func (m *documents) all() mirrortest.Documents {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := mirrortest.Documents{}
	for c, docs := range m.docs {
		for _, d := range docs {
			out.Add(c, d)
		}
	}
	return out
}

func (m *documents) clone() *documents {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := newMemory()
	c.state = m.state
	for name, docs := range m.docs {
		c.docs[name] = maps.Clone(docs)
	}
	return c
}

// set makes it what another one is.
func (m *documents) set(o *documents) {
	c := o.clone()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.docs, m.state = c.docs, c.state
}
