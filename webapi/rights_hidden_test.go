package webapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"calipso/webapi/webapitest"
)

// furnish puts something of every kind into an environment, and into what tells
// of several.
func furnish(t *testing.T, s *webapitest.Test, env, bearer string) {
	t.Helper()
	in := "/environments/" + env
	for _, c := range []struct{ method, path, body string }{
		{"POST", in + "/scans", "{}"},
		{"POST", in + "/schedules", `{"recurrence":"DAILY"}`},
		{"POST", in + "/snapshots", `{"name":"furnished","kind":"manual"}`},
		{"POST", in + "/reports", `{"kind":"health"}`},
		{"PUT", in + "/diff-rules", `{"ignore":{"*":["furnished"]}}`},
		{"PUT", in + "/retention", `{"everything":"10d"}`},
		{"POST", "/scopes", fmt.Sprintf(`{"name":"furnished","select":[{"environment":%q,"everything":true}]}`, env)},
		{"POST", "/scopes", fmt.Sprintf(`{"name":"joint","select":[{"environment":%q,"everything":true},{"environment":%q,"everything":true}]}`, env, webapitest.EnvName)},
		{"POST", "/tokens", fmt.Sprintf(`{"name":"of some","scope":{"environments":[%q]}}`, env)},
		{"PUT", "/users/nora/environments", `{"environments":[]}`},
		{"PUT", "/users/victor/environments", fmt.Sprintf(`{"environments":[{"environment":%q,"edit":true}]}`, env)},
	} {
		status, _, body := s.Send(t, webapitest.Scenario{Method: c.method, Path: "/api/v1" + c.path, Body: c.body}, bearer)
		if status >= 300 {
			t.Fatalf("%s %s: %d %s", c.method, c.path, status, body)
		}
	}
}

// alike asks for an environment that a caller may not see, and for one that does
// not exist, in every way there is, and compares the answers to the letter.
func alike(t *testing.T, s *webapitest.Test, c *caller) {
	t.Helper()
	type request struct{ method, path, body string }
	var all []request
	for _, r := range ordered(s) {
		if strings.Contains(r.Path, ":env") {
			all = append(all, request{r.Method, strings.ReplaceAll(fill(r.Path, "ENV"), instanceID, "treasure"), "{}"})
		}
	}
	for _, path := range []string{"/environments?limit=5&env=ENV", "/search?q=treasure&env=ENV", "/search?q=treasure&env=ENV&history=true", "/search?q=treasure&env=ENV&at=2030-01-01",
		"/audit?env=ENV", "/audit?what=ENV", "/scopes?env=ENV", "/openapi.json?env=ENV"} {
		all = append(all, request{"GET", "/api/v1" + path, ""})
	}
	all = append(all,
		request{"POST", "/api/v1/diff", `{"from":{"environment":"ENV"},"to":{"environment":"ENV"}}`},
		request{"POST", "/api/v1/diff", `{"from":{"environment":"lab"},"to":{"environment":"ENV"}}`},
		request{"POST", "/api/v1/scopes", `{"name":"n","select":[{"environment":"ENV","everything":true}]}`},
		request{"PUT", "/api/v1/scopes/joint", `{"select":[{"environment":"ENV","everything":true}]}`},
		request{"PUT", "/api/v1/scopes/joint/baseline", `{"environment":"ENV","snapshot":"furnished"}`},
		request{"POST", "/api/v1/tokens", `{"name":"n","scope":{"environments":["ENV"]}}`},
		request{"PUT", "/api/v1/users/nora/environments", `{"environments":[{"environment":"ENV"}]}`},
		request{"POST", "/api/v1/import?env=ENV", "{}"},
	)
	for _, r := range all {
		var answers []string
		for _, env := range []string{webapitest.HiddenEnv, "none"} {
			put := strings.NewReplacer("ENV", env)
			status, _, body := s.Send(t, webapitest.Scenario{Method: r.method, Path: put.Replace(r.path), Body: put.Replace(r.body), Header: map[string]string{"X-Request-Id": "same"}}, c.bearer)
			answers = append(answers, fmt.Sprint(status, " ", strings.ReplaceAll(string(body), env, "ENV")))
			if r.method != http.MethodGet && status < 300 && r.path != "/api/v1/users/nora/environments" {
				t.Errorf("%s %s %s: %d", r.method, put.Replace(r.path), put.Replace(r.body), status)
			}
		}
		if answers[0] != answers[1] {
			t.Errorf("%s %s %s:\n%s\n%s", r.method, r.path, r.body, answers[0], answers[1])
		}
	}
}
