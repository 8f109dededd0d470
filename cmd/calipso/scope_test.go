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
	if out := must(t, on("scope", "objects", "alpha", "--limit", "2")...); !strings.Contains(out, "2 of ") || !strings.Contains(out, "project alpha") {
		t.Error(out)
	}
	if out := must(t, on("scope", "users", "demo", objects[0].ID)...); !strings.Contains(out, "alpha") || !strings.Contains(out, "project alpha") {
		t.Error(out)
	}
	if code, out, _ := calipso(t, on("scope", "users", "demo", "region|RegionOne")...); code != exitNegative && code != exitError {
		t.Errorf("exit %d\n%s", code, out)
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
	r := ask("diff", "demo", "--design", "--scope", "beta", "verified")
	_ = r
}
