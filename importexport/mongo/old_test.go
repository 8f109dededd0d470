package mongo_test

import (
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.mongodb.org/mongo-driver/v2/bson"

	"calipso/graph"
	"calipso/importexport"
	"calipso/importexport/jsonl"
	"calipso/testdata/labs/mongolab"
)

var rewrite = flag.Bool("rewrite", false, "write the golden files anew")

// people remembers who was taken over.
type people map[string]graph.Attrs

func (p people) Adopt(_ context.Context, id string, body graph.Attrs) (bool, []string, error) {
	if body.String("username") == "admin" {
		return false, []string{"stays"}, nil
	}
	_, before := p[id]
	p[id] = body
	return !before, nil, nil
}

var examples = regexp.MustCompile(`\(first: [^)]*\)`)

// TestOldDatabases reads databases of both earlier versions, as they are and as
// folders of mongoexport: that gives the same, and twice is once.
func TestOldDatabases(t *testing.T) {
	const dir = "../testdata"
	live, files := newStore(t), newStore(t)
	users := people{}
	var report strings.Builder
	for _, version := range []string{"opnfv", "cvim"} {
		uri, db := lab.Database(t)
		mongolab.Restore(t, db, filepath.Join(dir, version), func(c string) string { return c })
		opt := importexport.ImportOptions{Accounts: users}
		r := imported(t, live, uri, opt)
		report.WriteString(r.String() + "\n")
		if again := imported(t, live, uri, opt); len(again.Commits) > 0 || again.Records(importexport.Taken)["users"] > 0 {
			t.Errorf("%s: the second import made %d commits:\n%s", version, len(again.Commits), again)
		}
		src, err := jsonl.Open(filepath.Join(dir, version))
		if err != nil {
			t.Fatal(err)
		}
		same, err := importexport.Import(t.Context(), src, importexport.Of(files), importexport.ImportOptions{Accounts: people{}})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(examples.ReplaceAllString(r.String(), ""), examples.ReplaceAllString(same.String(), "")); d != "" {
			t.Errorf("%s: the folder's report differs: %s", version, d)
		}
	}
	got := ""
	for _, env := range []graph.EnvID{"osp-lab-1", "k8s-lab"} {
		if d := cmp.Diff(draw(t, live, env), draw(t, files, env)); d != "" {
			t.Errorf("%s: the folder's graph differs: %s", env, d)
		}
		if d := cmp.Diff(documents(t, live, env), documents(t, files, env)); d != "" {
			t.Errorf("%s: the folder's documents differ: %s", env, d)
		}
		got += draw(t, live, env) + "\n" + documents(t, live, env) + "\n"
	}
	got += documents(t, live, graph.Shared) + "\n" + report.String()
	if strings.Contains(got, "planted-secret") || strings.Contains(got, "$2a$") {
		t.Error("a secret is in documents or reports")
	}
	golden(t, "testdata/old.golden", got)

	if hash := users["q8ZtWm2bXr5nLkD3c"].Map("services").Map("password").String("bcrypt"); !strings.HasPrefix(hash, "$2a$10$") || len(users) != 1 {
		t.Errorf("users: %v", users)
	}
	env := environment(t, live, "osp-lab-1")
	for section, want := range map[string]string{"OpenStack": "planted-secret-openstack", "mysql": "planted-secret-mysql", "AMQP": "planted-secret-amqp"} {
		if s, _ := env.Section(section); s.Secret("pwd") != want {
			t.Errorf("password of %s is lost", section)
		}
	}
}

func environment(t testing.TB, s *graph.Store, name string) *graph.Environment {
	t.Helper()
	shared, err := s.View(t.Context(), graph.Shared, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	d, err := shared.Document(t.Context(), graph.Environments, name)
	if err != nil {
		t.Fatal(err)
	}
	env, err := graph.ParseEnvironment(d.Body)
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// documents prints the documents of an environment, secrets masked.
func documents(t testing.TB, s *graph.Store, env graph.EnvID) string {
	t.Helper()
	v, err := s.View(t.Context(), env, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, c := range []string{
		"attributes_for_hover_on_data", "clique_constraints", "clique_types", "connection_tests", "constants", "environment_options", "environments_config",
		"link_types", "messages", "monitoring_config", "monitoring_config_templates", "network_agent_types", "parts", "roles", "scans", "scheduled_scans",
		"supported_environments", "api_tokens", "user_settings", "users",
	} {
		for d, err := range v.Documents(t.Context(), graph.Collection(c)) {
			if err != nil {
				t.Fatal(err)
			}
			b, err := json.Marshal(d.Body)
			if err != nil {
				t.Fatal(err)
			}
			out.WriteString(c + " " + d.ID + " " + string(b) + "\n")
		}
	}
	return out.String()
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

// TestInventoryName reads and writes the data set of another name beside the
// shared collections.
func TestInventoryName(t *testing.T) {
	for _, name := range []string{"inventory_lab2", "RDO"} {
		uri, db := lab.Database(t)
		mongolab.Restore(t, db, "../testdata/cvim", func(c string) string { return importexport.CollectionName(name, c) })
		s := newStore(t)
		r := imported(t, s, uri, importexport.ImportOptions{Inventory: name})
		if r.Records(importexport.Taken)["links"] != 3 || r.Records(importexport.Taken)["clique_types"] != 1 {
			t.Errorf("%s:\n%s", name, r)
		}
		exported(t, s, uri, importexport.ExportOptions{Inventory: name, Env: "k8s-lab"})
		for c, want := range map[string]int64{name: 9, importexport.CollectionName(name, "links"): 3, importexport.CollectionName(name, "cliques"): 1, "environments_config": 1} {
			if n, err := db.Collection(c).CountDocuments(t.Context(), bson.D{}); err != nil || n != want {
				t.Errorf("%s: collection %s has %d documents, want %d: %v", name, c, n, want, err)
			}
		}
		unique := false
		indexes, err := db.Collection(name).Indexes().ListSpecifications(t.Context())
		for _, i := range indexes {
			unique = unique || i.Unique != nil && *i.Unique && i.Name == "environment_1_type_1_id_1"
		}
		if err != nil || len(indexes) != 10 || !unique {
			t.Errorf("%s: indexes %v, %v", name, indexes, err)
		}
	}
}
