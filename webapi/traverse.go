package webapi

import (
	"cmp"
	"context"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
	"calipso/query"
)

type traverseRequest struct {
	EnvPath
	AtQuery
	LinesHeader
	Body struct {
		Start       []string       `json:"start" minItems:"1" maxItems:"1000" doc:"ids of the objects to begin at"`
		LinkTypes   []string       `json:"link_types,omitempty" maxItems:"200" doc:"follow these only; default: all"`
		Direction   string         `json:"direction,omitempty" enum:"out,in,both" default:"both" doc:"which links of an object are followed"`
		MaxDepth    int            `json:"max_depth,omitempty" minimum:"1" maximum:"64" default:"1" doc:"most links from a start"`
		ObjectTypes []string       `json:"object_types,omitempty" maxItems:"200" doc:"enter these only; default: all"`
		Filters     []filterClause `json:"filters,omitempty" maxItems:"20" doc:"what all objects but the starts must meet"`
		Unmatched   string         `json:"unmatched,omitempty" enum:"stop,pass" default:"stop" doc:"whether the walk ends at objects that do not, or goes on from them"`
		Limit       int            `json:"limit,omitempty" minimum:"1" maximum:"100000" doc:"most objects in the answer: 1000, in lines 100,000; default: 100"`
	}
}

// filterClause is a condition on a field of an object.
type filterClause struct {
	Field string `json:"field" minLength:"1" maxLength:"512" doc:"id, type, name, object_name, host, parent_id or an attribute; a dot leads into a nested one" example:"vm_state"`
	Op    string `json:"op" enum:"eq,ne,in,contains,prefix,gt,lt,exists"`
	Value any    `json:"value,omitempty" doc:"a text, a number or a truth value; for in a list of these; for exists true, false or none"`
}

type traverseBody struct {
	Nodes     []query.Reached `json:"nodes" nullable:"false" doc:"by depth, type and id"`
	Links     []linkDoc       `json:"links" nullable:"false" doc:"between two of the nodes"`
	Truncated bool            `json:"truncated" doc:"there is more within that depth"`
}

type traverseReply struct{ Body traverseBody }

// traverse serves POST /api/v1/environments/{env}/traverse, at once or, in
// lines, as it is read.
func (a *API) traverse(ctx context.Context, in *traverseRequest) (*huma.StreamResponse, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	q := query.TraverseRequest{
		At: at, LinkTypes: edgeTypes(in.Body.LinkTypes), Direction: query.Direction(in.Body.Direction),
		MaxDepth: in.Body.MaxDepth, ObjectTypes: vertexTypes(in.Body.ObjectTypes), Unmatched: query.Unmatched(in.Body.Unmatched),
		Limit: cmp.Or(in.Body.Limit, query.DefaultLimit),
	}
	for _, id := range in.Body.Start {
		q.Start = append(q.Start, graph.ID(id))
	}
	for _, f := range in.Body.Filters {
		q.Filters = append(q.Filters, query.Filter(f))
	}
	if in.lines() {
		return a.traverseLines(ctx, q)
	}
	t, err := a.opt.Query.Traverse(ctx, q)
	if err != nil {
		return nil, err
	}
	return inJSON(traverseBody{t.Nodes, newLinkDocs(t.Links), t.Truncated})
}

// traverseLines writes {"node":…} for each object, {"link":…} for each link and
// {"truncated":…} at the end.
func (a *API) traverseLines(ctx context.Context, q query.TraverseRequest) (*huma.StreamResponse, error) {
	t, err := a.opt.Query.Walk(ctx, q)
	if err != nil {
		return nil, err
	}
	return a.inLines(ctx, func(w *lineWriter) error {
		for n, err := range t.Nodes(ctx) {
			if err != nil {
				return err
			}
			d := map[string]any{"id": string(n.ID), "type": string(n.Type), "name": n.Name, "depth": n.Depth}
			if n.Host != "" {
				d["host"] = n.Host
			}
			if err := w.line(map[string]any{"node": d}); err != nil {
				return err
			}
		}
		for l, err := range t.Links(ctx) {
			if err != nil {
				return err
			}
			if err := w.line(map[string]any{"link": map[string]any(newLinkDoc(l))}); err != nil {
				return err
			}
		}
		return w.line(map[string]any{"truncated": t.Truncated})
	}), nil
}

type neighborsRequest struct {
	ObjectPath
	AtQuery
	Depth       int      `query:"depth" minimum:"1" maximum:"64" default:"1" doc:"most links away"`
	LinkTypes   []string `query:"link_type,explode" maxItems:"200" doc:"follow these only; default: all"`
	ObjectTypes []string `query:"type,explode" maxItems:"200" doc:"enter these only; default: all"`
	Direction   string   `query:"direction" enum:"out,in,both" default:"both" doc:"which links of an object are followed"`
	Limit       int      `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"most objects in the answer"`
}

// neighbors serves GET …/objects/{id}/neighbors: 200, 404.
func (a *API) neighbors(ctx context.Context, in *neighborsRequest) (*traverseReply, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	t, err := a.opt.Query.Neighbors(ctx, in.ID, query.TraverseRequest{
		At: at, LinkTypes: edgeTypes(in.LinkTypes), ObjectTypes: vertexTypes(in.ObjectTypes), Direction: query.Direction(in.Direction),
		MaxDepth: in.Depth, Limit: in.Limit,
	})
	if err != nil {
		return nil, err
	}
	return &traverseReply{traverseBody{t.Nodes, newLinkDocs(t.Links), t.Truncated}}, nil
}

func vertexTypes(names []string) []graph.VertexType {
	out := make([]graph.VertexType, len(names))
	for i, n := range names {
		out[i] = graph.VertexType(n)
	}
	return out
}
