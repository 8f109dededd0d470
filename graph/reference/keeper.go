package reference

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"calipso/graph"
	"calipso/graph/catalog"
)

// Store is what keeping needs of a graph.Store.
type Store interface {
	EnvIDs(ctx context.Context) ([]graph.EnvID, error)
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	Commit(ctx context.Context, env graph.EnvID, cause graph.Cause, b *graph.Batch) (*graph.Commit, error)
}

var _ Store = (*graph.Store)(nil)

// Options of a Keeper. The zero value works.
type Options struct {
	Clock func() time.Time // nil: time.Now
}

// Keeper keeps reference documents. There is one for a store: a document is
// compared with what there is and stored under its lock. Its methods may be
// called from any number of goroutines.
type Keeper struct {
	CliqueTypes *Set[catalog.CliqueType]
	Constraints *Set[catalog.Constraint]
	LinkTypes   *Set[LinkType]
	// Tables of rows. Of these, users change Templates only.
	Supported, Agents, Hover, Choices, Templates *Set[Row]

	store Store
	clock func() time.Time
	mu    sync.Mutex
}

// New makes a Keeper.
func New(st Store, opt Options) *Keeper {
	k := &Keeper{store: st, clock: opt.Clock}
	if k.clock == nil {
		k.clock = time.Now
	}
	k.CliqueTypes = &Set[catalog.CliqueType]{k, k.cliqueTypes()}
	k.Constraints = &Set[catalog.Constraint]{k, k.constraints()}
	k.LinkTypes = &Set[LinkType]{k, k.linkTypes()}
	for i, to := range []**Set[Row]{&k.Supported, &k.Agents, &k.Hover, &k.Choices, &k.Templates} {
		*to = &Set[Row]{k, rowsOf(tables[i])}
	}
	return k
}

// By says for whom a document is stored, and how strictly it is looked at.
type By struct {
	Who string // a user name
	// Loose takes clique types with link types that nothing leads to, as
	// earlier versions did: such a step finds nothing.
	Loose bool
}

// shared is what there is now.
func (k *Keeper) shared(ctx context.Context) (*graph.View, error) {
	return k.store.View(ctx, graph.Shared, graph.Now)
}

// documents reads a collection; what does not parse is left out, as those do
// who use it.
func documents[T any](ctx context.Context, v *graph.View, c graph.Collection, parse func(*graph.Document) (T, error)) (list []T, bodies []graph.Attrs, err error) {
	for d, err := range v.Documents(ctx, c) {
		if err != nil {
			return nil, nil, err
		}
		t, err := parse(d)
		var bad *graph.InvalidError
		if errors.As(err, &bad) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		list, bodies = append(list, t), append(bodies, d.Body)
	}
	return list, bodies, nil
}

func (k *Keeper) commit(ctx context.Context, who string, b *graph.Batch) error {
	_, err := k.store.Commit(ctx, graph.Shared, graph.Cause{Kind: graph.CauseUser, Who: who}, b)
	return err
}

// checkEnvironment complains if there is no environment of a name.
func checkEnvironment(ctx context.Context, v *graph.View, name string) ([]Complaint, error) {
	_, err := v.Document(ctx, graph.Environments, name)
	if errors.Is(err, graph.ErrNotFound) {
		return []Complaint{{UnknownEnvironment, "environment", name, fmt.Sprintf("there is no environment %q", name)}}, nil
	}
	return nil, err
}

// invalid is nil if nothing is wrong.
func invalid(what, name string, wrong []Complaint) error {
	if len(wrong) == 0 {
		return nil
	}
	return &InvalidError{fmt.Sprintf("%s %q", what, cmp.Or(name, "?")), wrong}
}
