package webapitest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"calipso/graph"
	"calipso/graph/kv"
	"calipso/graph/kv/memory"
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
	"calipso/webapi/auth"
)

// The environments, accounts and times of every test server.
const (
	EnvName    = "lab"   // holds Cloud
	HiddenEnv  = "vault" // only administrators, and editors and viewers of all, know of it
	Password   = "correct horse battery"
	AdminName  = "admin"
	EditorName = "edith"  // role editor
	ViewerName = "victor" // role viewer
	GuestName  = "gus"    // no role; may view lab, and nothing else
	NobodyName = "nora"   // no role, no environment
)

// Started is when the parts of Cloud last answered.
var Started = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Server is a whole API in memory.
type Server struct {
	Store    *graph.Store
	Index    *index.Index
	Accounts *auth.Accounts
	Scans    *Scans
	API      *webapi.API
	stop     func() error
}

// Options of a Server.
type Options struct {
	Dir              string // where the search index may write
	Hosts, Instances int    // size of the cloud; 0: 2 hosts with 2 instances each
	DB               kv.DB  // nil: in memory
	API              webapi.Options
	Clock            func() time.Time // of sessions; nil: time.Now
}

// New makes a server with its environments and accounts. Close ends it.
func New(ctx context.Context, opt Options) (*Server, error) {
	if opt.Hosts == 0 {
		opt.Hosts, opt.Instances = 2, 2
	}
	if opt.DB == nil {
		opt.DB = memory.New()
	}
	store, err := graph.Open(ctx, opt.DB, graph.Options{Log: opt.API.Log})
	if err != nil {
		return nil, err
	}
	s := &Server{Store: store, Scans: NewScans()}
	s.Accounts = auth.New(auth.Shared(store), auth.Options{Clock: opt.Clock})
	if err := s.fill(ctx, opt); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	if s.Index, err = index.Open(ctx, opt.Dir, index.Over(store), index.Options{Group: -1}); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	conf := opt.API
	conf.Store, conf.Accounts = store, s.Accounts
	conf.Snapshots = snapshot.New(store, snapshot.Options{Clock: func() time.Time { return Started }})
	conf.Retention = retention.New(store, conf.Snapshots, retention.Options{Policy: retention.Default(), Clock: opt.Clock})
	conf.Query = query.New(query.Over(store), s.Index, query.Options{})
	conf.Scopes = scope.New(store, conf.Snapshots, scope.Options{Clock: func() time.Time { return Started }})
	conf.Extents = extent.New(store, conf.Query)
	conf.Rules = ruleset.New(store)
	conf.Reference = reference.New(store, reference.Options{Clock: func() time.Time { return Started }})
	conf.Messages = message.New(store)
	conf.Reports = report.New(store, conf.Snapshots, conf.Query, report.Options{
		Program: "test", Clock: func() time.Time { return Started }, Scopes: conf.Scopes, Extents: conf.Extents, Rules: conf.Rules,
	})
	if conf.Schedules == nil {
		conf.Schedules = new(Schedules)
	}
	if conf.Scans == nil {
		conf.Scans = s.Scans
	}
	if s.API, err = webapi.New(conf); err != nil {
		return nil, errors.Join(err, s.Index.Close(), store.Close())
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	g, gctx := errgroup.WithContext(run)
	g.Go(func() error { return s.Index.Run(gctx) })
	s.stop = func() error {
		cancel()
		return g.Wait()
	}
	if err := s.Index.CaughtUp(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close ends everything.
func (s *Server) Close() error { return errors.Join(s.stop(), s.Index.Close(), s.Store.Close()) }

func (s *Server) fill(ctx context.Context, opt Options) error {
	cause := graph.Cause{Kind: graph.CauseImport, ID: "drawn"}
	docs := &graph.Batch{}
	for _, name := range []string{EnvName, HiddenEnv} {
		docs.PutDocs = append(docs.PutDocs, &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: name}, Body: graph.Attrs{
			"name": name, "environment_type": "OpenStack", "distribution": "Debian", "distribution_version": "12",
			"mechanism_drivers": []any{"OVS"}, "type_drivers": []any{"vxlan"},
			"configuration": []any{map[string]any{"name": "OpenStack", "host": "192.0.2.1", "port": int64(5000), "user": "calipso", "pwd": graph.NewSecret("topsecret")}},
		}})
	}
	if _, err := s.Store.Commit(ctx, graph.Shared, cause, docs); err != nil {
		return err
	}
	if _, err := s.Store.Commit(ctx, EnvName, cause, Cloud(opt.Hosts, opt.Instances)); err != nil {
		return err
	}
	if _, err := s.Store.Commit(ctx, HiddenEnv, cause, &graph.Batch{Put: []*graph.Vertex{{ID: "treasure", Type: graph.Region, Name: "treasure"}}}); err != nil {
		return err
	}
	for _, u := range []auth.NewUser{
		{Name: AdminName, Role: auth.Admin}, {Name: EditorName, Role: auth.Editor}, {Name: ViewerName, Role: auth.Viewer},
		{Name: GuestName, Role: auth.NoRole}, {Name: NobodyName, Role: auth.NoRole},
	} {
		u.Password = Password
		if _, err := s.Accounts.Create(ctx, "", u); err != nil {
			return err
		}
	}
	return s.Accounts.Grant(ctx, "", GuestName, EnvName, true, false)
}

// Token is a bearer token of an account.
func (s *Server) Token(ctx context.Context, user string) (string, error) {
	secret, _, err := s.Accounts.CreateToken(ctx, user, "test", time.Hour)
	return secret.Reveal(), err
}

// Serve answers on a listener until ctx ends.
func (s *Server) Serve(ctx context.Context, l net.Listener) error { return s.API.Serve(ctx, l, nil) }

// Test is a Server that answers on a loopback address for the time of a test.
type Test struct {
	*Server
	URL    string
	Client *http.Client
	t      testing.TB
}

// Start runs a server for a test, and its followers. It ends with the test.
func Start(t testing.TB, opt Options) *Test {
	t.Helper()
	opt.Dir = t.TempDir()
	if opt.API.Log == nil {
		opt.API.Log = slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	s, err := New(t.Context(), opt)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		cancel()
		if err := <-served; err != nil {
			t.Errorf("server: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return &Test{Server: s, URL: "http://" + l.Addr().String(), Client: client, t: t}
}

// Bearer is the value of an Authorization header for an account; "" for the
// empty name.
func (s *Test) Bearer(user string) string {
	s.t.Helper()
	if user == "" {
		return ""
	}
	token, err := s.Token(s.t.Context(), user)
	if err != nil {
		s.t.Fatal(fmt.Errorf("token of %s: %w", user, err))
	}
	return "Bearer " + token
}
