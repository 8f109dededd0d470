package benchmarks

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/importexport"
	"calipso/importexport/jsonl"
)

// envName is the environment of all benchmarks.
const envName = "cloud"

// program is the built program; TestMain builds it if benchmarks are to run.
var program string

func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" {
		os.Exit(m.Run())
	}
	dir, err := os.MkdirTemp("", "calipso-bench-")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "calipso")
	cmd := exec.Command("go", "build", "-tags", "nomsgpack", "-o", program, "calipso/cmd/calipso")
	cmd.Stderr = os.Stderr
	code := 1
	if err := cmd.Run(); err == nil {
		code = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

// folder writes a generated cloud of about so many objects as .jsonl files and
// says how many records they hold.
func folder(tb testing.TB, objects int) (dir string, records int) {
	tb.Helper()
	ctx := tb.Context()
	store, err := graph.Open(ctx, memory.New(), graph.Options{Key: make([]byte, 32)})
	if err != nil {
		tb.Fatal(err)
	}
	defer store.Close()
	env := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: envName}, Body: graph.Attrs{
		"name": envName, "environment_type": "OpenStack", "distribution": "Debian", "mechanism_drivers": []any{"OVS"},
		"type_drivers": "vxlan", "configuration": []any{},
	}}
	cause := graph.Cause{Kind: graph.CauseImport}
	if _, err := store.Commit(ctx, graph.Shared, cause, &graph.Batch{PutDocs: []*graph.Document{env}}); err != nil {
		tb.Fatal(err)
	}
	opt := graphtest.CloudSize(objects)
	opt.Env = envName
	if _, err := store.Load(ctx, envName, cause, graphtest.Cloud(opt)); err != nil {
		tb.Fatal(err)
	}
	dir = tb.TempDir()
	target, err := jsonl.Create(dir)
	if err != nil {
		tb.Fatal(err)
	}
	out, err := importexport.Export(ctx, importexport.Of(store), target, importexport.ExportOptions{NoCliques: true})
	if err != nil {
		tb.Fatal(err)
	}
	return dir, int(out.Documents["inventory"] + out.Documents["links"])
}

// calipso runs a command to its end.
func calipso(tb testing.TB, args ...string) {
	tb.Helper()
	cmd := exec.CommandContext(tb.Context(), program, args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("calipso %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// server is the program serving a data directory.
type server struct {
	url, token string
	client     *http.Client
}

// serve starts a server for the time of a benchmark.
func serve(tb testing.TB, dataDir string) *server {
	tb.Helper()
	cmd := exec.Command(program, "serve", "--data-dir", dataDir, "--listen", "127.0.0.1:0", "--log-level", "warn")
	out, err := cmd.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		tb.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	s := &server{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	for lines.Scan() {
		if u, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			s.url = u
			break
		}
	}
	tb.Cleanup(func() {
		s.client.CloseIdleConnections()
		cmd.Process.Signal(syscall.SIGTERM)
		var exit *exec.ExitError
		if err := cmd.Wait(); errors.As(err, &exit) {
			tb.Errorf("the server ended with %v", err)
		}
	})
	token, err := exec.CommandContext(tb.Context(), program, "--data-dir", dataDir, "token", "create", "bench").Output()
	if err != nil || s.url == "" {
		tb.Fatalf("server %q: %v", s.url, err)
	}
	s.token = strings.TrimSpace(string(token))
	return s
}

// get reads an answer into out, or through if out is nil.
func (s *server) get(ctx context.Context, path string, out any) error {
	req, err := http.NewRequestWithContext(ctx, "GET", s.url+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, resp.Status)
	}
	if out == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// instances lists ids of instances.
func (s *server) instances(tb testing.TB, n int) []string {
	tb.Helper()
	var page struct {
		Items []struct{ ID string } `json:"items"`
	}
	if err := s.get(tb.Context(), fmt.Sprintf("/api/v1/environments/%s/objects?type=instance&limit=%d", envName, n), &page); err != nil {
		tb.Fatal(err)
	}
	var ids []string
	for _, o := range page.Items {
		ids = append(ids, url.PathEscape(o.ID))
	}
	if len(ids) == 0 {
		tb.Fatal("the environment has no instances")
	}
	return ids
}
