package webapi

import (
	"bytes"
	"context"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
	"calipso/query/diff"
	"calipso/query/diff/render"
)

// DiffQuery names the two times of a comparison, and how it is to be told.
type DiffQuery struct {
	From string `query:"from" required:"true" minLength:"1" maxLength:"200" doc:"time (RFC 3339, or a date) or snapshot to compare with" example:"2026-03-01T12:00:00Z"`
	To   string `query:"to" maxLength:"200" doc:"the other time or snapshot; default: now"`
	FormatQuery
}

type diffRequest struct {
	EnvPath
	DiffQuery
	Group   string `query:"group" enum:"host,project,network" doc:"group text and html by this; default: by what happened"`
	Folders bool   `query:"folders" doc:"count the folders of the tree too"`
}

// diff serves GET /api/v1/environments/{env}/diff: 200, 404, 422.
func (a *API) diff(ctx context.Context, in *diffRequest) (*huma.StreamResponse, error) {
	from, to, err := a.span(ctx, in.Env, in.DiffQuery)
	if err != nil {
		return nil, err
	}
	r, err := diff.Diff(ctx, a.opt.Store, in.Env, from, to, diff.Options{Folders: in.Folders})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := render.Write(&out, in.format(), r, render.Options{Group: render.Group(in.Group)}); err != nil {
		return nil, err
	}
	return reportReply(in.format(), out.Bytes(), render.ContentPolicy()), nil
}

type cliqueDiffRequest struct {
	ObjectPath
	DiffQuery
}

// cliqueDiff serves GET /api/v1/environments/{env}/cliques/{id}/diff: 200, 404,
// 422.
func (a *API) cliqueDiff(ctx context.Context, in *cliqueDiffRequest) (*huma.StreamResponse, error) {
	from, to, err := a.span(ctx, in.Env, in.DiffQuery)
	if err != nil {
		return nil, err
	}
	r, err := diff.CliqueDiff(ctx, a.opt.Store, a.opt.Query, in.Env, in.ID, from, to, diff.Options{})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := render.WriteClique(&out, in.format(), r); err != nil {
		return nil, err
	}
	return reportReply(in.format(), out.Bytes(), render.ContentPolicy()), nil
}

// span reads the two times of a comparison.
func (a *API) span(ctx context.Context, env graph.EnvID, q DiffQuery) (from, to graph.Time, err error) {
	if from, err = a.moment(ctx, env, "from", q.From); err != nil {
		return from, to, err
	}
	to, err = a.moment(ctx, env, "to", q.To)
	return from, to, err
}
