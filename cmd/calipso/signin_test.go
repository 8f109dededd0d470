package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calipso/webapi"
	"calipso/webapi/auth/ldap/ldaptest"
)

// address is the URL in a line "listening on …".
func address(line string) string { return strings.TrimSpace(line[strings.Index(line, "http"):]) }

// signIn is the status of an attempt, and what a session is told of itself.
func signIn(t *testing.T, url, name, password string) (int, webapi.SessionInfo) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"username": name, "password": password})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.Post(url+"/api/v1/sessions", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var info webapi.SessionInfo
	if b, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode == http.StatusCreated && json.Unmarshal(b, &info) != nil {
		t.Fatalf("%v %s", err, b)
	}
	return resp.StatusCode, info
}

// writeConfig writes a configuration.
func writeConfig(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "calipso.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// ldapConf is the lab's own file, and the certificate it names, where they stay
// when the lab is gone.
func ldapConf(t *testing.T, lab *ldaptest.Lab) string {
	t.Helper()
	dir := t.TempDir()
	text := strings.ReplaceAll(lab.File(t, "ldap.conf"), lab.Path("ca.pem"), filepath.Join(dir, "ca.pem"))
	for name, text := range map[string]string{"ldap.conf": text, "ca.pem": lab.File(t, "ca.pem")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "ldap.conf")
}

// A server with a directory: its users sign in and get what their groups stand
// for, its own users still do, and a directory that is away is no wrong password.
func TestServeWithDirectory(t *testing.T) {
	lab := ldaptest.Start(t)
	dir := t.TempDir()
	if code, _, errOut := calipsoWith(t, "a long enough passphrase\n", "--data-dir", dir, "user", "add", "ann", "--role", "editor"); code != exitDone {
		t.Fatal(errOut)
	}
	config := writeConfig(t, `
server: {listen: "127.0.0.1:0"}
auth:
  oidc: {issuer: "http://127.0.0.1:1", client_id: calipso, url: "http://127.0.0.1:8080"}
  groups:
    CN=calipso-admins, OU=Groups,DC=openstack,DC=org: [admin]
    net-ops: [viewer]
`)
	args := []string{"--data-dir", dir, "--config", config, "serve", "--ldap-config", ldapConf(t, lab)}
	p := start(t, args...)
	url := address(p.until("listening on"))
	p.drain()
	for _, tc := range []struct {
		name, password string
		status         int
		role           string
	}{
		{"ada", "ada-secret", 201, "admin"}, {"ADA", "ada-secret", 201, "admin"}, {"ben", "ben-secret", 201, "viewer"}, {"dot", "dot-secret", 201, "none"},
		{"ann", "a long enough passphrase", 201, "editor"}, {"ada", "wrong", 401, ""}, {"nobody", "ada-secret", 401, ""}, {"*", "ada-secret", 401, ""},
	} {
		status, info := signIn(t, url, tc.name, tc.password)
		if status != tc.status || string(info.Role) != tc.role || tc.status == 201 && info.Username != strings.ToLower(tc.name) {
			t.Errorf("%s: %d %+v, want %d %s", tc.name, status, info, tc.status, tc.role)
		}
	}
	lab.Stop(t)
	if status, _ := signIn(t, url, "ada", "ada-secret"); status != http.StatusServiceUnavailable {
		t.Errorf("the directory is away: %d", status)
	}
	if status, _ := signIn(t, url, "ann", "a long enough passphrase"); status != http.StatusCreated {
		t.Errorf("a local account, while the directory is away: %d", status)
	}
	if code := p.terminate(); code != exitDone {
		t.Errorf("ended with %d", code)
	}
	p = start(t, append(args, "--auth", "ldap")...) // also: starts while directory and provider are away
	url = address(p.until("listening on"))
	p.drain()
	if status, _ := signIn(t, url, "ann", "a long enough passphrase"); status != http.StatusUnauthorized {
		t.Errorf("a local account where only the directory counts: %d", status)
	}
}

func TestUserCheck(t *testing.T) {
	lab := ldaptest.Start(t)
	config := writeConfig(t, "auth: {ldap_config: "+ldapConf(t, lab)+", groups: {net-ops: [viewer, 'edit-env:lab']}}\n")
	check := func(password string, args ...string) (int, string, string) {
		return calipsoWith(t, password+"\n", append([]string{"--config", config, "user", "check"}, args...)...)
	}
	code, out, errOut := check("ben-secret", "ben")
	for _, want := range []string{"ok      connect to ldap://", "ok      encrypt by StartTLS", "ok      bind as CN=ben,", "user    ben ben ben@example.org", "group   net-ops", "roles   edit-env:lab, viewer"} {
		if code != exitDone || !strings.Contains(out, want) {
			t.Errorf("exit %d, no %q in\n%s%s", code, want, out, errOut)
		}
	}
	if code, out, _ = check("dot-secret", "dot"); code != exitDone || !strings.Contains(out, "roles   none") {
		t.Errorf("exit %d\n%s", code, out)
	}
	if code, out, errOut = check("wrong-word", "ben"); code != exitNegative || !strings.Contains(out, "FAILED  bind as CN=ben,") || strings.Contains(out+errOut, "wrong-word") {
		t.Errorf("exit %d\n%s%s", code, out, errOut)
	}
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("ben-secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var got checkedUser
	code, out, _ = check("", "--json", "--password-file", file, "ben")
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitDone || got.User == nil || fmt.Sprint(got.Roles) != "[edit-env:lab viewer]" || len(got.Steps) != 5 || !got.Steps[4].Done {
		t.Errorf("exit %d %v\n%s", code, err, out)
	}
	lab.Stop(t)
	if code, out, _ = check("ben-secret", "ben"); code != exitNegative || !strings.Contains(out, "FAILED  connect to") || !strings.Contains(out, "cannot be reached") {
		t.Errorf("stopped: exit %d\n%s", code, out)
	}
	if code, _, errOut = calipsoWith(t, "x\n", "user", "check", "ben"); code != exitError || !strings.Contains(errOut, "--ldap-config") {
		t.Errorf("not configured: exit %d %s", code, errOut)
	}
}

func TestAuthNone(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{{"--auth", "none", "--listen", "0.0.0.0:0"}, {"--auth", "none,local"}, {"--auth", "some"}, {"--auth", "ldap"}, {"--ldap-config", filepath.Join(dir, "nowhere")}} {
		if code, out, errOut := calipso(t, append([]string{"--data-dir", dir, "serve"}, args...)...); code != exitError || out != "" {
			t.Errorf("%v: exit %d %s%s", args, code, out, errOut)
		}
	}
	p := start(t, "--data-dir", dir, "serve", "--auth", "none", "--listen", "127.0.0.1:0")
	url := address(p.until("listening on"))
	p.drain()
	for _, tc := range []struct {
		host string
		want int
	}{{"", 200}, {"evil.example.org", 401}} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/api/v1/users", nil)
		if err != nil {
			t.Fatal(err)
		}
		if tc.host != "" {
			req.Host = tc.host
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != tc.want {
			t.Errorf("as %q: %d, want %d", tc.host, resp.StatusCode, tc.want)
		}
	}
	if code := p.terminate(); code != exitDone {
		t.Errorf("ended with %d", code)
	}
	if out := must(t, "--data-dir", dir, "token", "list"); strings.Contains(out, "everybody") {
		t.Errorf("the token of everybody is left:\n%s", out)
	}
}
