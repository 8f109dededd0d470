package main

import (
	"strings"
	"testing"
)

// TestRetention sets how long things are kept, and forgets by hand.
func TestRetention(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "warn")
	p.until("the demonstration clouds are there")
	on := func(args ...string) []string { return append([]string{"--data-dir", dir}, args...) }
	if out := must(t, on("retention", "show", "demo")...); !strings.Contains(out, "90d") || !strings.Contains(out, "nothing of demo is forgotten yet") {
		t.Error(out)
	}
	if out := must(t, on("retention", "set", "demo", "--everything", "10m", "--records", "1d", "--during", "3d")...); !strings.Contains(out, "10m") || !strings.Contains(out, "of this environment") {
		t.Error(out)
	}
	r := mustJSON[retentionRow](t, on("retention", "set", "demo", "--during", "default")...)
	if r.Everything != "10m" || r.Records != "1d" || r.Snapshots["during"] != "2w" || len(r.Overrides.Snapshots) != 0 {
		t.Errorf("%+v", r)
	}
	if out := must(t, on("retention", "run", "demo", "--dry-run")...); !strings.Contains(out, "demo: 0 versions and 0 commits would be dropped") {
		t.Error(out)
	}
	if rows := mustJSON[[]forgotten](t, on("retention", "run")...); len(rows) < 1 || rows[0].DryRun || rows[0].Snapshots == nil {
		t.Errorf("%+v", rows)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"is no age", []string{"retention", "set", "demo", "--everything", "soon"}},
		{"at least one", []string{"retention", "set", "demo"}},
		{"not found", []string{"retention", "show", "nowhere"}},
	} {
		if code, out, errOut := calipso(t, on(c.args...)...); code != exitError || !strings.Contains(errOut, c.want) {
			t.Errorf("%v: exit %d\n%s%s(want %q)", c.args, code, out, errOut, c.want)
		}
	}
}
