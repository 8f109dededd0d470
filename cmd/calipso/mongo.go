package main

import (
	"context"
	"errors"

	"calipso/graph"
	"calipso/importexport"
	"calipso/importexport/mongo"
	"calipso/index"
	"calipso/webapi"
	"calipso/webapi/auth"
)

// mongoTransfer imports from and exports to MongoDB databases.
type mongoTransfer struct {
	store    *graph.Store
	index    *index.Index
	accounts *auth.Accounts
}

var _ webapi.Mongo = mongoTransfer{}

// open connects; whoever calls it closes.
func (m mongoTransfer) open(ctx context.Context, at webapi.MongoAddress) (*mongo.Database, error) {
	return mongo.Open(ctx, mongo.Options{URI: at.URI, CA: at.CA, Certificate: at.Certificate})
}

// mongoFault turns an error of the MongoDB into one of the client's, who named
// it.
func mongoFault(what string, err error) error {
	var address *mongo.AddressError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &address):
		return &graph.InvalidError{What: what, Fields: []graph.FieldError{{Field: "uri", Reason: address.Reason}}}
	case mongo.Fault(err):
		return &graph.InvalidError{What: what, Fields: []graph.FieldError{{Field: "uri", Reason: err.Error()}}}
	}
	return faultOf(what, err, importexport.SourceFault(err))
}

func (m mongoTransfer) Import(ctx context.Context, who string, at webapi.MongoAddress, opt webapi.ImportOptions) (any, error) {
	d, err := m.open(ctx, at)
	if err != nil {
		return nil, mongoFault("import", err)
	}
	told := importProgress{tell: opt.Progress}
	r, err := importexport.Import(ctx, d.Source(at.Inventory), importexport.Of(m.store), importexport.ImportOptions{
		Env: opt.Env, Replace: opt.Replace, Inventory: at.Inventory, Accounts: adopting(m.accounts, who, opt.Accounts),
		Cause: graph.Cause{Kind: graph.CauseImport, Who: who}, Progress: told.reading,
	})
	if err := errors.Join(err, d.Close()); err != nil {
		return nil, mongoFault("import", err)
	}
	rep := reportOf(r)
	if opt.Wait {
		err = told.indexing(ctx, m.index)
	}
	return rep, err
}

// exportReport is what an export did, for the API.
type exportReport struct {
	Environments []graph.EnvID    `json:"environments"`
	Database     string           `json:"database"`  // its address, without credentials
	Documents    map[string]int64 `json:"documents"` // written, by collection
	Warnings     []string         `json:"warnings,omitempty"`
}

func (m mongoTransfer) Export(ctx context.Context, at webapi.MongoAddress, opt webapi.MongoExport) (any, error) {
	d, err := m.open(ctx, at)
	if err != nil {
		return nil, mongoFault("export", err)
	}
	done, err := m.export(ctx, d, at.Inventory, opt)
	if err := errors.Join(err, d.Close()); err != nil {
		if mongo.Fault(err) {
			return nil, mongoFault("export", err)
		}
		return nil, err
	}
	return &exportReport{Environments: done.Environments, Database: d.String(), Documents: done.Documents, Warnings: done.Warnings}, nil
}

func (m mongoTransfer) export(ctx context.Context, d *mongo.Database, inventory string, opt webapi.MongoExport) (*importexport.Exported, error) {
	target, err := d.Target(ctx, mongo.TargetOptions{Inventory: inventory, Env: opt.Env})
	if err != nil {
		return nil, err
	}
	return importexport.Export(ctx, importexport.Of(m.store), target, importexport.ExportOptions{
		Env: opt.Env, At: opt.At, Inventory: inventory, NoCliques: opt.NoCliques,
		Progress: func(p importexport.Progress) {
			if opt.Progress != nil {
				opt.Progress(webapi.ImportProgress{
					Phase: writingPhase, Collection: p.Collection, Records: p.Records, RecordsPerSecond: p.Rate(), Seconds: p.Elapsed.Seconds(),
				})
			}
		},
	})
}

// writingPhase is the one phase of an export.
const writingPhase = "writing"

// adopter hands users over to the accounts.
type adopter struct {
	accounts *auth.Accounts
	who      string
}

// adopting is nil if no users are wanted.
func adopting(a *auth.Accounts, who string, wanted bool) importexport.Accounts {
	if !wanted {
		return nil
	}
	return adopter{a, who}
}

func (a adopter) Adopt(ctx context.Context, id string, body graph.Attrs) (fresh bool, notes []string, err error) {
	done, err := a.accounts.Adopt(ctx, a.who, id, body)
	if err != nil {
		return false, nil, err
	}
	return done.How == auth.AdoptedNew, done.Notes, nil
}

// local makes an address of one as people write it here: the files that it
// names are read, and what is in them goes along.
func local(uri, inventory string) (mongoBody, error) {
	o, err := mongo.Local(uri)
	if err != nil {
		return mongoBody{}, err
	}
	return mongoBody{URI: o.URI.Reveal(), CA: o.CA, Certificate: o.Certificate.Reveal(), Inventory: inventory}, nil
}

// mongoBody is webapi.MongoAddress on its way to a server: here the secrets have
// to be readable.
type mongoBody struct {
	URI         string `json:"uri"`
	CA          string `json:"tls_ca,omitempty"`
	Certificate string `json:"tls_certificate,omitempty"`
	Inventory   string `json:"inventory,omitempty"`
}
