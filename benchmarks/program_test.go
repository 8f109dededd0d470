package benchmarks

import (
	"context"
	"flag"
	"os"
	"testing"

	"calipso/benchmarks/program"
	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
)

// envName is the environment of all benchmarks.
const envName = "cloud"

// built is the program; TestMain builds it if benchmarks are to run.
var built *program.Program

func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" {
		os.Exit(m.Run())
	}
	dir, err := os.MkdirTemp("", "calipso-bench-")
	if err != nil {
		panic(err)
	}
	if built, err = program.Build(context.Background(), dir); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// folder writes a generated cloud of about so many objects as .jsonl files and
// says how many records they hold.
func folder(tb testing.TB, objects int) (dir string, records int) {
	tb.Helper()
	store, err := graph.Open(tb.Context(), memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		tb.Fatal(err)
	}
	defer store.Close()
	cloud := graphtest.CloudSize(objects)
	cloud.Env = envName
	if err := program.Fill(tb.Context(), store, cloud); err != nil {
		tb.Fatal(err)
	}
	dir = tb.TempDir()
	if records, err = program.Folder(tb.Context(), store, dir); err != nil {
		tb.Fatal(err)
	}
	return dir, records
}

// calipso runs a command to its end.
func calipso(tb testing.TB, args ...string) {
	tb.Helper()
	if _, _, err := built.Run(tb.Context(), args...); err != nil {
		tb.Fatal(err)
	}
}

// serve starts a server for the time of a benchmark.
func serve(tb testing.TB, dataDir string) *program.Server {
	tb.Helper()
	s, err := built.Serve(dataDir)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Stop(); err != nil {
			tb.Error(err)
		}
	})
	return s
}
