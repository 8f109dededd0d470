package mongolab

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Options say what kind of server is wanted.
type Options struct {
	// TLS is a folder with cert.pem and key.pem and, if clients shall show a
	// certificate, ca.pem; empty: no TLS.
	TLS string
}

// Server is a MongoDB on a loopback port of its own, with data of its own.
type Server struct {
	dir  string
	port int
	opt  Options
}

// Own starts a server for one test, which may stop, kill and start it; it goes
// with the test. Without one the test skips, as with Lab.Need.
func Own(t testing.TB, opt Options) *Server {
	t.Helper()
	s, err := start(opt)
	need(t, err)
	t.Cleanup(func() {
		if err := s.remove(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// URI names a database of the server; empty: the server alone.
func (s *Server) URI(database string) string {
	return fmt.Sprintf("mongodb://127.0.0.1:%d/%s", s.port, database)
}

// Stop ends the server and keeps its data: an outage.
func (s *Server) Stop(t testing.TB) { s.must(t, "down", "--keep") }

// Kill is Stop with kill -9.
func (s *Server) Kill(t testing.TB) { s.must(t, "down", "--kill") }

// Start starts the server again, on the data it had.
func (s *Server) Start(t testing.TB) { s.must(t, "up") }

func (s *Server) must(t testing.TB, script string, args ...string) {
	t.Helper()
	if err := s.run(script, args...); err != nil {
		t.Fatal(err)
	}
}

func start(opt Options) (*Server, error) {
	dir, err := os.MkdirTemp("", "calipso-mongo")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, opt: opt}
	if s.port, err = freePort(); err == nil {
		err = s.run("up")
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

func (s *Server) remove() error {
	return errors.Join(s.run("down"), os.RemoveAll(s.dir))
}

// run runs one of the laboratory's scripts.
func (s *Server) run(script string, args ...string) error {
	labs, err := folder()
	if err != nil {
		return err
	}
	cmd := exec.Command(filepath.Join(labs, script), args...)
	cmd.Env = append(os.Environ(), "LAB_MONGO_DIR="+s.dir, fmt.Sprintf("LAB_MONGO_PORT=%d", s.port), "LAB_MONGO_TLS="+s.opt.TLS)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", script, err, strings.TrimSpace(stderr.String()))
	}
	return nil
}

// folder finds the laboratory from the package folder in which a test runs.
func folder() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		labs := filepath.Join(dir, "testdata", "labs", "mongo")
		if _, err := os.Stat(filepath.Join(labs, "up")); err == nil {
			return labs, nil
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", errors.New("testdata/labs/mongo is not above the test's folder")
		}
		dir = above
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
