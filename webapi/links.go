package webapi

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
	"calipso/graph/document"
	"calipso/query"
)

func newLinkDoc(l *query.Link) linkDoc {
	return document.Link(l.Environment, l.Edge, l.Source.Type, l.Target.Type, time.Time{})
}

func newLinkDocs(links []query.Link) []linkDoc {
	out := make([]linkDoc, len(links))
	for i := range links {
		out[i] = newLinkDoc(&links[i])
	}
	return out
}

type objectLinksReply struct {
	Body struct {
		Out []linkDoc `json:"out" nullable:"false" doc:"links that start at the object"`
		In  []linkDoc `json:"in" nullable:"false" doc:"links that end at it"`
	}
}

// objectLinks serves GET …/objects/{id}/links: 200, 404.
func (a *API) objectLinks(ctx context.Context, in *objectRequest) (*objectLinksReply, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	l, err := a.opt.Query.LinksOf(ctx, at, in.ID)
	if err != nil {
		return nil, err
	}
	out := &objectLinksReply{}
	out.Body.Out, out.Body.In = newLinkDocs(l.Out), newLinkDocs(l.In)
	return out, nil
}

type linkListRequest struct {
	EnvPath
	AtQuery
	Type   []string `query:"type,explode" maxItems:"50" doc:"only of these types" example:"instance-vnic"`
	Source graph.ID `query:"source" maxLength:"4096" doc:"only those that start at this object"`
	Target graph.ID `query:"target" maxLength:"4096" doc:"only those that end at this object"`
	PageQuery
	LinesHeader
}

// listLinks serves GET /api/v1/environments/{env}/links, a page or, in lines,
// all of them.
func (a *API) listLinks(ctx context.Context, in *linkListRequest) (*huma.StreamResponse, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	q := query.LinksRequest{At: at, Types: edgeTypes(in.Type), Source: in.Source, Target: in.Target, Paging: in.paging()}
	if in.lines() {
		return firstThenLines(ctx, a, a.opt.Query.EachLink(ctx, q), func(l *query.Link) any { return map[string]any(newLinkDoc(l)) })
	}
	page, err := a.opt.Query.Links(ctx, q)
	if err != nil {
		return nil, err
	}
	return inJSON(ListBody[linkDoc]{Items: newLinkDocs(page.Items), Next: page.NextCursor, Total: page.Total})
}

func edgeTypes(names []string) []graph.EdgeType {
	out := make([]graph.EdgeType, len(names))
	for i, n := range names {
		out[i] = graph.EdgeType(n)
	}
	return out
}
