package legacy

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"slices"

	"calipso/graph"
	"calipso/graph/clique"
	"calipso/graph/document"
	"calipso/graph/topology"
	"calipso/query"
)

func (a *API) getCliques() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/cliques", Needs: View,
		Params: paged(
			envName,
			oneID,
			Param{Name: "focal_point", Type: OID},
			Param{Name: "focal_point_type", Type: String, Constant: "object_types"},
			Param{Name: "link_type", Type: String, Constant: "link_types"},
			Param{Name: "link_id", Type: OID},
			Param{Name: "focal_point_object_id", Type: String, In: InCVIM | InNew},
		),
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			v, known, err := q.api.view(ctx, q.Env)
			if err != nil {
				return nil, err
			}
			var focals []uint32
			if known {
				if focals, err = q.focalPoints(ctx, v); err != nil {
					return nil, err
				}
			}
			found := q.cliques(ctx, v, focals)
			if q.Has("id") {
				for w, err := range found {
					if err != nil {
						return nil, err
					}
					return q.cliqueDocument(ctx, w)
				}
				return One(nil), nil
			}
			return ListOf{"cliques", func(yield func(map[string]any, error) bool) {
				for w, err := range page(q, found) {
					if err != nil {
						yield(nil, err)
						return
					}
					if !yield(q.cliqueEntry(w), nil) {
						return
					}
				}
			}}, nil
		},
	}
}

func (q *Request) cliqueEntry(w *query.CliqueWalk) map[string]any {
	m := map[string]any{
		"id": document.CliqueOID(q.Env, w.Focal.ID), "focal_point_type": string(w.Focal.Type), "environment": string(q.Env),
	}
	if q.Compat() != OPNFV {
		m["focal_point_object_id"] = string(w.Focal.ID)
	}
	return m
}

// cliqueDocument is the whole document of a clique.
func (q *Request) cliqueDocument(ctx context.Context, w *query.CliqueWalk) (Answer, error) {
	c, err := w.Read(ctx, w.View)
	if err != nil {
		return nil, err
	}
	l, err := document.NewLinker(ctx, w.View)
	if err != nil {
		return nil, err
	}
	m, err := document.Clique(ctx, q.Env, l, c)
	if err != nil {
		return nil, err
	}
	m["id"] = m["_id"]
	return One(m), nil
}

// focalPoints are the numbers of the objects whose cliques come into question,
// by the document ids of these: of a type that has clique documents, and the one
// asked for, or around the link asked for.
func (q *Request) focalPoints(ctx context.Context, v *graph.View) ([]uint32, error) {
	g, err := v.Topology(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := q.api.opt.Query.CliqueRules(ctx, q.Env)
	if err != nil {
		return nil, err
	}
	types := document.FocalTypes(rules.Types)
	if q.Has("focal_point_type") {
		types = slices.DeleteFunc(types, func(t graph.VertexType) bool { return string(t) != q.Text("focal_point_type") })
	}
	var codes [256]bool
	for _, t := range types {
		if code, ok := g.VertexTypes().Code(string(t)); ok {
			codes[code] = true
		}
	}
	codes[0] = false
	b, err := q.api.books.objects.get(ctx, v)
	if err != nil {
		return nil, err
	}
	var conditions []func(n uint32) bool
	// only keeps one vertex, or none if it was not found.
	only := func(n uint32, ok bool) {
		conditions = append(conditions, func(m uint32) bool { return ok && m == n })
	}
	if q.Has("id") {
		only(b.cliques.find(q.Text("id")))
	}
	if q.Has("focal_point") {
		only(b.objects.find(q.Text("focal_point")))
	}
	if q.Has("focal_point_object_id") {
		n, err := v.Num(ctx, graph.ID(q.Text("focal_point_object_id")))
		if err != nil && !errors.Is(err, graph.ErrNotFound) {
			return nil, err
		}
		only(n, err == nil)
	}
	if q.Has("link_id") {
		around, err := q.around(ctx, v, types)
		if err != nil {
			return nil, err
		}
		conditions = append(conditions, func(n uint32) bool { return around[n] })
	}
	var out []uint32
	for _, f := range b.cliques {
		if codes[g.VertexType(f.num)] && !slices.ContainsFunc(conditions, func(c func(uint32) bool) bool { return !c(f.num) }) {
			out = append(out, f.num)
		}
	}
	return out, nil
}

// around are the focal points whose cliques contain the source of the link asked
// for, and so may contain the link.
func (q *Request) around(ctx context.Context, v *graph.View, types []graph.VertexType) (map[uint32]bool, error) {
	b, err := q.api.books.links.get(ctx, v)
	if err != nil {
		return nil, err
	}
	n, ok := b.links.find(q.Text("link_id"))
	if !ok || len(types) == 0 {
		return nil, nil
	}
	edges, err := v.EdgesByNum(ctx, []uint32{n})
	if errors.Is(err, graph.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := map[uint32]bool{}
	ask := query.ContainingRequest{At: query.At{Env: q.Env}, ID: edges[0].From, FocalTypes: types, Paging: query.Paging{Limit: query.MaxLimit}}
	for {
		part, err := q.api.opt.Query.Containing(ctx, ask)
		if err != nil {
			return nil, err
		}
		for _, m := range part.Items {
			n, err := v.Num(ctx, m.FocalPoint.ID)
			if err != nil && !errors.Is(err, graph.ErrNotFound) {
				return nil, err
			}
			out[n] = err == nil
		}
		if ask.Cursor = part.NextCursor; ask.Cursor == "" {
			return out, nil
		}
	}
}

// cliques finds the cliques of focal points that have a link and meet what is
// asked of their links.
func (q *Request) cliques(ctx context.Context, v *graph.View, focals []uint32) iter.Seq2[*query.CliqueWalk, error] {
	return func(yield func(*query.CliqueWalk, error) bool) {
		for some := range slices.Chunk(focals, readChunk) {
			list, err := v.VerticesByNum(ctx, some)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, x := range list {
				w, err := q.api.opt.Query.WalkClique(ctx, query.CliqueRequest{At: query.At{Env: q.Env}, ID: x.ID})
				if errors.Is(err, graph.ErrNotFound) {
					continue // no clique type fits this environment
				}
				if err != nil {
					yield(nil, err)
					return
				}
				fits, err := q.cliqueFits(ctx, w)
				if err != nil {
					yield(nil, err)
					return
				}
				if fits && !yield(w, nil) {
					return
				}
			}
		}
	}
}

// cliqueFits tells whether a clique has any link, and the ones asked for.
func (q *Request) cliqueFits(ctx context.Context, w *query.CliqueWalk) (bool, error) {
	if len(w.Links) == 0 {
		return false, nil
	}
	if q.Has("link_type") && !slices.ContainsFunc(w.Links, func(l clique.Link) bool { return isOfType(w.Graph, l, graph.EdgeType(q.Text("link_type"))) }) {
		return false, nil
	}
	if !q.Has("link_id") {
		return true, nil
	}
	c, err := w.Read(ctx, w.View)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(c.Edges, func(e clique.Edge) bool {
		return string(graph.EdgeOID(q.Env, e.EdgeKey)) == q.Text("link_id")
	}), nil
}

// isOfType tells whether a link of a clique is of a type.
func isOfType(g *topology.Graph, l clique.Link, t graph.EdgeType) bool {
	if l.Edge == clique.NoEdge { // derived from others
		names := g.VertexTypes()
		from, to := names.Name(int(g.VertexType(l.From))), names.Name(int(g.VertexType(l.To)))
		return graph.EdgeTypeOf(graph.VertexType(from), graph.VertexType(to)) == t
	}
	code, ok := g.EdgeTypes().Code(string(t))
	if !ok {
		return false
	}
	a, ok := g.Find(uint8(code), l.From, l.To)
	return ok && a.Edge == l.Edge
}
