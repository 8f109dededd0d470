package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calipso/query/diff"
)

// TestScopesOfTheDemo: name what a project has, say what is designed, let the
// cloud change, and see what of it is the project's, and what others added
// beside it.
func TestScopesOfTheDemo(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "warn")
	p.until("the demonstration clouds are there")
	on := func(args ...string) []string { return append([]string{"--data-dir", dir}, args...) }
	refused := func(want string, args ...string) {
		t.Helper()
		if code, out, errOut := calipso(t, on(args...)...); code != exitError || !strings.Contains(errOut, want) {
			t.Errorf("%v: exit %d\n%s%s(want %q)", args, code, out, errOut, want)
		}
	}
	if out := must(t, on("scope", "list")...); !strings.Contains(out, "no scopes yet") {
		t.Error(out)
	}
	must(t, on("scope", "create", "alpha", "--env", "demo", "--project", "alpha", "--comment", "a customer")...)
	must(t, on("scope", "create", "beta", "--env", "demo", "--project", "beta")...)
	refused("exists", "scope", "create", "alpha", "--env", "demo", "--project", "alpha")
	refused("--env is missing", "scope", "create", "x", "--project", "alpha")
	refused("there is no environment", "scope", "create", "x", "--env", "nowhere", "--everything")
	refused("nothing to change", "scope", "change", "alpha")
	s := mustJSON[scopeRow](t, on("scope", "show", "alpha")...)
	if s.Comment != "a customer" || len(s.Counts) != 1 || s.Counts[0].Members == 0 || s.Counts[0].Within <= s.Counts[0].Members {
		t.Errorf("%+v", s)
	}
	objects := mustJSON[[]scopeObject](t, on("scope", "objects", "alpha", "--type", "instance", "--members")...)
	if len(objects) == 0 || objects[0].Why.Kind != "project" || objects[0].Why.Text != "alpha" {
		t.Errorf("%+v", objects)
	}
	if out := must(t, on("scope", "objects", "alpha", "--limit", "2")...); !strings.Contains(out, "2 of ") || !strings.Contains(out, "clique of instance db-1") {
		t.Error(out)
	}
	if out := must(t, on("scope", "users", "demo", objects[0].ID)...); !strings.Contains(out, "alpha") || !strings.Contains(out, "project alpha") {
		t.Error(out)
	}
	if code, out, errOut := calipso(t, on("scope", "users", "demo", "node-1")...); code != exitNegative || !strings.Contains(out, "used by no scope") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	refused("is set as the design", "diff", "demo", "--design", "--scope", "alpha")
	refused("no complete snapshot", "diff", "demo", "--design")
	refused("at least 6 days older", "diff", "demo", "--last-week")
	refused("say with what to compare", "diff", "demo")
	refused("is found by --design", "diff", "demo", "a", "b", "--design")

	must(t, on("snapshot", "create", "demo", "verified", "--kind", "design")...)
	refused("there is no snapshot", "scope", "baseline", "alpha", "demo", "other")
	must(t, on("scope", "baseline", "alpha", "demo", "verified", "--comment", "checked")...)
	if out := must(t, on("scope", "show", "alpha")...); !strings.Contains(out, "verified") || !strings.Contains(out, "checked") {
		t.Error(out)
	}
	must(t, on("scan", "demo")...)

	ask := func(args ...string) diff.Report {
		t.Helper()
		code, out, errOut := calipso(t, on(append(args, "--json")...)...)
		if code != exitNegative {
			t.Fatalf("%v: exit %d\n%s%s", args, code, out, errOut)
		}
		var r diff.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	var moved, added, removed []string
	alpha := ask("diff", "demo", "--design", "--scope", "alpha")
	for _, l := range []struct {
		list []diff.Object
		into *[]string
	}{{alpha.Objects.Moved, &moved}, {alpha.Objects.Added, &added}, {alpha.Objects.Removed, &removed}} {
		for _, o := range l.list {
			if o.Type == "instance" {
				*l.into = append(*l.into, o.Name)
			}
		}
	}
	if got := strings.Join(append(append(moved, added...), removed...), " "); got != "web-2 web-4 web-3" || alpha.Partner == nil || alpha.Partner.Snapshot != "verified" || alpha.Scope != "alpha" {
		t.Errorf("%s, %+v", got, alpha.Partner)
	}
	// Of the other customer: his own new port, and who came beside him.
	beta := ask("diff", "demo", "verified", "--scope", "beta")
	if o, n := beta.Objects, beta.SharedNeighbours; len(o.Added) != 1 || o.Added[0].Type != "port" || len(o.Moved)+len(o.Removed)+len(o.Changed) != 0 || len(n) != 1 || n[0].Name != "web-4" || n[0].With != 3 {
		t.Errorf("%+v\n%+v", o, n)
	}
	refused("is set as the design", "diff", "demo", "--design", "--scope", "beta")

	write := func(name, text string) string {
		file := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	if ruled := ask("diff", "demo", "verified", "--rules", write("rules.yaml", "ignore: {vedge: [ports]}")); ruled.Rules == alpha.Rules || len(ruled.Objects.Changed) == 0 {
		t.Errorf("%+v", ruled.Summary)
	}
	other := ask("diff", "demo", "--with-env", "demo-linuxbridge", "--map", write("map.json", `{"hosts":{"node-1":"node-1"},"names":{"alpha":"shop"}}`))
	if other.ToEnv != "demo-linuxbridge" || other.Empty() {
		t.Errorf("%+v", other.Summary)
	}
	if code, out, errOut := calipso(t, on("diff", "demo", "--with-env", "demo")...); code != exitDone || !strings.Contains(out, "no differences") {
		t.Errorf("with itself: exit %d\n%s%s", code, out, errOut)
	}
	refused("--map and --rules", "diff", "demo", "--with-env", "demo-linuxbridge", "--map", "-", "--rules", "-")

	changed := mustJSON[scopeRow](t, on("scope", "change", "alpha", "--env", "demo-linuxbridge", "--project", "shop")...)
	if len(changed.Select) != 2 || changed.Comment != "a customer" || len(changed.Baselines) != 1 {
		t.Errorf("%+v", changed)
	}
	changed = mustJSON[scopeRow](t, on("scope", "change", "alpha", "--without", "demo-linuxbridge", "--comment", "")...)
	if len(changed.Select) != 1 || changed.Comment != "" {
		t.Errorf("%+v", changed)
	}
	changed = mustJSON[scopeRow](t, on("scope", "change", "alpha", "--file", write("scope.yaml", "comment: read\nselect: [{environment: demo, tags: [gold]}]"))...)
	if changed.Comment != "read" || len(changed.Select[0].Tags) != 1 {
		t.Errorf("%+v", changed)
	}
	must(t, on("scope", "remove", "alpha")...)
	refused("not found", "scope", "show", "alpha")
	if code := p.terminate(); code != exitDone {
		t.Errorf("exit %d", code)
	}
}
