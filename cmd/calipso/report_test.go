package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"calipso/query/health"
	"calipso/query/paper/papertest"
	"calipso/query/report"
)

// TestReportsOfTheDemo: health of a cloud that is well, and of one that lost an
// instance; reports that are made, listed, exported and removed.
func TestReportsOfTheDemo(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "warn")
	p.until("the demonstration clouds are there")
	on := func(args ...string) []string { return append([]string{"--data-dir", dir}, args...) }
	for _, env := range []string{"demo", "demo-linuxbridge"} {
		h := mustJSON[health.Report](t, on("health", env)...)
		if !h.Healthy() || h.Totals.OK != len(h.Instances) || h.Totals.OK < 5 || h.ServiceTotals.Level() != health.OK {
			t.Errorf("%s: %s, %+v", env, h.Lead(), h.ServiceTotals)
		}
		for _, i := range h.Instances {
			if i.Host == "" || i.Zone == "" || i.Project == "" || len(i.Networks) == 0 || len(i.VNICs) == 0 {
				t.Errorf("%+v", i)
			}
			for _, v := range i.VNICs {
				if !v.Connected || len(v.Path) < 3 {
					t.Errorf("way of %s %s: %+v", i.Name, v.Name, v)
				}
			}
		}
	}
	before := time.Now().UTC().Format(time.RFC3339Nano)
	must(t, on("snapshot", "create", "demo", "monday")...)
	must(t, on("scan", "demo")...)
	if code, out, errOut := calipso(t, on("health", "demo", "--since", before)...); code != exitNegative || !strings.Contains(out, "1 not found, 13 OK") || !strings.Contains(out, "web-3") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}

	r := mustJSON[report.Report](t, on("report", "create", "demo", "diff", "--from", "monday", "--change", "CHG-1", "--text", "as planned")...)
	if r.Inputs.From.Snapshot != "monday" || *r.Totals.Differences == 0 || r.Author != "admin" || !strings.HasPrefix(r.Lead, "3 objects moved, 5 objects added") {
		t.Errorf("%+v", r)
	}
	if out := must(t, on("report", "list", "demo")...); !strings.Contains(out, r.ID) || !strings.Contains(out, "CHG-1") {
		t.Error(out)
	}
	file := filepath.Join(dir, "report.pdf")
	must(t, on("report", "show", "demo", r.ID, "--format", "pdf", "--output", file)...)
	pdf, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, page := range papertest.Pages(t, pdf) {
		text.WriteString(strings.Join(page, "\n") + "\n")
	}
	for _, want := range []string{"What changed in demo, monday → ", "as planned", "Moved (3)", "web-2", "node-2 → node-3", "change CHG-1", "author admin"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in:\n%s", want, text.String())
		}
	}
	if out := must(t, on("report", "show", "demo", r.ID)...); !strings.Contains(out, "CHG-1") || !strings.Contains(out, "Removed (") {
		t.Error(out)
	}
	if !json.Valid([]byte(must(t, on("report", "show", "demo", r.ID, "--json")...))) {
		t.Error("no JSON")
	}
	must(t, on("report", "remove", "demo", r.ID)...)
	for _, bad := range [][]string{{"report", "show", "demo", r.ID}, {"report", "create", "demo", "poem"}, {"report", "create", "demo", "diff"}, {"health", "nowhere"}, {"health", "demo", "--format", "docx"}, {"scans", "abort", "demo"}, {"schedule", "run", "demo", "ghost"}} {
		if code, _, errOut := calipso(t, on(bad...)...); code != exitError || errOut == "" {
			t.Errorf("%q: exit %d, %q", bad, code, errOut)
		}
	}
	if out := must(t, on("scans", "list", "demo")...); !strings.Contains(out, "completed") {
		t.Error(out)
	}
	if code := p.terminate(); code != exitDone {
		t.Errorf("exit %d", code)
	}
}
