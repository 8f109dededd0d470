package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"calipso/graph"
)

const (
	mostChanges = 50   // of documents listed in an entry
	mostBytes   = 4096 // of a member's JSON
)

// Witness collects what commits change into an entry. Its Commit is meant for
// graph.WithWitness; several goroutines may call it.
type Witness struct {
	store Store
	mu    struct {
		sync.Mutex
		entry Entry
		who   string
		any   bool
		err   error
	}
}

// Witness begins an entry.
func (k *Keeper) Witness(e Entry) *Witness {
	w := &Witness{store: k.store}
	w.mu.entry = e
	return w
}

// Entry is what has come together until now: the entry, without documents that
// could not be read (err); who the commits were made for, and whether there were
// any.
func (w *Witness) Entry() (e Entry, who string, any bool, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	e = w.mu.entry
	e.Envs, e.Changes = slices.Clone(e.Envs), slices.Clone(e.Changes)
	return e, w.mu.who, w.mu.any, w.mu.err
}

// Commit takes the changes of a commit. Entries of this log are none: a sign-in
// that is part of a request writes its own.
func (w *Witness) Commit(ctx context.Context, c *graph.Commit) {
	if c.Env == graph.Shared && !slices.ContainsFunc(c.Changes, func(ch graph.Change) bool { return ch.Doc == nil || ch.Doc.Collection != graph.Audit }) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mu.any, w.mu.who = true, c.Cause.Who
	e := &w.mu.entry
	if c.Env != graph.Shared {
		e.Envs = append(e.Envs, c.Env)
	}
	for _, ch := range c.Changes {
		switch {
		case ch.Edge != nil:
			e.Links++
		case ch.Doc == nil:
			e.Objects++
		case len(e.Changes) < mostChanges:
			if err := w.document(ctx, e, c, ch); err != nil && w.mu.err == nil {
				w.mu.err = err
			}
		default:
			e.More++
			e.names(ch)
		}
	}
}

// names notes the environment that a document is of.
func (e *Entry) names(ch graph.Change) {
	if ch.Doc.Collection == graph.Environments {
		e.Envs = append(e.Envs, graph.EnvID(ch.Doc.ID))
	}
}

func (w *Witness) document(ctx context.Context, e *Entry, c *graph.Commit, ch graph.Change) error {
	e.names(ch)
	before, err := w.read(ctx, c.Env, c.Time-1, ch, graph.Added)
	if err != nil {
		return err
	}
	after, err := w.read(ctx, c.Env, c.Time, ch, graph.Removed)
	if err != nil {
		return err
	}
	out := DocumentChange{Op: ch.Op, Collection: ch.Doc.Collection, ID: ch.Doc.ID, Env: c.Env}
	if out.Collection == graph.Tokens {
		out.ID = out.ID[:min(16, len(out.ID))] // as lists of tokens have it
	}
	if out.Before, err = masked(before, after); err != nil {
		return err
	}
	if out.After, err = masked(after, before); err != nil {
		return err
	}
	e.Envs = append(e.Envs, append(environments(before), environments(after)...)...)
	e.Changes = append(e.Changes, out)
	return nil
}

// read is a document at a time; nil where the change says that there was none.
func (w *Witness) read(ctx context.Context, env graph.EnvID, at graph.Time, ch graph.Change, none graph.Op) (graph.Attrs, error) {
	if ch.Op == none {
		return nil, nil
	}
	v, err := w.store.View(ctx, env, at)
	if err != nil {
		return nil, err
	}
	d, err := v.Document(ctx, ch.Doc.Collection, ch.Doc.ID)
	if err != nil {
		return nil, err
	}
	return d.Body, nil
}

// masked are the members of a document that differ from the other's, as outputs
// show them: secrets masked, long ones named by their size.
func masked(body, other graph.Attrs) (map[string]any, error) {
	out := map[string]any{}
	for k, v := range body {
		if o, ok := other[k]; ok && reflect.DeepEqual(v, o) {
			continue
		}
		b, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("audit: member %q: %w", k, err)
		}
		if len(b) > mostBytes {
			out[k] = fmt.Sprintf("(%d bytes)", len(b))
			continue
		}
		out[k] = json.RawMessage(b)
	}
	return out, nil
}

// naming are the members that hold names of environments, at any depth.
var naming = []string{"environment", "environments", "env", "envs", "env_name"}

// environments are the names of environments that a document gives.
func environments(v any) (out []graph.EnvID) {
	switch v := v.(type) {
	case graph.Attrs:
		return environments(map[string]any(v))
	case map[string]any:
		for k, e := range v {
			if slices.Contains(naming, k) {
				for _, name := range (graph.Attrs{k: e}).Strings(k) {
					out = append(out, graph.EnvID(name))
				}
			}
			out = append(out, environments(e)...)
		}
	case []any:
		for _, e := range v {
			out = append(out, environments(e)...)
		}
	}
	return out
}
