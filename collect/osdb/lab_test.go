package osdb

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"go.uber.org/goleak"
)

// lab is a database server: the one LAB_MYSQL names, else one that the tests
// start for themselves (testdata/labs/mysql) and end again.
type lab struct {
	root    *mysql.Config
	missing string // why there is none
}

var server lab

func TestMain(m *testing.M) {
	stop := server.start()
	code := m.Run()
	stop()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func (l *lab) start() (stop func()) {
	line, stop := os.Getenv("LAB_MYSQL"), func() {}
	if line == "" {
		dir, err := os.MkdirTemp("", "calipso-mysql")
		if err != nil {
			l.missing = err.Error()
			return stop
		}
		run := func(script string) (string, error) {
			cmd := exec.Command(filepath.Join("..", "..", "testdata", "labs", "mysql", script))
			cmd.Env = append(os.Environ(), "LAB_MYSQL_DIR="+dir, fmt.Sprintf("LAB_MYSQL_PORT=%d", freePort()))
			var stderr strings.Builder
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil {
				return "", fmt.Errorf("%w: %s", err, strings.TrimSpace(stderr.String()))
			}
			return strings.TrimPrefix(strings.TrimSpace(string(out)), "LAB_MYSQL="), nil
		}
		stop = func() {
			if _, err := run("down"); err != nil {
				fmt.Fprintln(os.Stderr, "mysql lab: down:", err)
			}
			os.RemoveAll(dir)
		}
		if line, err = run("up"); err != nil {
			l.missing = err.Error()
			return stop
		}
	}
	cfg, err := mysql.ParseDSN(line)
	if err != nil {
		l.missing = "LAB_MYSQL is no data source name"
		return stop
	}
	l.root = cfg
	return stop
}

func freePort() int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 13306
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// need skips a test where there is no server, or fails it where there must be
// one (LAB_REQUIRED).
func (l *lab) need(t testing.TB) {
	t.Helper()
	if l.missing == "" {
		return
	}
	if slices.Contains(strings.Split(os.Getenv("LAB_REQUIRED"), ","), "mysql") {
		t.Fatalf("no database server: %s", l.missing)
	}
	t.Skipf("no database server: %s; install mariadb-server, or set LAB_MYSQL", l.missing)
}

// exec runs statements as root.
func (l *lab) exec(t testing.TB, statements ...string) {
	t.Helper()
	cfg := l.root.Clone()
	cfg.MultiStatements = true
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	for _, s := range statements {
		if _, err := db.ExecContext(context.Background(), s); err != nil { // also in Cleanup
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// schemas makes schemas with Neutron's tables and an account that may read
// only those; all go with the test. It returns the section's members.
func (l *lab) schemas(t testing.TB, names ...string) map[string]any {
	t.Helper()
	l.need(t)
	tables, err := os.ReadFile("testdata/neutron.sql")
	if err != nil {
		t.Fatal(err)
	}
	l.exec(t, "CREATE USER reader IDENTIFIED BY 'read-only-pw'")
	t.Cleanup(func() { l.exec(t, "DROP USER reader") })
	for _, n := range names {
		l.exec(t, "CREATE DATABASE "+quote(n), "USE "+quote(n)+";"+string(tables), "GRANT SELECT ON "+quote(n)+".* TO reader")
		t.Cleanup(func() { l.exec(t, "DROP DATABASE "+quote(n)) })
	}
	host, port, err := net.SplitHostPort(l.root.Addr)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]any{"host": host, "port": port, "user": "reader", "pwd": "read-only-pw"}
}
