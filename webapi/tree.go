package webapi

import (
	"context"

	"calipso/graph"
	"calipso/query"
)

type treeRequest struct {
	EnvPath
	AtQuery
	Root  graph.ID `query:"root" maxLength:"4096" doc:"object to begin at; default: the environment"`
	Depth int      `query:"depth" minimum:"1" maximum:"32" default:"1" doc:"levels below it"`
	Limit int      `query:"limit" minimum:"1" maximum:"10000" default:"2000" doc:"most objects in the answer; the deepest are left out first"`
}

type treeReply struct{ Body *query.Tree }

// tree serves GET /api/v1/environments/{env}/tree.
func (a *API) tree(ctx context.Context, in *treeRequest) (*treeReply, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	t, err := a.opt.Query.Tree(ctx, query.TreeRequest{At: at, Root: in.Root, Depth: in.Depth, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return &treeReply{Body: t}, nil
}
