package legacy

import (
	"context"
	"errors"
	"net/http"

	"calipso/graph"
	"calipso/query"
)

// schemas is the collection whose documents told what objects of a type look
// like; they are made when asked for.
const schemas graph.Collection = "schemas"

// getSchema tells what objects of a type look like, in all environments that the
// caller may view (section 6.3).
func (a *API) getSchema() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/schema", In: InCVIM | InNew, Needs: SignedIn,
		Params: []Param{{Name: "type", Type: String, Mandatory: Always, Constant: "object_types"}},
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			envs, err := a.host.Visible(ctx)
			if err != nil {
				return nil, err
			}
			var seen shape
			kind := q.Text("type")
			for _, env := range envs {
				err := a.eachDocument(ctx, env, graph.VertexType(kind), func(d map[string]any) bool {
					seen.see(d)
					return true
				})
				if err != nil {
					return nil, err
				}
			}
			if seen.objects == 0 {
				return One(nil), nil
			}
			id := graph.DocumentOID(graph.Shared, schemas, kind)
			return One{"_id": id, "id": id, "type": kind, "schema": seen.schema()}, nil
		},
	}
}

// eachDocument goes through the inventory documents of an environment, those of
// one type.
func (a *API) eachDocument(ctx context.Context, env graph.EnvID, t graph.VertexType, do func(map[string]any) bool) error {
	req := query.ObjectsRequest{At: query.At{Env: env}, Types: []graph.VertexType{t}}
	for o, err := range a.opt.Query.EachObject(ctx, req) {
		if errors.Is(err, graph.ErrNotFound) {
			return nil // configured, and nothing known of it yet
		}
		if err != nil {
			return err
		}
		if !do(o.Document()) {
			return nil
		}
	}
	return nil
}
