package hostcli

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cockroachdb/datadriven"

	"calipso/collect"
	"calipso/collect/collecttest"
	"calipso/graph"
)

// replay starts a recorded cloud.
func replay(t *testing.T, cloud collecttest.SSHCloud) *collecttest.SSHServer {
	t.Helper()
	if cloud.Transcripts == nil {
		tr, err := collecttest.ReadSSH(os.DirFS(filepath.Join("testdata", "replay")))
		if err != nil {
			t.Fatal(err)
		}
		cloud.Transcripts = tr
	}
	s, err := collecttest.StartSSH(cloud)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// counter counts round trips by host.
type counter struct {
	mu    sync.Mutex
	calls []collect.Call
}

func (c *counter) observe(call collect.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, call)
}

func (c *counter) of(host, op string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, call := range c.calls {
		if call.Target == host && strings.HasPrefix(call.Op, op) {
			n++
		}
	}
	return n
}

// open opens the provider on a replay server, strict about keys; change alters
// the CLI section.
func open(t *testing.T, s *collecttest.SSHServer, count *counter, change func(section map[string]any)) *Conn {
	t.Helper()
	known := filepath.Join(t.TempDir(), "known_hosts")
	if err := s.WriteKnownHosts(known); err != nil {
		t.Fatal(err)
	}
	section := s.Section(known)
	if change != nil {
		change(section)
	}
	env := environment(t, section, "OVS", "LXB")
	opt := collect.Options{StateDir: t.TempDir()}
	if count != nil {
		opt.Observe = count.observe
	}
	c, err := new(Provider).Open(t.Context(), env, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c.(*Conn)
}

func environment(t *testing.T, section map[string]any, drivers ...string) *graph.Environment {
	t.Helper()
	list := make([]any, len(drivers))
	for i, d := range drivers {
		list[i] = d
	}
	env, err := graph.ParseEnvironment(graph.Attrs{
		"name": "replay", "mechanism_drivers": list, "configuration": []any{section},
	})
	if err != nil {
		t.Fatal(err)
	}
	return env
}

func hostVertex(name string, types ...string) *graph.Vertex {
	list := make([]any, len(types))
	for i, s := range types {
		list[i] = s
	}
	return &graph.Vertex{ID: graph.ID(name), Type: graph.Host, Name: name, Host: name, Attrs: graph.Attrs{"host_type": list}}
}

func fetcher(t *testing.T, c *Conn, name string) collect.Fetcher {
	t.Helper()
	all := c.Fetchers()
	i := slices.IndexFunc(all, func(f collect.Fetcher) bool { return f.Name == "hostcli."+name })
	if i < 0 {
		t.Fatalf("no fetcher hostcli.%s", name)
	}
	return all[i]
}

// TestFetchers reads the recorded hosts: testdata/fetchers/<host> has a
// "fetch" per fetcher.
func TestFetchers(t *testing.T) {
	s := replay(t, collecttest.SSHCloud{})
	datadriven.Walk(t, "testdata/fetchers", func(t *testing.T, path string) {
		host := hostVertex(filepath.Base(path), "Compute", "Network")
		var count counter
		c := open(t, s, &count, nil)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			f := fetcher(t, c, d.CmdArgs[0].Key)
			vs, err := f.Fetch(t.Context(), host)
			if err != nil {
				return "error: " + err.Error() + "\n"
			}
			checkVertices(t, f, vs)
			return draw(t, vs)
		})
		if n := count.of(host.Name, "sh: "); n != 2 {
			t.Errorf("%d round trips for %s, want 2", n, host.Name)
		}
	})
}

// draw prints vertices with their attributes, a line each.
func draw(t *testing.T, vs []*graph.Vertex) string {
	t.Helper()
	var out strings.Builder
	for _, v := range vs {
		fmt.Fprintf(&out, "%s %s name=%s parent=%s\n", v.Type, v.ID, v.Name, v.Parent)
		for _, k := range slices.Sorted(maps.Keys(v.Attrs)) {
			b, err := json.Marshal(v.Attrs[k])
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&out, "  %s: %s\n", k, b)
		}
	}
	if len(vs) == 0 {
		return "nothing\n"
	}
	return out.String()
}

// fetchAll runs all fetchers of all hosts at once and gives the errors by
// fetcher and host.
func fetchAll(ctx context.Context, c *Conn, hosts ...*graph.Vertex) map[string]error {
	var mu sync.Mutex
	var wg sync.WaitGroup
	errs := map[string]error{}
	for _, h := range hosts {
		for _, f := range c.Fetchers() {
			wg.Go(func() {
				_, err := f.Fetch(ctx, h)
				mu.Lock()
				defer mu.Unlock()
				errs[f.Name+" "+h.Name] = err
			})
		}
	}
	wg.Wait()
	return errs
}
