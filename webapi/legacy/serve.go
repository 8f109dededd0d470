package legacy

import (
	"context"
	"errors"
	"net/http"

	"calipso/graph"
)

// serve answers one request: parse, check, resolve the environment, handle,
// write.
func (a *API) serve(w http.ResponseWriter, r *http.Request, res *Resource) {
	ctx := r.Context()
	q := &Request{api: a, Resource: res, HTTP: r}
	answer, err := a.answer(ctx, q)
	if err != nil {
		a.Refuse(w, r, err)
		return
	}
	a.allowOrigin(w.Header(), r)
	if err := answer.write(ctx, q, w); err != nil {
		a.Refuse(w, r, err)
	}
}

func (a *API) answer(ctx context.Context, q *Request) (Answer, error) {
	given, err := q.given()
	if err != nil {
		return nil, err
	}
	if q.Values, err = q.Validate(ctx, q.Resource.Params, q.Resource.Pattern, given); err != nil {
		return nil, err
	}
	if q.Resource.Check != nil {
		if err := q.Resource.Check(ctx, q); err != nil {
			return nil, err
		}
	}
	if p := q.Resource.environment(); p != nil && q.Has(p.Name) {
		if q.Env, err = q.Environment(ctx, q.Text(p.Name)); err != nil {
			return nil, err
		}
	}
	return q.Resource.Handle(ctx, q)
}

// given are the keys of the query or the members of the body, unchecked.
func (q *Request) given() (map[string]any, error) {
	if q.Resource.Raw {
		return nil, nil
	}
	if q.Resource.body() {
		return readBody(q.HTTP)
	}
	return parseQuery(q.HTTP.URL.RawQuery)
}

// Environment is the environment of a name, if it is there and the caller has
// what the resource needs of it. One that he may not see is unknown to the
// letter.
func (q *Request) Environment(ctx context.Context, name string) (graph.EnvID, error) {
	err := q.api.host.Permit(ctx, q.Resource.Needs, graph.EnvID(name))
	if errors.Is(err, graph.ErrNotFound) {
		return "", q.unknownEnvironment(name)
	}
	return graph.EnvID(name), err
}

func (q *Request) unknownEnvironment(name string) error {
	return BadRequest("%s environment: %s", q.either("unknown", "Unknown"), name)
}

// either is the first text in version opnfv, the second in all others.
func (q *Request) either(opnfv, others string) string {
	if q.Compat() == OPNFV {
		return opnfv
	}
	return others
}
