package jsonl_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/graphtest"
	"calipso/graph/kv/memory"
	"calipso/importexport"
	"calipso/importexport/jsonl"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

func newStore(t *testing.T) *graph.Store {
	t.Helper()
	s, err := graph.Open(t.Context(), memory.New(), graph.Options{Key: bytes.Repeat([]byte{7}, graph.KeyBytes)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func imported(t *testing.T, s *graph.Store, dir string, opt importexport.ImportOptions) *importexport.Report {
	t.Helper()
	r, err := tryImport(t, s, dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func tryImport(t *testing.T, s *graph.Store, dir string, opt importexport.ImportOptions) (*importexport.Report, error) {
	t.Helper()
	src, err := jsonl.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return importexport.Import(t.Context(), src, importexport.Of(s), opt)
}

func exported(t *testing.T, s *graph.Store, opt importexport.ExportOptions) (dir string, out *importexport.Exported) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "export")
	target, err := jsonl.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	if out, err = importexport.Export(t.Context(), importexport.Of(s), target, opt); err != nil {
		t.Fatal(err)
	}
	return dir, out
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(b)
	}
	return out
}

// draw prints an environment.
func draw(t *testing.T, s *graph.Store, env graph.EnvID) string {
	t.Helper()
	v, err := s.View(t.Context(), env, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	d := graph.NewDraft()
	for x, err := range v.Vertices(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		x = x.Clone()
		if x.Name = x.Text(); x.ObjectName == x.Name {
			x.ObjectName = "" // which means the same
		}
		d.Put(x)
	}
	for e, err := range v.Edges(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		d.PutEdge(e)
	}
	return graphtest.Draw(d)
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *rewrite {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", file, d)
	}
}

// TestOldDocuments reads what the first version wrote, with its faults.
func TestOldDocuments(t *testing.T) {
	s := newStore(t)
	r := imported(t, s, "testdata/old", importexport.ImportOptions{})
	golden(t, "testdata/old.golden", draw(t, s, "osp")+"\n"+draw(t, s, "other")+"\n"+r.String())

	shared, err := s.View(t.Context(), graph.Shared, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := shared.Document(t.Context(), graph.Environments, "osp")
	if err != nil {
		t.Fatal(err)
	}
	env, err := graph.ParseEnvironment(doc.Body)
	if err != nil {
		t.Fatal(err)
	}
	sec, _ := env.Section("mysql")
	if !env.HasDriver("OVS") || sec.Secret("pwd") != "planted-secret-2" || doc.Body.String("operational") != "running" {
		t.Errorf("environment = %v, drivers %v", doc.Body, env.MechanismDrivers)
	}
	if ids, err := s.EnvIDs(t.Context()); err != nil || !slices.Equal(ids, []graph.EnvID{"osp", "other"}) {
		t.Errorf("environments %v, %v", ids, err)
	}
	if n := len(r.Commits); n != 3 {
		t.Errorf("%d commits, want one an environment and one for the shared documents", n)
	}
	// Once more: nothing changes.
	if again := imported(t, s, "testdata/old", importexport.ImportOptions{}); len(again.Commits) != 0 {
		t.Errorf("the same import again made %d commits: %+v", len(again.Commits), again.Commits)
	}
}

func TestRoundTrip(t *testing.T) {
	ctx := t.Context()
	a := newStore(t)
	load(t, a, "cloud", graphtest.CloudOptions{Env: "cloud", Seed: 5, Hosts: 3, InstancesPerHost: 5})
	load(t, a, "second", graphtest.CloudOptions{Env: "second", Seed: 6, Hosts: 1, InstancesPerHost: 2})
	describe(t, a, "cloud", "second")
	dir1, out := exported(t, a, importexport.ExportOptions{})
	if out.Documents["inventory"] == 0 || out.Documents["cliques"] == 0 {
		t.Fatalf("written: %v", out.Documents)
	}

	b := newStore(t)
	r := imported(t, b, dir1, importexport.ImportOptions{})
	for c, n := range r.Records(importexport.Skipped) {
		if c == "inventory" || c == "links" {
			t.Errorf("%d of our own %s were skipped:\n%s", n, c, r)
		}
	}
	dir2, _ := exported(t, b, importexport.ExportOptions{})
	first, second := files(t, dir1), files(t, dir2)
	if d := cmp.Diff(keys(first), keys(second)); d != "" {
		t.Errorf("files: %s", d)
	}
	for name := range first {
		if first[name] != second[name] {
			t.Errorf("%s differs after a round trip:\n%s", name, diffLines(first[name], second[name]))
		}
	}
	if d := diffLines(draw(t, a, "cloud"), draw(t, b, "cloud")); d != "" {
		t.Errorf("the graph differs: %s", d)
	}

	// One environment only.
	dir3, out := exported(t, a, importexport.ExportOptions{Env: "second", NoCliques: true})
	if !slices.Equal(out.Environments, []graph.EnvID{"second"}) || strings.Contains(files(t, dir3)["inventory.jsonl"], `"cloud"`) {
		t.Errorf("exported %v", out.Environments)
	}
	if _, ok := files(t, dir3)["cliques.jsonl"]; ok {
		t.Error("cliques were written")
	}

	// As of an earlier time.
	before := a.Last("second")
	if _, err := a.Commit(ctx, "second", graph.Cause{Kind: graph.CauseUser}, &graph.Batch{Put: []*graph.Vertex{{ID: "late", Type: graph.Host}}}); err != nil {
		t.Fatal(err)
	}
	dir4, _ := exported(t, a, importexport.ExportOptions{Env: "second", At: before, NoCliques: true})
	if d := cmp.Diff(files(t, dir3), files(t, dir4)); d != "" {
		t.Errorf("an export of the past differs: %s", d)
	}
}

// diffLines shows the first lines that differ.
func diffLines(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return fmt.Sprintf("line %d: nothing, then %s", i+1, b[i])
		case i >= len(b):
			return fmt.Sprintf("line %d: %s, then nothing", i+1, a[i])
		case a[i] != b[i]:
			return fmt.Sprintf("line %d:\n-%s\n+%s", i+1, a[i], b[i])
		}
	}
	return ""
}

func keys(m map[string]string) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func load(t *testing.T, s *graph.Store, env graph.EnvID, opt graphtest.CloudOptions) {
	t.Helper()
	if _, err := s.Load(t.Context(), env, graph.Cause{Kind: graph.CauseScan}, graphtest.Cloud(opt)); err != nil {
		t.Fatal(err)
	}
	at := graph.Attrs{"state": "ok", "ok_time": s.Last(env).Std()}
	doc := &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: "*"}, Body: at}
	if _, err := s.Commit(t.Context(), env, graph.Cause{Kind: graph.CauseScan}, &graph.Batch{PutDocs: []*graph.Document{doc}}); err != nil {
		t.Fatal(err)
	}
}

// describe gives environments documents with secrets in them, and a clique type
// of a user's own.
func describe(t *testing.T, s *graph.Store, envs ...graph.EnvID) {
	t.Helper()
	b := &graph.Batch{PutDocs: []*graph.Document{{
		DocKey: graph.DocKey{Collection: graph.CliqueTypes, ID: "5f3bf001b7e4d1c6a08f0002"},
		Body:   graph.Attrs{"name": "ports", "focal_point_type": "switch_pnic", "environment": "ANY", "link_types": []any{"switch_pnic-host_pnic"}},
	}}}
	for _, name := range envs {
		e, err := graph.ParseEnvironment(graph.Attrs{
			"name": string(name), "distribution": "Debian", "distribution_version": "zed", "mechanism_drivers": []any{"OVS"}, "type_drivers": "vxlan",
			"configuration": []any{map[string]any{"name": "OpenStack", "host": "10.0.0.1", "port": int64(5000), "user": "admin", "pwd": "planted-secret"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		b.PutDocs = append(b.PutDocs, e.Document())
	}
	if _, err := s.Commit(t.Context(), graph.Shared, graph.Cause{Kind: graph.CauseUser}, b); err != nil {
		t.Fatal(err)
	}
}

func TestSecretsStayInside(t *testing.T) {
	a := newStore(t)
	load(t, a, "cloud", graphtest.CloudOptions{Hosts: 1, InstancesPerHost: 1})
	describe(t, a, "cloud")
	dir, _ := exported(t, a, importexport.ExportOptions{})
	for name, text := range files(t, dir) {
		if strings.Contains(text, "planted-secret") {
			t.Errorf("%s holds a secret", name)
		}
	}
	if text := files(t, dir)["environments_config.jsonl"]; !strings.Contains(text, `"pwd":"<secret>"`) {
		t.Errorf("environments_config.jsonl: %s", text)
	}
	// Back into the same store: the stored secret stays.
	imported(t, a, dir, importexport.ImportOptions{Replace: true})
	if got := secretOf(t, a, "cloud"); got != "planted-secret" {
		t.Errorf("after the import the password is %q", got)
	}
	// Into another one: somebody has to enter it.
	r := imported(t, newStore(t), dir, importexport.ImportOptions{})
	if !slices.ContainsFunc(r.Warnings, func(w string) bool { return strings.Contains(w, "1 passwords are masked") }) {
		t.Errorf("warnings: %v", r.Warnings)
	}
}

func secretOf(t *testing.T, s *graph.Store, env string) string {
	t.Helper()
	v, err := s.View(t.Context(), graph.Shared, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	d, err := v.Document(t.Context(), graph.Environments, env)
	if err != nil {
		t.Fatal(err)
	}
	return d.Body.Maps("configuration")[0].Secret("pwd")
}

func TestReplace(t *testing.T) {
	ctx := t.Context()
	s := newStore(t)
	load(t, s, "cloud", graphtest.CloudOptions{Seed: 5, Hosts: 2, InstancesPerHost: 3})
	describe(t, s, "cloud")
	dir, _ := exported(t, s, importexport.ExportOptions{NoCliques: true})
	want := draw(t, s, "cloud")

	v, err := s.View(ctx, "cloud", graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	host, err := v.Vertex(ctx, "compute-0000.lab")
	if err != nil {
		t.Fatal(err)
	}
	changed := host.Clone()
	changed.Attrs["zone"] = "elsewhere"
	if _, err := s.Commit(ctx, "cloud", graph.Cause{Kind: graph.CauseUser}, &graph.Batch{
		Put:      []*graph.Vertex{{ID: "new", Type: graph.Host}, changed},
		Delete:   []graph.ID{"compute-0001.lab-otep"},
		PutEdges: []*graph.Edge{{EdgeKey: graph.EdgeKey{Type: "host-host", From: "compute-0000.lab", To: "compute-0001.lab"}}},
	}); err != nil {
		t.Fatal(err)
	}
	added := imported(t, s, dir, importexport.ImportOptions{})
	if len(added.Commits) != 1 {
		t.Errorf("%d commits", len(added.Commits))
	}
	if !strings.Contains(draw(t, s, "cloud"), "host new") {
		t.Error("an import without Replace removed an object")
	}
	r := imported(t, s, dir, importexport.ImportOptions{Replace: true})
	if d := diffLines(want, draw(t, s, "cloud")); d != "" {
		t.Errorf("-exported +stored: %s", d)
	}
	if len(r.Commits) != 1 || len(r.Commits[0].Changes) != 2 {
		t.Errorf("commits: %+v, want one that removes the host and the link", r.Commits)
	}
	if _, err := tryImport(t, s, dir, importexport.ImportOptions{Env: "typo", Replace: true}); err == nil {
		t.Error("an environment that the source does not have was imported")
	}
	load(t, s, "kept", graphtest.CloudOptions{Env: "kept", Hosts: 1, InstancesPerHost: 1})
	if _, err := tryImport(t, s, dir, importexport.ImportOptions{Env: "kept", Replace: true}); !errors.Is(err, graph.ErrNotFound) {
		t.Errorf("replacing an environment by nothing: %v", err)
	}
}

func TestWrongLinesAreNamed(t *testing.T) {
	good := `{"environment":"e","type":"host","id":"h"}` + "\n"
	for _, tc := range []struct{ name, text, want string }{
		{"no JSON", good + "\n" + good + "{\"a\":\n", "inventory.jsonl:4"},
		{"wrong object id", strings.Repeat(good, 10000) + `{"_id":{"$oid":"zz"}}`, "inventory.jsonl:10001"},
	} {
		dir := t.TempDir()
		write(t, dir, "inventory.jsonl", tc.text)
		s := newStore(t)
		if _, err := tryImport(t, s, dir, importexport.ImportOptions{}); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", tc.name, err, tc.want)
		}
		mustBeEmpty(t, s, "e")
	}
	if _, err := jsonl.Open(t.TempDir()); err == nil {
		t.Error("an empty folder was opened")
	}
}

func mustBeEmpty(t *testing.T, s *graph.Store, env graph.EnvID) {
	t.Helper()
	v, err := s.View(t.Context(), env, graph.Now)
	if errors.Is(err, graph.ErrNotFound) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for x, err := range v.Vertices(t.Context()) {
		t.Fatalf("%q holds %v, %v after an import that failed", env, x, err)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestCanonicalAndRelaxedAreTheSame(t *testing.T) {
	relaxed := `{"environment":"e","type":"host","id":"h","n":7,"f":1.0,"l":5000000000,"at":{"$date":"2018-05-02T08:14:55.12Z"},"k":{"a[dot]b":{"[dollar]x":true}}}`
	canonical := `{"environment":"e","type":"host","id":"h","n":{"$numberInt":"7"},"f":{"$numberDouble":"1.0"},"l":{"$numberLong":"5000000000"},"at":{"$date":{"$numberLong":"1525248895120"}},"k":{"a[dot]b":{"[dollar]x":true}}}`
	var drawn []string
	for _, text := range []string{relaxed, canonical} {
		dir, s := t.TempDir(), newStore(t)
		write(t, dir, "inventory.jsonl", text)
		imported(t, s, dir, importexport.ImportOptions{})
		drawn = append(drawn, draw(t, s, "e"))
	}
	want := "host h {at: \"2018-05-02T08:14:55.12Z\", f: 1, k: {a.b: {\"$x\": true}}, l: 5000000000, n: 7, name: h}\n"
	if drawn[0] != drawn[1] || drawn[0] != want {
		t.Errorf("relaxed %s canonical %s want %s", drawn[0], drawn[1], want)
	}
}

func TestOtherInventoryNames(t *testing.T) {
	for name, want := range map[string][2]string{
		"RDO": {"RDO.jsonl", "RDO_links.jsonl"}, "inventory_test": {"inventory_test.jsonl", "links_test.jsonl"},
	} {
		s := newStore(t)
		load(t, s, "cloud", graphtest.CloudOptions{Hosts: 1, InstancesPerHost: 1})
		describe(t, s, "cloud")
		dir, _ := exported(t, s, importexport.ExportOptions{Inventory: name})
		have := files(t, dir)
		for _, w := range want {
			if have[w] == "" {
				t.Errorf("%s: no %s among %v", name, w, keys(have))
			}
		}
		if have["constants.jsonl"] == "" {
			t.Errorf("%s: constants were renamed", name)
		}
		b := newStore(t)
		imported(t, b, dir, importexport.ImportOptions{Inventory: name})
		if d := diffLines(draw(t, s, "cloud"), draw(t, b, "cloud")); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestProgressAndCancelling(t *testing.T) {
	s := newStore(t)
	load(t, s, "cloud", graphtest.CloudOptions{Hosts: 10, InstancesPerHost: 20})
	describe(t, s, "cloud")
	dir, _ := exported(t, s, importexport.ExportOptions{NoCliques: true})
	var last importexport.Progress
	calls := 0
	imported(t, newStore(t), dir, importexport.ImportOptions{Progress: func(p importexport.Progress) { last = p; calls++ }})
	if calls < 3 || last.Bytes != last.Total || last.Records < 3000 {
		t.Errorf("%d calls, the last %+v", calls, last)
	}
	src, err := jsonl.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	b := newStore(t)
	_, err = importexport.Import(ctx, src, importexport.Of(b), importexport.ImportOptions{Progress: func(importexport.Progress) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled import: %v", err)
	}
	mustBeEmpty(t, b, "cloud")
}

func BenchmarkParse(b *testing.B) {
	dir := b.TempDir()
	var text strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&text, `{"_id":{"$oid":"%024x"},"environment":"e","type":"vnic","id":"vnic-%d","host":"node-1","mac_address":"fa:16:3e:00:00:01","addresses":[{"version":4,"IP Address":"10.0.0.1"}],"id_path":"/a/b/c/d/e/f/g","name_path":"/a/b/c/d/e/f/g","show_in_tree":true,"mtu":1450}`+"\n", i, i)
	}
	if err := os.WriteFile(filepath.Join(dir, "inventory.jsonl"), []byte(text.String()), 0o644); err != nil {
		b.Fatal(err)
	}
	src, err := jsonl.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		n := 0
		for _, err := range src.Documents(b.Context(), "inventory") {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds()*float64(b.N), "docs/s")
	}
}
