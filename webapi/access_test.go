package webapi_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"calipso/webapi"
	"calipso/webapi/webapitest"
)

const instanceID = "00008f2a-0b53-4d8c-9a77-3f1c2e4b5d60"

// fill puts real names into the pattern of a route.
func fill(path, env string) string {
	id := instanceID
	if strings.Contains(path, "/scans/") {
		id = "scan-1"
	}
	return strings.NewReplacer(":env", env, ":id", id, ":user", "ghost", ":name", "ghost").Replace(path)
}

// named is what routes of the old API need beside the name of an environment, in
// the query or in the body, to get as far as the question of rights.
var named = map[string]string{
	"GET /aggregates": "&type=environment", "GET /graph": "&type=force_tree", "GET /search": "&source=inventory&query=web",
	"DELETE /messages": "&all=true", "DELETE /scheduled_scans": "&all=true",
	"POST /scheduled_scans":  `"recurrence":"DAILY"`,
	"POST /connection_tests": `"test_targets":["CLI"],"targets_configuration":[{"name":"CLI","host":"192.0.2.1","user":"u","pwd":"p"}]`,
}

// request is what is asked of a route about an environment.
func request(r webapi.RouteInfo, env string) (path, body string) {
	path, body = fill(r.Path, env), "{}"
	switch further := named[r.Method+" "+strings.TrimPrefix(r.Path, "/grafana/query")]; {
	case r.Named && r.Method == http.MethodPost:
		body = `{"env_name":"` + env + `"` + strings.TrimSuffix(","+further, ",") + `}`
	case r.Named:
		path += "?env_name=" + env + further
	}
	return path, body
}

// Every route there is, from the router itself, asks who is there; but for the
// few that are listed here.
func TestNobodyGetsAnywhere(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	var public []string
	for _, r := range s.API.RoutesForTest() {
		if r.Public {
			if !strings.HasPrefix(r.Path, "/assets/") {
				public = append(public, r.Method+" "+r.Path)
			}
			continue
		}
		for _, token := range []string{"", "Bearer nonsense", "Bearer cal_" + strings.Repeat("A", 43), "Basic YWRtaW46YWRtaW4="} {
			if got := ask(t, s, r.Method, fill(r.Path, webapitest.EnvName), token); got != http.StatusUnauthorized {
				t.Errorf("%s %s with %q: %d", r.Method, r.Path, token, got)
			}
		}
	}
	slices.Sort(public)
	want := []string{"DELETE /auth/tokens", "GET /", "GET /healthz", "GET /readyz", "HEAD /", "POST /api/v1/sessions", "POST /auth/tokens"}
	if !slices.Equal(public, want) {
		t.Errorf("open to everybody: %q, want %q", public, want)
	}
	if got := ask(t, s, http.MethodGet, "/api/v1/nothing", ""); got != http.StatusUnauthorized {
		t.Errorf("a route that does not exist: %d", got)
	}
}

// The golden file says who gets where: the status for each kind of account, on
// an environment he may know of and on one that guests may not.
func TestAccessMatrix(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	s.Run(t, webapitest.Scenario{Name: "a scan to look at", As: "admin", Path: "/api/v1/environments/lab/scans", Body: "{}", Status: 202})
	accounts := []string{webapitest.AdminName, webapitest.EditorName, webapitest.ViewerName, webapitest.GuestName, webapitest.NobodyName}
	tokens := map[string]string{}
	for _, a := range accounts {
		tokens[a] = s.Bearer(a)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "# %-66s %v\n", "route", accounts)
	routes := s.API.RoutesForTest()
	slices.SortFunc(routes, func(a, b webapi.RouteInfo) int {
		return strings.Compare(a.Path+a.Method, b.Path+b.Method)
	})
	for _, r := range routes {
		if r.Public || r.Method == http.MethodDelete && r.Path == "/api/v1/sessions" {
			continue
		}
		envs := []string{""}
		if r.Named || strings.Contains(r.Path, ":env") {
			envs = []string{webapitest.EnvName, webapitest.HiddenEnv, "none"}
		}
		for _, env := range envs {
			var row []int
			path, body := request(r, env)
			for _, a := range accounts {
				row = append(row, send(t, s, r.Method, path, tokens[a], body))
			}
			fmt.Fprintf(&out, "%-6s %-55s %-5s %v\n", r.Method, r.Path, env, row)
		}
	}
	golden(t, "access.txt", out.Bytes())
}

// What one may not see, and what does not exist, look alike to the letter.
func TestHiddenLooksMissing(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	guest := s.Bearer(webapitest.GuestName)
	for _, path := range []string{"", "/objects", "/objects/treasure", "/tree", "/scans", "/cliques/treasure"} {
		var answers []string
		for _, env := range []string{webapitest.HiddenEnv, "none"} {
			status, _, body := s.Send(t, webapitest.Scenario{Path: "/api/v1/environments/" + env + path, Header: map[string]string{"X-Request-Id": "same"}}, guest)
			answers = append(answers, fmt.Sprint(status, strings.ReplaceAll(string(body), env, "ENV")))
		}
		if answers[0] != answers[1] {
			t.Errorf("%s:\n%s\n%s", path, answers[0], answers[1])
		}
	}
	for _, c := range []webapitest.Scenario{
		{Name: "list", Path: "/api/v1/environments", Status: 200, Want: map[string]string{"total": "1", "items.0.name": `"lab"`}},
		{Name: "search", Path: "/api/v1/search?q=treasure", Status: 200, Want: map[string]string{"total": "0"}},
		{Name: "search there", Path: "/api/v1/search?q=treasure&env=vault", Status: 200, Want: map[string]string{"total": "0"}},
	} {
		c.As = webapitest.GuestName
		s.Run(t, c)
	}
	s.Run(t, webapitest.Scenario{Name: "who sees nothing finds nothing", As: webapitest.NobodyName, Path: "/api/v1/search?q=web", Status: 200, Want: map[string]string{"total": "0"}})
	s.Run(t, webapitest.Scenario{Name: "nor in the past", As: webapitest.NobodyName, Path: "/api/v1/search?q=web&at=2030-01-01", Status: 200, Want: map[string]string{"total": "0"}})
	s.Run(t, webapitest.Scenario{Name: "viewers do", As: webapitest.ViewerName, Path: "/api/v1/search?q=treasure", Status: 200, Want: map[string]string{"total": "1"}})
}

// ask is send with an empty object.
func ask(t *testing.T, s *webapitest.Test, method, path, authorization string) int {
	t.Helper()
	return send(t, s, method, path, authorization, "{}")
}

// send is the status of an answer; streams are left at their first byte.
func send(t *testing.T, s *webapitest.Test, method, path, authorization, text string) int {
	t.Helper()
	var body io.Reader
	if method == http.MethodPost || method == http.MethodPut || method == http.MethodPatch {
		body = strings.NewReader(text)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	resp, err := s.Client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
