package program

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Program is a built program.
type Program struct{ path string }

// Build builds the program of this module into a directory.
func Build(ctx context.Context, dir string) (*Program, error) {
	p := &Program{path: filepath.Join(dir, "calipso")}
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", "nomsgpack", "-o", p.path, "calipso/cmd/calipso")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("program: build: %w\n%s", err, out)
	}
	return p, nil
}

// Usage is what a process used up in its life.
type Usage struct {
	CPU, Wall time.Duration
	PeakRSS   int64 // bytes; 0 where the system does not tell
}

// Run runs a command to its end and gives what it printed on standard output.
//
// Errors: the command's own, with what it printed.
func (p *Program) Run(ctx context.Context, args ...string) (string, Usage, error) {
	cmd := exec.CommandContext(ctx, p.path, args...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	begun := time.Now()
	var u Usage
	err := cmd.Start()
	if err == nil {
		done, peak := make(chan struct{}), make(chan int64)
		go func() { peak <- peaks(cmd.Process.Pid, done) }()
		err = cmd.Wait()
		close(done)
		u.PeakRSS = <-peak
	}
	u.Wall = time.Since(begun)
	if err != nil {
		return stdout.String(), u, fmt.Errorf("program: %s: %w\n%s%s", strings.Join(args, " "), err, stdout.String(), stderr.String())
	}
	u.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return stdout.String(), u, nil
}

// command is a command that is to be started by the caller.
func (p *Program) command(args ...string) *exec.Cmd {
	cmd := exec.Command(p.path, args...)
	cmd.Stderr = os.Stderr
	return cmd
}
