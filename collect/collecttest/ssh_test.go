package collecttest

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/collect/hostcli/batch"
)

func TestSSHTranscriptsReadBack(t *testing.T) {
	long := strings.Repeat("x", 200)
	said := []batch.Transcript{
		{Host: "node-1", Command: "ip -j address", Stdout: []byte("[]\n")},
		{Host: "node-1", Command: "ls '/a b'", Stderr: []byte("no <such> file\n"), Status: 2},
		{Host: "node-1", Command: "echo " + long + "1", Stdout: []byte("one")},
		{Host: "node-1", Command: "echo " + long + "2", Stdout: []byte("two\x00\xff")},
		{Host: "node-2", Command: "true"},
	}
	var r SSHRecorder
	r.Record(batch.Transcript{Host: "node-1", Command: "ip -j address", Stdout: []byte("replaced")})
	for _, tr := range said {
		r.Record(tr)
	}
	dir := t.TempDir()
	for range 2 { // again over what is there
		if err := r.Save(dir, "node-1"); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ReadSSH(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	want := &SSHTranscripts{Master: "node-1", Hosts: map[string]map[string]batch.Transcript{}}
	for _, tr := range said {
		if want.Hosts[tr.Host] == nil {
			want.Hosts[tr.Host] = map[string]batch.Transcript{}
		}
		want.Hosts[tr.Host][tr.Command] = tr
	}
	empty := cmp.Transformer("text", func(b []byte) string { return string(b) })
	if diff := cmp.Diff(want, got, empty); diff != "" {
		t.Error(diff)
	}
}

func TestReadSSHComplaints(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no cli.json":      {},
		"master not there": {"cli.json": `{"master":"node-9"}`, "node-1/index.jsonl": ""},
		"index line":       {"cli.json": `{"master":"node-1"}`, "node-1/index.jsonl": "{"},
		"output not there": {"cli.json": `{"master":"node-1"}`, "node-1/index.jsonl": `{"command":"x","stdout":"x.txt"}`},
	} {
		dir := t.TempDir()
		for file, text := range files {
			if err := os.MkdirAll(dir+"/node-1", 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(dir+"/"+file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := ReadSSH(os.DirFS(dir)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
