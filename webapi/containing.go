package webapi

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
	"calipso/query"
)

type containingRequest struct {
	EnvPath
	AtQuery
	Contains graph.ID `query:"contains" required:"true" minLength:"1" maxLength:"4096" doc:"id of the object"`
	Type     []string `query:"type,explode" maxItems:"50" doc:"only of focal points of these types" example:"instance"`
	PageQuery
}

// containingBody is one page. There is no total: to count the cliques of an
// object near the top, each would have to be found.
type containingBody struct {
	Items []query.Membership `json:"items" nullable:"false" doc:"one page, by type of the focal point; there is no total, since to count them each clique would have to be found"`
	Next  string             `json:"next_cursor,omitempty" doc:"asks for the next page; absent on the last"`
}

// containing serves GET /api/v1/environments/{env}/cliques?contains=: 200, 404.
func (a *API) containing(ctx context.Context, in *containingRequest) (*huma.StreamResponse, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	page, err := a.opt.Query.Containing(ctx, query.ContainingRequest{At: at, ID: in.Contains, FocalTypes: vertexTypes(in.Type), Paging: in.paging()})
	if err != nil {
		return nil, err
	}
	return inJSON(containingBody{page.Items, page.NextCursor})
}
