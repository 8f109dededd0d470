package program

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Files counts the files and sockets that the server has open.
func (s *Server) Files() (int, error) {
	list, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("program: open files: %w", err)
	}
	return len(list), nil
}

// Goroutines asks the server how many it has.
func (s *Server) Goroutines(ctx context.Context) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/metrics", nil)
	if err != nil {
		return 0, fmt.Errorf("program: metrics: %w", err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Token)
	resp, err := s.client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("program: metrics: %w", err)
	}
	defer resp.Body.Close()
	n := -1
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "go_goroutines "); ok {
			if n, err = strconv.Atoi(text); err != nil {
				return 0, fmt.Errorf("program: metrics: %w", err)
			}
		}
	}
	if n < 0 {
		return 0, fmt.Errorf("program: metrics: %s names no go_goroutines", resp.Status)
	}
	return n, lines.Err()
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
