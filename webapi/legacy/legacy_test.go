package legacy_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"calipso/graph"
	"calipso/webapi"
	"calipso/webapi/legacy"
	"calipso/webapi/webapitest"
)

func TestMain(m *testing.M) {
	flag.Parse()
	// Requests hold passwords, and what tests print is searched for these.
	if err := flag.Set("datadriven-quiet", "true"); err != nil {
		panic(err)
	}
	opts := []goleak.Option{goleak.IgnoreCurrent()} // Bleve's workers, started at import
	goleak.VerifyTestMain(m, opts...)
}

// start runs a server with a client that asks by GET as an account.
func start(t *testing.T, opt webapitest.Options) (*webapitest.Test, func(as, path string) (int, string)) {
	t.Helper()
	s := webapitest.Start(t, opt)
	return s, func(as, path string) (int, string) {
		t.Helper()
		status, _, body := s.Send(t, webapitest.Scenario{Path: path}, s.Bearer(as))
		return status, string(body)
	}
}

// The golden files are the table itself, as each version has it.
func TestDescribe(t *testing.T) {
	for _, c := range legacy.Compats() {
		var out bytes.Buffer
		if err := legacy.New(nil, legacy.Options{Compat: c}).Describe(&out); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", "table."+string(c))
		if flag.Lookup("rewrite").Value.String() == "true" {
			if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%s differs; go test -rewrite, then read the difference", path)
		}
	}
}

// What asks for an environment's rights names the environment somewhere, and
// what says nothing about rights is closed.
func TestEveryResourceSaysWhatItNeeds(t *testing.T) {
	for _, c := range legacy.Compats() {
		seen := map[string]bool{}
		for _, r := range legacy.New(nil, legacy.Options{Compat: c}).Resources() {
			if r.Needs == legacy.Closed {
				t.Errorf("%s: %s %s is closed", c, r.Method, r.Path)
			}
			if seen[r.Method+r.Path] {
				t.Errorf("%s: %s %s is there twice", c, r.Method, r.Path)
			}
			seen[r.Method+r.Path] = true
			var names []string
			for _, p := range r.Params {
				if slices.Contains(names, p.Name) {
					t.Errorf("%s: %s %s: %s twice", c, r.Method, r.Path, p.Name)
				}
				names = append(names, p.Name)
			}
		}
	}
}

// Pages add up to what there is, in order, whatever filter; and what is
// committed between is found by its id at once.
func TestPagesAddUp(t *testing.T) {
	s, get := start(t, webapitest.Options{Hosts: 4, Instances: 6})
	for _, list := range []struct {
		path, key string
		least     int
	}{
		{"/inventory?env_name=lab", "objects", 150}, {"/inventory?env_name=lab&type=vnic", "objects", 30},
		{"/inventory?env_name=lab&parent_path=node-2&sub_tree=true", "objects", 25},
		{"/links?env_name=lab", "links", 80}, {"/links?env_name=lab&host=node-1", "links", 20}, {"/cliques?env_name=lab", "cliques", 20},
	} {
		var ids []string
		for page := 0; ; page++ {
			got := listed(t, get, fmt.Sprintf("%s&page_size=7&page=%d", list.path, page), list.key)
			ids = append(ids, got...)
			if len(got) < 7 {
				break
			}
		}
		whole := listed(t, get, list.path, list.key)
		if !slices.Equal(ids, whole) || len(ids) < list.least {
			t.Errorf("%s: %d on pages, %d at once", list.path, len(ids), len(whole))
		}
		if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
			t.Errorf("%s: not sorted, or twice: %q", list.path, ids)
		}
	}
	for i := range 3 {
		id := graph.ID(fmt.Sprintf("new-%d", i))
		e := &graph.Edge{EdgeKey: graph.EdgeKey{Type: "vedge-otep", From: "node-1-vedge-e7a3", To: id}}
		b := &graph.Batch{Put: []*graph.Vertex{{ID: id, Type: graph.OTEP, Parent: "node-1"}}, PutEdges: []*graph.Edge{e}}
		if _, err := s.Store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseUser}, b); err != nil {
			t.Fatal(err)
		}
		oid := graph.EdgeOID("lab", e.EdgeKey)
		if status, body := get("victor", "/links?env_name=lab&id="+string(oid)); status != http.StatusOK || !strings.Contains(body, string(id)) {
			t.Errorf("the new link: %d %s", status, body)
		}
		if got := listed(t, get, "/inventory?env_name=lab&type=otep&parent_id=node-1", "objects"); !slices.Contains(got, string(id)) {
			t.Errorf("the new object: %q", got)
		}
		if i > 0 {
			continue
		}
		b = &graph.Batch{DeleteEdges: []graph.EdgeKey{e.EdgeKey}, Delete: []graph.ID{id}}
		if _, err := s.Store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseUser}, b); err != nil {
			t.Fatal(err)
		}
		if status, body := get("victor", "/links?env_name=lab&id="+string(oid)); status != http.StatusNotFound {
			t.Errorf("the removed link: %d %s", status, body)
		}
		if got := listed(t, get, "/inventory?env_name=lab&type=otep", "objects"); slices.Contains(got, string(id)) {
			t.Errorf("the removed object: %q", got)
		}
	}
}

func listed(t *testing.T, get func(as, path string) (int, string), path, key string) (ids []string) {
	t.Helper()
	status, body := get("victor", path)
	var answer map[string][]struct{ ID string }
	if err := json.Unmarshal([]byte(body), &answer); status != http.StatusOK || err != nil {
		t.Fatalf("%s: %d %s", path, status, body)
	}
	for _, x := range answer[key] {
		ids = append(ids, x.ID)
	}
	return ids
}

// Secrets are shown to those who may do everything, and only if the server was
// told to.
func TestRevealSecrets(t *testing.T) {
	for _, reveal := range []bool{false, true} {
		s, get := start(t, webapitest.Options{API: webapi.Options{Legacy: legacy.Options{RevealSecrets: reveal}}})
		v, err := s.Store.View(t.Context(), graph.Shared, graph.Now)
		if err != nil {
			t.Fatal(err)
		}
		lab, err := v.Document(t.Context(), graph.Environments, webapitest.EnvName)
		if err != nil {
			t.Fatal(err)
		}
		lab.Body = lab.Body.Clone()
		lab.Body["configuration"] = []any{map[string]any{"name": "OpenStack", "host": "192.0.2.1", "port": int64(5000), "user": "calipso", "pwd": graph.NewSecret("to be revealed")}}
		if _, err := s.Store.Commit(t.Context(), graph.Shared, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{lab}}); err != nil {
			t.Fatal(err)
		}
		s.Run(t, webapitest.Scenario{Name: "nobody in particular asks for a token", Path: "/auth/tokens", Status: 201,
			Body: `{"auth": {"methods": ["credentials"], "credentials": {"username": "admin", "password": "` + webapitest.Password + `"}}}`})
		for _, as := range []string{"admin", "edith", "victor"} {
			_, body := get(as, "/environment_configs?name=lab")
			if got, want := strings.Contains(body, "to be revealed"), reveal && as == "admin"; got != want {
				t.Errorf("reveal %v, %s: %s", reveal, as, body)
			}
			if _, body = get(as, "/api/v1/environments/lab/config"); strings.Contains(body, "to be revealed") {
				t.Errorf("the new API: %s", body)
			}
		}
	}
}
