package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program builds the binary once for all tests, or takes the one that
// CALIPSO_BINARY names.
var program = sync.OnceValues(func() (string, error) {
	if given := os.Getenv("CALIPSO_BINARY"); given != "" {
		return filepath.Abs(given)
	}
	var err error
	if builtIn, err = os.MkdirTemp("", "calipso-e2e-"); err != nil {
		return "", err
	}
	path := filepath.Join(builtIn, "calipso")
	if out, err := exec.Command("go", "build", "-o", path, "../cmd/calipso").CombinedOutput(); err != nil {
		return "", errors.New(string(out))
	}
	return path, nil
})

// builtIn is the folder of the binary that program built, "" if it built none.
var builtIn string

func TestMain(m *testing.M) {
	code := m.Run()
	if builtIn != "" {
		os.RemoveAll(builtIn)
	}
	os.Exit(code)
}

func binary(t *testing.T) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// outcome is how a command ended.
type outcome struct {
	code        int
	out, errOut string
}

// run runs a command on a data directory.
func run(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary(t), append([]string{"--data-dir", dir}, args...)...)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatalf("calipso %v: %v", args, err)
	}
	return outcome{cmd.ProcessState.ExitCode(), out.String(), complaint.String()}
}

// server is a running "calipso serve".
type server struct {
	t        *testing.T
	dir, url string
	cmd      *exec.Cmd
	output   chan []string // all lines, once it has ended
	password string        // of admin; only the first start prints it
	token    string
}

var (
	listening = regexp.MustCompile(`listening on (http://\S+)`)
	firstWord = regexp.MustCompile(`admin.*password (\S+)`)
)

// start runs the server on a data directory and waits until it says that it
// listens. password is that of a former start, "" for a new directory.
func start(t *testing.T, dir, password string) *server {
	t.Helper()
	s := &server{t: t, dir: dir, output: make(chan []string, 1), password: password}
	s.cmd = exec.Command(binary(t), "--data-dir", dir, "serve", "--listen", "127.0.0.1:0")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stdout, s.cmd.Stderr = write, write
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	t.Cleanup(s.kill)

	found := make(chan string, 1)
	secrets := make(chan string, 1)
	go func() {
		var lines []string
		for in := bufio.NewScanner(read); in.Scan(); {
			line := in.Text()
			lines = append(lines, line)
			if m := firstWord.FindStringSubmatch(line); m != nil {
				secrets <- m[1]
			}
			if m := listening.FindStringSubmatch(line); m != nil {
				found <- m[1]
			}
		}
		close(found)
		s.output <- lines
	}()
	url, ok := <-found
	if !ok {
		t.Fatalf("serve ended: %s", strings.Join(<-s.output, "\n"))
	}
	s.url = url
	select {
	case s.password = <-secrets:
	default:
	}
	s.login()
	return s
}

// stop ends the server as an operator does.
func (s *server) stop() {
	s.t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Wait(); err != nil {
		s.t.Errorf("serve ends with %v: %s", err, strings.Join(<-s.output, "\n"))
	}
}

// kill ends it as a power cut does.
func (s *server) kill() {
	if s.cmd.ProcessState == nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait() // says that it was killed
	}
}

// eventually asks again and again, some times a second, until the answer is
// yes or the limit is over.
func eventually(t *testing.T, what string, limit time.Duration, done func() bool) {
	t.Helper()
	end := time.After(limit)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for !done() {
		select {
		case <-again.C:
		case <-end:
			t.Fatalf("not within %v: %s", limit, what)
		}
	}
}
