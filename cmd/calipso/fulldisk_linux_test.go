package main

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"calipso/graph"
	"calipso/graph/storetest"
)

// disk is a small disk of its own for a data directory.
func disk(t *testing.T, megabytes string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("calipso-test", dir, "tmpfs", 0, "size="+megabytes+"m"); err != nil {
		t.Skipf("a small disk can only be mounted by root: mount tmpfs: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes room on a disk until so many bytes are free.
func fill(t *testing.T, disk string, free int64) (filler string) {
	t.Helper()
	var s syscall.Statfs_t
	if err := syscall.Statfs(disk, &s); err != nil {
		t.Fatal(err)
	}
	filler = filepath.Join(disk, "filler")
	f, err := os.OpenFile(filler, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Fallocate(int(f.Fd()), 0, info.Size(), int64(s.Bavail)*s.Bsize-free); err != nil {
		t.Fatal(err)
	}
	return filler
}

// TestFullDisk fills the disk under a running server: it says so, reads on,
// takes no write, and goes on by itself once there is room.
func TestFullDisk(t *testing.T) {
	mount := disk(t, "300")
	dir := filepath.Join(mount, "data")
	a := opened(t, dir)
	env := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{"name": "lab"}}
	for id, b := range map[graph.EnvID]*graph.Batch{"lab": storetest.Numbered(1), graph.Shared: {PutDocs: []*graph.Document{env}}} {
		if _, err := a.store.Commit(t.Context(), id, graph.Cause{Kind: graph.CauseImport}, b); err != nil {
			t.Fatal(err)
		}
	}
	shut(t, a)
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "error")
	address := strings.TrimPrefix(p.until("listening on "), "listening on ")
	on := func(args ...string) []string { return append([]string{"--data-dir", dir}, args...) }
	if status, text := ask(t, address+"/readyz"); status != http.StatusOK {
		t.Fatalf("before anything is full: %d %s", status, text)
	}
	must(t, on("snapshot", "create", "lab", "before")...)
	reads := func(when string) {
		t.Helper()
		if got := mustJSON[hits](t, on("search", "node-0003-tap4", "--env", "lab")...); got.Total == 0 {
			t.Errorf("%s: nothing is found", when)
		}
		if out := must(t, on("show", "lab", "node-0007-tap1")...); !strings.Contains(out, "node-0007") {
			t.Errorf("%s: show says %s", when, out)
		}
	}
	refused := func(when string) {
		t.Helper()
		code, _, said := calipso(t, on("snapshot", "create", "lab", "while-full")...)
		if code != exitError || !strings.Contains(said, "disk is full") {
			t.Errorf("%s: exit %d, %s", when, code, said)
		}
		if status, text := ask(t, address+"/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(text, "disk is full") {
			t.Errorf("%s: /readyz says %d %s", when, status, text)
		}
		reads(when)
	}
	for _, c := range []struct {
		when string
		free int64
	}{{"within the reserve", 20 << 20}, {"not a byte is free", 0}} {
		filler := fill(t, mount, c.free)
		refused(c.when)
		if err := os.Remove(filler); err != nil {
			t.Fatal(err)
		}
		must(t, on("snapshot", "create", "lab", "room-again-"+url.PathEscape(strings.ReplaceAll(c.when, " ", "-")))...)
		if status, text := ask(t, address+"/readyz"); status != http.StatusOK {
			t.Errorf("there is room again: %d %s", status, text)
		}
		reads("there is room again")
	}
	if code := p.terminate(); code != exitDone {
		t.Errorf("exit %d", code)
	}

	// A start without room is refused, and changes nothing.
	filler := fill(t, mount, 1<<20)
	code, _, said := calipso(t, on("env", "list")...)
	if code != exitError || !strings.Contains(said, "disk is full") {
		t.Errorf("a start on a full disk: exit %d, %s", code, said)
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	a = opened(t, dir)
	defer shut(t, a)
	if err := storetest.Check(t.Context(), a.store); err != nil {
		t.Error(err)
	}
}

func ask(t *testing.T, url string) (status int, text string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// A backup to, and a restore on, a disk that is too small leaves nothing that
// looks right.
func TestBackupOnAFullDisk(t *testing.T) {
	dir := keep(t)
	mount := disk(t, "80")
	file := filepath.Join(mount, "all.backup")
	fill(t, mount, 4<<10)
	code, _, said := calipso(t, "--data-dir", dir, "backup", file)
	if code != exitError || !strings.Contains(said, syscall.ENOSPC.Error()) || !missing(t, file) || !missing(t, file+".part") {
		t.Errorf("backup: exit %d, %s", code, said)
	}
	elsewhere := filepath.Join(t.TempDir(), "all.backup")
	must(t, "--data-dir", dir, "backup", elsewhere, "--with-key")
	to := filepath.Join(mount, "data")
	code, _, said = calipso(t, "--data-dir", to, "restore", elsewhere)
	if code != exitError || !strings.Contains(said, "nothing was restored") {
		t.Errorf("restore: exit %d, %s", code, said)
	}
	if left, err := os.ReadDir(to); err != nil && !errors.Is(err, os.ErrNotExist) || len(left) != 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// TestReadOnlyDisk: the program says what is the matter, and changes nothing.
func TestReadOnlyDisk(t *testing.T) {
	mount := disk(t, "200")
	dir := filepath.Join(mount, "data")
	shut(t, opened(t, dir))
	if err := syscall.Mount("", mount, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"env", "list"}, {"serve", "--listen", "127.0.0.1:0"}} {
		code, _, said := calipso(t, append([]string{"--data-dir", dir}, args...)...)
		if code != exitError || !strings.Contains(said, syscall.EROFS.Error()) || !strings.Contains(said, dir) || strings.Contains(said, "damaged") {
			t.Errorf("%v: exit %d, %s", args, code, said)
		}
	}
	if err := syscall.Mount("", mount, "", syscall.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	shut(t, opened(t, dir))
}
