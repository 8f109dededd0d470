package webapi

import (
	"context"
	"errors"

	"calipso/graph"
	"calipso/graph/snapshot"
	"calipso/query"
)

// AtQuery is the time that a read asks for.
type AtQuery struct {
	At string `query:"at" maxLength:"200" doc:"as of this time (RFC 3339, or a date) or snapshot; default: now" example:"2026-03-01T12:00:00Z"`
}

// at names the graph that a read is about.
//
// Errors: those of moment.
func (a *API) at(ctx context.Context, env graph.EnvID, q AtQuery) (query.At, error) {
	t, err := a.moment(ctx, env, "at", q.At)
	return query.At{Env: env, Time: t}, err
}

// moment reads the parameter of a query that stands for a time of an
// environment: a time, a date, or the name of a snapshot.
//
// Errors: *graph.InvalidError about that parameter; graph.ErrNotFound if there
// is no such environment, or nothing was known of it yet at that time.
func (a *API) moment(ctx context.Context, env graph.EnvID, param, text string) (graph.Time, error) {
	t, err := snapshot.At(ctx, a.opt.Store, env, text)
	var bad *graph.InvalidError
	if errors.As(err, &bad) {
		return graph.Now, invalidQuery(param, bad.Fields[0].Reason)
	}
	return t, err
}

// momentOf reads a time for several environments: a snapshot belongs to one.
func (a *API) momentOf(ctx context.Context, envs []graph.EnvID, q AtQuery) (graph.Time, error) {
	t, err := graph.ParseTime(q.At)
	switch {
	case err == nil:
		return t, nil
	case len(envs) == 1:
		return a.moment(ctx, envs[0], "at", q.At)
	}
	return graph.Now, invalidQuery("at", "is neither a time (2026-03-01T12:00:00Z) nor a date (2026-03-01); if it is a snapshot, say of which environment, with env=")
}
