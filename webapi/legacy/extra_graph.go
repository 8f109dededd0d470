package legacy

import (
	"context"
	"errors"
	"net/http"

	"calipso/graph"
	"calipso/graph/catalog"
	"calipso/query"
)

// graphs is the collection whose documents were drawings; they are made when
// asked for.
const graphs graph.Collection = "graphs"

// getGraph draws the hierarchy of an environment, or a clique (section 6.1).
func (a *API) getGraph() Resource {
	return Resource{
		Method: http.MethodGet, Path: "/graph", In: InCVIM | InNew, Needs: View,
		Params: []Param{
			envName,
			{Name: "type", Type: String, Mandatory: Always, OneOf: []string{vegaTree, forceTree, childrenTree, cliqueGraph}},
			{Name: "focal_point_id", Type: String},
		},
		Check: func(_ context.Context, q *Request) error {
			switch kind := q.Text("type"); {
			case kind == cliqueGraph && !q.Has("focal_point_id"):
				return BadRequest("Request for clique graphs requires focal_point_id")
			case kind == forceTree && q.Has("focal_point_id"):
				return BadRequest("Request for inventory graph doesn't support focal_point_id")
			}
			return nil
		},
		Handle: func(ctx context.Context, q *Request) (Answer, error) {
			if q.Text("type") == cliqueGraph {
				return a.cliqueDrawing(ctx, q.Env, graph.ID(q.Text("focal_point_id")))
			}
			d, err := a.treeDrawing(ctx, q.Env, q.Text("type"))
			return One(d), err
		},
	}
}

// treeDrawing is the document of a tree; nil if there is nothing to draw.
func (a *API) treeDrawing(ctx context.Context, env graph.EnvID, kind string) (map[string]any, error) {
	at := query.At{Env: env}
	f, err := plant(env, a.opt.Query.EachObject(ctx, query.ObjectsRequest{At: at}))
	if errors.Is(err, graph.ErrNotFound) || err == nil && len(f.nodes) == 0 {
		return nil, nil // configured, and nothing known of it yet
	}
	if err != nil {
		return nil, err
	}
	d := drawing(env, kind, treeNames[kind], "")
	switch kind {
	case forceTree:
		focal, err := a.focalTypes(ctx, env)
		if err != nil {
			return nil, err
		}
		d["graph"] = f.force(focal)
	case childrenTree:
		d["graph"] = f.children()
	default:
		d["graph"] = f.vega()
	}
	e, err := a.opt.Query.Environment(ctx, at)
	if err != nil {
		return nil, err
	}
	if e.LastScan != nil && e.LastScan.End != nil {
		d["last_scanned"] = *e.LastScan.End
	}
	return d, nil
}

// drawing is a document of collection graphs without its graph.
func drawing(env graph.EnvID, kind, name, focal string) map[string]any {
	id := graph.DocumentOID(env, graphs, kind+" "+focal)
	return map[string]any{"_id": id, "id": id, "environment": string(env), "type": kind, "name": name}
}

// focalTypes tells of object types whether cliques of an environment start from
// them.
func (a *API) focalTypes(ctx context.Context, env graph.EnvID) (func(graph.VertexType) bool, error) {
	described, err := a.environmentDocument(ctx, string(env))
	if err != nil {
		return nil, err
	}
	// An old document may lack what only scans need.
	body := described.Body.Clone()
	body["configuration"] = []any{}
	e, err := graph.ParseEnvironment(body)
	if err != nil {
		return nil, err
	}
	docs, err := a.shared(ctx, graph.CliqueTypes)
	if err != nil {
		return nil, err
	}
	types, _, _ := catalog.Stored(docs) // what does not parse starts none
	known := map[graph.VertexType]bool{}
	return func(t graph.VertexType) bool {
		starts, ok := known[t]
		if !ok {
			_, _, starts = catalog.Pick(e, t, types)
			known[t] = starts
		}
		return starts
	}, nil
}

// cliqueDrawing is the document of the drawing of an object's clique; nil if
// there is none.
func (a *API) cliqueDrawing(ctx context.Context, env graph.EnvID, focal graph.ID) (Answer, error) {
	c, err := a.opt.Query.Clique(ctx, query.CliqueRequest{At: query.At{Env: env}, ID: focal})
	if errors.Is(err, graph.ErrNotFound) {
		return One(nil), nil
	}
	if err != nil {
		return nil, err
	}
	docs, err := a.shared(ctx, graph.CliqueTypes)
	if err != nil {
		return nil, err
	}
	var attributes graph.Attrs
	for _, d := range docs {
		if d.ID == string(c.CliqueTypeID) {
			attributes = d.Body.Map("graph_attributes")
		}
	}
	d := drawing(env, cliqueGraph, cliqueName(c), string(focal))
	d["focal_point_id"] = string(focal)
	d["graph"] = drawClique(c, attributes)
	return One(d), nil
}
