package legacy

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/graph/document"
)

func (a *API) getInventory() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/inventory", Needs: View,
		Params: paged(
			Param{Name: "env_name", Type: String, Mandatory: InOPNFV, Environment: true},
			Param{Name: "id", Type: String, Match: Equal},
			Param{Name: "id_path", Type: String, Match: Equal},
			Param{Name: "parent_id", Type: String, Match: Equal},
			Param{Name: "parent_path", Type: String},
			Param{Name: "sub_tree", Type: Bool, Default: false},
			Param{Name: "type", Type: String, In: InCVIM | InNew, Constant: "object_types", Match: Equal},
			Param{Name: "projection", Type: String, In: InCVIM | InNew},
			Param{Name: "all", Type: Bool, In: InCVIM | InNew, Default: false},
			Param{Name: "scanned_after", Type: Date, In: InCVIM | InNew, Field: "last_scanned", Match: From},
			Param{Name: "scanned_before", Type: Date, In: InCVIM | InNew, Field: "last_scanned", Match: Until},
		),
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			envs, err := q.Envs(ctx)
			if err != nil {
				return nil, err
			}
			if q.Has("parent_path") {
				delete(q.Values, "id_path")
			}
			if q.Has("id") {
				return q.object(ctx, envs)
			}
			fields := q.objectFields()
			return ListOf{"objects", func(yield func(map[string]any, error) bool) {
				for m, err := range q.objects(ctx, envs) {
					if err == nil {
						m = q.entry(m, fields)
					}
					if !yield(m, err) {
						return
					}
				}
			}}, nil
		},
	}
}

// objectFields are the fields of a list's entries.
func (q *Request) objectFields() []string {
	switch {
	case q.Has("projection"):
		fields := strings.Split(q.Text("projection"), ",")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		return fields
	case q.Compat() == OPNFV:
		return []string{"id", "name", "name_path"}
	}
	return []string{"id", "name", "name_path", "type", "environment"}
}

// object answers with the first object of the id, in the order of environments.
func (q *Request) object(ctx context.Context, envs []graph.EnvID) (Answer, error) {
	for _, env := range envs {
		for m, err := range q.objects(ctx, []graph.EnvID{env}) {
			if err != nil {
				return nil, err
			}
			return One(m), nil
		}
	}
	return One(nil), nil
}

// objectRef is an object of a view by number.
type objectRef struct {
	view *graph.View
	num  uint32
}

// objects are the documents of a page of objects: by environment, then by id. A
// filter that only asks for type and place in the tree reads nothing but the
// page itself.
func (q *Request) objects(ctx context.Context, envs []graph.EnvID) iter.Seq2[map[string]any, error] {
	refs := q.objectRefs(ctx, envs)
	if q.Has("id") || q.Has("id_path") || q.Has("scanned_after") || q.Has("scanned_before") {
		return page(q, kept(q.objectDocuments(ctx, refs), q.matches))
	}
	return q.objectDocuments(ctx, page(q, refs))
}

// kept leaves of some documents those that a filter accepts.
func kept(all iter.Seq2[map[string]any, error], accepts func(map[string]any) bool) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		for m, err := range all {
			if (err != nil || accepts(m)) && !yield(m, err) {
				return
			}
		}
	}
}

// objectRefs finds objects by what the arrays tell: type, parent and ancestors.
func (q *Request) objectRefs(ctx context.Context, envs []graph.EnvID) iter.Seq2[objectRef, error] {
	return func(yield func(objectRef, error) bool) {
		for _, env := range envs {
			v, known, err := q.api.view(ctx, env)
			if err == nil && !known {
				continue
			}
			var nums []uint32
			if err == nil {
				nums, err = q.objectNums(ctx, v)
			}
			if err != nil {
				yield(objectRef{}, err)
				return
			}
			for _, n := range nums {
				if !yield(objectRef{v, n}, nil) {
					return
				}
			}
		}
	}
}

// objectNums are the numbers, by id, of the objects of a view that come into
// question.
func (q *Request) objectNums(ctx context.Context, v *graph.View) ([]uint32, error) {
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	where, some, err := q.place(ctx, v)
	if err != nil || !some {
		return nil, err
	}
	code, typed := 0, q.Has("type")
	if typed {
		var known bool
		if code, known = g.VertexTypes().Code(q.Text("type")); !known {
			return nil, nil
		}
	}
	fits := func(n uint32) bool {
		t := g.VertexType(n)
		return t != 0 && (!typed || int(t) == code) && where(n)
	}
	for _, by := range []string{"id", "id_path"} {
		if q.Has(by) { // at most one; its path is compared later
			ids := splitPath(q.Text(by))
			if by == "id" {
				ids = []string{q.Text(by)}
			}
			n, err := v.Num(ctx, graph.ID(ids[len(ids)-1]))
			if errors.Is(err, graph.ErrNotFound) || err == nil && !fits(n) {
				return nil, nil
			}
			return []uint32{n}, err
		}
	}
	b, err := q.api.books.objects.get(ctx, v)
	if err != nil {
		return nil, err
	}
	var out []uint32
	for _, n := range b.byID {
		if fits(n) {
			out = append(out, n)
		}
	}
	return out, nil
}

// place tells which objects are where parent_id and parent_path say; some is
// false if none can be.
func (q *Request) place(ctx context.Context, v *graph.View) (where func(n uint32) bool, some bool, err error) {
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, false, err
	}
	under := func(top uint32) func(n uint32) bool { // right under it; 0: the environment
		return func(n uint32) bool {
			p, _ := g.Parent(n)
			return p == top
		}
	}
	var conditions []func(n uint32) bool
	if q.Has("parent_id") {
		top, ok, err := vertexOr(ctx, v, q.Text("parent_id"))
		if err != nil || !ok {
			return nil, false, err
		}
		conditions = append(conditions, under(top))
	}
	if q.Has("parent_path") {
		top, ok, err := vertexAt(ctx, v, splitPath(q.Text("parent_path")))
		if err != nil || !ok {
			return nil, false, err
		}
		if q.Bool("sub_tree") {
			in := map[uint32]bool{0: top == 0, top: true}
			conditions = append(conditions, func(n uint32) bool { return within(g.Parent, in, n) })
		} else {
			conditions = append(conditions, under(top))
		}
	}
	return func(n uint32) bool {
		return !slices.ContainsFunc(conditions, func(c func(uint32) bool) bool { return !c(n) })
	}, true, nil
}

// within tells whether a vertex is in a tree, and notes what it learns on the
// way up.
func within(parent func(uint32) (uint32, bool), in map[uint32]bool, n uint32) bool {
	var way []uint32
	for {
		if answer, known := in[n]; known {
			for _, w := range way {
				in[w] = answer
			}
			return answer
		}
		in[n] = false // a circle ends here
		way = append(way, n)
		n, _ = parent(n)
	}
}

// vertexOr is the number of a vertex, 0 for the environment itself.
func vertexOr(ctx context.Context, v *graph.View, id string) (n uint32, ok bool, err error) {
	if id == string(v.Env()) {
		return 0, true, nil
	}
	n, err = v.Num(ctx, graph.ID(id))
	if errors.Is(err, graph.ErrNotFound) {
		return 0, false, nil
	}
	return n, err == nil, err
}

// vertexAt is the vertex whose path ends with these whole components (rule
// API-11). Ids are unique in an environment, so the last component tells which.
func vertexAt(ctx context.Context, v *graph.View, ids []string) (n uint32, ok bool, err error) {
	n, ok, err = vertexOr(ctx, v, ids[len(ids)-1])
	if err != nil || !ok {
		return 0, false, err
	}
	path := []string{string(v.Env())}
	if n != 0 {
		list, err := v.Path(ctx, graph.ID(ids[len(ids)-1]))
		if err != nil {
			return 0, false, err
		}
		for _, x := range list {
			path = append(path, string(x.ID))
		}
	}
	return n, len(ids) <= len(path) && slices.Equal(path[len(path)-len(ids):], ids), nil
}

// splitPath is the ids that a path is made of.
func splitPath(path string) []string { return document.SplitPath(path) }

// objectDocuments reads objects, some at a time.
func (q *Request) objectDocuments(ctx context.Context, refs iter.Seq2[objectRef, error]) iter.Seq2[map[string]any, error] {
	return inChunks(refs, func(a, b objectRef) bool { return a.view == b.view }, func(some []objectRef) ([]map[string]any, error) {
		nums := make([]uint32, len(some))
		for i, r := range some {
			nums[i] = r.num
		}
		list, err := q.api.opt.Query.ObjectsByNum(ctx, some[0].view, nums)
		if err != nil {
			return nil, err
		}
		out := make([]map[string]any, len(list))
		for i := range list {
			out[i] = list[i].Document()
		}
		return out, ctx.Err()
	})
}

// readChunk is how many things are read at once.
const readChunk = 256

// inChunks makes documents of things that belong together, many at once.
func inChunks[T any](all iter.Seq2[T, error], together func(a, b T) bool, read func([]T) ([]map[string]any, error)) iter.Seq2[map[string]any, error] {
	return func(yield func(map[string]any, error) bool) {
		var some []T
		flush := func() bool {
			if len(some) == 0 {
				return true
			}
			docs, err := read(some)
			some = some[:0]
			if err != nil {
				yield(nil, err)
				return false
			}
			for _, m := range docs {
				if !yield(m, nil) {
					return false
				}
			}
			return true
		}
		for x, err := range all {
			if err != nil {
				yield(nil, err)
				return
			}
			if len(some) == readChunk || len(some) > 0 && !together(some[0], x) {
				if !flush() {
					return
				}
			}
			some = append(some, x)
		}
		flush()
	}
}
