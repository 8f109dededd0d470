package webapi

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
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

// clique serves GET /api/v1/environments/{env}/cliques/{id}: 200, 404. A
// cliqueDoc is put together of its members' JSON as it is kept in fragments.
func (a *API) clique(ctx context.Context, in *cliqueRequest) (*huma.StreamResponse, error) {
	at, err := a.at(ctx, in.Env, in.AtQuery)
	if err != nil {
		return nil, err
	}
	w, err := a.opt.Query.WalkClique(ctx, query.CliqueRequest{At: at, ID: in.ID, CliqueType: in.CliqueType})
	if err != nil {
		return nil, err
	}
	buf := a.buffers.Get().(*[]byte)
	*buf, err = a.appendClique(ctx, (*buf)[:0], w)
	if err != nil {
		a.buffers.Put(buf)
		return nil, err
	}
	return &huma.StreamResponse{Body: func(hc huma.Context) {
		hc.SetHeader("Content-Type", "application/json")
		hc.SetHeader("Content-Length", strconv.Itoa(len(*buf)))
		hc.SetStatus(http.StatusOK)
		writeWhole(ctx, hc.BodyWriter(), *buf) // an error is the client's leaving
		a.buffers.Put(buf)
	}}, nil
}

func (a *API) appendClique(ctx context.Context, b []byte, w *query.CliqueWalk) ([]byte, error) {
	nodes, err := a.cliqueNodes(ctx, w)
	if err != nil {
		return b, err
	}
	links, err := a.cliqueLinks(ctx, w, nodes)
	if err != nil {
		return b, err
	}
	env := w.View.Env()
	b = appendText(append(b, `{"environment":`...), string(env))
	b = appendText(append(b, `,"focal_point":`...), string(graph.VertexOID(env, w.Focal.Type, w.Focal.ID)))
	b = appendText(append(b, `,"focal_point_object_id":`...), string(w.Focal.ID))
	b = appendText(append(b, `,"focal_point_type":`...), string(w.Focal.Type))
	b = appendText(append(b, `,"clique_type":`...), string(w.Type.ID))
	b = appendText(append(b, `,"clique_type_name":`...), w.Type.Name)
	b = append(b, `,"link_types":[`...)
	for i, t := range w.Type.LinkTypes {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, string(t))
	}
	b = append(b, ']')
	if w.Tie {
		b = append(b, `,"ambiguous":true`...)
	}
	if b, err = appendJSON(append(b, `,"constraints":`...), w.Values); err != nil {
		return b, err
	}
	b = append(b, `,"nodes":[`...)
	for i, n := range nodes {
		if i > 0 {
			b = append(b, ',')
		}
		stale, err := a.opt.Query.PartFailed(ctx, w.View, n.part)
		if err != nil {
			return b, err
		}
		b = append(b, n.json...)
		b = strconv.AppendBool(append(b, `,"stale":`...), stale)
		b = strconv.AppendUint(append(b, `,"step":`...), uint64(n.step), 10)
		b = append(strconv.AppendUint(append(b, `,"depth":`...), uint64(n.depth), 10), '}')
	}
	b = append(b, `],"links":[`...)
	for i, l := range links {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, l.json...)
		b = append(strconv.AppendUint(append(b, `,"step":`...), uint64(l.step), 10), '}')
	}
	return append(b, "]}"...), nil
}
