package webapi

import (
	"context"

	"calipso/graph"
	"calipso/graph/document"
	"calipso/query"
)

type cliqueRequest struct {
	ObjectPath
	AtQuery
	CliqueType string `query:"clique_type" maxLength:"200" doc:"name or id of a clique type; default: the one that fits the environment best"`
}

// cliqueDoc is a clique: what belongs to a focal point. Its objects and links
// are complete but for what comes from their place in the tree.
type cliqueDoc struct {
	Env            graph.EnvID      `json:"environment"`
	FocalPoint     graph.OID        `json:"focal_point" doc:"_id of the object it starts from"`
	FocalPointID   graph.ID         `json:"focal_point_object_id" doc:"object id of that"`
	FocalPointType graph.VertexType `json:"focal_point_type"`
	CliqueType     graph.OID        `json:"clique_type" doc:"_id of the clique type used"`
	CliqueTypeName string           `json:"clique_type_name"`
	LinkTypes      []graph.EdgeType `json:"link_types" nullable:"false" doc:"those followed, in order"`
	Ambiguous      bool             `json:"ambiguous,omitempty" doc:"another clique type fits as well"`
	Constraints    graph.Attrs      `json:"constraints" doc:"values of the focal point that must agree along the way; null: it has none"`
	Nodes          []objectDoc      `json:"nodes" nullable:"false" doc:"the focal point first; each with step and depth"`
	Links          []linkDoc        `json:"links" nullable:"false" doc:"in the order they were followed; each with its step"`
}

type cliqueReply struct{ Body cliqueDoc }

// clique serves GET /api/v1/environments/{env}/cliques/{id}: 200, 404.
func (a *API) clique(ctx context.Context, in *cliqueRequest) (*cliqueReply, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	c, err := a.opt.Query.Clique(ctx, query.CliqueRequest{At: at, ID: in.ID, CliqueType: in.CliqueType})
	if err != nil {
		return nil, err
	}
	d := cliqueDoc{
		Env: c.Environment, FocalPoint: graph.VertexOID(c.Environment, c.FocalPointType, c.FocalPoint),
		FocalPointID: c.FocalPoint, FocalPointType: c.FocalPointType,
		CliqueType: c.CliqueTypeID, CliqueTypeName: c.CliqueType, LinkTypes: c.LinkTypes, Ambiguous: c.Ambiguous,
		Constraints: c.Constraints, Nodes: []objectDoc{}, Links: []linkDoc{},
	}
	for _, n := range c.Nodes {
		o := objectDoc(document.Object(c.Environment, n.Vertex, document.Place{Stale: n.Stale}))
		o["step"], o["depth"] = n.Step, n.Depth
		d.Nodes = append(d.Nodes, o)
	}
	for i := range c.Links {
		l := newLinkDoc(&c.Links[i].Link)
		l["step"] = c.Links[i].Step
		d.Links = append(d.Links, l)
	}
	return &cliqueReply{Body: d}, nil
}
