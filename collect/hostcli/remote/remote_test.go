package remote

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"calipso/collect"
	"calipso/graph"
)

// patience is the limit of commands that shall not meet it.
const patience = time.Minute

func TestRunOnMasterAndBehind(t *testing.T) {
	s := lab(t)
	p := open(t, s.config())
	for _, name := range []string{"127.0.0.1", "behind"} {
		out, err := p.Run(t.Context(), Target{Name: name}, "sh", "echo out; echo err >&2; echo $SSH_CONNECTION; exit 3", patience)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitN(string(out.Stdout), "\n", 2)
		port := map[string]int{"127.0.0.1": s.port, "behind": s.behind}[name]
		if lines[0] != "out" || string(out.Stderr) != "err\n" || out.Status != 3 {
			t.Errorf("%s: %q %q %d", name, out.Stdout, out.Stderr, out.Status)
		}
		if !strings.Contains(lines[1], fmt.Sprintf("127.0.0.1 %d\n", port)) {
			t.Errorf("%s answered from %q, want port %d", name, lines[1], port)
		}
	}
}

// OpenSSH allows ten sessions on a connection; more have to wait their turn.
func TestManyCommandsShareOneConnection(t *testing.T) {
	s := lab(t)
	connects := 0
	cfg := s.config()
	cfg.Observe = func(string, time.Duration, error) { connects++ } // one at a time: under the entry's turn
	p := open(t, cfg)
	var wg sync.WaitGroup
	for i := range 25 {
		wg.Go(func() {
			out, err := p.Run(t.Context(), Target{Name: "127.0.0.1"}, "sh", fmt.Sprintf("echo %d", i), patience)
			if err != nil || string(out.Stdout) != fmt.Sprintf("%d\n", i) {
				t.Errorf("command %d: %q %v", i, out.Stdout, err)
			}
		})
	}
	wg.Wait()
	if connects != 1 {
		t.Errorf("%d connections", connects)
	}
}

func TestRefusals(t *testing.T) {
	s := lab(t)
	other := func(name string, changed bool) *HostKeys {
		file := filepath.Join(t.TempDir(), "known_hosts")
		line := ""
		if changed {
			line = fmt.Sprintf("[127.0.0.1]:%d ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH0nDDOJTUi5kbRlLbpjqN3pbYfUGxnCCbDDbqHmDDmm\n", s.port)
		}
		if err := os.WriteFile(file, []byte(line), 0o600); err != nil {
			t.Fatal(err)
		}
		return StrictHostKeys(file)
	}
	for _, test := range []struct {
		name   string
		change func(*Config)
		want   error
		text   string
	}{
		{"wrong password", func(c *Config) { c.Master = Login{User: s.user, Password: graph.NewSecret("nonsense")} }, collect.ErrAuth, "is refused"},
		{"wrong key", func(c *Config) { c.Master.Key = otherKey(t) }, collect.ErrAuth, "is refused"},
		{"no key at all", func(c *Config) { c.Master.Key = graph.NewSecret("nonsense") }, collect.ErrAuth, "private key does not read"},
		{"unknown host key", func(c *Config) { c.Keys = other("unknown", false) }, collect.ErrHostKey, "is unknown"},
		{"changed host key", func(c *Config) { c.Keys = other("changed", true) }, collect.ErrHostKey, "has changed"},
		{"unreadable known hosts", func(c *Config) { c.Keys = StrictHostKeys(t.TempDir()) }, collect.ErrHostKey, "known hosts"},
		{"nobody listens", func(c *Config) { c.Port = freePort(t) }, collect.ErrUnreachable, "refused"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg := s.config()
			test.change(&cfg)
			connects := 0
			cfg.Observe = func(string, time.Duration, error) { connects++ }
			p := open(t, cfg)
			for range 2 {
				_, err := p.Run(t.Context(), Target{Name: "behind"}, "sh", "", patience)
				if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.text) {
					t.Errorf("%v, want %v with %q", err, test.want, test.text)
				}
				if err != nil && strings.Contains(err.Error(), "nonsense") {
					t.Errorf("a secret in %v", err)
				}
			}
			if connects != 1 {
				t.Errorf("%d attempts, want one that is remembered", connects)
			}
		})
	}
}

// otherKey is a key that no server accepts.
func otherKey(t *testing.T) graph.Secret {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	return graph.NewSecret(string(pem.EncodeToMemory(block)))
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestTrustOnFirstUse(t *testing.T) {
	s := lab(t)
	file := filepath.Join(t.TempDir(), "remembered")
	for range 2 {
		cfg := s.config()
		cfg.Keys = TrustOnFirstUse(file, "")
		p := open(t, cfg)
		if _, err := p.Run(t.Context(), Target{Name: "behind"}, "true", "", patience); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(b), "\n"); n != 2 {
		t.Errorf("%d keys remembered, want the master's and the other's:\n%s", n, b)
	}
	// The host behind now shows the master's key: that is a change.
	lines := strings.Split(strings.TrimSpace(string(b)), "\n")
	first, second := strings.Fields(lines[0]), strings.Fields(lines[1])
	mixed := strings.Join([]string{lines[0], second[0] + " " + first[1] + " " + first[2], ""}, "\n")
	if err := os.WriteFile(file, []byte(mixed), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := s.config()
	cfg.Keys = TrustOnFirstUse(file, "")
	_, err = open(t, cfg).Run(t.Context(), Target{Name: "behind"}, "true", "", patience)
	if !errors.Is(err, collect.ErrHostKey) || !strings.Contains(err.Error(), "behind") {
		t.Error(err)
	}
}

// A server that accepts and says nothing costs the time of one attempt, as
// master and behind one.
func TestSilentServer(t *testing.T) {
	s := lab(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var held []net.Conn
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			held = append(held, c)
		}
	})
	t.Cleanup(func() {
		l.Close()
		wg.Wait()
		for _, c := range held {
			c.Close()
		}
	})
	silent := l.Addr().(*net.TCPAddr).Port
	for name, change := range map[string]func(*Config){
		"master": func(c *Config) { c.Port = silent },
		"behind": func(c *Config) { c.Hosts["behind"] = Host{Address: "127.0.0.1", Port: silent} },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := s.config()
			cfg.Dial = time.Second
			change(&cfg)
			_, err := open(t, cfg).Run(t.Context(), Target{Name: "behind"}, "true", "", patience)
			if !errors.Is(err, collect.ErrUnreachable) || !strings.Contains(err.Error(), "handshake") {
				t.Error(err)
			}
		})
	}
}

func TestCommandTimeLeavesTheConnection(t *testing.T) {
	s := lab(t)
	connects := 0
	cfg := s.config()
	cfg.Observe = func(string, time.Duration, error) { connects++ }
	p := open(t, cfg)
	master := Target{Name: "127.0.0.1"}
	if _, err := p.Run(t.Context(), master, "true", "", patience); err != nil {
		t.Fatal(err)
	}
	// The other side keeps the channel until the program ends, so after its
	// grace the connection goes, and the next command makes a new one.
	_, err := p.Run(t.Context(), master, "sleep 5", "", 100*time.Millisecond)
	if !errors.Is(err, collect.ErrUnreachable) || !strings.Contains(err.Error(), "in time") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Run(ctx, master, "true", "", patience); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if out, err := p.Run(t.Context(), master, "echo again", "", patience); err != nil || string(out.Stdout) != "again\n" {
		t.Errorf("%q %v", out.Stdout, err)
	}
	if connects > 2 {
		t.Errorf("%d connections", connects)
	}
}

// A network that swallows everything is noticed by keep-alive.
func TestKeepAliveEndsADeadConnection(t *testing.T) {
	s := lab(t)
	relay := newRelay(t, fmt.Sprintf("127.0.0.1:%d", s.port))
	cfg := s.config()
	cfg.Port = relay.port
	cfg.KeepAlive = 50 * time.Millisecond
	cfg.Keys = TrustOnFirstUse(filepath.Join(t.TempDir(), "known_hosts"))
	p := open(t, cfg)
	if _, err := p.Run(t.Context(), Target{Name: "127.0.0.1"}, "true", "", patience); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() {
		_, err := p.Run(t.Context(), Target{Name: "127.0.0.1"}, "sh", "echo started >&2; sleep 600", patience)
		done <- err
	}()
	relay.swallow()
	if err := <-done; !errors.Is(err, collect.ErrUnreachable) {
		t.Error(err)
	}
}

func TestSameHost(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"node-1", "node-1", true}, {"Node-1", "node-1", true}, {"node-1", "node-1.lab", true}, {"node-1.lab", "node-1", true},
		{"node-1", "node-10", false}, {"node-1.lab", "node-1.other", false}, {"node-1.lab", "node-1.lab.org", false},
	} {
		if got := sameHost(test.a, test.b); got != test.want {
			t.Errorf("%s, %s: %v", test.a, test.b, got)
		}
	}
}
