package legacy

import (
	"context"
	"iter"
	"net/http"

	"calipso/graph"
)

func (a *API) getEnvironmentConfigs() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/environment_configs", Needs: SignedIn,
		Params: paged(
			Param{Name: "name", Type: String, Match: Equal},
			Param{Name: "distribution", Type: String, Constant: "distributions", Match: Equal},
			Param{Name: "distribution_version", Type: String, Constant: "distribution_versions", Match: Equal},
			Param{Name: "mechanism_drivers", Type: String | List, Constant: "mechanism_drivers", Match: All},
			Param{Name: "type_drivers", Type: String, Constant: "type_drivers", Match: Equal},
			Param{Name: "user", Type: String, Match: Equal},
			Param{Name: "listen", Type: Bool, Match: Equal},
			Param{Name: "scanned", Type: Bool, Match: Equal},
			Param{Name: "monitoring_setup_done", Type: Bool, Match: Equal},
			Param{Name: "operational", Type: String, Constant: "environment_operational_status", Match: Equal},
			Param{Name: "environment_type", Type: String, Constant: "environment_types", Match: Equal},
		),
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			docs, err := q.environments(ctx)
			if err != nil {
				return nil, err
			}
			if q.Has("name") {
				for m, err := range docs {
					if err != nil {
						return nil, err
					}
					if q.matches(m) {
						return One(m), nil
					}
				}
				return One(nil), nil
			}
			fields := []string{"name", "distribution", "environment_type"}
			if q.Compat() == OPNFV {
				fields = fields[:2]
			}
			return ListOf{"environment_configs", page(q, func(yield func(map[string]any, error) bool) {
				for m, err := range docs {
					if err != nil {
						yield(nil, err)
						return
					}
					if q.matches(m) && !yield(only(m, fields), nil) {
						return
					}
				}
			})}, nil
		},
	}
}

// environments are the environment documents that the caller may view, by name.
// The ids of their documents follow from the names.
func (q *Request) environments(ctx context.Context) (iter.Seq2[map[string]any, error], error) {
	visible, err := q.api.host.Visible(ctx)
	if err != nil {
		return nil, err
	}
	return func(yield func(map[string]any, error) bool) {
		for _, env := range visible {
			d, err := q.api.environmentDocument(ctx, string(env))
			if err != nil {
				yield(nil, err)
				return
			}
			m := whole(graph.Shared, d)
			m["_id"] = graph.DocumentOID(graph.Shared, graph.Environments, d.ID)
			if !yield(m, nil) {
				return
			}
		}
	}, nil
}

// only keeps some fields, those that are there.
func only(m map[string]any, fields []string) map[string]any {
	out := make(map[string]any, len(fields))
	for _, f := range fields {
		if v, ok := m[f]; ok {
			out[f] = v
		}
	}
	return out
}
