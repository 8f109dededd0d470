package ldaptest

import (
	"errors"
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

	"github.com/go-ldap/ldap/v3"
)

// Lab is a running directory, or the reason why there is none.
type Lab struct {
	dir     string
	missing string
}

// Shared is the directory that LAB_LDAP names, else one of its own; stop ends
// the latter.
func Shared() (l *Lab, stop func()) {
	if dir := os.Getenv("LAB_LDAP"); dir != "" {
		return &Lab{dir: dir}, func() {}
	}
	return start()
}

// Start runs a directory of its own for the time of a test, which is skipped, or
// fails, where there can be none.
func Start(t testing.TB) *Lab {
	t.Helper()
	l, stop := start()
	t.Cleanup(stop)
	l.Need(t)
	return l
}

func start() (l *Lab, stop func()) {
	scripts, err := scripts()
	if err != nil {
		return &Lab{missing: err.Error()}, func() {}
	}
	dir, err := os.MkdirTemp("", "calipso-ldap")
	if err != nil {
		return &Lab{missing: err.Error()}, func() {}
	}
	run := func(script string) error {
		cmd := exec.Command(filepath.Join(scripts, script))
		cmd.Env = append(os.Environ(), "LAB_LDAP_DIR="+dir, fmt.Sprintf("LAB_LDAP_PORT=%d", freePorts()))
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%w: %s", err, strings.TrimSpace(string(out)))
		}
		return nil
	}
	stop = func() {
		if err := errors.Join(run("down"), os.RemoveAll(dir)); err != nil {
			fmt.Fprintln(os.Stderr, "ldap lab: down:", err)
		}
	}
	if err := run("up"); err != nil {
		return &Lab{missing: err.Error()}, stop
	}
	return &Lab{dir: dir}, stop
}

// scripts is the folder of the laboratory, below the module that the test is of.
func scripts() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "testdata", "labs", "ldap"), nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no module around the test")
		}
	}
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

// Need skips a test where there is no directory, or fails it where there must be
// one (LAB_REQUIRED).
func (l *Lab) Need(t testing.TB) {
	t.Helper()
	if l.missing == "" {
		return
	}
	if slices.Contains(strings.Split(os.Getenv("LAB_REQUIRED"), ","), "ldap") {
		t.Fatalf("no directory: %s", l.missing)
	}
	t.Skipf("no directory: %s; install slapd and ldap-utils, or set LAB_LDAP", l.missing)
}

// Path is where one of the lab's files is.
func (l *Lab) Path(name string) string { return filepath.Join(l.dir, name) }

// File is the text of one of the lab's files.
func (l *Lab) File(t testing.TB, name string) string {
	t.Helper()
	l.Need(t)
	b, err := os.ReadFile(l.Path(name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

// Signal sends a signal to the directory's process.
func (l *Lab) Signal(t testing.TB, s syscall.Signal) {
	t.Helper()
	pid, err := strconv.Atoi(l.File(t, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, s); err != nil {
		t.Fatal(err)
	}
}

// Change does something to the directory as its administrator.
func (l *Lab) Change(t testing.TB, do func(*ldap.Conn) error) {
	t.Helper()
	c, err := ldap.DialURL(l.File(t, "url"))
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

// Stop ends the directory before the test does.
func (l *Lab) Stop(t testing.TB) {
	t.Helper()
	scripts, err := scripts()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(filepath.Join(scripts, "down"))
	cmd.Env = append(os.Environ(), "LAB_LDAP_DIR="+l.dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}
