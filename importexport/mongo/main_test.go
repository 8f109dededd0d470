package mongo_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/importexport"
	"calipso/importexport/mongo"
	"calipso/testdata/labs/mongolab"
)

var lab mongolab.Lab

func TestMain(m *testing.M) {
	code := m.Run()
	lab.Stop()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func newStore(t testing.TB) *graph.Store {
	t.Helper()
	s, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: bytes.Repeat([]byte{7}, graph.KeyBytes)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// load fills an environment with a cloud that was scanned.
func load(t testing.TB, s *graph.Store, env graph.EnvID, opt graphtest.CloudOptions) {
	t.Helper()
	opt.Env = env
	if _, err := s.Load(t.Context(), env, graph.Cause{Kind: graph.CauseScan}, graphtest.Cloud(opt)); err != nil {
		t.Fatal(err)
	}
	part := &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: "*"}, Body: graph.Attrs{"state": "ok", "ok_time": s.Last(env).Std()}}
	e, err := graph.ParseEnvironment(graph.Attrs{
		"name": string(env), "type": "environment", "environment_type": "OpenStack", "distribution": "RDO", "distribution_version": "Mitaka",
		"mechanism_drivers": []any{"OVS"}, "type_drivers": "vxlan",
		"configuration": []any{map[string]any{"name": "OpenStack", "host": "10.0.0.1", "port": int64(5000), "user": "admin", "pwd": "planted-secret-1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for room, d := range map[graph.EnvID]*graph.Document{env: part, graph.Shared: e.Document()} {
		if _, err := s.Commit(t.Context(), room, graph.Cause{Kind: graph.CauseScan}, &graph.Batch{PutDocs: []*graph.Document{d}}); err != nil {
			t.Fatal(err)
		}
	}
}

func open(t testing.TB, uri string) *mongo.Database {
	t.Helper()
	d, err := mongo.Open(t.Context(), mongo.Options{URI: graph.NewSecret(uri)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

// exported writes a store to a database.
func exported(t testing.TB, s *graph.Store, uri string, opt importexport.ExportOptions) *importexport.Exported {
	t.Helper()
	out, err := tryExport(t.Context(), s, open(t, uri), opt)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func tryExport(ctx context.Context, s *graph.Store, d *mongo.Database, opt importexport.ExportOptions) (*importexport.Exported, error) {
	target, err := d.Target(ctx, mongo.TargetOptions{Inventory: opt.Inventory, Env: opt.Env})
	if err != nil {
		return nil, err
	}
	return importexport.Export(ctx, importexport.Of(s), target, opt)
}

// imported reads a database into a store.
func imported(t testing.TB, s *graph.Store, uri string, opt importexport.ImportOptions) *importexport.Report {
	t.Helper()
	r, err := importexport.Import(t.Context(), open(t, uri).Source(opt.Inventory), importexport.Of(s), opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
