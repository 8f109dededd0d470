package webapi

import (
	"context"

	"calipso/graph"
	"calipso/query"
)

type traverseRequest struct {
	EnvPath
	AtQuery
	Body struct {
		Start       []string `json:"start" minItems:"1" maxItems:"1000" doc:"ids of the objects to begin at"`
		LinkTypes   []string `json:"link_types,omitempty" doc:"follow these only; default: all"`
		Direction   string   `json:"direction,omitempty" enum:"out,in,both" default:"both" doc:"which links of an object are followed"`
		MaxDepth    int      `json:"max_depth,omitempty" minimum:"1" maximum:"64" default:"1" doc:"most links from a start"`
		ObjectTypes []string `json:"object_types,omitempty" doc:"enter these only; default: all"`
		Limit       int      `json:"limit,omitempty" minimum:"1" maximum:"1000" default:"100" doc:"most objects in the answer"`
	}
}

type traverseReply struct {
	Body struct {
		Nodes     []query.Reached `json:"nodes" nullable:"false" doc:"by depth, type and id"`
		Links     []linkDoc       `json:"links" nullable:"false" doc:"between two of the nodes"`
		Truncated bool            `json:"truncated" doc:"there is more within that depth"`
	}
}

// traverse serves POST /api/v1/environments/{env}/traverse.
func (a *API) traverse(ctx context.Context, in *traverseRequest) (*traverseReply, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	q := query.TraverseRequest{
		At: at, LinkTypes: edgeTypes(in.Body.LinkTypes), Direction: query.Direction(in.Body.Direction),
		MaxDepth: in.Body.MaxDepth, Limit: in.Body.Limit,
	}
	for _, id := range in.Body.Start {
		q.Start = append(q.Start, graph.ID(id))
	}
	for _, t := range in.Body.ObjectTypes {
		q.ObjectTypes = append(q.ObjectTypes, graph.VertexType(t))
	}
	t, err := a.opt.Query.Traverse(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &traverseReply{}
	out.Body.Nodes, out.Body.Links, out.Body.Truncated = t.Nodes, newLinkDocs(t.Links), t.Truncated
	return out, nil
}
