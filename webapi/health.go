package webapi

import (
	"bytes"
	"context"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
	"calipso/query/health"
	"calipso/query/paper"
)

type healthRequest struct {
	EnvPath
	AtQuery
	FormatQuery
	Scope string `query:"scope" maxLength:"400" doc:"limit it to this scope"`
	Since string `query:"since" maxLength:"200" doc:"time or snapshot whose instances are expected to be there; default: the design of the scope, if it has one" example:"design"`
}

// environmentHealth serves GET /api/v1/environments/{env}/health: 200, 404, 422.
func (a *API) environmentHealth(ctx context.Context, in *healthRequest) (*huma.StreamResponse, error) {
	q := health.Request{Env: in.Env, Extents: a.opt.Extents}
	var err error
	if q.Scope, err = a.scopeOf(ctx, in.Scope); err != nil {
		return nil, err
	}
	if q.At, err = a.moment(ctx, in.Env, "at", in.At); err != nil {
		return nil, err
	}
	if in.Since != "" {
		if q.Baseline, err = a.moment(ctx, in.Env, "since", in.Since); err != nil {
			return nil, err
		}
		if q.Baseline == graph.Now {
			return nil, invalidQuery("since", "must be a past time, or a snapshot")
		}
	}
	r, err := health.Make(ctx, a.opt.Store, a.opt.Query, q)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := health.Write(&out, in.format(), r); err != nil {
		return nil, err
	}
	return reportReply(in.format(), out.Bytes(), paper.ContentPolicy()), nil
}
