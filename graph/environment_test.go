package graph

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func environmentDoc(t *testing.T, text string) Attrs {
	t.Helper()
	a, err := ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestParseEnvironment(t *testing.T) {
	env, err := ParseEnvironment(environmentDoc(t, `{"name": "lab", "distribution": "RDO", "distribution_version": ["Mitaka"],
		"mechanism_drivers": ["openvswitch", "LXB"], "type_drivers": "vxlan", "colour": "blue",
		"configuration": [{"name": "OpenStack", "host": "10.0.0.1", "port": "5000", "user": "admin", "pwd": "s3cr3t"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if env.EnvironmentType != "OpenStack" || env.Version != "Mitaka" || !env.HasDriver("ovs") || !env.HasDriver("LXB") || env.HasDriver("OVN") {
		t.Errorf("got %+v", env)
	}
	api, ok := env.Section("OpenStack")
	if !ok || api.Secret("pwd") != "s3cr3t" || api.Int("port") != 5000 {
		t.Errorf("section %v", ok)
	}
	if env.Body.String("colour") != "blue" {
		t.Error("a field unknown to us was lost")
	}
}

func TestEnvironmentNeverPrintsItsSecrets(t *testing.T) {
	env, err := ParseEnvironment(environmentDoc(t, `{"name": "lab", "configuration": [{"name": "CLI", "pwd": "s3cr3t", "key_text": "k3y"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	js, err := json.Marshal(env.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{string(js), fmt.Sprintf("%v %+v %#v", env, env, env), fmt.Sprint(env.Sections)} {
		if strings.Contains(out, "s3cr3t") || strings.Contains(out, "k3y") {
			t.Errorf("a secret shows in %s", out)
		}
	}
}

func TestParseEnvironmentNamesEveryFault(t *testing.T) {
	_, err := ParseEnvironment(environmentDoc(t, `{"configuration": [{"host": "x"}, 7, {"name": "CLI", "port": 70000}, {"name": "CLI"}]}`))
	var invalid *InvalidError
	if !errors.As(err, &invalid) {
		t.Fatalf("got %v", err)
	}
	var fields []string
	for _, f := range invalid.Fields {
		fields = append(fields, f.Field)
	}
	want := "name configuration[0].name configuration[1] configuration[2].port configuration[3].name"
	if got := strings.Join(fields, " "); got != want {
		t.Errorf("fields %s\nwant   %s", got, want)
	}
}

func TestMaskedSecretsAreKept(t *testing.T) {
	parse := func(text string) *Environment {
		t.Helper()
		e, err := ParseEnvironment(environmentDoc(t, text))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	stored := parse(`{"name": "lab", "configuration": [{"name": "CLI", "pwd": "s3cr3t", "hosts": {"h1": {"pwd": "other"}}}]}`)
	js, err := json.Marshal(stored.Body)
	if err != nil {
		t.Fatal(err)
	}
	again := parse(string(js))
	if err := again.KeepSecrets(stored); err != nil {
		t.Fatal(err)
	}
	cli, _ := again.Section("CLI")
	if cli.Secret("pwd") != "s3cr3t" || cli.Map("hosts").Map("h1").Secret("pwd") != "other" {
		t.Error("a secret was lost on the way out and in again")
	}
	if again.Body["configuration"].([]any)[0].(map[string]any)["pwd"].(Secret).Reveal() != "s3cr3t" {
		t.Error("the document to store still has the mask")
	}
	if err := parse(string(js)).KeepSecrets(nil); err == nil || !strings.Contains(err.Error(), "CLI.pwd") {
		t.Errorf("a mask without a stored secret: %v", err)
	}
}
