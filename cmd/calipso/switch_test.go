package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSwitch runs a client of the old REST API that knows nothing but curl, as it
// would against an earlier version: it adds an environment (the access data of
// the demonstration cloud, moved by --reveal-secrets), has it scanned, and reads
// what was found.
func TestSwitch(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed; the client needs it")
	}
	dir := t.TempDir()
	p := start(t, "serve", "--demo", "--reveal-secrets", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "error")
	_, password, _ := strings.Cut(p.until("first start: "), "password ")
	password, _, _ = strings.Cut(password, " ")
	url := strings.TrimPrefix(p.until("listening on "), "listening on ")
	p.until("the demonstration clouds are there")

	file := filepath.Join(dir, "environment.json")
	moved(t, url, password, file)
	out, err := exec.CommandContext(t.Context(), "sh", "../../webapi/legacy/testdata/switch.sh", url, "admin", password, file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var env struct {
		Objects int `json:"objects_total"`
		Links   int `json:"links_total"`
	}
	if err := json.Unmarshal(get(t, url+"/api/v1/environments/moved", "Bearer "+bearer(t, url, password)), &env); err != nil {
		t.Fatal(err)
	}
	text := string(out)
	for _, want := range []string{
		"Created environment configuration for moved\n", "scan: completed",
		fmt.Sprintf("objects: %d on %d pages\n", env.Objects, env.Objects/50+1), fmt.Sprintf("links: %d on %d pages\n", env.Links, env.Links/50+1),
		" links of an instance\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for _, never := range []string{"objects: 0", "links: 0", "cliques: 0", "messages: 0", "clique: 0"} {
		if strings.Contains(text, never) {
			t.Errorf("%s in\n%s", never, text)
		}
	}
}

// moved writes the body that adds the demonstration cloud again, as what an
// administrator reads of it.
func moved(t *testing.T, url, password, file string) {
	t.Helper()
	var doc struct {
		Configuration []map[string]any
		Distribution  string
		Version       string   `json:"distribution_version"`
		Drivers       []string `json:"mechanism_drivers"`
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/environment_configs?name=demo", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("admin", password)
	if err := json.Unmarshal(answer(t, req), &doc); err != nil {
		t.Fatal(err)
	}
	for _, s := range doc.Configuration {
		if s["name"] == "OpenStack" {
			s["host"], s["port"], s["admin_token"] = "127.0.0.1", 5000, "unused"
		}
	}
	doc.Configuration = append(doc.Configuration, map[string]any{"name": "mysql", "host": "127.0.0.1", "port": 1, "user": "calipso", "pwd": "unused"})
	b, err := json.MarshalIndent(map[string]any{
		"app_path": "/", "configuration": doc.Configuration, "distribution": doc.Distribution, "distribution_version": doc.Version, "listen": false,
		"mechanism_drivers": doc.Drivers, "name": "moved", "operational": "stopped", "type": "environment", "type_drivers": "vxlan",
	}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	// The script looks for the environment's own name, which stands alone at
	// this depth.
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// bearer is a token of the new API.
func bearer(t *testing.T, url, password string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"username": "admin", "password": password})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/api/v1/sessions", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	var got struct{ Token string }
	if err := json.Unmarshal(answer(t, req), &got); err != nil {
		t.Fatal(err)
	}
	return got.Token
}

func get(t *testing.T, url, authorization string) []byte {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", authorization)
	return answer(t, req)
}

func answer(t *testing.T, req *http.Request) []byte {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode >= 300 {
		t.Fatalf("%s: %s %s", req.URL.Path, resp.Status, b)
	}
	return b
}
