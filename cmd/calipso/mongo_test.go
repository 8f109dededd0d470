package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/testdata/labs/mongolab"
)

var mongoLab mongolab.Lab

// TestMongo moves over from an old database as an operator does: import, look,
// import once more, serve, sign in with the old password, export for the tools
// that stay, and import that elsewhere.
func TestMongo(t *testing.T) {
	from, old := mongoLab.Database(t)
	mongolab.Restore(t, old, "../../importexport/testdata/opnfv", func(c string) string { return c })
	to, exported := mongoLab.Database(t)
	first, second := t.TempDir(), t.TempDir()

	said := must(t, "--data-dir", first, "import", from)
	for _, want := range []string{
		"imported [osp-lab-1]", "note: api_tokens: 1 skipped, whole collection: tokens do not say whose they are",
		`warning: user "admin": an account of this name is here already`, "note: users: 1 skipped, the account is here already",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("import did not say %q but\n%s", want, said)
		}
	}
	again := mustJSON[importReport](t, "--data-dir", first, "import", from)
	if again.Added+again.Changed+again.Removed != 0 {
		t.Errorf("the second import: %+v", again)
	}

	p := start(t, "--data-dir", first, "serve", "--listen", "127.0.0.1:0")
	_, base, _ := strings.Cut(p.until("listening on "), "listening on ")
	p.drain()
	for password, want := range map[string]int{"olga-old-password": http.StatusCreated, "olga-other-password": http.StatusUnauthorized} {
		body, err := json.Marshal(map[string]string{"username": "olga", "password": password})
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.Post(strings.TrimSpace(base)+"/api/v1/sessions", "application/json", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("olga with %s: %d, want %d", password, resp.StatusCode, want)
		}
	}
	report := mustJSON[exportReport](t, "--data-dir", first, "export", to)
	if report.Documents["inventory"] != 23 || report.Documents["links"] != 6 || !strings.HasSuffix(to, report.Database[len("mongodb://"):]) {
		t.Errorf("exported: %+v", report)
	}
	if code, out, errOut := calipso(t, "--data-dir", first, "export", strings.Replace(to, "mongodb://", "mongodb://olga:pw-planted@", 1)); code != exitError ||
		!strings.Contains(errOut, "the user name or password is not accepted") || strings.Contains(out+errOut, "pw-planted") {
		t.Errorf("export with a wrong password: exit %d\n%s%s", code, out, errOut)
	}
	if code := p.terminate(); code != exitDone {
		t.Errorf("the server ended with %d", code)
	}
	if names, err := exported.ListCollectionNames(t.Context(), bson.D{{Key: "name", Value: bson.D{{Key: "$in", Value: bson.A{"users", "api_tokens", "roles"}}}}}); err != nil || len(names) > 0 {
		t.Errorf("accounts were exported: %v, %v", names, err)
	}

	if said := must(t, "--data-dir", second, "import", to); !strings.Contains(said, "passwords are masked") {
		t.Errorf("nothing was said of passwords:\n%s", said)
	}
	a, b := exportedFiles(t, first, "osp-lab-1"), exportedFiles(t, second, "osp-lab-1")
	for _, name := range []string{"inventory", "links", "cliques", "scans", "scheduled_scans", "messages", "clique_types", "link_types", "constants"} {
		if a[name] != b[name] || a[name] == "" {
			t.Errorf("%s differs after the way through MongoDB:\n%s\n%s", name, a[name], b[name])
		}
	}
}

// TestMongoWithoutUsers leaves accounts where they are.
func TestMongoWithoutUsers(t *testing.T) {
	from, old := mongoLab.Database(t)
	mongolab.Restore(t, old, "../../importexport/testdata/opnfv", func(c string) string { return c })
	dir := t.TempDir()
	if said := must(t, "--data-dir", dir, "import", from, "--no-users", "--no-wait"); !strings.Contains(said, "users: 2 skipped, accounts were not asked for") {
		t.Errorf("import said\n%s", said)
	}
	if users := must(t, "--data-dir", dir, "user", "list"); strings.Contains(users, "olga") {
		t.Errorf("users:\n%s", users)
	}
}

// TestMongoDemo takes the demonstration clouds to MongoDB and into an empty
// server, as they are.
func TestMongoDemo(t *testing.T) {
	to, _ := mongoLab.Database(t)
	first, second := t.TempDir(), t.TempDir()
	p := start(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", first, "--log-level", "warn")
	p.until("listening on ")
	p.until("the demonstration clouds are there")
	p.drain()
	report := mustJSON[exportReport](t, "--data-dir", first, "export", to)
	if len(report.Environments) != 2 || report.Documents["inventory"] == 0 || report.Documents["cliques"] == 0 {
		t.Errorf("exported %+v", report)
	}
	must(t, "--data-dir", second, "import", to)
	for _, env := range report.Environments {
		var files [2]map[string]string
		for i, dir := range []string{first, second} {
			files[i] = exportedFiles(t, dir, string(env))
		}
		for _, name := range []string{"inventory", "links", "cliques", "messages"} {
			if files[0][name] != files[1][name] {
				t.Errorf("environment %s: %s differs after the way through MongoDB", env, name)
			}
		}
	}
	if code := p.terminate(); code != exitDone {
		t.Errorf("the server ended with %d", code)
	}
	// The password that a command was given is neither in its output nor in the
	// log, here of the same process.
	_, out, errOut := calipso(t, "--data-dir", first, "--log-level", "debug", "import", strings.Replace(to, "mongodb://", "mongodb://olga:pw-planted@", 1))
	if strings.Contains(out+errOut, "pw-planted") || !strings.Contains(errOut, "not accepted") || !strings.Contains(errOut, "/api/v1/import/mongo") {
		t.Errorf("said:\n%s%s", out, errOut)
	}
}

// exportedFiles are the texts of an export to a folder, by collection.
func exportedFiles(t *testing.T, dir, env string) map[string]string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "export")
	must(t, "--data-dir", dir, "export", folder, "--env", env)
	files, err := filepath.Glob(filepath.Join(folder, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(f), ".jsonl")] = string(text)
	}
	return out
}
