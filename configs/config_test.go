package configs

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"calipso/graph"
)

func TestDefaultsAreValid(t *testing.T) {
	c, err := Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Server.Listen != "127.0.0.1:8080" || c.Server.AllowPlain || c.DataDir == "" {
		t.Errorf("got %+v", c)
	}
}

func TestFileThenVariables(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.yaml")
	write(t, path, "server:\n  listen: 127.0.0.1:1\nlog:\n  level: debug\n")
	c, err := Load(path, []string{"CALIPSO_SERVER_LISTEN=127.0.0.1:2", "CALIPSO_SERVER_DRAIN_TIMEOUT=3s", "CALIPSO_SERVER=http://x", "CALIPSO_LEGACY_ORIGINS=https://a.example,https://b.example", "HOME=/x"})
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(c.Legacy.Origins, " "); got != "https://a.example https://b.example" {
		t.Errorf("origins %q", got)
	}
	if c.Server.Listen != "127.0.0.1:2" || c.Log.Level != "debug" || c.Server.DrainTimeout != 3*time.Second {
		t.Errorf("got %+v", c)
	}
}

func TestEveryFaultIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.yaml")
	write(t, path, "server:\n  tls_cert: x\n  drain_timeout: 0s\nlog:\n  level: loud\nscan:\n  fetchers: 0\nlegacy:\n  compat: newest\n  origins: [noc.example.org]\n  token_lifetime: 0s\n")
	_, err := Load(path, nil)
	var invalid *graph.InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("got %v", err)
	}
	var fields []string
	for _, f := range invalid.Fields {
		fields = append(fields, f.Field)
	}
	if got, want := strings.Join(fields, " "), "server.tls_cert server.drain_timeout log.level scan.fetchers legacy.compat legacy.origins legacy.token_lifetime"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestUnknownKeyIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.yaml")
	write(t, path, "server:\n  lisen: 127.0.0.1:1\n")
	if _, err := Load(path, nil); err == nil || !strings.Contains(err.Error(), "lisen") {
		t.Errorf("got %v", err)
	}
	if _, err := Load("", []string{"CALIPSO_SCAN_FETCHERS=many"}); err == nil || !strings.Contains(err.Error(), "CALIPSO_SCAN_FETCHERS") {
		t.Errorf("got %v", err)
	}
}

func TestPrintedConfigurationReadsBack(t *testing.T) {
	c, err := Load("", []string{"CALIPSO_SERVER_LISTEN=127.0.0.1:9"})
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.YAML()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "c.yaml")
	write(t, path, string(b))
	again, err := Load(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(again, c) {
		t.Errorf("printed %+v, read %+v", c, again)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestMongo(t *testing.T) {
	c, err := Load("", []string{"CALIPSO_MONGO_URI=mongodb://u:hush@h/d", "CALIPSO_MONGO_ENVIRONMENTS=lab, pod"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Mongo.URI.Reveal() != "mongodb://u:hush@h/d" || !reflect.DeepEqual(c.Mongo.Environments, []string{"lab", "pod"}) || !c.Mongo.Cliques {
		t.Errorf("%+v", c.Mongo)
	}
	shown, err := c.YAML()
	if err != nil || strings.Contains(string(shown), "hush") || !strings.Contains(string(shown), "<secret>") {
		t.Errorf("%s, %v", shown, err)
	}
	path := filepath.Join(t.TempDir(), "c.yaml")
	write(t, path, "mongo:\n  uri: <secret>\n  inventory: \"\"\n  environments: [\"\"]\n")
	_, err = Load(path, nil)
	for _, field := range []string{"mongo.uri", "mongo.inventory", "mongo.environments"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("%v does not name %s", err, field)
		}
	}
}
