package program

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
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
	PeakRSS   int64 // bytes
}

// Run runs a command to its end and gives what it printed on standard output.
//
// Errors: the command's own, with what it printed.
func (p *Program) Run(ctx context.Context, args ...string) (string, Usage, error) {
	cmd := exec.CommandContext(ctx, p.path, args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	begun := time.Now()
	out, err := cmd.Output()
	u := Usage{Wall: time.Since(begun)}
	if err != nil {
		return string(out), u, fmt.Errorf("program: %s: %w\n%s%s", strings.Join(args, " "), err, out, stderr.String())
	}
	u.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.PeakRSS = r.Maxrss << 10 // Linux tells KiB
	}
	return string(out), u, nil
}

// command is a command that is to be started by the caller.
func (p *Program) command(args ...string) *exec.Cmd {
	cmd := exec.Command(p.path, args...)
	cmd.Stderr = os.Stderr
	return cmd
}
