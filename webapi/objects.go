package webapi

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
	"calipso/query"
)

// objectDoc is an object in the documented inventory shape, its attributes at
// the top level.
type objectDoc map[string]any

// linkDoc is a link in the documented shape.
type linkDoc map[string]any

func newObjectDoc(o *query.Object) objectDoc { return o.Document() }

type objectListRequest struct {
	EnvPath
	AtQuery
	Type   []string `query:"type,explode" maxItems:"50" doc:"only of these types" example:"instance"`
	Parent graph.ID `query:"parent" maxLength:"4096" doc:"only what hangs right under this object; the environment's name: the topmost ones"`
	Host   string   `query:"host" maxLength:"512" doc:"only on this host"`
	Name   string   `query:"name" maxLength:"512" doc:"only of this name, whatever the case; * stands for any text" example:"web-*"`
	PageQuery
	LinesHeader
}

type objectListReply struct{ Body ListBody[objectDoc] }

// listObjects serves GET /api/v1/environments/{env}/objects, a page or, in
// lines, all of them.
func (a *API) listObjects(ctx context.Context, in *objectListRequest) (*huma.StreamResponse, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	q := query.ObjectsRequest{At: at, Parent: in.Parent, Host: in.Host, Name: in.Name, Paging: in.paging()}
	for _, t := range in.Type {
		q.Types = append(q.Types, graph.VertexType(t))
	}
	if in.lines() {
		return firstThenLines(ctx, a, a.opt.Query.EachObject(ctx, q), func(o *query.Object) any { return map[string]any(newObjectDoc(o)) })
	}
	page, err := a.opt.Query.Objects(ctx, q)
	if err != nil {
		return nil, err
	}
	return inJSON(objectPage(page))
}

type objectRequest struct {
	ObjectPath
	AtQuery
}

type oneObjectRequest struct {
	ObjectPath
	AtQuery
	IfNoneMatch
}

// getObject serves GET /api/v1/environments/{env}/objects/{id}: 200, 304, 404.
func (a *API) getObject(ctx context.Context, in *oneObjectRequest) (*docReply[objectDoc], error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	o, err := a.opt.Query.Object(ctx, query.ObjectRequest{At: at, ID: in.ID})
	if err != nil {
		return nil, err
	}
	return reply(newObjectDoc(o), in.IfNoneMatch)
}

type childrenRequest struct {
	ObjectPath
	AtQuery
	PageQuery
}

// listChildren serves GET …/objects/{id}/children.
func (a *API) listChildren(ctx context.Context, in *childrenRequest) (*objectListReply, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	page, err := a.opt.Query.Children(ctx, at, in.ID, in.paging())
	if err != nil {
		return nil, err
	}
	return &objectListReply{Body: objectPage(page)}, nil
}

func (q PageQuery) paging() query.Paging { return query.Paging{Limit: q.Limit, Cursor: q.Cursor} }

func objectPage(p *query.Page[query.Object]) ListBody[objectDoc] {
	body := ListBody[objectDoc]{Items: []objectDoc{}, Next: p.NextCursor, Total: p.Total}
	for i := range p.Items {
		body.Items = append(body.Items, newObjectDoc(&p.Items[i]))
	}
	return body
}
