package snapshot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"calipso/graph"
)

// Reader is what reading times needs of a graph.Store.
type Reader interface {
	View(ctx context.Context, env graph.EnvID, at graph.Time) (*graph.View, error)
	First(ctx context.Context, env graph.EnvID) (graph.Time, error)
}

// At reads what stands for a time of an environment: RFC 3339, a date, "now" or
// nothing, or the name of a snapshot. What it gives can be read: it is Now, or
// not before the first commit.
//
// Errors: *graph.InvalidError, about field "at", if the text is neither a time
// nor the name of a snapshot, telling what would be; graph.ErrNotFound if there
// is no such environment, or nothing was known of it yet at that time;
// graph.ErrRetired if what was known then is not retained.
func At(ctx context.Context, st Reader, env graph.EnvID, text string) (graph.Time, error) {
	at, err := graph.ParseTime(text)
	if err == nil && at == graph.Now {
		return graph.Now, nil
	}
	if err != nil {
		return named(ctx, st, env, text)
	}
	v, err := st.View(ctx, env, at)
	if err != nil {
		return graph.Now, err
	}
	if v.Time() != graph.Now {
		return at, nil
	}
	first, err := st.First(ctx, env)
	if err != nil {
		return graph.Now, err
	}
	if first != graph.Now {
		return graph.Now, fmt.Errorf("snapshot: %s: nothing is known of %q before %s: %w", at, env, first, graph.ErrNotFound)
	}
	return graph.Now, fmt.Errorf("snapshot: %s: nothing is known of %q yet: %w", at, env, graph.ErrNotFound)
}

// named is the time of a snapshot.
func named(ctx context.Context, st Reader, env graph.EnvID, name string) (graph.Time, error) {
	v, err := st.View(ctx, env, graph.Now)
	if err != nil {
		return graph.Now, err
	}
	if CheckName(name) != "" {
		return graph.Now, unknown(ctx, v, name)
	}
	d, err := v.Document(ctx, graph.Snapshots, name)
	if errors.Is(err, graph.ErrNotFound) {
		return graph.Now, unknown(ctx, v, name)
	}
	if err != nil {
		return graph.Now, err
	}
	s, err := parse(d)
	if err != nil {
		return graph.Now, err
	}
	return s.Time, nil
}

// suggestions is how many names an error lists.
const suggestions = 5

func unknown(ctx context.Context, v *graph.View, name string) error {
	all, err := list(ctx, v)
	if err != nil {
		return err
	}
	reason := fmt.Sprintf("%q is neither a time (2026-03-01T12:00:00Z), a date (2026-03-01) nor a snapshot of %q", name, v.Env())
	switch names := names(all); {
	case len(names) == 0:
		reason += ", which has none"
	case len(names) > suggestions:
		reason += fmt.Sprintf("; the newest of %d are %s", len(names), strings.Join(names[:suggestions], ", "))
	default:
		reason += "; there are " + strings.Join(names, ", ")
	}
	return &graph.InvalidError{What: "time", Fields: []graph.FieldError{{Field: "at", Reason: reason}}}
}

func names(all []*Snapshot) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = fmt.Sprintf("%q", s.Name)
	}
	return out
}
