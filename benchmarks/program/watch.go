package program

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// settled is how much of a second of processor time a server uses in a second
// that has nothing left to do of its own.
const settled = 20 * time.Millisecond

// Settle waits until the server does nothing of its own any more: what it had to
// tidy up after an import goes on for a while. At most a minute, after which it
// is as it is.
func (s *Server) Settle(ctx context.Context) error {
	before, err := s.spent()
	for range 60 {
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
		var now time.Duration
		if now, err = s.spent(); err == nil && now-before < settled {
			return nil
		}
		before = now
	}
	return err
}

// spent is the processor time that the server has used, by proc(5), which counts
// hundredths of a second.
func (s *Server) spent() (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("program: processor time: %w", err)
	}
	// The name in brackets may hold anything.
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("program: processor time: %q has no such fields", b)
	}
	var ticks int64
	for _, f := range fields[11:13] { // utime, stime
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("program: processor time: %w", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}

// Files counts the files and sockets that the server has open.
func (s *Server) Files() (int, error) {
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("program: open files: %w", err)
	}
	return len(list), nil
}

// Gauges asks the server for figures of its own, by the names they have in
// /metrics.
func (s *Server) Gauges(ctx context.Context, names ...string) ([]float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/metrics", nil)
	if err != nil {
		return nil, fmt.Errorf("program: metrics: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Token)
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("program: metrics: %w", err)
	}
	defer resp.Body.Close()
	out, found := make([]float64, len(names)), 0
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		i := slices.Index(names, name)
		if i < 0 {
			continue
		}
		if out[i], err = strconv.ParseFloat(value, 64); err != nil {
			return nil, fmt.Errorf("program: metrics: %s: %w", name, err)
		}
		found++
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("program: metrics: %w", err)
	}
	if found != len(names) {
		return nil, fmt.Errorf("program: metrics: %s names %d of %v", resp.Status, found, names)
	}
	return out, nil
}

// DiskBytes is the room that the files below a directory take on the disk,
// which for sparse ones is less than their length.
func DiskBytes(dir string) (n int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a server at work removes files
		}
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			n += st.Blocks * 512
		} else {
			n += info.Size()
		}
		return nil
	})
	return n, err
}

// Length is the size of a file.
func Length(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
