package graph_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"calipso/graph"
)

// section makes a document with one section.
func section(key string, value any) graph.Attrs {
	return graph.Attrs{"name": "lab", "configuration": []any{map[string]any{"name": "OpenStack", key: value}}}
}

// What is named like a credential is one, whatever its name is exactly.
func TestUnforeseenSecrets(t *testing.T) {
	const pw = "s3cr3t-word"
	for _, key := range []string{"pwd", "password", "Password", "client_secret", "bind_pwd", "api_token", "snmp_pass", "pass", "privateKey"} {
		doc := section(key, pw)
		doc["extra"] = map[string]any{"list": []any{map[string]any{key: pw}}}
		env, err := graph.ParseEnvironment(doc)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(env.Body)
		if err != nil {
			t.Fatal(err)
		}
		if sec, _ := env.Section("OpenStack"); sec.Secret(key) != pw || strings.Contains(string(text), pw) || strings.Contains(fmt.Sprintf("%v %+v", env, env.Body), pw) {
			t.Errorf("%s: %s", key, text)
		}
		shown, err := graph.ParseJSON(text)
		if err != nil {
			t.Fatal(err)
		}
		again, err := graph.ParseEnvironment(shown)
		if err != nil {
			t.Fatal(err)
		}
		if err := again.KeepSecrets(env); err != nil {
			t.Errorf("%s: what was shown is not taken back: %v", key, err)
		}
		list := again.Body.Map("extra")["list"].([]any)
		if sec, _ := again.Section("OpenStack"); sec.Secret(key) != pw || graph.Attrs(list[0].(map[string]any)).Secret(key) != pw {
			t.Errorf("%s: taken back as %v", key, again.Body)
		}
	}
	env, err := graph.ParseEnvironment(section("pwd", int64(8675309)))
	if err != nil {
		t.Fatal(err)
	}
	if sec, _ := env.Section("OpenStack"); sec.Secret("pwd") != "8675309" || fmt.Sprint(sec["pwd"]) != "<secret>" {
		t.Errorf("a password of digits: %v", sec)
	}
	env, err = graph.ParseEnvironment(section("user", "keeper"))
	if err != nil {
		t.Fatal(err)
	}
	if sec, _ := env.Section("OpenStack"); sec.String("user") != "keeper" {
		t.Errorf("a user: %v", sec)
	}
}

// Credentials where they would be shown are refused, and not repeated.
func TestMisplacedSecrets(t *testing.T) {
	const pw = "s3cr3t-word"
	for _, c := range []struct {
		key   string
		value any
		field string
	}{
		{"auth_url", "http://calipso:" + pw + "@keystone:5000/v3", "configuration[0].auth_url"},
		{"auth_url", "http://calipso:" + pw + "/%@keystone:5000/v3", "configuration[0].auth_url"},
		{"key", "-----BEGIN OPENSSH PRIVATE KEY-----\n" + pw, "configuration[0].key"},
		{"pwd", []any{pw}, "configuration[0].pwd"},
		{"pwd", map[string]any{"is": pw}, "configuration[0].pwd"},
		{"port", pw, "configuration[0].port"},
		{"hosts", map[string]any{"node-1": map[string]any{"address": "ssh://u:" + pw + "@h"}}, "configuration[0].hosts.node-1.address"},
	} {
		_, err := graph.ParseEnvironment(section(c.key, c.value))
		var bad *graph.InvalidError
		if !errors.As(err, &bad) || bad.Fields[0].Field != c.field || strings.Contains(err.Error(), pw) {
			t.Errorf("%s %v: %v", c.key, c.value, err)
		}
	}
	for _, url := range []string{"http://keystone:5000/v3", "http://[::1]:5000/v3", "https://calipso@keystone:5000"} {
		if _, err := graph.ParseEnvironment(section("auth_url", url)); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestConceal(t *testing.T) {
	env, err := graph.ParseEnvironment(section("pwd", `s3cr3t-word "&é`))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{`refused: s3cr3t-word "&é!`, `{"pwd":"s3cr3t-word \"&é"}`, `{"pwd":"s3cr3t-word \"\u0026é"}`, `pwd=s3cr3t-word+%22%26%C3%A9`} {
		if got := env.Conceal(text); strings.Contains(got, "s3cr3t") || !strings.Contains(got, "<secret>") {
			t.Errorf("%s becomes %s", text, got)
		}
	}
	if got := env.Conceal("no secret at all"); got != "no secret at all" {
		t.Error(got)
	}
	short, err := graph.ParseEnvironment(section("pwd", "on"))
	if err != nil {
		t.Fatal(err)
	}
	if got := short.Conceal("connection on port 5000"); got != "connection on port 5000" {
		t.Error(got)
	}
}
