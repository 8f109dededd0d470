package webapi

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"calipso/graph"
	"calipso/webapi/auth"
)

// The paths of what takes as long as it needs, with a request like any other.
const (
	mongoImportPath    = "/api/v1/import/mongo"
	mongoExportPath    = "/api/v1/export/mongo"
	mongoExportEnvPath = "/api/v1/environments/:env/export/mongo"
)

// Mongo moves environments between here and MongoDB databases.
//
// Errors of both: *graph.InvalidError for an address that cannot be used, a
// server that does not answer or refuses, and content that cannot be true;
// graph.ErrNotFound; others are the server's own.
type Mongo interface {
	Import(ctx context.Context, who string, at MongoAddress, opt ImportOptions) (report any, err error)
	Export(ctx context.Context, at MongoAddress, opt MongoExport) (report any, err error)
}

// MongoAddress is the address of a MongoDB database.
type MongoAddress struct {
	URI         graph.Secret `json:"uri" minLength:"1" maxLength:"4000" doc:"mongodb://user:password@host:port/database?options; without options that name files. It is kept nowhere" example:"mongodb://calipso@10.0.0.5:27017/calipso"`
	CA          string       `json:"tls_ca,omitempty" maxLength:"200000" doc:"certificates (PEM) that the MongoDB's must come from"`
	Certificate graph.Secret `json:"tls_certificate,omitempty" required:"false" maxLength:"200000" doc:"client certificate with its unlocked key (PEM)"`
	Inventory   string       `json:"inventory,omitempty" maxLength:"200" doc:"name of the inventory collection, by which those beside it are named" default:"inventory"`
}

// MongoExport says what an export writes.
type MongoExport struct {
	// Env limits it to one environment: documents of others that the database
	// holds stay there. Empty: all, and nothing stays.
	Env graph.EnvID
	At  graph.Time
	// NoCliques leaves the collection of cliques as it is.
	NoCliques bool
	// Progress is told how far the export is; nil: nobody.
	Progress func(ImportProgress)
}

// MongoImportBody is an import from a MongoDB.
type MongoImportBody struct {
	MongoAddress
	Env     graph.EnvID `json:"env,omitempty" maxLength:"200" doc:"only this environment"`
	Replace bool        `json:"replace,omitempty" doc:"make the imported environments exactly what the database holds"`
	NoUsers bool        `json:"no_users,omitempty" doc:"leave accounts out; they need the right manage-users"`
	Wait    bool        `json:"wait,omitempty" doc:"answer when searches find what was imported"`
}

type mongoImportRequest struct {
	LinesHeader
	Body MongoImportBody
}

// importMongo serves POST /api/v1/import/mongo: 200 report, 422; in lines if they
// are wanted, as POST /api/v1/import does.
func (a *API) importMongo(ctx context.Context, in *mongoImportRequest) (*huma.StreamResponse, error) {
	if a.opt.Mongo == nil {
		return nil, fmt.Errorf("import: %w", ErrUnavailable)
	}
	who := principal(ctx)
	opt := ImportOptions{Env: in.Body.Env, Replace: in.Body.Replace, Wait: in.Body.Wait, Accounts: !in.Body.NoUsers && who.Has(auth.ManageUsers)}
	return a.steps(in.lines(), func(ctx context.Context, tell func(ImportProgress)) (any, error) {
		opt.Progress = tell
		return a.opt.Mongo.Import(ctx, who.User.Name, in.Body.MongoAddress, opt)
	}), nil
}

// MongoExportBody is an export to a MongoDB.
type MongoExportBody struct {
	MongoAddress
	At        string `json:"at,omitempty" maxLength:"200" doc:"as of this time (RFC 3339, or a date), or snapshot of the environment in the path; default: now"`
	NoCliques bool   `json:"no_cliques,omitempty" doc:"leave the collection of cliques as it is"`
}

// MongoExportRequest asks for an export to a MongoDB.
type MongoExportRequest struct {
	LinesHeader
	Body MongoExportBody
}

// exportMongo serves POST /api/v1/export/mongo: 200 report, 422.
func (a *API) exportMongo(ctx context.Context, in *MongoExportRequest) (*huma.StreamResponse, error) {
	at, err := a.momentOf(ctx, nil, AtQuery{in.Body.At})
	if err != nil {
		return nil, err
	}
	return a.toMongo(in, MongoExport{At: at, NoCliques: in.Body.NoCliques})
}

type mongoExportEnvRequest struct {
	EnvPath
	MongoExportRequest
}

// exportEnvMongo serves POST /api/v1/environments/{env}/export/mongo: 200 report,
// 404, 422.
func (a *API) exportEnvMongo(ctx context.Context, in *mongoExportEnvRequest) (*huma.StreamResponse, error) {
	at, err := a.moment(ctx, in.Env, "at", in.Body.At)
	if err != nil {
		return nil, err
	}
	return a.toMongo(&in.MongoExportRequest, MongoExport{Env: in.Env, At: at, NoCliques: in.Body.NoCliques})
}

func (a *API) toMongo(in *MongoExportRequest, opt MongoExport) (*huma.StreamResponse, error) {
	if a.opt.Mongo == nil {
		return nil, fmt.Errorf("export: %w", ErrUnavailable)
	}
	return a.steps(in.lines(), func(ctx context.Context, tell func(ImportProgress)) (any, error) {
		opt.Progress = tell
		return a.opt.Mongo.Export(ctx, in.Body.MongoAddress, opt)
	}), nil
}

// steps is inSteps as the answer of an operation.
func (a *API) steps(lines bool, work func(context.Context, func(ImportProgress)) (any, error)) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(hc huma.Context) { a.inSteps(humagin.Unwrap(hc), lines, work) }}
}

// mongoRoutes is the list of what moves environments to and from MongoDB.
// Whoever does makes the server speak to another, so viewing is not enough.
func (a *API) mongoRoutes(env string) {
	add(a, createEnv, inStepsOp(op("import-mongo", http.MethodPost, "/import/mongo", "environments", "Import from a MongoDB", http.StatusOK)), a.importMongo)
	add(a, createEnv, inStepsOp(op("export-mongo", http.MethodPost, "/export/mongo", "environments", "Export all environments to a MongoDB", http.StatusOK)), a.exportMongo)
	add(a, editEnv, inStepsOp(op("export-environment-mongo", http.MethodPost, env+"/export/mongo", "environments", "Export an environment to a MongoDB, beside others that it holds", http.StatusOK)), a.exportEnvMongo)
}

// inStepsOp describes an operation that answers by inSteps.
func inStepsOp(op huma.Operation) huma.Operation {
	op.Responses = map[string]*huma.Response{"200": {
		Description: "What was done",
		Content:     map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, Description: "the report"}}},
	}}
	return orLines(op, "any number of lines {progress}, then one {report} or {problem}")
}
