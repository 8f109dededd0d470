package webapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"calipso/graph"
	"calipso/graph/scope"
	"calipso/query"
)

// ExportRequest says what an export holds.
type ExportRequest struct {
	Format string     // the name of one of ExportFormats
	At     graph.Time // as it was asked for
	Parts  []ExportPart
	// Qualified: ids need the name of their environment beside them.
	Qualified bool
}

// ExportPart is one environment of an export.
type ExportPart struct {
	Env graph.EnvID
	At  graph.Time
	// Only are the numbers of the objects wanted; nil: all.
	Only []uint32
}

// ExportQuery says what is exported, and how.
type ExportQuery struct {
	AtQuery
	Format string   `query:"format" enum:"mongo,graphml,dot,cytoscape,csv" default:"mongo" doc:"mongo: everything, as a tar archive of <collection>.jsonl files, which can be imported; the others hold objects and links: graphml, dot and cytoscape as one graph, csv as a zip archive of nodes.csv and edges.csv"`
	Scope  string   `query:"scope" maxLength:"200" doc:"only what is within this scope; not with mongo"`
	Focal  graph.ID `query:"focal_point" maxLength:"4096" doc:"only the clique of this object; not with mongo, nor of several environments" example:"0ddf16c6-cfcb-428b-8c41-1a6d7510baeb"`
}

type exportRequest struct {
	EnvPath
	ExportQuery
}

type exportAllRequest struct {
	Env []graph.EnvID `query:"env,explode" maxItems:"1000" doc:"only these environments; default: all the caller may view"`
	ExportQuery
}

// export serves GET /api/v1/environments/{env}/export: 200, 404, 410, 422.
func (a *API) export(ctx context.Context, in *exportRequest) (*huma.StreamResponse, error) {
	at, err := a.moment(ctx, in.Env, "at", in.At)
	if err != nil {
		return nil, err
	}
	return a.exportOf(ctx, []graph.EnvID{in.Env}, at, in.ExportQuery, false)
}

// exportAll serves GET /api/v1/export: 200, 404, 422. An environment that was
// not there yet at that time is left out.
func (a *API) exportAll(ctx context.Context, in *exportAllRequest) (*huma.StreamResponse, error) {
	envs, err := a.visible(ctx)
	if err != nil {
		return nil, err
	}
	for _, env := range in.Env {
		if !slices.Contains(envs, env) {
			return nil, noEnvironment(env)
		}
	}
	if len(in.Env) > 0 {
		envs = slices.Compact(slices.Sorted(slices.Values(in.Env)))
	}
	if in.Focal != "" {
		return nil, invalidQuery("focal_point", "is an object of one environment; ask for the export of that")
	}
	at, err := a.momentOf(ctx, envs, in.AtQuery)
	if err != nil {
		return nil, err
	}
	return a.exportOf(ctx, envs, at, in.ExportQuery, true)
}

// exportOf answers with an export. One that fails on the way is cut off.
func (a *API) exportOf(ctx context.Context, envs []graph.EnvID, at graph.Time, q ExportQuery, all bool) (*huma.StreamResponse, error) {
	if a.opt.Transfer == nil {
		return nil, fmt.Errorf("export: %w", ErrUnavailable)
	}
	format, _ := exportFormat(q.Format) // huma has checked the name
	const graphsOnly = "goes with graphml, dot, cytoscape and csv only: mongo is for whole environments"
	switch {
	case q.Scope != "" && q.Format == MongoFormat:
		return nil, invalidQuery("scope", graphsOnly)
	case q.Focal != "" && q.Format == MongoFormat:
		return nil, invalidQuery("focal_point", graphsOnly)
	case q.Focal != "" && q.Scope != "":
		return nil, invalidQuery("focal_point", "does not go together with scope")
	}
	var within *scope.Scope
	if q.Scope != "" {
		var err error
		if within, err = a.visibleScope(ctx, q.Scope); err != nil {
			return nil, err
		}
	}
	req := ExportRequest{Format: q.Format, At: at, Qualified: all}
	for _, env := range envs {
		p, err := a.exportPart(ctx, env, at, within, q.Focal)
		if all && errors.Is(err, graph.ErrNotFound) {
			if q.Format != MongoFormat { // its document may be all there is
				continue
			}
			p, err = ExportPart{Env: env, At: at}, nil
		}
		if err != nil {
			return nil, err
		}
		req.Parts = append(req.Parts, p)
	}
	name := "calipso"
	if !all {
		name = string(envs[0])
	}
	return a.streamed(ctx, map[string]string{
		"Content-Type":        format.MediaType,
		"Content-Disposition": mime.FormatMediaType("attachment", map[string]string{"filename": name + format.Suffix}),
	}, func(out io.Writer) error { return a.opt.Transfer.Export(ctx, req, out) }), nil
}

// exportPart is what is exported of one environment; its time is that of a
// commit, so that all that is read is of the same moment.
//
// Errors: graph.ErrNotFound for the environment at that time, or the object.
func (a *API) exportPart(ctx context.Context, env graph.EnvID, at graph.Time, within *scope.Scope, focal graph.ID) (p ExportPart, err error) {
	v, err := a.opt.Store.View(ctx, env, at)
	if err != nil {
		return p, err
	}
	if at != graph.Now && v.Time() == graph.Now {
		return p, noEnvironment(env)
	}
	p = ExportPart{Env: env, At: v.Time()}
	switch {
	case within != nil:
		e, err := a.opt.Extents.Of(ctx, within, env, p.At)
		if err != nil {
			return p, err
		}
		p.Only = e.Within()
	case focal != "":
		w, err := a.opt.Query.WalkClique(ctx, query.CliqueRequest{At: query.At{Env: env, Time: p.At}, ID: focal})
		if err != nil {
			return p, err
		}
		p.Only = []uint32{}
		for _, n := range w.Nodes {
			p.Only = append(p.Only, n.Num)
		}
	}
	return p, nil
}
