package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/graph/storetest"
)

// keep makes a data directory with an environment that has a history and a
// password, and returns what an operator sees of it.
func keep(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	a := opened(t, dir)
	cause := graph.Cause{Kind: graph.CauseImport, ID: "i"}
	env := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{
		"name": "lab", "configuration": []any{map[string]any{"name": "OpenStack", "pwd": graph.NewSecret("hush")}},
	}}
	for n := range 3 {
		batch := storetest.NumberedOf(4, n+1)
		if _, err := a.store.Commit(t.Context(), "lab", cause, batch); err != nil {
			t.Fatal(err)
		}
		if _, err := a.store.Commit(t.Context(), graph.Shared, cause, &graph.Batch{PutDocs: []*graph.Document{env}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, stateDir, "known_hosts.lab"), []byte("host key"), 0o600); err != nil {
		t.Fatal(err)
	}
	shut(t, a)
	return dir
}

// opened opens a data directory in this process, with its index following.
func opened(t *testing.T, dir string) *app {
	t.Helper()
	g := &global{out: t.Output(), err: t.Output(), dataDir: dir}
	cfg, err := g.config()
	if err != nil {
		t.Fatal(err)
	}
	a, err := openApp(t.Context(), cfg, g.logger(cfg.Log, true), nobodyElse)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func shut(t *testing.T, a *app) {
	t.Helper()
	if err := a.close(); err != nil {
		t.Error(err)
	}
}

// remembered is all that the store of a data directory holds of the lab.
func remembered(t *testing.T, dir string) string {
	t.Helper()
	a := opened(t, dir)
	defer shut(t, a)
	text, err := storetest.History(t.Context(), a.store, "lab", graph.Now, 0)
	if err != nil {
		t.Fatal(err)
	}
	view, err := a.store.View(t.Context(), graph.Shared, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	d, err := view.Document(t.Context(), graph.Environments, "lab")
	if err != nil {
		t.Fatal(err)
	}
	secret := d.Body["configuration"].([]any)[0].(map[string]any)["pwd"].(graph.Secret)
	return text + secret.Reveal()
}

func missing(t *testing.T, path string) bool {
	t.Helper()
	_, err := os.Stat(path)
	return os.IsNotExist(err)
}

func TestBackupAndRestore(t *testing.T) {
	dir := keep(t)
	want := remembered(t, dir)
	file := filepath.Join(t.TempDir(), "all.backup")
	out := must(t, "--data-dir", dir, "backup", file)
	if !strings.Contains(out, "secret.key") || !strings.Contains(out, " records as of ") {
		t.Errorf("backup does not say what is needed to restore it:\n%s", out)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	key := filepath.Join(dir, keyFile)
	text, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(whole, text) {
		t.Error("the key is in the file")
	}

	to := filepath.Join(t.TempDir(), "new")
	code, _, said := calipso(t, "--data-dir", to, "restore", file)
	if code != exitError || !strings.Contains(said, "--key") || !missing(t, to) {
		t.Errorf("restored without the key: exit %d, %s", code, said)
	}
	wrong := filepath.Join(t.TempDir(), "wrong.key")
	if err := os.WriteFile(wrong, graph.NewKey(), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, said = calipso(t, "--data-dir", to, "restore", file, "--key", wrong)
	if code != exitError || !strings.Contains(said, "sealed with key") || !missing(t, to) {
		t.Errorf("restored with another key: exit %d, %s", code, said)
	}
	must(t, "--data-dir", to, "restore", file, "--key", key)
	if got := remembered(t, to); got != want {
		t.Error("what was restored is not what there was")
	}
	if b, err := os.ReadFile(filepath.Join(to, stateDir, "known_hosts.lab")); err != nil || string(b) != "host key" {
		t.Errorf("the hosts that were known: %q, %v", b, err)
	}
	if !missing(t, filepath.Join(to, restoreDir)) {
		t.Error("the restore leaves its folder")
	}
	// The index is made anew.
	if got := mustJSON[hits](t, "--data-dir", to, "search", "node-0001-tap3", "--env", "lab"); got.Total == 0 {
		t.Error("what was restored is not found")
	}
	code, _, said = calipso(t, "--data-dir", to, "restore", file, "--key", key)
	if code != exitError || !strings.Contains(said, "not empty") {
		t.Errorf("restored over another one: exit %d, %s", code, said)
	}

	// With the key, through the pipe.
	var piped bytes.Buffer
	var errs bytes.Buffer
	if code := run(t.Context(), []string{"--data-dir", dir, "backup", "-", "--with-key"}, strings.NewReader(""), &piped, &errs); code != exitDone || !strings.Contains(errs.String(), "warning") {
		t.Fatalf("exit %d, %s", code, errs.String())
	}
	other := filepath.Join(t.TempDir(), "other")
	if code, _, said := calipsoWith(t, piped.String(), "--data-dir", other, "restore", "-"); code != exitDone {
		t.Fatalf("exit %d, %s", code, said)
	}
	if got := remembered(t, other); got != want {
		t.Error("what came through the pipe is not what there was")
	}
}

// A running server writes its own backup, for who may everything.
func TestBackupOfAServer(t *testing.T) {
	dir := keep(t)
	want := remembered(t, dir)
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "warn")
	url := strings.TrimPrefix(p.until("listening on "), "listening on ")
	file := filepath.Join(t.TempDir(), "all.backup")
	must(t, "--data-dir", dir, "backup", file, "--with-key")
	token := strings.TrimSpace(must(t, "--data-dir", dir, "token", "create", "test"))
	must(t, "--server", url, "--token", token, "backup", file+"2")
	if code := p.terminate(); code != exitDone {
		t.Errorf("exit %d", code)
	}
	to := filepath.Join(t.TempDir(), "new")
	must(t, "--data-dir", to, "restore", file)
	if got := remembered(t, to); got != want {
		t.Error("what was restored is not what there was")
	}
	again := filepath.Join(t.TempDir(), "again")
	must(t, "--data-dir", again, "restore", file+"2", "--key", filepath.Join(dir, keyFile))
	if got := remembered(t, again); got != want {
		t.Error("what was restored is not what there was")
	}
}

// Nothing that goes wrong leaves a file or a directory that looks right.
func TestNoHalfBackup(t *testing.T) {
	dir := keep(t)
	file := filepath.Join(t.TempDir(), "all.backup")
	must(t, "--data-dir", dir, "backup", file, "--with-key")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for name, c := range map[string]struct {
		text []byte
		word string
	}{
		"cut short": {whole[:len(whole)-10], "is cut short"},
		"damaged":   {flipped, "is damaged: at byte"},
		"no backup": {[]byte("something else altogether"), "is no backup"},
		"empty":     {nil, "is no backup"},
	} {
		bad := filepath.Join(t.TempDir(), "bad")
		if err := os.WriteFile(bad, c.text, 0o600); err != nil {
			t.Fatal(err)
		}
		to := t.TempDir()
		code, _, said := calipso(t, "--data-dir", to, "restore", bad)
		if code != exitError || !strings.Contains(said, c.word) || !strings.Contains(said, bad) {
			t.Errorf("%s: exit %d, %s", name, code, said)
		}
		if left, err := os.ReadDir(to); err != nil || len(left) != 0 {
			t.Errorf("%s: %v is left, %v", name, left, err)
		}
	}
	nowhere := filepath.Join(t.TempDir(), "none")
	code, _, said := calipso(t, "--data-dir", nowhere, "backup", filepath.Join(t.TempDir(), "x"))
	if code != exitError || !strings.Contains(said, "nothing to back up") || !missing(t, nowhere) {
		t.Errorf("exit %d, %s", code, said)
	}
}

// A restore that is killed in its last moves is finished by the next start; one
// that was killed before is told.
func TestRestoreCut(t *testing.T) {
	dir := keep(t)
	want := remembered(t, dir)
	for moved := range 4 {
		to := t.TempDir()
		work := filepath.Join(to, restoreDir)
		if err := os.CopyFS(work, os.DirFS(dir)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(work, restoreComplete), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{stateDir, keyFile, graphDir}[:moved] {
			if err := os.Rename(filepath.Join(work, name), filepath.Join(to, name)); err != nil {
				t.Fatal(err)
			}
		}
		if got := remembered(t, to); got != want {
			t.Errorf("after %d moves: what was restored is not what there was", moved)
		}
		if !missing(t, work) {
			t.Error("the restore leaves its folder")
		}
	}
	to := t.TempDir()
	if err := os.MkdirAll(filepath.Join(to, restoreDir, graphDir), 0o700); err != nil {
		t.Fatal(err)
	}
	code, _, said := calipso(t, "--data-dir", to, "env", "list")
	if code != exitError || !strings.Contains(said, restoreDir) || !strings.Contains(said, "restore again") {
		t.Errorf("exit %d, %s", code, said)
	}
}

// stopper ends a context once something was written to, or read from, it.
type stopper struct {
	io.Reader
	stop func()
}

func (s stopper) Read(b []byte) (int, error) {
	s.stop()
	return s.Reader.Read(b)
}

// Ctrl-C leaves no file and an empty directory.
func TestBackupInterrupted(t *testing.T) {
	dir := keep(t)
	file := filepath.Join(t.TempDir(), "all.backup")
	must(t, "--data-dir", dir, "backup", file, "--with-key")
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	to := t.TempDir()
	var out, errs bytes.Buffer
	code := run(ctx, []string{"--data-dir", to, "restore", "-"}, stopper{bytes.NewReader(whole), stop}, &out, &errs)
	if code != exitError || !strings.Contains(errs.String(), "interrupted") {
		t.Errorf("exit %d, %s", code, errs.String())
	}
	if left, err := os.ReadDir(to); err != nil || len(left) != 0 {
		t.Errorf("%v is left, %v", left, err)
	}

	ctx, stop = context.WithCancel(t.Context())
	g := &global{out: io.Discard, err: io.Discard}
	a := opened(t, dir)
	defer shut(t, a)
	folder := t.TempDir()
	r, w := io.Pipe()
	go func() { w.CloseWithError(a.backup(ctx, w, false)) }()
	_, err = g.saveBackup(filepath.Join(folder, "b"), stopper{r, stop})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a backup that was stopped: %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}
