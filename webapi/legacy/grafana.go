package legacy

import (
	"context"
	"errors"
	"mime"
	"net/http"
	"slices"

	"calipso/graph"
	"calipso/graph/catalog"
)

// grafanaPrefix is the path of the data source; below it, every resource is
// there a second time.
const grafanaPrefix = "/grafana"

// grafanaResources are the data source for Grafana's JSON plug-in (section 6.6);
// core are the resources that it mirrors.
func (a *API) grafanaResources(core []Resource) []Resource {
	out := []Resource{
		{Method: http.MethodGet, Path: grafanaPrefix, Needs: SignedIn, Handle: func(context.Context, *Request) (Answer, error) {
			return Text("We're open"), nil
		}},
		{Method: http.MethodPost, Path: grafanaPrefix + "/search", Needs: SignedIn, Raw: true, Handle: a.grafanaSearch},
		{Method: http.MethodPost, Path: grafanaPrefix + "/query", Needs: SignedIn, Raw: true, Handle: a.grafanaQuery},
	}
	for _, r := range core {
		if r.Path != tokensPath {
			r.Path = grafanaPrefix + "/query" + r.Path
			out = append(out, r)
		}
	}
	for i := range out {
		out[i].In = InCVIM | InNew
	}
	return out
}

// grafanaBody reads what Grafana sends: JSON, and said to be.
func grafanaBody(q *Request) (map[string]any, error) {
	given := q.HTTP.Header.Get("Content-Type")
	if kind, _, err := mime.ParseMediaType(given); err != nil || kind != "application/json" || q.Compat() == CVIM && given != kind {
		return nil, BadRequest("Unsupported content type: %s", given)
	}
	body, err := readBody(q.HTTP)
	var told *Error
	if errors.As(err, &told) {
		return nil, BadRequest("Failed to get json content from request")
	}
	return body, err
}

// grafanaSearch lists what the variables of a dashboard may be.
func (a *API) grafanaSearch(ctx context.Context, q *Request) (Answer, error) {
	body, err := grafanaBody(q)
	if err != nil {
		return nil, err
	}
	t, err := parseGrafanaTarget(body["target"])
	if err != nil {
		return nil, err
	}
	switch t.name {
	case "regions":
		return a.places(ctx, "cvim_region", nil)
	case "metros":
		return a.places(ctx, "cvim_metro", map[string][]string{"cvim_region": chosen(t.filters["regions"])})
	case "environment_configs":
		return a.places(ctx, "name", map[string][]string{"cvim_region": chosen(t.filters["regions"]), "cvim_metro": chosen(t.filters["metros"])})
	case "object_types":
		var env string
		if of := chosen(t.filters["environment"]); len(of) > 0 {
			env = of[0]
		}
		types, err := a.grafanaTypes(ctx, q, env)
		return Bare{types}, err
	}
	return nil, BadRequest("Unknown target: %s", t.name)
}

// places lists, in order, the different values that the environments which the
// caller may view have in a field; filters limit which of them.
func (a *API) places(ctx context.Context, field string, filters map[string][]string) (Answer, error) {
	envs, err := a.host.Visible(ctx)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, env := range envs {
		d, err := a.environmentDocument(ctx, string(env))
		if err != nil {
			return nil, err
		}
		fits := true
		for f, values := range filters {
			fits = fits && (len(values) == 0 || slices.Contains(values, d.Body.String(f)))
		}
		value := d.Body.String(field)
		if field == "name" {
			value = string(env)
		}
		if fits && value != "" {
			out = append(out, value)
		}
	}
	slices.Sort(out)
	return Bare{slices.Compact(out)}, nil
}

// grafanaTypes are the object types of an environment's type; of OpenStack's if
// none is named.
func (a *API) grafanaTypes(ctx context.Context, q *Request, env string) ([]string, error) {
	kind := catalog.OpenStack
	if env != "" {
		if err := a.grafanaEnvironment(ctx, env); err != nil {
			return nil, err
		}
		d, err := a.environmentDocument(ctx, env)
		if err != nil {
			return nil, err
		}
		if own := d.Body.String("environment_type"); own != "" {
			kind = own
		}
	}
	return a.valuesFor(ctx, "object_types", kind)
}

// grafanaEnvironment complains of an environment that is not there for the
// caller.
func (a *API) grafanaEnvironment(ctx context.Context, env string) error {
	err := a.host.Permit(ctx, View, graph.EnvID(env))
	if errors.Is(err, graph.ErrNotFound) {
		return BadRequest("unknown environment: %s", env)
	}
	return err
}

// valuesFor are the values of a constant for one type of environment.
func (a *API) valuesFor(ctx context.Context, name, kind string) ([]string, error) {
	docs, err := a.shared(ctx, graph.Constants)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, d := range docs {
		if t := d.Body.String("environment_type"); d.Body.String("name") != name || t != "" && t != kind {
			continue
		}
		for _, e := range d.Body.Maps("data") {
			if v := e.String("value"); !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out, nil
}
