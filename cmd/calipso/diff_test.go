package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/query/diff"
)

// TestDiffOfTheDemo: between its two scans the demonstration cloud lost web-3,
// had web-2 migrated and db-2 renamed, and got web-4 and an unused port. The
// comparison says this, and what of it shows in the wiring.
func TestDiffOfTheDemo(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "warn")
	p.until("the demonstration clouds are there")
	on := func(args ...string) []string { return append([]string{"--data-dir", dir}, args...) }
	before := time.Now().UTC().Format(time.RFC3339Nano)
	if code, out, errOut := calipso(t, on("diff", "demo", before)...); code != exitDone || !strings.Contains(out, "no differences") {
		t.Errorf("before the second scan: exit %d\n%s%s", code, out, errOut)
	}
	must(t, on("scan", "demo")...)

	code, out, errOut := calipso(t, on("diff", "demo", before, "--json")...)
	if code != exitNegative {
		t.Fatalf("exit %d\n%s%s", code, out, errOut)
	}
	var r diff.Report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	var got []string
	for op, list := range map[string][]diff.Object{"moved": r.Objects.Moved, "added": r.Objects.Added, "removed": r.Objects.Removed, "changed": r.Objects.Changed, "status": r.Status.Objects} {
		for _, o := range list {
			s := fmt.Sprint(op, " ", o.Type)
			switch {
			case o.Type == "instance":
				s += " " + o.Name
			case o.Type == "port":
				s += " " + o.Networks[0].Name
			case op == "changed":
				s += " " + o.Name
			}
			if o.From != nil {
				s += " " + o.From.Host + " " + o.To.Host
			}
			if o.Type == "instance" && op == "changed" {
				for _, f := range o.Fields {
					s += fmt.Sprint(" ", f.Field, " ", f.Old, " ", f.New)
				}
			}
			got = append(got, s)
		}
	}
	slices.Sort(got)
	want := []string{
		"added instance web-4", "added port alpha-web", "added port beta-app", "added vconnector", "added vnic",
		"changed instance db-2-copy name db-2 db-2-copy",
		"changed port alpha-web",                               // of web-2, bound to its new host
		"changed vedge node-2-OVS", "changed vedge node-3-OVS", // their ports
		"moved instance web-2 node-2 node-3", "moved vconnector node-2 node-3", "moved vnic node-2 node-3",
		"removed instance web-3", "removed port alpha-web", "removed vconnector", "removed vnic",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("want -, got +:\n%s", d)
	}
	if len(r.Links.Added) != 4 || len(r.Links.Removed) != 4 || len(r.Links.Changed) != 0 || len(r.Links.Moved) != 2 {
		t.Errorf("links: %+v", r.Summary.Links)
	}

	code, text, _ := calipso(t, on("diff", "demo", before)...)
	if code != exitNegative || !strings.Contains(text, "> instance    web-2                  node-2 → node-3 · alpha · alpha-web\n") {
		t.Errorf("exit %d\n%s", code, text)
	}
	code, text, _ = calipso(t, on("diff", "demo", before, "--clique", string(r.Objects.Moved[0].ID))...)
	for _, want := range []string{"> instance ", "≠ vedge ", "node-2-OVS on node-2", "node-3-OVS on node-3", "instance web-2 moved", "host: node-2 → node-3"} {
		if code != exitNegative || !strings.Contains(text, want) {
			t.Errorf("exit %d, no %q\n%s", code, want, text)
		}
	}
	if code, text, _ = calipso(t, on("diff", "demo", before, "now", "--format", "html")...); code != exitNegative || !strings.HasPrefix(text, "<!doctype html>") {
		t.Errorf("exit %d\n%.200s", code, text)
	}
	for _, bad := range [][]string{{"diff", "demo"}, {"diff", "demo", "never"}, {"diff", "nowhere", before}, {"diff", "demo", before, "--format", "docx"}, {"diff", "demo", before, "--clique", "x", "--group", "host"}} {
		if code, _, errOut := calipso(t, on(bad...)...); code != exitError || errOut == "" {
			t.Errorf("%q: exit %d, %q", bad, code, errOut)
		}
	}
	if code := p.terminate(); code != exitDone {
		t.Errorf("exit %d", code)
	}
}
