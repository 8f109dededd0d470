package legacy

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"calipso/graph"
	"calipso/graph/catalog"
)

// shared are the documents of a collection that belong to no environment, by
// document id: shipped ones, and the stored ones, which take the place of a
// shipped one under the same id.
func (a *API) shared(ctx context.Context, c graph.Collection) ([]*graph.Document, error) {
	v, err := a.opt.Store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	docs, err := catalog.Joined(c, v.Documents(ctx, c))
	if err != nil {
		return nil, err
	}
	out := slices.Collect(maps.Values(docs))
	slices.SortFunc(out, func(x, y *graph.Document) int { return cmp.Compare(x.ID, y.ID) })
	return out, nil
}

// documents are those of a collection of an environment, by document id.
func (a *API) documents(ctx context.Context, env graph.EnvID, c graph.Collection) iter.Seq2[*graph.Document, error] {
	return func(yield func(*graph.Document, error) bool) {
		v, err := a.opt.Store.View(ctx, env, graph.Now)
		if errors.Is(err, graph.ErrNotFound) {
			return // configured, and nothing known of it yet
		}
		if err != nil {
			yield(nil, err)
			return
		}
		for d, err := range v.Documents(ctx, c) {
			if !yield(d, err) {
				return
			}
		}
	}
}

// documentOID is the document id that is shown: the stored one if it is in that
// form, else one derived from it.
func documentOID(env graph.EnvID, d *graph.Document) graph.OID {
	if oidForm.MatchString(d.ID) {
		return graph.OID(strings.ToLower(d.ID))
	}
	return graph.DocumentOID(env, d.Collection, d.ID)
}

// whole is a document as it is shown, with its ids.
func whole(env graph.EnvID, d *graph.Document) map[string]any {
	m := make(map[string]any, len(d.Body)+3)
	maps.Copy(m, d.Body)
	m["_id"] = documentOID(env, d)
	if env != graph.Shared {
		m["environment"] = string(env)
	}
	return m
}

// matches tells whether a document meets all filters that have a value.
func (q *Request) matches(m map[string]any) bool {
	for i := range q.Resource.Params {
		p := &q.Resource.Params[i]
		v, given := q.Values[p.Name]
		if !given || p.Match == NoFilter || q.Compat() == CVIM && v == false { // which drops filters that are false
			continue
		}
		if !p.Match.holds(member(m, p.field()), v) {
			return false
		}
	}
	return true
}

// member is a field of a document by its dotted path.
func member(m map[string]any, path string) any {
	for {
		if v, ok := m[path]; ok {
			return v
		}
		head, rest, dotted := strings.Cut(path, ".")
		if !dotted {
			return nil
		}
		switch v := m[head].(type) {
		case map[string]any:
			m = v
		case graph.Attrs:
			m = v
		default:
			return nil
		}
		path = rest
	}
}

// holds compares a field with a value asked for.
func (k Match) holds(field, asked any) bool {
	switch k {
	case All:
		if list, ok := asked.([]any); ok {
			return !slices.ContainsFunc(list, func(e any) bool { return !same(field, e) })
		}
		return same(field, asked)
	case From, Until:
		t, ok := moment(field)
		bound, _ := asked.(time.Time)
		if k == From {
			return ok && !t.Before(bound)
		}
		return ok && !t.After(bound)
	}
	return same(field, asked)
}

// same compares as the documented database does: a list equals each of its
// entries, numbers are equal whatever their kind.
func same(field, asked any) bool {
	switch f := field.(type) {
	case []any:
		return slices.ContainsFunc(f, func(e any) bool { return same(e, asked) })
	case graph.OID:
		return string(f) == asked
	case int64:
		a, ok := asked.(int64)
		return ok && a == f
	case float64:
		a, ok := asked.(int64)
		return ok && float64(a) == f
	case string, bool:
		return f == asked
	}
	return false
}

// moment reads a time that documents may hold as text.
func moment(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v, true
	case string:
		return parseDate(v)
	}
	return time.Time{}, false
}

// entry is a document in a list: the fields named, and id. Fields that the
// document does not have are left out.
func (q *Request) entry(m map[string]any, fields []string) map[string]any {
	out := make(map[string]any, len(fields)+2)
	for _, f := range fields {
		if v, ok := m[f]; ok {
			out[f] = v
		}
	}
	if _, own := out["id"]; !own {
		out["id"] = m["_id"]
	} else if q.Compat() != OPNFV {
		out["_id"] = m["_id"]
	}
	return out
}

// find answers from documents: one, if the request has an id; else a page of
// those that match, each with some fields.
func (q *Request) find(docs iter.Seq2[map[string]any, error], key string, fields ...string) (Answer, error) {
	if q.Has("id") {
		for m, err := range docs {
			if err != nil {
				return nil, err
			}
			if q.matches(m) {
				if _, own := m["id"]; !own {
					m["id"] = m["_id"]
				}
				return One(m), nil
			}
		}
		return One(nil), nil
	}
	return ListOf{key, page(q, func(yield func(map[string]any, error) bool) {
		for m, err := range docs {
			if err != nil {
				yield(nil, err)
				return
			}
			if q.matches(m) && !yield(q.entry(m, fields), nil) {
				return
			}
		}
	})}, nil
}

// inEnvironment are the documents of a collection of the request's environment.
func (q *Request) inEnvironment(ctx context.Context, c graph.Collection) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		for d, err := range q.api.documents(ctx, q.Env, c) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(whole(q.Env, d), nil) {
				return
			}
		}
	}
}

// view shows an environment as it is now; known is false if nothing was ever
// found of it.
func (a *API) view(ctx context.Context, env graph.EnvID) (v *graph.View, known bool, err error) {
	v, err = a.opt.Store.View(ctx, env, graph.Now)
	if errors.Is(err, graph.ErrNotFound) {
		return nil, false, nil
	}
	return v, err == nil, err
}
