package reference

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"calipso/graph"
)

// kind is what the sets differ in.
type kind[T any] struct {
	collection graph.Collection
	what       string // "clique type"
	shipped    []T
	instead    string   // what to do instead of changing a shipped one
	members    []string // of its document that T holds
	parse      func(*graph.Document) (T, error)
	document   func(T) *graph.Document
	id         func(T) string
	name       func(T) string // what people call it, by which it can be found
	isShipped  func(T) bool
	withID     func(t T, id string) T // as the user's own
	// check complains of a document that is to be stored; old is nil for a new
	// one, others are those there are beside it.
	check func(ctx context.Context, v *graph.View, by By, t T, old *T, others []T) error
	// replace: a change replaces the whole document.
	replace bool
	// used says what needs one that is to go; nil: nothing ever does.
	used func(ctx context.Context, v *graph.View, t T, others []T) ([]Use, error)
}

// Set is the documents of one kind.
type Set[T any] struct {
	keeper *Keeper
	kind   kind[T]
}

// List gives all there are: what comes with Calipso, in the catalogue's order,
// then users' own by id.
func (s *Set[T]) List(ctx context.Context) ([]T, error) {
	v, err := s.keeper.shared(ctx)
	if err != nil {
		return nil, err
	}
	list, _, err := s.list(ctx, v)
	return list, err
}

// list gives the bodies of users' own beside them, by id.
func (s *Set[T]) list(ctx context.Context, v *graph.View) ([]T, map[string]graph.Attrs, error) {
	own, bodies, err := documents(ctx, v, s.kind.collection, s.kind.parse)
	if err != nil {
		return nil, nil, err
	}
	list, byID := slices.Clone(s.kind.shipped), map[string]graph.Attrs{}
	for i, t := range own {
		if !s.kind.isShipped(t) {
			list = append(list, t)
			byID[s.kind.id(t)] = bodies[i]
		}
	}
	return list, byID, nil
}

// Get finds one by its id, or by its name if it is the only one of that name.
//
// Errors: graph.ErrNotFound; graph.ErrConflict if several are called so.
func (s *Set[T]) Get(ctx context.Context, id string) (t T, err error) {
	list, err := s.List(ctx)
	if err != nil {
		return t, err
	}
	return s.Find(list, id)
}

// Find is Get among some.
func (s *Set[T]) Find(list []T, id string) (t T, err error) {
	if i := slices.IndexFunc(list, func(t T) bool { return s.kind.id(t) == id }); i >= 0 {
		return list[i], nil
	}
	var named []string
	for _, o := range list {
		if s.kind.name(o) == id {
			t, named = o, append(named, s.kind.id(o))
		}
	}
	switch len(named) {
	case 0:
		return t, fmt.Errorf("reference: %s %q: %w", s.kind.what, id, graph.ErrNotFound)
	case 1:
		return t, nil
	}
	return t, fmt.Errorf("reference: %d are called %s %q; give an id: %s: %w", len(named), s.kind.what, id, strings.Join(named, ", "), graph.ErrConflict)
}

// Check complains of a document as Add would, or as Change would if id names
// one; nothing is stored.
//
// Errors: those of Add and Change.
func (s *Set[T]) Check(ctx context.Context, by By, id string, t T) error {
	v, err := s.keeper.shared(ctx)
	if err != nil {
		return err
	}
	list, _, err := s.list(ctx, v)
	if err != nil {
		return err
	}
	if id == "" {
		return s.kind.check(ctx, v, by, t, nil, list)
	}
	old, err := s.own(list, id)
	if err != nil {
		return err
	}
	return s.kind.check(ctx, v, by, s.kind.withID(t, s.kind.id(old)), &old, s.others(list, old))
}

// Add stores a new one and gives it as it is stored, with its id.
//
// Errors: *InvalidError; *TakenError if there is one for the same thing.
func (s *Set[T]) Add(ctx context.Context, by By, t T) (T, error) {
	s.keeper.mu.Lock()
	defer s.keeper.mu.Unlock()
	v, err := s.keeper.shared(ctx)
	if err != nil {
		return t, err
	}
	list, _, err := s.list(ctx, v)
	if err != nil {
		return t, err
	}
	t = s.kind.withID(t, string(graph.NewOID(s.keeper.clock())))
	if err := s.kind.check(ctx, v, by, t, nil, list); err != nil {
		return t, err
	}
	return t, s.keeper.commit(ctx, by.Who, &graph.Batch{PutDocs: []*graph.Document{s.kind.document(t)}})
}

// Change makes one what is given; what its document holds beside the documented
// members stays. may is asked, of what is stored, whether it may be changed;
// nil: it may.
//
// Errors: graph.ErrNotFound; *ShippedError; that of may; those of Add.
func (s *Set[T]) Change(ctx context.Context, by By, id string, t T, may func(old T) error) (T, error) {
	s.keeper.mu.Lock()
	defer s.keeper.mu.Unlock()
	v, old, list, bodies, err := s.mine(ctx, id, may)
	if err != nil {
		return t, err
	}
	t = s.kind.withID(t, s.kind.id(old))
	if err := s.kind.check(ctx, v, by, t, &old, s.others(list, old)); err != nil {
		return t, err
	}
	d := s.kind.document(t)
	for key, value := range bodies[d.ID] {
		if !s.kind.replace && !slices.Contains(s.kind.members, key) {
			d.Body[key] = value
		}
	}
	return t, s.keeper.commit(ctx, by.Who, &graph.Batch{PutDocs: []*graph.Document{d}})
}

// Remove takes one away; may is as in Change.
//
// Errors: graph.ErrNotFound; *ShippedError; *UsedError; that of may.
func (s *Set[T]) Remove(ctx context.Context, by By, id string, may func(old T) error) error {
	s.keeper.mu.Lock()
	defer s.keeper.mu.Unlock()
	v, old, list, _, err := s.mine(ctx, id, may)
	if err != nil {
		return err
	}
	if s.kind.used != nil {
		uses, err := s.kind.used(ctx, v, old, s.others(list, old))
		if err != nil {
			return err
		}
		if len(uses) > 0 {
			return &UsedError{fmt.Sprintf("%s %q", s.kind.what, s.kind.name(old)), uses}
		}
	}
	return s.keeper.commit(ctx, by.Who, &graph.Batch{DeleteDocs: []graph.DocKey{{Collection: s.kind.collection, ID: s.kind.id(old)}}})
}

// mine finds one that the user may change, with all there is.
func (s *Set[T]) mine(ctx context.Context, id string, may func(T) error) (v *graph.View, old T, list []T, bodies map[string]graph.Attrs, err error) {
	if v, err = s.keeper.shared(ctx); err != nil {
		return v, old, nil, nil, err
	}
	if list, bodies, err = s.list(ctx, v); err != nil {
		return v, old, nil, nil, err
	}
	if old, err = s.Find(list, id); err != nil {
		return v, old, nil, nil, err
	}
	if may != nil {
		if err = may(old); err != nil {
			return v, old, nil, nil, err
		}
	}
	_, err = s.own(list, s.kind.id(old))
	return v, old, list, bodies, err
}

// own finds one that is a user's own.
func (s *Set[T]) own(list []T, id string) (T, error) {
	old, err := s.Find(list, id)
	if err == nil && s.kind.isShipped(old) {
		err = &ShippedError{fmt.Sprintf("%s %q", s.kind.what, s.kind.name(old)), s.kind.instead}
	}
	return old, err
}

func (s *Set[T]) others(list []T, one T) []T {
	return slices.DeleteFunc(slices.Clone(list), func(o T) bool { return s.kind.id(o) == s.kind.id(one) })
}
