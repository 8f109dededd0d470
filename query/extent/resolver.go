package extent

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"calipso/graph"
	"calipso/graph/clique"
	"calipso/graph/scope"
)

// Store is where a Resolver reads: a graph.Store.
type Store interface {
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
}

var _ Store = (*graph.Store)(nil)

// Rules give the clique types of environments: a query.Service.
type Rules interface {
	CliqueRules(ctx context.Context, env graph.EnvID) (*clique.Rules, error)
}

// Resolver finds the extents of scopes. It keeps the last ones; its methods may
// be called from any number of goroutines.
type Resolver struct {
	store Store
	rules Rules
	mu    struct {
		sync.Mutex
		kept []kept // the last one asked for is last
	}
}

// What a Resolver keeps at most.
const (
	maxKept     = 64
	maxKeptNums = 2_000_000 // of all of them together; 17 bytes each
)

type kept struct {
	key    string
	rules  *clique.Rules
	extent *Extent
}

// New makes a Resolver.
func New(st Store, rules Rules) *Resolver { return &Resolver{store: st, rules: rules} }

// Of is what one scope holds of an environment as of a time (graph.Now: as it
// is). It is empty if the scope selects nothing there, or nothing was known of
// the environment then.
//
// Errors: graph.ErrNotFound if there is no such environment.
func (r *Resolver) Of(ctx context.Context, sc *scope.Scope, env graph.EnvID, at graph.Time) (*Extent, error) {
	all, err := r.All(ctx, []*scope.Scope{sc}, env, at)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// All is Of for several scopes, in their order: the environment is read once
// for all of them.
//
// Errors: as Of.
func (r *Resolver) All(ctx context.Context, scopes []*scope.Scope, env graph.EnvID, at graph.Time) ([]*Extent, error) {
	w, err := r.walker(ctx, env, at)
	if err != nil {
		return nil, err
	}
	return r.all(ctx, w, scopes)
}

func (r *Resolver) walker(ctx context.Context, env graph.EnvID, at graph.Time) (*walker, error) {
	w := &walker{choices: map[uint8]*clique.Choice{}}
	var err error
	if w.view, err = r.store.View(ctx, env, at); err != nil {
		return nil, err
	}
	if w.g, err = w.view.Topology(ctx); err != nil {
		return nil, err
	}
	w.rules, err = r.rules.CliqueRules(ctx, env)
	return w, err
}

func (r *Resolver) all(ctx context.Context, w *walker, scopes []*scope.Scope) ([]*Extent, error) {
	out := make([]*Extent, len(scopes))
	var missing []*selecting
	var places []int
	for i, sc := range scopes {
		sel, _ := sc.Of(w.view.Env())
		if out[i] = r.known(keyOf(sc.Name, w.view, sel), w.rules); out[i] == nil {
			missing, places = append(missing, newSelecting(w.view, w.g, sel)), append(places, i)
		}
	}
	if err := members(ctx, w.view, missing); err != nil {
		return nil, err
	}
	for i, s := range missing {
		e, err := s.extent(ctx, w)
		if err != nil {
			return nil, err
		}
		e.Scope = scopes[places[i]].Name
		out[places[i]] = e
		r.keep(kept{keyOf(e.Scope, w.view, s.sel), w.rules, e})
	}
	return out, nil
}

// members finds the members of several scopes with one pass over those vertices
// that may say whose they are, and one each over the tree.
func members(ctx context.Context, v *graph.View, all []*selecting) error {
	reading := false
	for _, s := range all {
		if s.sel.Everything {
			s.all()
			continue
		}
		if err := s.named(ctx); err != nil {
			return err
		}
		reading = reading || len(s.sel.Projects)+len(s.sel.Tags)+len(s.why) > 0
	}
	if reading {
		if err := look(ctx, v, all); err != nil {
			return err
		}
	}
	for _, s := range all {
		if !s.sel.Everything {
			s.below()
		}
	}
	return nil
}

func look(ctx context.Context, v *graph.View, all []*selecting) error {
	g := all[0].g
	for _, t := range order(g) {
		code, ok := g.VertexTypes().Code(string(t))
		if !ok {
			continue
		}
		var nums []uint32
		for n := range uint32(g.Len()) {
			if g.VertexType(n) == uint8(code) {
				nums = append(nums, n)
			}
		}
		for some := range slices.Chunk(nums, chunk) {
			vertices, err := v.VerticesByNum(ctx, some)
			if err != nil {
				return err
			}
			for i, x := range vertices {
				for _, s := range all {
					if !s.sel.Everything {
						s.look(some[i], x)
					}
				}
			}
		}
	}
	return nil
}

// extent adds the cliques of the members.
func (s *selecting) extent(ctx context.Context, w *walker) (*Extent, error) {
	if !s.sel.Everything {
		err := w.each(ctx, slices.Sorted(maps.Keys(s.why)), func(focal uint32, r clique.Result) {
			for _, n := range r.Nodes {
				if _, known := s.why[n.Num]; !known {
					s.why[n.Num] = reason{kind: inClique, of: focal}
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	e := &Extent{Env: s.view.Env(), Time: s.view.Time(), nums: slices.Sorted(maps.Keys(s.why)), names: s.g.VertexTypes(), texts: s.texts}
	e.hosts = s.hosts(e.nums)
	e.types, e.whys = make([]uint8, len(e.nums)), make([]reason, len(e.nums))
	for i, n := range e.nums {
		e.types[i], e.whys[i] = s.g.VertexType(n), s.why[n]
	}
	return e, nil
}

// keyOf names an extent: the same scope may select something else later.
func keyOf(name string, v *graph.View, sel scope.Selection) string {
	return fmt.Sprintf("%q %q %d %q %q %q %t", name, v.Env(), int64(v.Time()), sel.Projects, sel.Tags, sel.Objects, sel.Everything)
}

func (r *Resolver) known(key string, rules *clique.Rules) *Extent {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, k := range r.mu.kept {
		if k.key == key && k.rules == rules {
			r.mu.kept = append(slices.Delete(r.mu.kept, i, i+1), k)
			return k.extent
		}
	}
	return nil
}

func (r *Resolver) keep(k kept) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mu.kept = append(r.mu.kept, k)
	total := 0
	for i, k := range slices.Backward(r.mu.kept) {
		total += len(k.extent.nums)
		if total > maxKeptNums || len(r.mu.kept)-i > maxKept {
			r.mu.kept = slices.Delete(r.mu.kept, 0, i+1)
			return
		}
	}
}
