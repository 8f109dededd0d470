package configs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
)

func TestAuth(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "secret"), "the client's\n")
	path := filepath.Join(dir, "c.yaml")
	write(t, path, `
auth:
  methods: local,ldap
  oidc: {issuer: https://login.example.org, client_id: calipso, url: https://calipso.example.org, client_secret_file: `+filepath.Join(dir, "secret")+`}
  groups:
    cn=admins,ou=Groups,dc=example,dc=org: [admin]
    net-ops: [viewer, "edit-env:lab"]
`)
	c, err := Load(path, []string{"CALIPSO_AUTH_LDAP_CONFIG=/etc/ldap.conf", "CALIPSO_AUTH_OIDC_SCOPES=groups  email"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"cn=admins,ou=Groups,dc=example,dc=org": {"admin"}, "net-ops": {"viewer", "edit-env:lab"}}
	if diff := cmp.Diff(want, c.Auth.Groups); diff != "" {
		t.Error(diff)
	}
	if !c.Auth.Uses(Local, false) || !c.Auth.Uses(LDAP, false) || c.Auth.Uses(Nothing, true) || c.Auth.LDAPConfig != "/etc/ldap.conf" {
		t.Errorf("%+v", c.Auth)
	}
	p, err := c.Auth.OIDC.Provider()
	if err != nil || p.ClientSecret.Reveal() != "the client's" || strings.Join(p.Scopes, ",") != "groups,email" || p.NameClaim != "preferred_username" {
		t.Errorf("%+v %v", p, err)
	}
	b, err := c.YAML()
	if err != nil || strings.Contains(string(b), "the client's") {
		t.Errorf("%v\n%s", err, b)
	}
	secrets := cmp.Comparer(func(a, b graph.Secret) bool { return a == b })
	again := filepath.Join(dir, "again.yaml")
	if err := os.WriteFile(again, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if d, err := Load(again, nil); err != nil || cmp.Diff(c, d, secrets) != "" {
		t.Errorf("%v %s", err, cmp.Diff(c, d, secrets))
	}
}

func TestLocalUnlessADirectoryIsThere(t *testing.T) {
	c, err := Load("", nil)
	if err != nil {
		t.Fatal(err)
	}
	if a := c.Auth; !a.Uses(Local, true) || !a.Uses(LDAP, true) || a.Uses(LDAP, false) || a.OIDC.On() {
		t.Errorf("%+v", a)
	}
}

func TestFaultsOfAuth(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		{"methods: locals, ldap", "auth.methods"},
		{"methods: none,ldap", "auth.methods"},
		{"methods: none\n  oidc: {issuer: https://x, client_id: c, url: https://y}", "auth.methods"},
		{"oidc: {client_id: c}", "auth.oidc.issuer"},
		{"oidc: {issuer: http://x.example.org, client_secret_file: /nowhere}", "auth.oidc.client_secret_file auth.oidc.issuer auth.oidc.url auth.oidc.client_id"},
		{"groups: {a: [], b: ['manage-env:x'], c: ['view-env:'], d: ['$']}", "auth.groups auth.groups auth.groups auth.groups"},
	} {
		path := filepath.Join(t.TempDir(), "c.yaml")
		write(t, path, "auth:\n  "+tc.text+"\n")
		_, err := Load(path, nil)
		var invalid *graph.InvalidError
		if !errors.As(err, &invalid) {
			t.Errorf("%s: %v", tc.text, err)
			continue
		}
		var fields []string
		for _, f := range invalid.Fields {
			fields = append(fields, f.Field)
		}
		if got := strings.Join(fields, " "); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.text, got, tc.want)
		}
	}
	if _, err := Load("", []string{"CALIPSO_AUTH_GROUPS=x"}); err == nil || !strings.Contains(err.Error(), "CALIPSO_AUTH_GROUPS") {
		t.Errorf("groups by a variable: %v", err)
	}
}
