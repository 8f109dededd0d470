package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calipso/webapi"
	"calipso/webapi/audit"
)

// TestAccounts manages users, roles and tokens with commands, on a data directory
// that nobody else holds, and reads in the audit log that it did.
func TestAccounts(t *testing.T) {
	dir := t.TempDir()
	on := func(args ...string) []string { return append([]string{"--data-dir", dir}, args...) }
	env := filepath.Join(dir, "lab.json")
	if err := os.WriteFile(env, []byte(`{"name":"lab","environment_type":"OpenStack","configuration":[{"name":"OpenStack","host":"192.0.2.1","port":5000,"user":"u","pwd":"hush-hush"}]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, on("env", "add", env)...)
	if code, _, errOut := calipsoWith(t, "a long enough passphrase\n", on("user", "add", "ann", "--role", "none", "--name", "Ann A.", "--email", "ann@example.org")...); code != exitDone {
		t.Fatal(errOut)
	}
	must(t, on("role", "add", "net team", "--rights", "manage-link-types")...)
	must(t, on("user", "set", "ann", "--roles", "net team", "--rights", "view-env")...)
	must(t, on("user", "grant", "ann", "lab", "--edit")...)
	u := mustJSON[webapi.UserDetail](t, on("user", "show", "ann")...)
	if u.Display != "Ann A." || strings.Join(u.Rights, " ") != "view-env manage-link-types" || len(u.Environments) != 1 || !u.Environments[0].Edit {
		t.Errorf("%+v", u)
	}
	if out := must(t, on("user", "show", "ann")...); !strings.Contains(out, "view and edit") || !strings.Contains(out, "net team") {
		t.Error(out)
	}
	if out := must(t, on("user", "list", "EXAMPLE", "--role", "net team")...); !strings.Contains(out, "ann") || strings.Contains(out, "admin  ") {
		t.Error(out)
	}
	must(t, on("user", "ungrant", "ann", "lab")...)
	must(t, on("user", "set", "ann", "--disable")...)
	if out := must(t, on("user", "list", "--disabled")...); !strings.Contains(out, "ann") {
		t.Error(out)
	}
	if out := must(t, on("role", "list")...); !strings.Contains(out, "built in") || !strings.Contains(out, "net team") {
		t.Error(out)
	}
	for _, c := range []struct {
		want string
		args []string
	}{
		{"is not granted", []string{"user", "ungrant", "ann", "lab"}},
		{"this is the last one", []string{"user", "set", "admin", "--disable"}},
		{"users have it", []string{"role", "remove", "net team"}},
		{"is none of", []string{"user", "set", "ann", "--role", "king"}},
		{"whole hours", []string{"token", "create", "x", "--life", "90m"}},
		{"not found", []string{"token", "revoke", "0123456789abcdef"}},
	} {
		if code, out, errOut := calipso(t, on(c.args...)...); code != exitError || !strings.Contains(errOut, c.want) {
			t.Errorf("%v: exit %d\n%s%s(want %q)", c.args, code, out, errOut, c.want)
		}
	}
	must(t, on("token", "create", "reader", "--read-only", "--env", "lab")...)
	tokens := mustJSON[[]webapi.TokenInfo](t, on("token", "list", "--all", "--kind", "token")...)
	if len(tokens) != 1 || tokens[0].Scope == nil || !tokens[0].Scope.ReadOnly {
		t.Fatalf("%+v", tokens)
	}
	if out := must(t, on("token", "list", "--all")...); !strings.Contains(out, "reading, in lab") {
		t.Error(out)
	}
	must(t, on("token", "revoke", tokens[0].ID)...)
	must(t, on("user", "remove", "ann")...)
	must(t, on("role", "remove", "net team")...)

	var did []string
	for _, e := range mustJSON[[]audit.Entry](t, on("audit", "--limit", "0")...) {
		did = append(did, e.Action)
		if e.Who != "admin" || !strings.HasPrefix(e.Via, "command one command") || e.Request == "" {
			t.Errorf("%+v", e)
		}
	}
	if got, want := strings.Join(did, " "), "remove-role remove-user revoke-token create-token change-user grant-environments grant-environments change-user create-role create-user create-environment"; got != want {
		t.Errorf("the log says %s, want %s", got, want)
	}
	out := must(t, on("audit", "--env", "lab", "--changes")...)
	if !strings.Contains(out, "added environments_config lab") || !strings.Contains(out, `configuration: nothing → `) || strings.Contains(out, "hush") {
		t.Error(out)
	}
	if out := must(t, on("audit", "--what", "users", "--limit", "1")...); !strings.Contains(out, "removed users ann") || strings.Contains(out, "added") {
		t.Error(out)
	}
}

// TestOwnPassword changes the password of who a token is of, on a server.
func TestOwnPassword(t *testing.T) {
	dir := t.TempDir()
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data-dir", dir, "--log-level", "warn")
	url := strings.TrimPrefix(p.until("listening on "), "listening on ")
	if code, _, errOut := calipsoWith(t, "a long enough passphrase\n", "--data-dir", dir, "user", "add", "ann"); code != exitDone {
		t.Fatal(errOut)
	}
	resp, err := http.Post(url+"/api/v1/sessions", "application/json", strings.NewReader(`{"username":"ann","password":"a long enough passphrase"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var session struct{ Token string }
	if err := json.NewDecoder(resp.Body).Decode(&session); err != nil {
		t.Fatal(err)
	}
	passwd := func(input string) (int, string) {
		code, _, errOut := calipsoWith(t, input, "--server", url, "--token", session.Token, "user", "passwd", "--own")
		return code, errOut
	}
	if code, errOut := passwd("not the old one\nanother long passphrase\n"); code != exitError || !strings.Contains(errOut, "old_password: is wrong") {
		t.Error(code, errOut)
	}
	if code, errOut := passwd("a long enough passphrase\nanother long passphrase\n"); code != exitDone {
		t.Error(code, errOut)
	}
	if code, errOut := passwd("a long enough passphrase\nyet another passphrase\n"); code != exitError {
		t.Error("the old password is good still", errOut)
	}
}
