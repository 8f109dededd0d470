package index

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"calipso/graph"
)

// small mounts a file system of a few megabytes.
func small(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d", bytes)); err != nil {
		t.Skipf("a full disk needs a file system of its own, and mounting one needs root: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// While the disk is full, what was indexed before is found, and the status
// tells; once there is room the index catches up by itself.
func TestFullDisk(t *testing.T) {
	dir, f := small(t, 24<<20), newFake()
	f.commit("lab", []*graph.Vertex{instance("a", "alpha")})
	x := openIndex(t, filepath.Join(dir, "index"), f)
	run(t, x)
	ballast := filepath.Join(dir, "ballast")
	fill, err := os.Create(ballast)
	if err != nil {
		t.Fatal(err)
	}
	for block := make([]byte, 4096); err == nil; {
		_, err = fill.Write(block)
	}
	if err := fill.Close(); err != nil {
		t.Fatal(err)
	}
	var list []*graph.Vertex
	for i := range 500 {
		list = append(list, instance(fmt.Sprint("i", i), fmt.Sprint("beta-", i)))
	}
	f.commit("lab", list)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for { // until it has tried
		s, err := x.Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if s.Err != nil {
			t.Logf("status: %v", s.Err)
			if s.Behind != 1 {
				t.Errorf("behind in %d environments", s.Behind)
			}
			break
		}
		select {
		case <-x.src.Changed():
		case <-time.After(time.Millisecond):
		}
	}
	want(t, x, "alpha", "lab/a")
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := x.CaughtUp(ctx); err != nil {
		t.Fatal(err)
	}
	want(t, x, "beta-77", "lab/i77")
	if s, err := x.Status(ctx); err != nil || s.Err != nil || s.Behind != 0 || s.Lag != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

// An index that fails says so, and goes on from where it was.
func TestStatus(t *testing.T) {
	f := newFake()
	x := openIndex(t, t.TempDir(), f)
	f.commit("lab", []*graph.Vertex{instance("a", "alpha")})
	if s, err := x.Status(t.Context()); err != nil || s.Behind != 1 || s.Objects != 0 {
		t.Errorf("before: %+v, %v", s, err)
	}
	run(t, x)
	if s, err := x.Status(t.Context()); err != nil || s.Behind != 0 || s.Objects != 1 || s.Err != nil {
		t.Errorf("after: %+v, %v", s, err)
	}
}
