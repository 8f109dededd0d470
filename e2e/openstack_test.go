package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

// TestOpenStack follows one server through the life of an operator: it scans a
// real cloud, is judged against what the cloud itself says, meets a host that
// does not answer, and a power cut.
func TestOpenStack(t *testing.T) {
	lab := openLab(t)
	want := readTruth(t, lab)
	dir := t.TempDir()
	s := start(t, dir, "")

	whole := t // a server outlives the step that starts it
	step := func(name string, f func(t *testing.T)) {
		t.Helper()
		if !t.Run(name, f) && name == "scan" {
			t.Fatal("without a first scan there is nothing to go on with")
		}
	}
	step("add", func(t *testing.T) {
		if o := run(t, dir, "env", "add", writeDocument(t, document("lab", lab))); o.code != 0 {
			t.Fatalf("env add: code %d: %s%s", o.code, o.out, o.errOut)
		}
		if o := run(t, dir, "env", "show", "lab"); strings.Contains(o.out, lab.Password) || !strings.Contains(o.out, lab.User) {
			t.Errorf("env show lacks the user or shows the password:\n%s", o.out)
		}
	})
	step("test", func(t *testing.T) {
		o := run(t, dir, "env", "test", "lab")
		if o.code != 0 {
			t.Errorf("env test: code %d:\n%s%s", o.code, o.out, o.errOut)
		}
	})
	step("scan", func(t *testing.T) {
		r, code := scan(t, dir, "lab")
		r.complete(t, code)
		if r.Report == nil || r.Report.Changes.Added == 0 {
			t.Fatal("the first scan found nothing")
		}
	})
	step("truth", func(t *testing.T) { s.judge(t, "lab", want) })
	step("scan again writes nothing", func(t *testing.T) {
		before := s.graph(t, "lab")
		r, code := scan(t, dir, "lab")
		r.complete(t, code)
		if c := r.Report.Changes; c.Added+c.Changed+c.Removed != 0 {
			t.Errorf("the second scan changed something: %+v", c)
		}
		sameGraph(t, before, s.graph(t, "lab"))
	})
	step("a host that does not answer", func(t *testing.T) {
		const host = "node-3"
		before := s.graph(t, "lab")
		labScript(t, lab, "break", "sshd", host)
		t.Cleanup(func() { labScript(t, lab, "mend") })
		r, code := scan(t, dir, "lab")
		if code != 1 || r.Status != "completed_with_errors" {
			t.Errorf("the scan ended %s with code %d, want completed_with_errors and 1", r.Status, code)
		}
		failed := r.failed()
		if len(failed) == 0 {
			t.Fatal("the report names no part that failed")
		}
		for _, p := range failed {
			if p.Host != host || !strings.Contains(p.Error, host) {
				t.Errorf("part %s failed on %q, want %s named: %s", p.Name, p.Host, host, p.Error)
			}
		}
		stale := map[string]bool{}
		for _, o := range s.list(environment("lab") + "/objects") {
			id, _ := o["id"].(string)
			if o["stale"] == true {
				stale[id] = true
				if at, _ := o["host"].(string); at != host {
					t.Errorf("%s %s is on %q, yet stale", o["type"], id, at)
				}
			}
			delete(before, "object "+o["type"].(string)+" "+id)
		}
		for _, l := range s.list(environment("lab") + "/links") {
			delete(before, "link "+l["link_type"].(string)+" "+l["source_id"].(string)+" "+l["target_id"].(string))
		}
		for key := range before {
			t.Errorf("lost: %s", key)
		}
		for _, n := range []string{"eth0", "eth1", "eth2"} {
			if !anyPrefix(stale, host+"-"+n+"-") {
				t.Errorf("%s of %s was not looked at, yet is not stale", n, host)
			}
		}
		labScript(t, lab, "mend")
		r, code = scan(t, dir, "lab")
		r.complete(t, code)
		for _, y := range r.Report.Objects {
			if y.Stale > 0 {
				t.Errorf("%d objects of type %s are still stale", y.Stale, y.Type)
			}
		}
		s.judge(t, "lab", want)
	})
	step("what cannot be used is told in one line", func(t *testing.T) {
		for _, c := range []struct {
			name, target, word string
			doc                map[string]any
		}{
			{"wrong-password", "OpenStack", "401", change(document("wrong-password", lab), "OpenStack", section{"pwd": "not the password"})},
			{"no-api", "OpenStack", "connection refused", change(document("no-api", lab), "OpenStack", section{"host": "127.0.0.1", "port": freePort(t)})},
			{"refusing-db", "mysql", "access refused", change(document("refusing-db", lab), "mysql", section{"pwd": "not the password"})},
		} {
			if o := run(t, dir, "env", "add", writeDocument(t, c.doc)); o.code != 0 {
				t.Fatalf("env add %s: %s%s", c.name, o.out, o.errOut)
			}
			o := run(t, dir, "env", "test", c.name)
			if told := lines(o, c.word); o.code != 1 || len(told) != 1 || !strings.Contains(told[0], c.target) {
				t.Errorf("env test %s: code %d, want 1 and one line on %s with %q:\n%s%s", c.name, o.code, c.target, c.word, o.out, o.errOut)
			}
			scanned := run(t, dir, "scan", c.name)
			if told := lines(scanned, c.word); scanned.code == 0 || len(told) != 1 {
				t.Errorf("scan %s: code %d, want another than 0 and one line with %q:\n%s%s", c.name, scanned.code, c.word, scanned.out, scanned.errOut)
			}
			if strings.Contains(o.out+o.errOut+scanned.out+scanned.errOut, "not the password") {
				t.Errorf("%s: the password is shown", c.name)
			}
		}
	})
	step("a power cut in the middle of a scan", func(t *testing.T) {
		if o := run(t, dir, "env", "add", writeDocument(t, document("cut", lab))); o.code != 0 {
			t.Fatalf("env add: %s%s", o.out, o.errOut)
		}
		before := s.graph(t, "lab")
		var asked struct{ ID string }
		s.call("POST", environment("cut")+"/scans", map[string]any{}, &asked)
		eventually(t, "the scan has found something", time.Minute, func() bool {
			var now struct {
				Status   string
				Progress struct{ Done, Objects int }
			}
			s.get(environment("cut")+"/scans/"+asked.ID, &now)
			if now.Status != "running" && now.Status != "pending" {
				t.Fatalf("the scan is %s before it could be cut", now.Status)
			}
			return now.Progress.Done > 0
		})
		s.kill()
		s = start(whole, dir, s.password)
		sameGraph(t, before, s.graph(t, "lab"))
		if half := s.list(environment("cut") + "/objects"); len(half) > 0 {
			t.Errorf("%d objects of the scan that was cut are there", len(half))
		}
		var was struct{ Status string }
		s.get(environment("cut")+"/scans/"+asked.ID, &was)
		if was.Status == "running" || was.Status == "pending" || was.Status == "completed" {
			t.Errorf("the scan that was cut is called %s", was.Status)
		}
		r, code := scan(t, dir, "cut")
		r.complete(t, code)
		s.judge(t, "cut", want)
	})
	s.stop()
}

// TestOpenStackChange lets the lab change itself and wants to see these changes
// and no other, in the inventory and in what differs between two snapshots. It
// asks for LAB_OPENSTACK_CHANGE=yes, for it deletes an instance, which comes
// back under another id; all else is undone.
func TestOpenStackChange(t *testing.T) {
	lab := openLab(t)
	if os.Getenv("LAB_OPENSTACK_CHANGE") != "yes" {
		t.Skip("set LAB_OPENSTACK_CHANGE=yes to let the lab's 'change' loose on it")
	}
	dir := t.TempDir()
	s := start(t, dir, "")
	if o := run(t, dir, "env", "add", writeDocument(t, document("lab", lab))); o.code != 0 {
		t.Fatalf("env add: %s%s", o.out, o.errOut)
	}
	facts := readFacts(t, lab)
	r, code := scan(t, dir, "lab", "--snapshot", "week-1")
	r.complete(t, code)
	before := s.export(t, "lab")
	t.Cleanup(func() {
		labScript(t, lab, "change", "back")
		labScript(t, lab, "populate")
	})

	type did struct{ Change, Type, ID, Name, From, To, Host string }
	var changes []did
	for _, line := range strings.Split(strings.TrimSpace(labScript(t, lab, "change")), "\n") {
		var d did
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatalf("change prints %q: %v", line, err)
		}
		changes = append(changes, d)
	}
	if len(changes) != 5 {
		t.Fatalf("%d changes, want 5: %+v", len(changes), changes)
	}
	r, code = scan(t, dir, "lab", "--snapshot", "week-2")
	r.complete(t, code)
	s.judge(t, "lab", readTruth(t, lab))
	want, err := weekOf(facts.Cloud, readFacts(t, lab).Cloud)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range changes {
		line := map[string]string{
			"deleted": "removed %[1]s %[2]s", "added": "added %[1]s %[2]s", "moved": "moved %[1]s %[2]s from %[3]s to %[4]s",
			"renamed": "changed %[1]s %[2]s name from %[3]s to %[4]s",
		}[d.Change]
		if line = fmt.Sprintf(line, d.Type, d.ID, d.From, d.To); !want.lines[line] {
			t.Errorf("done, but the cloud's APIs do not say so: %s", line)
		}
	}
	differences(t, dir, "lab", "week-1", "week-2").judge(t, want)
	after := s.export(t, "lab")
	touched := map[string]bool{}
	for _, d := range changes {
		touched[d.ID] = true
		was, is := before.Objects[d.Type][d.ID], after.Objects[d.Type][d.ID]
		switch d.Change {
		case "deleted":
			if was == nil || is != nil {
				t.Errorf("%s was deleted: before %v, after %v", d.Name, was != nil, is != nil)
			}
		case "added":
			if was != nil || is == nil {
				t.Errorf("%s was added: before %v, after %v", d.Name, was != nil, is != nil)
			}
		case "moved":
			if was["host"] != d.From || is["host"] != d.To {
				t.Errorf("%s went from %s to %s; seen on %v, then on %v", d.Name, d.From, d.To, was["host"], is["host"])
			}
		case "renamed":
			if was["name"] != d.From || is["name"] != d.To {
				t.Errorf("%s was called %v, is called %v; want %s and %s", d.ID, was["name"], is["name"], d.From, d.To)
			}
		default:
			t.Errorf("change says %q", d.Change)
		}
	}
	for id := range before.Objects["instance"] {
		if after.Objects["instance"][id] == nil && !touched[id] {
			t.Errorf("instance %s is gone, but nobody deleted it", id)
		}
	}
	s.stop()
}

// lines are those of a command's output that contain a word.
func lines(o outcome, word string) []string {
	var out []string
	for _, line := range strings.Split(o.out+"\n"+o.errOut, "\n") {
		if strings.Contains(line, word) {
			out = append(out, line)
		}
	}
	return out
}

func anyPrefix(set map[string]bool, prefix string) bool {
	for id := range set {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

// freePort is a port at which nothing listens.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
