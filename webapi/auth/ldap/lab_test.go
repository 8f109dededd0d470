package ldap_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	goldap "github.com/go-ldap/ldap/v3"
	"go.uber.org/goleak"
)

// lab is a real directory: the one LAB_LDAP names, else one that the tests start
// for themselves (testdata/labs/ldap) and end again.
type lab struct {
	dir     string
	missing string // why there is none
}

var server lab

func TestMain(m *testing.M) {
	stop := func() {}
	if server.dir = os.Getenv("LAB_LDAP"); server.dir == "" {
		server, stop = start()
	}
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

// start runs a directory of its own.
func start() (l lab, stop func()) {
	dir, err := os.MkdirTemp("", "calipso-ldap")
	if err != nil {
		return lab{missing: err.Error()}, func() {}
	}
	run := func(script string) error {
		cmd := exec.Command(filepath.Join("..", "..", "..", "testdata", "labs", "ldap", script))
		cmd.Env = append(os.Environ(), "LAB_LDAP_DIR="+dir, fmt.Sprintf("LAB_LDAP_PORT=%d", freePorts()))
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(out)))
		}
		return nil
	}
	stop = func() {
		if err := run("down"); err != nil {
			fmt.Fprintln(os.Stderr, "ldap lab: down:", err)
		}
		os.RemoveAll(dir)
	}
	if err := run("up"); err != nil {
		return lab{missing: err.Error()}, stop
	}
	return lab{dir: dir}, stop
}

// freePorts is a port that is free together with the next.
func freePorts() int {
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			break
		}
		port := l.Addr().(*net.TCPAddr).Port
		next, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port+1))
		l.Close()
		if err == nil {
			next.Close()
			return port
		}
	}
	return 23389
}

// need skips a test where there is no directory, or fails it where there must be
// one (LAB_REQUIRED).
func (l *lab) need(t testing.TB) {
	t.Helper()
	if l.missing == "" {
		return
	}
	if slices.Contains(strings.Split(os.Getenv("LAB_REQUIRED"), ","), "ldap") {
		t.Fatalf("no directory: %s", l.missing)
	}
	t.Skipf("no directory: %s; install slapd and ldap-utils, or set LAB_LDAP", l.missing)
}

// file is the text of one of the lab's files.
func (l *lab) file(t testing.TB, name string) string {
	t.Helper()
	l.need(t)
	b, err := os.ReadFile(filepath.Join(l.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

func (l *lab) path(name string) string { return filepath.Join(l.dir, name) }

// signal sends a signal to the directory's process.
func (l *lab) signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	pid, err := strconv.Atoi(l.file(t, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, s); err != nil {
		t.Fatal(err)
	}
}

// change does something to the directory as its administrator.
func (l *lab) change(t testing.TB, do func(*goldap.Conn) error) {
	t.Helper()
	c, err := goldap.DialURL(l.file(t, "url"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Bind("cn=admin,dc=openstack,dc=org", "admin-secret"); err != nil {
		t.Fatal(err)
	}
	if err := do(c); err != nil {
		t.Fatal(err)
	}
}
