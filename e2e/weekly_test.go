package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"calipso/e2e/truth"
)

// recorded is what the APIs of the demonstration cloud answered in one of its
// states.
func recorded(t *testing.T, state string) *truth.Cloud {
	t.Helper()
	c := &truth.Cloud{}
	for _, file := range []string{"*-servers-detail.json", "*-ports.json", "*-agents.json"} {
		found, err := filepath.Glob(filepath.Join("../testdata/clouds/demo", state, "rest", file))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", file, found, err)
		}
		text, err := os.ReadFile(found[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, c); err != nil {
			t.Fatalf("%s: %v", found[0], err)
		}
	}
	return c
}

// TestWeekly is the weekly comparison in the demonstration cloud, which changes
// after its first scan: what differs between the snapshots is what was done to
// the cloud, to the line, and the report shows all of it in a browser.
func TestWeekly(t *testing.T) {
	dir := t.TempDir()
	serveDemo(t, dir)
	for _, args := range [][]string{
		{"snapshot", "create", "demo", "week-1"},
		{"scan", "demo", "--snapshot", "week-2"},
	} {
		if o := run(t, dir, args...); o.code != 0 {
			t.Fatalf("%v: code %d: %s%s", args, o.code, o.out, o.errOut)
		}
	}
	want, err := weekOf(recorded(t, "1"), recorded(t, "2"))
	if err != nil {
		t.Fatal(err)
	}
	// What was done, by hand (testdata/clouds/README.md); all else follows.
	for _, done := range []string{
		"removed instance d4bb948c-a93b-4bc0-9720-b435e70c6031",                                   // web-3
		"moved instance 07bbb5b5-4032-4aad-946b-3ba77a49691c from node-2 to node-3",               // web-2
		"changed instance 2651da04-7b4b-46bc-92ca-207dc0ea9de8 name from db-2 to db-2-copy",       //
		"added port b7682404-d59a-49ef-addd-685da929f5db",                                         // spare
		"added instance e3a2f4b8-9b15-40bb-aed0-5e093a7c4b1f",                                     // web-4
		"removed port 3535da34-c678-456b-84cc-fa900a82862f",                                       // of web-3
		"added port 2635867b-c7d5-49f4-8df9-1f5ab0b31d80",                                         // of web-4
		"changed port 623932fb-4972-4975-8b11-4e40df784799 binding:host_id from node-2 to node-3", // of web-2
		"moved link instance-vnic 07bbb5b5-4032-4aad-946b-3ba77a49691c tap623932fb-49",            //
		"removed link vconnector-vedge qbr623932fb-49 node-2", "added link vconnector-vedge qbr623932fb-49 node-3",
	} {
		if !want.lines[done] {
			t.Errorf("the cloud's own data do not say %q", done)
		}
	}
	d := differences(t, dir, "demo", "week-1", "week-2")
	d.judge(t, want)

	for _, c := range []struct {
		from, to string
		code     int
	}{{"week-1", "week-1", 0}, {"week-1", "week-2", 1}, {"week-2", "week-1", 1}} {
		if o := run(t, dir, "diff", "demo", c.from, c.to); o.code != c.code {
			t.Errorf("diff %s %s: code %d, want %d: %s%s", c.from, c.to, o.code, c.code, o.out, o.errOut)
		}
	}
	o := run(t, dir, "diff", "demo", "week-1", "week-2", "--format", "html")
	if o.code != 1 || o.out == "" {
		t.Fatalf("no report: code %d: %s", o.code, o.errOut)
	}
	page := look(t, o.out)
	for _, c := range page.complaints {
		t.Errorf("the report complains: %s", c)
	}
	if page.asked != "" {
		t.Errorf("the report asks for %s", page.asked)
	}
	for _, text := range d.texts() {
		if !strings.Contains(page.text, text) {
			t.Errorf("the report does not show %q", text)
		}
	}
	if len(d.texts()) < 20 {
		t.Errorf("only %d texts to look for", len(d.texts()))
	}
}

// serveDemo runs the server with the demonstration clouds until the test ends.
func serveDemo(t *testing.T, dir string) {
	t.Helper()
	cmd := exec.Command(binary(t), "--data-dir", dir, "serve", "--demo", "--listen", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	said := []string{}
	for in := bufio.NewScanner(out); in.Scan(); {
		if said = append(said, in.Text()); strings.Contains(in.Text(), "demonstration clouds are there") {
			go func() { // lets it go on talking; ends with the program
				for in.Scan() {
				}
			}()
			return
		}
	}
	t.Fatalf("serve --demo ended:\n%s", strings.Join(said, "\n"))
}

// difference is what "calipso diff --json" prints, as far as it matters here.
type difference struct {
	Objects struct {
		Added, Removed, Changed, Moved, Unconfirmed []struct {
			ID, Type, Name, Host string
			From, To             struct{ ID, Host string }
			Fields               []struct {
				Field    string
				Old, New any
			}
		}
	}
	Links struct {
		Added, Removed, Changed, Moved, Unconfirmed []struct {
			Type           string `json:"link_type"`
			Host           string
			Source, Target struct{ ID, Type, Name string }
		}
	}
	Warnings []string
	Summary  struct{ Differences int }
}

func differences(t *testing.T, dir, env, from, to string) *difference {
	t.Helper()
	o := run(t, dir, "--json", "diff", env, from, to)
	d := &difference{}
	if err := json.Unmarshal([]byte(o.out), d); err != nil {
		t.Fatalf("diff: code %d: %v: %s%s", o.code, err, o.out, o.errOut)
	}
	return d
}

// judge wants exactly the changes of a week: each said once, in the terms of
// weekOf, and nothing besides.
func (d *difference) judge(t *testing.T, want *week) {
	t.Helper()
	got := map[string]int{}
	say := func(format string, args ...any) { got[fmt.Sprintf(format, args...)]++ }
	// A bridge's name carries its host, which is told apart.
	bare := func(name, host string) string { return strings.TrimPrefix(name, host+"-") }
	key := func(typ, id, name, host string) string {
		switch typ {
		case "vnic", "vconnector":
			return bare(name, host)
		case "vedge":
			return "of " + host
		}
		return id
	}
	o := d.Objects
	for _, v := range o.Added {
		say("added %s %s", v.Type, key(v.Type, v.ID, v.Name, v.Host))
	}
	for _, v := range o.Removed {
		say("removed %s %s", v.Type, key(v.Type, v.ID, v.Name, v.Host))
	}
	for _, v := range o.Moved {
		say("moved %s %s from %s to %s", v.Type, key(v.Type, v.ID, v.Name, v.Host), v.From.Host, v.To.Host)
	}
	for _, v := range o.Changed {
		told := false
		for _, f := range v.Fields {
			if f.Field == "name" || f.Field == "binding:host_id" {
				say("changed %s %s %s from %v to %v", v.Type, key(v.Type, v.ID, v.Name, v.Host), f.Field, f.Old, f.New)
				told = true
			}
		}
		if !told {
			say("changed %s %s", v.Type, key(v.Type, v.ID, v.Name, v.Host))
		}
	}
	l := d.Links
	for op, links := range map[string][]struct {
		Type           string `json:"link_type"`
		Host           string
		Source, Target struct{ ID, Type, Name string }
	}{"added": l.Added, "removed": l.Removed, "moved": l.Moved, "changed": l.Changed} {
		for _, v := range links {
			say("%s link %s %s %s", op, v.Type, strings.TrimPrefix(key(v.Source.Type, v.Source.ID, v.Source.Name, v.Host), "of "),
				strings.TrimPrefix(key(v.Target.Type, v.Target.ID, v.Target.Name, v.Host), "of "))
		}
	}
	for _, line := range want.sorted() {
		if got[line] != 1 {
			t.Errorf("told %d times, not once: %s", got[line], line)
		}
		delete(got, line)
	}
	for line := range got {
		t.Errorf("told, but not done: %s", line)
	}
	if len(o.Unconfirmed)+len(l.Unconfirmed)+len(d.Warnings) > 0 {
		t.Errorf("all was read, yet: %v, %v, %v", o.Unconfirmed, l.Unconfirmed, d.Warnings)
	}
}

// texts are what a reader of the report must see of each change.
func (d *difference) texts() []string {
	var out []string
	o := d.Objects
	for _, v := range slices.Concat(o.Added, o.Removed, o.Moved, o.Changed) {
		out = append(out, v.Name)
		for _, f := range v.Fields {
			out = append(out, f.Field)
			for _, side := range []any{f.Old, f.New} {
				if text, ok := side.(string); ok {
					out = append(out, text)
				}
			}
		}
	}
	for _, v := range o.Moved {
		out = append(out, v.From.Host+" → "+v.To.Host)
	}
	for _, v := range slices.Concat(d.Links.Added, d.Links.Removed) { // one that moved goes with its end
		out = append(out, v.Type, v.Source.Name+" → "+v.Target.Name)
	}
	return out
}
