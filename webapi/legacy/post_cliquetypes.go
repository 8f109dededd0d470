package legacy

import (
	"context"
	"errors"
	"net/http"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/graph/reference"
)

// postCliqueTypes adds a clique type (section 5.5).
func (a *API) postCliqueTypes() Resource {
	return Resource{Method: "POST", Path: "/clique_types", Needs: SignedIn, Params: []Param{
		{Name: "environment", Type: String},
		{Name: "focal_point_type", Type: String, Mandatory: Always, Constant: "object_types"},
		{Name: "link_types", Type: List, Mandatory: Always, Check: linkTypes},
		text("name"),
		{Name: "distribution", Type: String},
		{Name: "distribution_version", Type: String},
		{Name: "mechanism_drivers", Type: String, Constant: "mechanism_drivers"},
		{Name: "type_drivers", Type: String, Constant: "type_drivers"},
		{Name: "environment_type", Type: String, In: InNew, Constant: "environment_types"},
		{Name: "use_implicit_links", Type: RawBool},
	}, Handle: a.createCliqueType}
}

// linkTypes compares with the constant link_types, in the current version with
// what object types can make (rule DM-14).
func linkTypes(ctx context.Context, q *Request, v any) (string, error) {
	allowed, err := q.constantValues(ctx, "link_types")
	if err != nil {
		return "", err
	}
	for _, e := range v.([]any) {
		s, _ := e.(string)
		if among(s, allowed) || q.Compat() == Current && catalog.ValidEdgeType(graph.EdgeType(s)) {
			continue
		}
		return notAmong("link_types", allowed), nil
	}
	return "", nil
}

func (a *API) createCliqueType(ctx context.Context, q *Request) (Answer, error) {
	if a.opt.Reference == nil {
		return nil, unavailable("clique types")
	}
	t, err := catalog.ParseCliqueType(&graph.Document{Body: graph.Attrs(q.Values)})
	if err != nil {
		return nil, err
	}
	c := q.Compat()
	var failed error
	fault := c.cliqueTypeFault(t, func(env string) bool {
		// Clique types of an environment are also its editors' business.
		failed = a.host.Permit(ctx, View, graph.EnvID(env))
		known := !errors.Is(failed, graph.ErrNotFound)
		if !known {
			failed = nil
		}
		return known
	})
	switch {
	case failed != nil:
		return nil, failed
	case fault != "":
		return nil, BadRequest("%s", fault)
	}
	if err := a.mayAddCliqueType(ctx, graph.EnvID(t.Environment)); err != nil {
		return nil, err
	}
	if t.Environment != "" { // conditions beside it were never looked at
		t.Distribution, t.Version = "", ""
	}
	if c != Current {
		all, err := a.opt.Reference.CliqueTypes.List(ctx)
		if err != nil {
			return nil, err
		}
		if c.cliqueTypeTaken(t, all) {
			return nil, BadRequest("%s", c.takenText(t))
		}
	}
	stored, err := a.opt.Reference.CliqueTypes.Add(ctx, reference.By{Who: q.Who(ctx), Loose: true}, t)
	var taken *reference.TakenError
	switch {
	case errors.As(err, &taken) && c == Current:
		return nil, &Error{http.StatusConflict, c.takenText(t)}
	case errors.As(err, &taken):
		return nil, BadRequest("%s", c.takenText(t))
	case err != nil:
		return nil, err
	}
	return q.created("created a new clique_type", "Created a new clique_type", string(stored.ID)), nil
}

// mayAddCliqueType asks for the right to manage clique types, or, for those of
// one environment, for the right to edit it.
func (a *API) mayAddCliqueType(ctx context.Context, env graph.EnvID) error {
	err := a.host.Permit(ctx, ManageCliqueTypes, env)
	if err == nil || env == graph.Shared {
		return err
	}
	return a.host.Permit(ctx, Edit, env)
}
