package webapi

import (
	"context"

	"calipso/graph"
	"calipso/query"
)

type pathsRequest struct {
	EnvPath
	AtQuery
	From      graph.ID `query:"from" required:"true" minLength:"1" maxLength:"4096" doc:"id of one end"`
	To        graph.ID `query:"to" required:"true" minLength:"1" maxLength:"4096" doc:"id of the other"`
	LinkTypes []string `query:"link_type,explode" maxItems:"50" doc:"follow these only; default: all"`
	Limit     int      `query:"limit" minimum:"1" maximum:"100" default:"3" doc:"number of paths"`
}

// hop is one step of a path; links lead from one end to the other, either way.
type hop struct {
	From  query.Ref `json:"from"`
	To    query.Ref `json:"to"`
	Links []linkDoc `json:"links" nullable:"false"`
}

type path struct {
	Length int   `json:"length" doc:"number of hops"`
	Hops   []hop `json:"hops" nullable:"false"`
}

type pathsReply struct {
	Body struct {
		From      query.Ref `json:"from"`
		To        query.Ref `json:"to"`
		Paths     []path    `json:"paths" nullable:"false" doc:"the shortest first; empty: there is no way"`
		Truncated bool      `json:"truncated" doc:"there are, or may be, more"`
	}
}

// paths serves GET /api/v1/environments/{env}/paths.
func (a *API) paths(ctx context.Context, in *pathsRequest) (*pathsReply, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	found, err := a.opt.Query.Paths(ctx, query.PathsRequest{
		At: at, From: in.From, To: in.To, LinkTypes: edgeTypes(in.LinkTypes), Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	out := &pathsReply{}
	out.Body.From, out.Body.To, out.Body.Truncated = found.From, found.To, found.Truncated
	out.Body.Paths = []path{}
	for _, p := range found.Paths {
		hops := []hop{}
		for _, h := range p.Hops {
			hops = append(hops, hop{h.From, h.To, newLinkDocs(h.Links)})
		}
		out.Body.Paths = append(out.Body.Paths, path{p.Length, hops})
	}
	return out, nil
}
