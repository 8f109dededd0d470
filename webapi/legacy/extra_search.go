package legacy

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"calipso/graph"
	"calipso/index"
	"calipso/query"
)

// getSearch finds objects by text (section 6.2).
func (a *API) getSearch() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/search", In: InCVIM | InNew, Needs: View,
		Params: paged(
			envName,
			Param{Name: "source", Type: String, Mandatory: Always, OneOf: []string{"inventory"}},
			Param{Name: "query", Type: String, Mandatory: Always},
			Param{Name: "all", Type: Bool},
			Param{Name: "type", Type: String | List, In: InNew, Constant: "object_types"},
			Param{Name: "fields", Type: String, In: InNew},
		),
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			found := a.named
			if q.Compat() == Current {
				found = a.found
			}
			return ListOf{"objects", page(q, func(yield func(map[string]any, error) bool) {
				err := found(ctx, q, func(o *query.Object) bool { return yield(hitOf(o), nil) })
				if err != nil {
					yield(nil, err)
				}
			})}, nil
		},
	}
}

// hitOf is an object as a search shows it.
func hitOf(o *query.Object) map[string]any {
	out := map[string]any{"id": string(o.ID), "_id": graph.VertexOID(o.Environment, o.Type, o.ID), "name": o.Name, "type": string(o.Type)}
	if o.LastScanned != nil {
		out["last_scanned"] = *o.LastScanned
	}
	return out
}

// named are the objects with a text anywhere in their names, as the later
// version searched.
func (a *API) named(ctx context.Context, q *Request, yield func(*query.Object) bool) error {
	text := strings.ToLower(q.Text("query"))
	for o, err := range a.opt.Query.EachObject(ctx, query.ObjectsRequest{At: query.At{Env: q.Env}}) {
		if errors.Is(err, graph.ErrNotFound) {
			return nil // configured, and nothing known of it yet
		}
		if err != nil {
			return err
		}
		if strings.Contains(strings.ToLower(o.Name), text) && !yield(o) {
			return nil
		}
	}
	return nil
}

// found are the objects that the search index finds by names, ids, addresses
// and hosts, the best first (rule API-17); fields limits in which it looks.
func (a *API) found(ctx context.Context, q *Request, yield func(*query.Object) bool) error {
	var fields []string
	for f := range strings.SplitSeq(q.Text("fields"), ",") {
		if f = strings.TrimSpace(f); f != "" {
			fields = append(fields, f)
		}
	}
	req := query.SearchRequest{Text: q.Text("query"), Envs: []graph.EnvID{q.Env}, Limit: index.MaxLimit}
	for _, t := range q.Texts("type") {
		req.Types = append(req.Types, graph.VertexType(t))
	}
	for {
		hits, err := a.opt.Query.Search(ctx, req)
		if err != nil {
			return err
		}
		for _, h := range hits.Items {
			if len(fields) > 0 && !slices.Contains(fields, h.Matched.Field) {
				continue
			}
			o, err := a.opt.Query.Object(ctx, query.ObjectRequest{At: query.At{Env: h.Env}, ID: h.ID})
			if errors.Is(err, graph.ErrNotFound) {
				continue // removed meanwhile
			}
			if err != nil {
				return err
			}
			if !yield(o) {
				return nil
			}
		}
		if hits.NextCursor == "" {
			return nil
		}
		req.Cursor = hits.NextCursor
	}
}
