package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"calipso/testdata/leaks"
)

// TestMain lets the test binary be the program itself, so that tests can run
// it as a process of its own and kill it.
func TestMain(m *testing.M) {
	if os.Getenv("CALIPSO_TEST_RUN") != "" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
		stop()
		os.Exit(code)
	}
	http.DefaultTransport = watcher.Transport(http.DefaultTransport)
	code := m.Run()
	mongoLab.Stop()
	for _, f := range watcher.Found() {
		fmt.Fprintln(os.Stderr, "leak:", f)
		code = 1
	}
	os.Exit(code)
}

// watcher sees all that commands and servers of these tests say: what they
// print, and what servers answer.
var watcher = leaks.Watch()

// watched fails a test if a text shows a credential.
func watched(t *testing.T, place, text string) {
	t.Helper()
	for _, f := range watcher.In(place, []byte(text)) {
		t.Errorf("leak: %s", f)
	}
}

// outputOf names the output of a command, as testdata/leaks does.
func outputOf(args []string) string {
	place := "output of calipso"
	for i := 0; i < len(args); i++ {
		if slices.Contains([]string{"--data-dir", "--server", "--token", "--token-file", "--config", "--log-level"}, args[i]) {
			i++
			continue
		}
		if strings.HasPrefix(args[i], "-") || strings.Count(place, " ") > 3 {
			break
		}
		place += " " + args[i]
	}
	return place
}

// calipso runs a command in this process and returns what it printed.
func calipso(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	return calipsoWith(t, "", args...)
}

func calipsoWith(t *testing.T, stdin string, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(stdin), &o, &e)
	watched(t, outputOf(args), o.String())
	watched(t, "error output of calipso", e.String())
	return code, o.String(), e.String()
}

// must runs a command that has to succeed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errOut := calipso(t, args...)
	if code != exitDone {
		t.Fatalf("calipso %s: exit %d\n%s%s", strings.Join(args, " "), code, out, errOut)
	}
	return out
}

// mustJSON runs a command with --json.
func mustJSON[T any](t *testing.T, args ...string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(must(t, append(args, "--json")...)), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// process is the program running by itself.
type process struct {
	*testing.T
	cmd   *exec.Cmd
	lines *bufio.Scanner
	said  []string
	quiet sync.Once // nobody reads lines any more
	ended bool
}

// start runs the program until the test ends.
func start(t *testing.T, args ...string) *process {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), "CALIPSO_TEST_RUN=1")
	r, w := io.Pipe()
	said := io.MultiWriter(w, watcher.Writer(t.Name()+": what the program says"))
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{T: t, cmd: cmd, lines: bufio.NewScanner(r)}
	t.Cleanup(func() {
		if !p.ended {
			p.kill()
		}
	})
	return p
}

// until reads what the program says up to a line that contains text.
func (p *process) until(text string) string {
	p.Helper()
	for p.lines.Scan() {
		p.said = append(p.said, p.lines.Text())
		if strings.Contains(p.lines.Text(), text) {
			return p.lines.Text()
		}
	}
	p.Fatalf("the program ended without saying %q; it said\n%s", text, strings.Join(p.said, "\n"))
	return ""
}

// drain lets the program go on talking; until can no longer be called.
func (p *process) drain() {
	p.quiet.Do(func() {
		go func() {
			for p.lines.Scan() {
			}
		}()
	})
}

// kill ends the program as kill -9 does.
func (p *process) kill() {
	p.Helper()
	p.ended = true
	p.drain()
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.Error(err)
	}
	p.cmd.Wait() // its error is that it was killed
}

// terminate ends the program by SIGTERM and returns its exit code.
func (p *process) terminate() int {
	p.Helper()
	p.ended = true
	p.drain()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.Fatal(err)
	}
	var exit *exec.ExitError
	if err := p.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		p.Fatal(err)
	}
	return p.cmd.ProcessState.ExitCode()
}
