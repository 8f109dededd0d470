package main

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// environmentFile writes an environment document.
func environmentFile(t *testing.T, sections ...map[string]any) string {
	t.Helper()
	b, err := json.Marshal(map[string]any{
		"name": "lab", "distribution": "Debian", "mechanism_drivers": []string{"OVS"}, "type_drivers": "vxlan", "configuration": sections,
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "lab.json")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// closedPort is a port of loopback on which nothing listens.
func closedPort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func TestUnreachableAPIIsOneClearLine(t *testing.T) {
	dir := t.TempDir()
	must(t, "--data-dir", dir, "env", "add", environmentFile(t, map[string]any{
		"name": "OpenStack", "host": "127.0.0.1", "port": closedPort(t), "user": "calipso", "pwd": "s3cr3t-word",
	}))
	code, out, errOut := calipso(t, "--data-dir", dir, "scan", "lab")
	if code != exitError || !strings.Contains(errOut, "no source answered") {
		t.Errorf("exit %d, %s", code, errOut)
	}
	failed := 0
	for line := range strings.Lines(out) {
		if strings.HasPrefix(line, "failed: ") {
			failed++
			if !strings.Contains(line, "127.0.0.1") {
				t.Errorf("the line does not name the address: %s", line)
			}
		}
	}
	if failed != 1 {
		t.Errorf("%d lines say what failed, want one:\n%s", failed, out)
	}
	if strings.Contains(out+errOut, "s3cr3t-word") {
		t.Error("the password shows")
	}
	code, out, _ = calipso(t, "--data-dir", dir, "env", "test", "lab")
	if code != exitNegative || !strings.HasPrefix(out, "FAILED") {
		t.Errorf("env test: exit %d, %s", code, out)
	}
	if out := must(t, "--data-dir", dir, "env", "tests", "lab"); !strings.Contains(out, "FAILED  OpenStack") {
		t.Errorf("env tests: %s", out)
	}
}

func TestMistakesNameTheField(t *testing.T) {
	dir := t.TempDir()
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"env", "add", environmentFile(t, map[string]any{"name": "OpenStack", "port": 70000})}, "configuration[0].port"},
		{[]string{"env", "add", filepath.Join(dir, "nowhere.json")}, "nowhere.json"},
		{[]string{"scan", "nowhere"}, `"nowhere"`},
		{[]string{"show", "nowhere", "x"}, `"nowhere"`},
		{[]string{"import", dir}, "no <collection>.jsonl file"},
		{[]string{"frobnicate"}, "frobnicate"},
		{[]string{"--server", "localhost:1", "env", "list"}, "--server"},
	} {
		code, out, errOut := calipso(t, append([]string{"--data-dir", dir}, tc.args...)...)
		if code != exitError || !strings.Contains(errOut, tc.want) || strings.Count(errOut, "\n") > 2 {
			t.Errorf("calipso %v: exit %d\n%s%s(want %q in one line)", tc.args, code, out, errOut, tc.want)
		}
	}
}

func TestEnvironmentShowsNoSecret(t *testing.T) {
	dir := t.TempDir()
	file := environmentFile(t, map[string]any{"name": "CLI", "host": "127.0.0.1", "user": "u", "pwd": "s3cr3t-word"},
		map[string]any{"name": "OpenStack", "host": "127.0.0.1", "user": "u", "pwd": "s3cr3t-word"})
	must(t, "--data-dir", dir, "env", "add", file)
	for _, args := range [][]string{{"env", "show", "lab"}, {"env", "show", "lab", "--json"}, {"env", "list"}} {
		if out := must(t, append([]string{"--data-dir", dir}, args...)...); strings.Contains(out, "s3cr3t-word") {
			t.Errorf("calipso %v shows the password", args)
		}
	}
	shown := must(t, "--data-dir", dir, "env", "show", "lab")
	again := filepath.Join(t.TempDir(), "again.yaml")
	if err := os.WriteFile(again, []byte(shown), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "--data-dir", dir, "env", "add", "--replace", again)
	if code, _, errOut := calipso(t, "--data-dir", dir, "env", "add", file); code != exitError || !strings.Contains(errOut, "exists") {
		t.Errorf("a second environment of that name: exit %d, %s", code, errOut)
	}
}

func TestUsersAndTokens(t *testing.T) {
	dir := t.TempDir()
	if code, _, errOut := calipsoWith(t, "a long enough passphrase\n", "--data-dir", dir, "user", "add", "ann", "--role", "viewer"); code != exitDone {
		t.Fatal(errOut)
	}
	if out := must(t, "--data-dir", dir, "user", "list"); !strings.Contains(out, "ann") || !strings.Contains(out, "viewer") {
		t.Errorf("no ann in\n%s", out)
	}
	if code, _, errOut := calipsoWith(t, "short\n", "--data-dir", dir, "user", "passwd", "ann"); code != exitError || !strings.Contains(errOut, "password") {
		t.Errorf("a short password: exit %d, %s", code, errOut)
	}
	must(t, "--data-dir", dir, "user", "remove", "ann")
	if out := must(t, "--data-dir", dir, "user", "list"); strings.Contains(out, "ann") {
		t.Errorf("ann is still in\n%s", out)
	}
}

// TestExportAndImport: what is exported and imported elsewhere exports the same.
func TestExportAndImport(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "warn")
	p.until("the demonstration clouds are there")
	one, two := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "two")
	must(t, "--data-dir", dir, "export", one, "--env", "demo")
	other := t.TempDir()
	if out := must(t, "--data-dir", other, "import", one); !strings.Contains(out, "imported [demo]") {
		t.Errorf("import says %s", out)
	}
	if out := must(t, "--data-dir", other, "import", one); !strings.Contains(out, "0 added, 0 changed, 0 removed") {
		t.Errorf("the second import changes something: %s", out)
	}
	must(t, "--data-dir", other, "export", two)
	for _, name := range []string{"inventory.jsonl", "links.jsonl", "cliques.jsonl"} {
		a, err := os.ReadFile(filepath.Join(one, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(two, name))
		if err != nil {
			t.Fatal(err)
		}
		if len(a) == 0 || string(a) != string(b) {
			t.Errorf("%s differs after the round trip (%d and %d bytes)", name, len(a), len(b))
		}
	}
	code, _, errOut := calipso(t, "--data-dir", other, "export", two)
	if code != exitError || !strings.Contains(errOut, "not empty") {
		t.Errorf("export over a folder: exit %d, %s", code, errOut)
	}
}
