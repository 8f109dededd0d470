package webapi

import (
	"bytes"
	"context"

	"github.com/danielgtaylor/huma/v2"

	"calipso/query/diff"
	"calipso/query/diff/render"
)

// DiffQuery names the two times of a comparison, and how it is to be told.
type DiffQuery struct {
	From  string `query:"from" maxLength:"200" doc:"time (RFC 3339, or a date) or snapshot to compare with; this or with" example:"2026-03-01T12:00:00Z"`
	To    string `query:"to" maxLength:"200" doc:"the other time or snapshot; default: now"`
	With  string `query:"with" enum:"design,last-week" doc:"instead of from: the snapshot set as the scope's design (without a scope: the latest complete one of kind design), or the latest complete scheduled one at least 6 days older than to"`
	Scope string `query:"scope" maxLength:"400" doc:"only what is within this scope at either time; what others added beside it is listed as shared_neighbours"`
	FormatQuery
}

type diffRequest struct {
	EnvPath
	DiffQuery
	Group   string `query:"group" enum:"host,project,network" doc:"group text and html by this (default: by what happened); in JSON, add groups"`
	Folders bool   `query:"folders" doc:"count the folders of the tree too"`
}

// diff serves GET /api/v1/environments/{env}/diff: 200, 404, 422.
func (a *API) diff(ctx context.Context, in *diffRequest) (*huma.StreamResponse, error) {
	r, err := a.compare(ctx, comparing{Env: in.Env, From: in.From, To: in.To, With: in.With, ScopeName: in.Scope, Folders: in.Folders})
	if err != nil {
		return nil, err
	}
	return writeReport(r, in.format(), render.Group(in.Group))
}

func writeReport(r *diff.Report, f render.Format, by render.Group) (*huma.StreamResponse, error) {
	var out bytes.Buffer
	if err := render.Write(&out, f, r, render.Options{Group: by}); err != nil {
		return nil, err
	}
	return reportReply(f, out.Bytes(), render.ContentPolicy()), nil
}

type cliqueDiffRequest struct {
	ObjectPath
	DiffQuery
}

// cliqueDiff serves GET /api/v1/environments/{env}/cliques/{id}/diff: 200, 404,
// 422.
func (a *API) cliqueDiff(ctx context.Context, in *cliqueDiffRequest) (*huma.StreamResponse, error) {
	s, err := a.scopeOf(ctx, in.Scope)
	if err != nil {
		return nil, err
	}
	from, to, _, err := a.span(ctx, comparing{Env: in.Env, From: in.From, To: in.To, With: in.With}, s)
	if err != nil {
		return nil, err
	}
	opt, err := a.diffOptions(ctx, in.Env, nil)
	if err != nil {
		return nil, err
	}
	r, err := diff.CliqueDiff(ctx, a.opt.Store, a.opt.Query, in.Env, in.ID, from, to, opt)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := render.WriteClique(&out, in.format(), r); err != nil {
		return nil, err
	}
	return reportReply(in.format(), out.Bytes(), render.ContentPolicy()), nil
}
