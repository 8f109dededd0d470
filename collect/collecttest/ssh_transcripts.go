package collecttest

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"calipso/collect/hostcli/batch"
)

// SSHTranscripts are the answers of hosts to commands.
//
// On disk they are a folder: cli.json names the master ({"master":"node-1"}),
// and each host has a folder with index.jsonl, a line per command:
//
//	{"command":"ip -j -d address show","stdout":"ip_-j_-d_address_show.txt","status":0}
//
// stdout names a file beside it (absent: nothing was printed); stderr, if any,
// and status other than 0 stand in the line itself. A command is written as
// batch.Command.String gives it, without sudo.
type SSHTranscripts struct {
	Master string
	Hosts  map[string]map[string]batch.Transcript // host → command
}

// sshMeta is cli.json.
type sshMeta struct {
	Master string `json:"master"`
}

// sshEntry is a line of index.jsonl.
type sshEntry struct {
	Command string `json:"command"`
	Stdout  string `json:"stdout,omitempty"` // name of a file
	Stderr  string `json:"stderr,omitempty"`
	Status  int    `json:"status"`
}

// ReadSSH reads a folder of transcripts.
func ReadSSH(fsys fs.FS) (*SSHTranscripts, error) {
	var meta sshMeta
	b, err := fs.ReadFile(fsys, "cli.json")
	if err == nil {
		err = json.Unmarshal(b, &meta)
	}
	if err != nil {
		return nil, fmt.Errorf("collecttest: cli.json: %w", err)
	}
	indexes, err := fs.Glob(fsys, "*/index.jsonl")
	if err != nil {
		return nil, err
	}
	tr := &SSHTranscripts{Master: meta.Master, Hosts: map[string]map[string]batch.Transcript{}}
	for _, index := range indexes {
		host := strings.TrimSuffix(index, "/index.jsonl")
		if tr.Hosts[host], err = readSSHHost(fsys, host, index); err != nil {
			return nil, err
		}
	}
	if tr.Hosts[tr.Master] == nil {
		return nil, fmt.Errorf("collecttest: master %q has no transcripts", tr.Master)
	}
	return tr, nil
}

func readSSHHost(fsys fs.FS, host, index string) (map[string]batch.Transcript, error) {
	b, err := fs.ReadFile(fsys, index)
	if err != nil {
		return nil, err
	}
	out := map[string]batch.Transcript{}
	in := bufio.NewScanner(bytes.NewReader(b))
	in.Buffer(nil, len(b)+1)
	for n := 1; in.Scan(); n++ {
		var e sshEntry
		if err := json.Unmarshal(in.Bytes(), &e); err != nil {
			return nil, fmt.Errorf("collecttest: %s line %d: %w", index, n, err)
		}
		t := batch.Transcript{Host: host, Command: e.Command, Stderr: []byte(e.Stderr), Status: e.Status}
		if e.Stdout != "" {
			if t.Stdout, err = fs.ReadFile(fsys, host+"/"+e.Stdout); err != nil {
				return nil, fmt.Errorf("collecttest: %s line %d: %w", index, n, err)
			}
		}
		out[e.Command] = t
	}
	return out, nil
}

// SSHRecorder collects what a provider recorded; Record is what
// hostcli.Provider.Record wants.
type SSHRecorder struct {
	mu struct {
		sync.Mutex
		hosts map[string]map[string]batch.Transcript
	}
}

// Record adds one transcript; the last answer to a command counts.
func (r *SSHRecorder) Record(t batch.Transcript) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.mu.hosts == nil {
		r.mu.hosts = map[string]map[string]batch.Transcript{}
	}
	if r.mu.hosts[t.Host] == nil {
		r.mu.hosts[t.Host] = map[string]batch.Transcript{}
	}
	r.mu.hosts[t.Host][t.Command] = t
}

// Save writes the folder that ReadSSH reads; files of an earlier recording of
// the same hosts are replaced.
func (r *SSHRecorder) Save(dir, master string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	meta, err := json.Marshal(sshMeta{Master: master})
	if err != nil {
		return err
	}
	errs := []error{os.WriteFile(filepath.Join(dir, "cli.json"), append(meta, '\n'), 0o644)}
	for host, list := range r.mu.hosts {
		errs = append(errs, saveSSHHost(filepath.Join(dir, host), list))
	}
	return errors.Join(errs...)
}

func saveSSHHost(dir string, commands map[string]batch.Transcript) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	list := make([]batch.Transcript, 0, len(commands))
	for _, t := range commands {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b batch.Transcript) int { return cmp.Compare(a.Command, b.Command) })
	var index bytes.Buffer
	enc := json.NewEncoder(&index)
	enc.SetEscapeHTML(false)
	used := map[string]bool{}
	for _, t := range list {
		e := sshEntry{Command: t.Command, Stderr: string(t.Stderr), Status: t.Status}
		if len(t.Stdout) > 0 {
			e.Stdout = sshFileName(t.Command, used)
			if err := os.WriteFile(filepath.Join(dir, e.Stdout), t.Stdout, 0o644); err != nil {
				return err
			}
		}
		if err := enc.Encode(e); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(dir, "index.jsonl"), index.Bytes(), 0o644)
}

// sshFileName makes a readable name of a command.
func sshFileName(command string, used map[string]bool) string {
	base := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '.', r == ',':
			return r
		}
		return '_'
	}, command)
	if len(base) > 100 {
		base = base[:100]
	}
	name := base + ".txt"
	for n := 2; used[name]; n++ {
		name = fmt.Sprintf("%s-%d.txt", base, n)
	}
	used[name] = true
	return name
}
