package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"calipso/collect/all"
	"calipso/collect/scan"
	"calipso/collect/schedule"
	"calipso/configs"
	"calipso/graph"
	"calipso/graph/kv"
	"calipso/graph/kv/badger"
	"calipso/graph/retention"
	"calipso/graph/snapshot"
	"calipso/index"
	"calipso/query"
	"calipso/webapi"
	"calipso/webapi/auth"
)

// app is everything of one data directory, opened.
type app struct {
	cfg      *configs.Config
	log      *slog.Logger
	db       kv.DB
	store    *graph.Store
	index    *index.Index
	queue    *schedule.Queue
	times    *schedule.Timetable
	nights   *retention.Keeper
	accounts *auth.Accounts
	api      *webapi.API
	// password of the user admin if this start has made it, else empty.
	password string
}

// nobodyElse is the badger.Options.AloneBytes of a process that serves nobody: a
// load may have the database to itself however long it takes.
const nobodyElse = -1

// openApp opens a data directory, making it if there is none. alone is how large
// a load may be for which all others wait (badger.Options.AloneBytes).
//
// Errors: graph.ErrLocked if another process holds it.
func openApp(ctx context.Context, cfg *configs.Config, log *slog.Logger, alone int64) (a *app, err error) {
	a = &app{cfg: cfg, log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close())
			a = nil
		}
	}()
	state := filepath.Join(cfg.DataDir, "state")
	if err := os.MkdirAll(state, 0o700); err != nil {
		return a, err
	}
	key, err := sealingKey(cfg.DataDir)
	if err != nil {
		return a, err
	}
	db, err := badger.Open(filepath.Join(cfg.DataDir, "graph"), badger.Options{Log: log, AloneBytes: alone})
	if errors.Is(err, kv.ErrLocked) {
		return a, fmt.Errorf("%s: %w", cfg.DataDir, graph.ErrLocked)
	}
	if err != nil {
		return a, err
	}
	a.db = db
	if a.store, err = graph.Open(ctx, a.db, graph.Options{Log: log, Key: key, TempDir: filepath.Join(cfg.DataDir, "tmp")}); err != nil {
		return a, err
	}
	if a.index, err = index.Open(ctx, filepath.Join(cfg.DataDir, "index"), index.Over(a.store), index.Options{Log: log}); err != nil {
		return a, err
	}
	providers := all.Providers()
	scanner := scan.New(a.store, scan.Options{Providers: providers, Parallel: cfg.Scan.Fetchers, StateDir: state, Log: log})
	snapshots := snapshot.New(a.store, snapshot.Options{})
	a.queue = schedule.New(a.store, searchable{scanner, a.index}, schedule.Options{Parallel: cfg.Scan.Environments, Snapshots: snapshots, Log: log})
	a.times = schedule.NewTimetable(a.queue)
	at, err := cfg.Retention.TimeOfDay()
	if err != nil {
		return a, err
	}
	a.nights = retention.New(a.store, snapshots, retention.Options{Policy: cfg.Retention.Policy(), At: at, Reclaim: db.Reclaim, Log: log})
	a.accounts = auth.New(auth.Shared(a.store), auth.Options{SessionTTL: cfg.Server.SessionLength})
	if a.password, err = a.accounts.Bootstrap(ctx); err != nil {
		return a, err
	}
	a.api, err = webapi.New(webapi.Options{
		Store: a.store, Query: query.New(query.Over(a.store), a.index, query.Options{Log: log}), Accounts: a.accounts,
		Scans: scanQueue{a.queue}, Ready: a.ready, Log: log, Version: version, Secure: cfg.Server.TLSCert != "",
		Snapshots:    snapshots,
		Retention:    a.nights,
		Schedules:    timetable{a.times},
		Environments: &environments{store: a.store, providers: providers, stateDir: state},
		Transfer:     transfer{a.store, a.index},
	})
	if err != nil {
		return a, err
	}
	return a, a.api.Registry().Register(&indexMetrics{a.index, log})
}

// background is all that runs beside requests, in one place.
func (a *app) background(ctx context.Context, g *errgroup.Group) {
	g.Go(func() error { return a.index.Run(ctx) })
	g.Go(func() error { return a.queue.Run(ctx) })
}

// ready tells whether searches show every commit.
func (a *app) ready(ctx context.Context) error {
	s, err := a.index.Status(ctx)
	if err != nil {
		return err
	}
	if s.Err != nil {
		return fmt.Errorf("index is behind in %d environments and tries again: %w", s.Behind, s.Err)
	}
	if err := a.index.CaughtUp(ctx); err != nil {
		return fmt.Errorf("index: %w", err)
	}
	return nil
}

// close ends what was opened, the last first.
func (a *app) close() error {
	var errs []error
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

// sealingKey is the key that seals the secrets of a data directory; the first
// start makes it. Whoever has the directory and this file can read them, so a
// backup may leave the file out and keep it elsewhere.
func sealingKey(dataDir string) ([]byte, error) {
	path := filepath.Join(dataDir, "secret.key")
	key, err := os.ReadFile(path)
	if err == nil && len(key) != 32 {
		return nil, fmt.Errorf("%s has %d bytes instead of 32; put back the file that was made with this data directory", path, len(key))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if _, err := os.Stat(filepath.Join(dataDir, "graph")); err == nil {
		return nil, fmt.Errorf("%s is missing, and without it the secrets kept here cannot be read; put it back", path)
	}
	key = make([]byte, 32)
	rand.Read(key) // never fails
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = f.Write(key)
	return key, errors.Join(err, f.Sync(), f.Close())
}
