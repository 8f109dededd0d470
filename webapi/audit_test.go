package webapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"calipso/webapi/audit"
	"calipso/webapi/webapitest"
)

// log reads the audit log as the administrator, in lines.
func log(t *testing.T, s *webapitest.Test, query string) []audit.Entry {
	t.Helper()
	status, _, body := s.Send(t, webapitest.Scenario{Path: "/api/v1/audit" + query, Header: map[string]string{"Accept": "application/x-ndjson"}}, s.Bearer(webapitest.AdminName))
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	out := []audit.Entry{}
	for line := range strings.Lines(string(body)) {
		var e audit.Entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		out = append(out, e)
	}
	return out
}

// Whatever changes something is in the log, with who, from where, by which
// request and what: also what was refused, and who signed in or tried.
func TestAuditLog(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	edith, gus := s.Bearer(webapitest.EditorName), s.Bearer(webapitest.GuestName)
	do := func(bearer, method, path, body string, want int) {
		t.Helper()
		if status, _, answer := s.Send(t, webapitest.Scenario{Method: method, Path: "/api/v1" + path, Body: body, Header: map[string]string{"X-Request-Id": "req-" + method}}, bearer); status != want {
			t.Fatalf("%s %s: %d %s", method, path, status, answer)
		}
	}
	do(edith, "PUT", "/environments/lab/diff-rules", `{"ignore":{"*":["first"]}}`, 200)
	do(edith, "PUT", "/environments/lab/diff-rules", `{"ignore":{"*":["second"]}}`, 200)
	do(gus, "DELETE", "/environments/lab/diff-rules", "", 403)
	do(gus, "PUT", "/environments/vault/diff-rules", "{}", 404)
	do(edith, "PUT", "/environments/lab/diff-rules", `{"ignore":3}`, 422)
	do(edith, "POST", "/environments/lab/traverse", `{"start":["node-1-otep"]}`, 200)
	do(edith, "GET", "/environments/lab", "", 200)
	do("", "POST", "/sessions", `{"username":"victor","password":"`+webapitest.Password+`"}`, 201)
	do("", "POST", "/sessions", `{"username":"victor","password":"wrong wrong"}`, 401)
	do("", "POST", "/sessions", `{"username":"my secret password","password":"x"}`, 401)
	do(gus, "DELETE", "/sessions", "", 204)

	entries := log(t, s, "")
	var did []string
	for _, e := range entries {
		did = append(did, e.Action+" "+e.Who)
		if e.From != "127.0.0.1" || e.Request == "" || e.Time.IsZero() {
			t.Errorf("%+v", e)
		}
	}
	want := []string{"logout gus", "login-refused ", "login-refused victor", "login victor",
		"remove-environment-diff-rules gus", "set-environment-diff-rules edith", "set-environment-diff-rules edith"}
	if strings.Join(did, "\n") != strings.Join(want, "\n") {
		t.Fatalf("the log says\n%s\nwant\n%s", strings.Join(did, "\n"), strings.Join(want, "\n"))
	}
	refused, changed := entries[4], entries[5]
	if refused.Status != 403 || len(refused.Changes) != 0 || refused.Path != "DELETE /api/v1/environments/lab/diff-rules" {
		t.Errorf("%+v", refused)
	}
	if changed.Via != "token test" || changed.Request != "req-PUT" || len(changed.Envs) != 1 || len(changed.Changes) != 1 {
		t.Fatalf("%+v", changed)
	}
	b, _ := json.Marshal(changed.Changes[0].Before)
	a, _ := json.Marshal(changed.Changes[0].After)
	if changed.Changes[0].Op != "changed" || !strings.Contains(string(b), "first") || strings.Contains(string(b), "second") || !strings.Contains(string(a), "second") {
		t.Errorf("before %s, after %s", b, a)
	}
	if entries[0].Changes[0].Collection != "api_tokens" || len(entries[0].Changes[0].ID) != 16 {
		t.Errorf("%+v", entries[0].Changes)
	}
	all, _ := json.Marshal(entries)
	for _, secret := range []string{webapitest.Password, "wrong wrong", "my secret", "argon2id$", strings.TrimPrefix(gus, "Bearer ")} {
		if strings.Contains(string(all), secret) {
			t.Errorf("the log tells %q", secret)
		}
	}
	for query, n := range map[string]int{"?who=edith": 2, "?what=login-refused": 2, "?env=lab": 3, "?what=api_tokens": 1, "?address=192.0.2.1": 0, "?from=2000-01-01&to=2001-01-01": 0, "?from=2001-01-01": 7} {
		if got := len(log(t, s, query)); got != n {
			t.Errorf("%s: %d entries, want %d", query, got, n)
		}
	}
	for _, c := range []webapitest.Scenario{
		{Name: "a page", Path: "/api/v1/audit?limit=3", Status: 200, Want: map[string]string{"items.#": "3", "total": "7", "total_exact": "true", "next_cursor": `"` + entries[3].ID + `"`}},
		{Name: "the next", Path: "/api/v1/audit?limit=3&cursor=" + entries[3].ID, Status: 200, Want: map[string]string{"items.#": "3", "items.0.action": `"login"`, "next_cursor": `"` + entries[6].ID + `"`}},
		{Name: "the last", Path: "/api/v1/audit?limit=3&cursor=" + entries[6].ID, Status: 200, Want: map[string]string{"items.#": "1", "next_cursor": "absent", "total": "7"}},
		{Name: "no time", Path: "/api/v1/audit?from=yesterday", Status: 422, Want: map[string]string{"errors.0.location": `"query.from"`}},
	} {
		c.As = webapitest.AdminName
		s.Run(t, c)
	}
}

// What an account was is in the log, but for its password.
func TestAuditOfAccounts(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	s.Run(t, webapitest.Scenario{Name: "the one who may not", As: webapitest.ViewerName, Method: "DELETE", Path: "/api/v1/users/gus", Status: 403})
	s.Run(t, webapitest.Scenario{Name: "removed", As: webapitest.AdminName, Method: "DELETE", Path: "/api/v1/users/gus", Status: 204, Changes: []string{"changed environments_config lab", "removed users gus"}})
	entries := log(t, s, "?what=remove-user")
	if len(entries) != 2 || entries[0].Who != webapitest.AdminName || entries[1].Status != 403 {
		t.Fatalf("%+v", entries)
	}
	if got, _ := json.Marshal(entries[0]); strings.Contains(string(got), "argon2id$") || !strings.Contains(string(got), `"argon2id":"\u003csecret\u003e"`) && !strings.Contains(string(got), `"argon2id":"<secret>"`) {
		t.Errorf("%s", got)
	}
}
