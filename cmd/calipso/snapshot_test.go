package main

import (
	"regexp"
	"strings"
	"testing"
)

// TestSnapshotsAndHistory: name a time, let the cloud change, look back.
func TestSnapshotsAndHistory(t *testing.T) {
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
	if out := must(t, on("snapshot", "list", "demo")...); !strings.Contains(out, "no snapshots yet") {
		t.Error(out)
	}
	before := mustJSON[snapshotRow](t, on("snapshot", "create", "demo", "before", "--kind", "pre", "--comment", "first scan")...)
	if before.Kind != "pre" || !before.Complete || before.Comment != "first scan" || before.Creator == "" || before.Time == "" {
		t.Errorf("%+v", before)
	}
	refused("exists", "snapshot", "create", "demo", "before")
	refused("is a time", "snapshot", "create", "demo", "2026-03-01")
	refused("kind", "snapshot", "create", "demo", "x", "--kind", "odd")
	refused("exists", "scan", "demo", "--snapshot", "before")
	refused("slash", "scan", "demo", "--snapshot", "a/b")
	if out := must(t, on("scan", "demo", "--snapshot", "after", "--snapshot-kind", "post")...); !strings.Contains(out, "kept as snapshot after") {
		t.Error(out)
	}
	all := mustJSON[[]snapshotRow](t, on("snapshot", "list", "demo")...)
	if len(all) != 2 || all[0].Name != "after" || all[0].Kind != "post" || all[0].Scan == "" || all[1].Name != "before" || all[0].Time <= before.Time {
		t.Errorf("%+v", all)
	}

	// The recorded cloud moves web-2 from node-2 to node-3, and deletes web-3.
	find := func(name, at string) hits {
		return mustJSON[hits](t, on("search", name, "--env", "demo", "--type", "instance", "--at", at)...)
	}
	moved, gone := find("web-2", "before").Items[0].ID, find("web-3", "before").Items[0].ID
	type placed struct{ Host string }
	for _, c := range []struct{ at, host string }{{"before", "node-2"}, {before.Time, "node-2"}, {"after", "node-3"}, {"", "node-3"}} {
		if got := mustJSON[placed](t, on("show", "demo", moved, "--at", c.at)...); got.Host != c.host {
			t.Errorf("web-2 at %q is on %q, want %q", c.at, got.Host, c.host)
		}
		for _, cmd := range [][]string{{"clique", "demo", moved}, {"neighbors", "demo", moved}, {"path", "demo", moved, moved}} {
			must(t, on(append(cmd, "--at", c.at)...)...)
		}
	}
	must(t, on("show", "demo", gone, "--at", "before")...)
	refused("not found", "show", "demo", gone, "--at", "after")
	refused(`nor a snapshot of "demo"; there are "after", "before"`, "show", "demo", moved, "--at", "bevore")
	refused("nothing is known of", "clique", "demo", moved, "--at", "2001-01-01")

	told := must(t, on("history", "demo", moved)...)
	for _, want := range []string{`changed  scan [0-9a-f]{24} by admin\n    host: node-2 → node-3\n`, `\+ link → instance-vnic vnic tap`, `- link → instance-vnic vnic tap`, `added    scan [0-9a-f]{24} by demo`, `2 of 2`} {
		if !regexp.MustCompile(want).MatchString(told) {
			t.Errorf("no %s in\n%s", want, told)
		}
	}
	if told := must(t, on("history", "demo", gone, "--limit", "1")...); !strings.Contains(told, "removed  scan") || !strings.Contains(told, "1 of 2") {
		t.Error(told)
	}
	h := mustJSON[page[historyEntry]](t, on("history", "demo", gone)...)
	if len(h.Items) != 2 || h.Items[0].Op != "removed" || h.Items[1].Op != "added" || len(h.Items[1].Fields) == 0 || len(h.Items[0].Lost) == 0 {
		t.Errorf("%+v", h)
	}
	refused("not found", "history", "demo", "nobody")

	// What is gone is found among all times, with where it was and until when.
	was := mustJSON[hits](t, on("search", gone, "--history")...)
	if len(was.Items) == 0 || was.Items[0].ID != gone || was.Items[0].Exists || was.Items[0].To == nil || !strings.HasSuffix(was.Items[0].NamePath, "/web-3") {
		t.Errorf("%+v", was)
	}
	if told := must(t, on("search", "web-3", "--env", "demo", "--type", "instance", "--history")...); !regexp.MustCompile(`(?i)from .*to .*object`).MatchString(told) || !strings.Contains(told, "gone") {
		t.Error(told)
	}
	refused("none of the others can be", "search", gone, "--history", "--at", "before")

	must(t, on("snapshot", "remove", "demo", "before")...)
	refused("not found", "snapshot", "remove", "demo", "before")
	refused(`there are "after"`, "show", "demo", moved, "--at", "before")
	if got := mustJSON[placed](t, on("show", "demo", moved, "--at", before.Time)...); got.Host != "node-2" {
		t.Errorf("the time of a removed snapshot: %+v", got)
	}
}

// TestScanThatFailsLeavesNoSnapshot: nothing was saved, so nothing is named,
// and the name is free for the next try.
func TestScanThatFailsLeavesNoSnapshot(t *testing.T) {
	dir := t.TempDir()
	must(t, "--data-dir", dir, "env", "add", environmentFile(t, map[string]any{
		"name": "OpenStack", "host": "127.0.0.1", "port": closedPort(t), "user": "calipso", "pwd": "x",
	}))
	for range 2 {
		if code, _, errOut := calipso(t, "--data-dir", dir, "scan", "lab", "--snapshot", "weekly"); code != exitError || !strings.Contains(errOut, "no source answered") {
			t.Errorf("exit %d, %s", code, errOut)
		}
	}
	if out := must(t, "--data-dir", dir, "snapshot", "list", "lab"); !strings.Contains(out, "no snapshots yet") {
		t.Error(out)
	}
}
