package hostcli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"calipso/collect"
	"calipso/collect/collecttest"
	"calipso/graph"
)

// TestLabScan reads a real cloud, the one that the file named by LAB_OPENSTACK
// describes (testdata/labs/openstack writes it). With LAB_OPENSTACK_OUT the
// vertices and transcripts are left in that folder.
func TestLabScan(t *testing.T) {
	set := labFile(t, lab(t, "LAB_OPENSTACK"))
	hosts := map[string]string{}
	addresses := map[string]any{}
	for pair := range strings.FieldsSeq(set["LAB_HOSTS"]) {
		name, addr, _ := strings.Cut(pair, "=")
		hosts[name], addresses[name] = addr, addr
	}
	env, err := graph.ParseEnvironment(graph.Attrs{
		"name": "lab", "mechanism_drivers": []any{"OVS", "LXB"},
		"configuration": []any{map[string]any{
			"name": "CLI", "host": hosts[set["LAB_MASTER"]], "port": set["LAB_SSH_PORT"], "user": set["LAB_SSH_USER"],
			"key": set["LAB_SSH_KEY"], "known_hosts": set["LAB_SSH_KNOWN_HOSTS"], "host_addresses": addresses,
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	calls := map[string][]collect.Call{}
	var recorder collecttest.SSHRecorder
	p := &Provider{Record: recorder.Record}
	begin := time.Now()
	conn, err := p.Open(t.Context(), env, collect.Options{StateDir: t.TempDir(), Observe: func(c collect.Call) {
		mu.Lock()
		calls[c.Target] = append(calls[c.Target], c)
		mu.Unlock()
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var g errgroup.Group
	found := map[string]map[string][]*graph.Vertex{}
	for name := range hosts {
		host := &graph.Vertex{ID: graph.ID(name), Type: graph.Host, Name: name, Host: name}
		for _, f := range conn.Fetchers() {
			if !f.When(env, host) {
				continue
			}
			g.Go(func() error {
				vs, err := f.Fetch(t.Context(), host)
				if err != nil {
					t.Errorf("%s of %s: %v", f.Name, name, err)
				}
				checkVertices(t, f, vs)
				mu.Lock()
				defer mu.Unlock()
				if found[name] == nil {
					found[name] = map[string][]*graph.Vertex{}
				}
				found[name][f.Name] = vs
				return nil
			})
		}
	}
	g.Wait()
	t.Logf("all hosts: %v", time.Since(begin))
	for target, list := range calls {
		for _, c := range list {
			t.Logf("%-12s %-16s %8v %8d bytes %v", target, c.Op, c.Dur.Round(time.Millisecond), c.Bytes, c.Err)
		}
	}
	for host, byName := range found {
		if len(byName["hostcli.host_pnics"]) == 0 {
			t.Errorf("%s has no NICs", host)
		}
	}
	for _, c := range conn.Test(t.Context()) {
		t.Logf("%s: %s %v", c.Target, c.Detail, c.Err)
		if c.Err != nil {
			t.Error(c.Err)
		}
	}
	if out := os.Getenv("LAB_OPENSTACK_OUT"); out != "" {
		b, err := json.MarshalIndent(found, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		if err := recorder.Save(out, set["LAB_MASTER"]); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(out, "vertices.json"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// labFile reads NAME='value' lines.
func labFile(t *testing.T, file string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	set := map[string]string{}
	for line := range strings.Lines(string(b)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			set[name] = strings.Trim(value, "'")
		}
	}
	return set
}
