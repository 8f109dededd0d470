package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"calipso/collect/all"
	"calipso/collect/conntest"
	"calipso/collect/scan"
	"calipso/collect/schedule"
	"calipso/configs"
	"calipso/graph"
	"calipso/graph/envdoc"
	"calipso/graph/kv"
	"calipso/graph/kv/badger"
	"calipso/graph/message"
	"calipso/graph/reference"
	"calipso/graph/retention"
	"calipso/graph/scope"
	"calipso/graph/snapshot"
	"calipso/index"
	"calipso/query"
	"calipso/query/diff/ruleset"
	"calipso/query/extent"
	"calipso/query/report"
	"calipso/webapi"
	"calipso/webapi/audit"
	"calipso/webapi/auth"
)

// app is everything of one data directory, opened.
type app struct {
	cfg      *configs.Config
	log      *slog.Logger
	db       *badger.DB
	store    *graph.Store
	index    *index.Index
	queue    *schedule.Queue
	times    *schedule.Timetable
	tests    *conntest.Keeper
	nights   *retention.Keeper
	mirror   *mirrored // nil: no MongoDB is kept in step
	accounts *auth.Accounts
	api      *webapi.API
	// shut takes back that everybody is let in, if he is.
	shut func() error
	// password of the user admin if this start has made it, else empty.
	password string
}

// nobodyElse is the badger.Options.AloneBytes of a process that serves nobody: a
// load may have the database to itself however long it takes.
const nobodyElse = -1

// nobodyWaits is that of a server: readers and writers go on during any load,
// which costs more CPU that way. A load of 100,000 objects that had the database
// to itself kept readers waiting until it was over.
const nobodyWaits = 1

// openApp opens a data directory, making it if there is none. alone is how large
// a load may be for which all others wait (badger.Options.AloneBytes).
//
// Errors: graph.ErrLocked if another process holds it.
func openApp(ctx context.Context, cfg *configs.Config, log *slog.Logger, alone int64) (*app, error) {
	return openServer(ctx, cfg, log, alone, &ways{})
}

// openServer is openApp with ways into it.
func openServer(ctx context.Context, cfg *configs.Config, log *slog.Logger, alone int64, in *ways) (a *app, err error) {
	a = &app{cfg: cfg, log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
			a = nil
		}
	}()
	state := filepath.Join(cfg.DataDir, stateDir)
	if err = a.openStore(ctx, alone); err != nil {
		return a, err
	}
	if err = os.MkdirAll(state, 0o700); err != nil {
		return a, err
	}
	if a.index, err = index.Open(ctx, filepath.Join(cfg.DataDir, indexDir), index.Over(a.store), index.Options{Log: log}); err != nil {
		return a, err
	}
	providers := all.Providers()
	scanner := scan.New(a.store, scan.Options{Providers: providers, Parallel: cfg.Scan.Fetchers, StateDir: state, Log: log})
	snapshots := snapshot.New(a.store, snapshot.Options{})
	queries := query.New(query.Over(a.store), a.index, query.Options{Log: log})
	scopes, extents, rules := scope.New(a.store, snapshots, scope.Options{}), extent.New(a.store, queries), ruleset.New(a.store)
	reports := report.New(a.store, snapshots, queries, report.Options{Program: version, Scopes: scopes, Extents: extents, Rules: rules})
	ref := reference.New(a.store, reference.Options{})
	docs := envdoc.New(a.store, ref, envdoc.Options{})
	a.queue = schedule.New(a.store, searchable{scanner, a.index}, schedule.Options{Parallel: cfg.Scan.Environments, Snapshots: snapshots, Reports: scanReports{reports}, Log: log})
	a.times = schedule.NewTimetable(a.queue)
	at, err := cfg.Retention.TimeOfDay()
	if err != nil {
		return a, err
	}
	a.nights = retention.New(a.store, snapshots, retention.Options{
		Policy: cfg.Retention.Policy(), At: at, Referenced: needed(scopes, reports), Reclaim: a.db.Reclaim, Log: log,
	})
	a.tests = conntest.New(a.store, conntest.Options{Providers: providers, Works: docs.Works, StateDir: state, Log: log})
	a.accounts = auth.New(auth.Shared(a.store), auth.Options{
		SessionTTL: cfg.Server.SessionLength, Directories: in.directories, Groups: in.groups, NoLocal: in.noLocal,
	})
	if a.password, err = a.accounts.Bootstrap(ctx); err != nil {
		return a, err
	}
	if a.mirror, err = newMirror(cfg.Mongo, a.store, state, log); err != nil {
		return a, err
	}
	var everybody graph.Secret
	if in.everybody {
		if everybody, a.shut, err = a.letEverybodyIn(ctx); err != nil {
			return a, err
		}
	}
	a.api, err = webapi.New(webapi.Options{
		OIDC: in.oidc, Everybody: everybody,
		Store: a.store, Query: queries, Accounts: a.accounts,
		Scans: scanQueue{a.queue}, Ready: a.ready, Log: log, Version: version, Secure: cfg.Server.TLSCert != "",
		Legacy:       cfg.Legacy.Options(),
		Snapshots:    snapshots,
		Reports:      reports,
		Scopes:       scopes,
		Extents:      extents,
		Rules:        rules,
		Retention:    a.nights,
		Reference:    ref,
		Messages:     message.New(a.store),
		Schedules:    timetable{a.times},
		Environments: &environments{docs, providers, state},
		EnvDocs:      docs,
		Transfer:     transfer{a.store, a.index, a.accounts},
		Mongo:        mongoTransfer{a.store, a.index, a.accounts},
		Mirror:       a.mirror.served(),
		Audit:        audit.New(a.store, audit.Options{Keep: cfg.Retention.AuditAge(), Most: cfg.Retention.AuditEntries}),
		Backup:       a.backup,

		ConnectionTests: connectionTests{a.tests},
		Documents:       a.store,
	})
	if err != nil {
		return a, err
	}
	if a.mirror != nil {
		if err = a.api.Registry().Register(&mirrorMetrics{a.mirror.Mirror, log}); err != nil {
			return a, err
		}
	}
	return a, a.api.Registry().Register(&indexMetrics{a.index, log})
}

// background is all that runs beside requests, in one place.
func (a *app) background(ctx context.Context, g *errgroup.Group) {
	g.Go(func() error { return a.index.Run(ctx) })
	g.Go(func() error { return a.queue.Run(ctx) })
	g.Go(func() error { return a.tests.Run(ctx) })
}

// ready tells whether commits find room and searches show every one of them.
func (a *app) ready(ctx context.Context) error {
	s, err := a.index.Status(ctx)
	if err != nil {
		return err
	}
	if s.Err != nil {
		return fmt.Errorf("index is behind in %d environments and tries again: %w", s.Behind, s.Err)
	}
	if err := a.db.Room(); err != nil {
		return graph.EngineError(err)
	}
	if err := a.index.CaughtUp(ctx); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}

// close ends what was opened, the last first.
func (a *app) close() error {
	var errs []error
	if a.mirror != nil {
		errs = append(errs, a.mirror.sink.Close())
	}
	if a.shut != nil {
		errs = append(errs, a.shut())
	}
	if a.index != nil {
		errs = append(errs, a.index.Close())
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	if a.db != nil {
		if err := a.db.Close(); !errors.Is(err, kv.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}
