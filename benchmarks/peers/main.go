// Command peers computes with DuckDB and SQLite what the goals of calipso are
// compared with, over tables that the measuring program writes, and prints one
// line of JSON with the CPU time of each round and the answer. It stands in a
// module of its own, so that nothing else needs these engines or cgo.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
	_ "modernc.org/sqlite"
)

// answer is what is printed.
type answer struct {
	Engine string    `json:"engine"`
	CPU    []float64 `json:"cpu"` // ns of each round
	Rows   int64     `json:"rows"`
	Sum    int64     `json:"sum"`

	Differences differences `json:"differences"`
}

func main() {
	engine := flag.String("engine", "duckdb", "duckdb or sqlite")
	task := flag.String("task", "cliques", "cliques, diff or diff-hash")
	dir := flag.String("dir", ".", "folder of the tables")
	rounds := flag.Int("rounds", 3, "how often the statement is run; a first run does not count")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *engine, *task, *dir, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, engine, task, dir string, rounds int) error {
	db, name, err := open(ctx, engine)
	if err != nil {
		return fmt.Errorf("%s: %w", engine, err)
	}
	defer db.Close()
	a := &answer{Engine: name}
	var ask func() error
	switch task {
	case "cliques":
		ask, err = cliques(ctx, db, engine, dir, a)
	case "diff", "diff-hash":
		ask, err = diff(ctx, db, dir, task == "diff-hash", a)
	default:
		err = fmt.Errorf("there is no task %q", task)
	}
	if err != nil {
		return fmt.Errorf("%s: %s: %w", engine, task, err)
	}
	for i := range rounds + 1 {
		runtime.GC()
		begun := cpu()
		if err := ask(); err != nil {
			return fmt.Errorf("%s: %s: %w", engine, task, err)
		}
		if i > 0 {
			a.CPU = append(a.CPU, float64(cpu()-begun))
		}
	}
	return json.NewEncoder(os.Stdout).Encode(a)
}

// open opens an empty database in memory, the engine's best case, on one
// connection and one thread: what counts is CPU time.
func open(ctx context.Context, engine string) (*sql.DB, string, error) {
	source, version, label := "", "select version()", "DuckDB "
	settings := []string{"set threads = 1"}
	if engine == "sqlite" {
		source, version, label = ":memory:", "select sqlite_version()", "SQLite "
		settings = []string{"pragma cache_size = -4000000", "pragma temp_store = memory"}
	}
	db, err := sql.Open(engine, source)
	if err != nil {
		return nil, "", err
	}
	db.SetMaxOpenConns(1)
	for _, s := range settings {
		if _, err := db.ExecContext(ctx, s); err != nil {
			db.Close()
			return nil, "", err
		}
	}
	var v string
	if err := db.QueryRowContext(ctx, version).Scan(&v); err != nil {
		db.Close()
		return nil, "", err
	}
	return db, label + v, nil
}

// cpu is the CPU time of this process, of all threads.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // it has no way to fail
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func execAll(ctx context.Context, db *sql.DB, statements ...string) error {
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", s, err)
		}
	}
	return nil
}

func in(dir, name string) string { return filepath.Join(dir, name) }
