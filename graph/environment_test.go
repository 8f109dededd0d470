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
