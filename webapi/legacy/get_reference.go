package legacy

import (
	"context"
	"iter"
	"net/http"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
)

// oneID is the parameter that asks for one whole document.
var oneID = Param{Name: "id", Type: OID, Field: "_id", Match: Equal}

// open are the shared documents of a collection that are of no environment, or
// of one that the caller may view.
func (q *Request) open(ctx context.Context, c graph.Collection) (iter.Seq2[map[string]any, error], error) {
	docs, err := q.api.shared(ctx, c)
	if err != nil {
		return nil, err
	}
	visible, err := q.api.host.Visible(ctx)
	if err != nil {
		return nil, err
	}
	return func(yield func(map[string]any, error) bool) {
		for _, d := range docs {
			env := d.Body.String("environment")
			if env != "" && env != catalog.AnyEnvironment && !slices.Contains(visible, graph.EnvID(env)) {
				continue
			}
			if !yield(whole(graph.Shared, d), nil) {
				return
			}
		}
	}, nil
}

// from answers from the open documents of a collection.
func (q *Request) from(ctx context.Context, c graph.Collection, key string, fields ...string) (Answer, error) {
	docs, err := q.open(ctx, c)
	if err != nil {
		return nil, err
	}
	return q.find(docs, key, fields...)
}

func (a *API) getCliqueTypes() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/clique_types", Needs: SignedIn,
		Params: paged(
			Param{Name: "env_name", Type: String, Field: "environment", Match: Equal},
			oneID,
			Param{Name: "name", Type: String, Match: Equal},
			Param{Name: "distribution", Type: String, Match: Equal},
			Param{Name: "distribution_version", Type: String, Match: Equal},
			Param{Name: "mechanism_drivers", Type: String, Constant: "mechanism_drivers", Match: Equal},
			Param{Name: "type_drivers", Type: String, Constant: "type_drivers", Match: Equal},
			Param{Name: "focal_point_type", Type: String, Constant: "object_types", Match: Equal},
			Param{Name: "link_type", Type: String | List, Constant: "link_types", Field: "link_types", Match: All},
		),
		Check: func(_ context.Context, q *Request) error {
			if q.Has("distribution_version") && !q.Has("distribution") {
				return BadRequest("Distribution version without distribution is not allowed")
			}
			return nil
		},
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			env := q.Text("env_name")
			if env != "" && (env != catalog.AnyEnvironment || q.Compat() == CVIM) {
				if err := q.mayView(ctx, env); err != nil {
					return nil, err
				}
			}
			return q.from(ctx, graph.CliqueTypes, "clique_types", "focal_point_type", "link_types", "environment", "name",
				"distribution", "distribution_version", "mechanism_drivers", "type_drivers", "use_implicit_links")
		},
	}
}

// mayView is nil if the caller may view an environment.
func (q *Request) mayView(ctx context.Context, env string) error {
	visible, err := q.api.host.Visible(ctx)
	if err == nil && !slices.Contains(visible, graph.EnvID(env)) {
		err = q.unknownEnvironment(env)
	}
	return err
}

func (a *API) getCliqueConstraints() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/clique_constraints", Needs: SignedIn,
		Params: paged(
			oneID,
			Param{Name: "focal_point_type", Type: String, Constant: "object_types", Match: Equal},
			Param{Name: "constraint", Type: String | List, Field: "constraints", Match: All},
		),
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			return q.from(ctx, graph.CliqueConstraints, "clique_constraints")
		},
	}
}

func (a *API) getConstants() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/constants", Needs: SignedIn,
		Params: []Param{
			{Name: "name", Type: String, Mandatory: InOPNFV | InCVIM, Match: Equal},
			{Name: "env_name", Type: String, In: InCVIM | InNew},
			{Name: "env_type", Type: String, In: InCVIM | InNew, Constant: "environment_types"},
		},
		Check: func(_ context.Context, q *Request) error {
			if q.Has("env_name") && q.Has("env_type") {
				return BadRequest("Only up to one of (env_name, env_type) can be specified")
			}
			return nil
		},
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			docs, err := q.open(ctx, graph.Constants)
			if err != nil {
				return nil, err
			}
			envType, err := q.environmentType(ctx)
			if err != nil {
				return nil, err
			}
			if q.Has("name") {
				return q.constant(docs, envType)
			}
			return q.find(docs, "constants", "name", "environment_type") // rule API-13
		},
	}
}

// environmentType is the type of environment that a request is about.
func (q *Request) environmentType(ctx context.Context) (string, error) {
	env := q.Text("env_name")
	if env == "" {
		if t := q.Text("env_type"); t != "" {
			return t, nil
		}
		return catalog.OpenStack, nil
	}
	if err := q.mayView(ctx, env); err != nil {
		return "", err
	}
	d, err := q.api.environmentDocument(ctx, env)
	if err != nil {
		return "", err
	}
	if t := d.Body.String("environment_type"); t != "" {
		return t, nil
	}
	return catalog.OpenStack, nil
}

func (a *API) environmentDocument(ctx context.Context, env string) (*graph.Document, error) {
	v, err := a.opt.Store.View(ctx, graph.Shared, graph.Now)
	if err != nil {
		return nil, err
	}
	return v.Document(ctx, graph.Environments, env)
}

// constant is the one of a name for a type of environment; one that is common
// to all serves too.
func (q *Request) constant(docs iter.Seq2[map[string]any, error], envType string) (Answer, error) {
	var found One
	for m, err := range docs {
		if err != nil {
			return nil, err
		}
		t, _ := m["environment_type"].(string)
		if q.matches(m) && (t == envType || t == "" && found == nil) {
			m["id"] = m["_id"]
			found = m
		}
	}
	return found, nil
}

func (a *API) getMonitoringConfigTemplates() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/monitoring_config_templates", Needs: SignedIn,
		Params: paged(
			oneID,
			Param{Name: "order", Type: Int},
			Param{Name: "side", Type: String, Constant: "monitoring_sides", Match: Equal},
			Param{Name: "type", Type: String, Match: Equal},
		),
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			docs, err := q.open(ctx, "monitoring_config_templates")
			if err != nil {
				return nil, err
			}
			return q.find(q.ordered(docs), "monitoring_config_templates", "side", "type")
		},
	}
}

// ordered keeps documents of the order asked for, which they hold as text or as
// a number (rule API-16).
func (q *Request) ordered(docs iter.Seq2[map[string]any, error]) iter.Seq2[map[string]any, error] {
	if !q.Has("order") {
		return docs
	}
	return func(yield func(map[string]any, error) bool) {
		for m, err := range docs {
			if err == nil {
				order := m["order"]
				if text, ok := order.(string); ok {
					order, _ = integer(text)
				}
				if !same(order, q.Int("order")) {
					continue
				}
			}
			if !yield(m, err) {
				return
			}
		}
	}
}
