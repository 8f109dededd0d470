package remote

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"calipso/graph"
)

// TestMain starts the sshd laboratory for the tests, if none was started for
// them and OpenSSH is installed.
func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if os.Getenv("LAB_SSHD") == "" {
		down, err := startLab()
		if err != nil {
			fmt.Fprintln(os.Stderr, "sshd laboratory:", err)
		}
		if down != nil {
			defer down()
		}
	}
	code := m.Run()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

func startLab() (down func(), err error) {
	scripts, err := filepath.Abs("../../../testdata/labs/sshd")
	if err != nil {
		return nil, err
	}
	parent, err := os.MkdirTemp("", "sshd")
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	script := func(name string) ([]byte, error) {
		cmd := exec.Command(filepath.Join(scripts, name))
		cmd.Env = append(os.Environ(), "LAB_SSHD_DIR="+filepath.Join(parent, "lab"), "LAB_SSHD_PORT="+strconv.Itoa(port))
		cmd.Stderr = os.Stderr
		return cmd.Output()
	}
	down = func() {
		if _, err := script("down"); err != nil {
			fmt.Fprintln(os.Stderr, "sshd laboratory: down:", err)
		}
		os.RemoveAll(parent)
	}
	out, err := script("up")
	if err != nil {
		return down, err
	}
	return down, os.Setenv("LAB_SSHD", strings.TrimPrefix(strings.TrimSpace(string(out)), "LAB_SSHD="))
}

// sshd is the laboratory as its folder describes it.
type sshd struct {
	port, behind int
	user         string
	key          graph.Secret
	known        string
}

func lab(t *testing.T) sshd {
	t.Helper()
	dir := os.Getenv("LAB_SSHD")
	if dir == "" {
		if slices.Contains(strings.Split(os.Getenv("LAB_REQUIRED"), ","), "sshd") {
			t.Fatal("LAB_SSHD is not set and OpenSSH did not start, but LAB_REQUIRED wants it")
		}
		t.Skip("LAB_SSHD is not set and OpenSSH did not start: install openssh-server, or make lab-sshd")
	}
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(b)) + "\n"
	}
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(read(name)))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return sshd{
		port: number("port"), behind: number("port.behind"), user: strings.TrimSpace(read("user")),
		key: graph.NewSecret(read("id")), known: filepath.Join(dir, "known_hosts"),
	}
}

// config reaches the master, and "behind" through it.
func (s sshd) config() Config {
	return Config{
		Address: "127.0.0.1", Port: s.port,
		Master: Login{User: s.user, Key: s.key},
		Hosts:  map[string]Host{"behind": {Address: "127.0.0.1", Port: s.behind}},
		Keys:   StrictHostKeys(s.known),
	}
}

func open(t *testing.T, cfg Config) *Pool {
	t.Helper()
	p := Open(t.Context(), cfg)
	t.Cleanup(func() { p.Close() })
	return p
}
