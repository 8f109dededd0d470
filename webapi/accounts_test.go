package webapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"calipso/webapi/webapitest"
)

func TestUsersByTheAPI(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	users, olga := "/api/v1/users", "/api/v1/users/olga"
	for _, c := range []webapitest.Scenario{
		{Name: "made", Path: users, Body: `{"username":"olga","password":"a good long password","role":"none","display_name":"Olga O.","emails":["o@example.org"]}`, Status: 201,
			Want: map[string]string{"display_name": `"Olga O."`, "emails.0": `"o@example.org"`, "role": `"none"`, "rights.#": "0"}, Changes: []string{"added users olga"}},
		{Name: "made again", Path: users, Body: `{"username":"olga","password":"a good long password"}`, Status: 409},
		{Name: "all faults at once", Path: users, Body: `{"username":"a/b","password":"short","role":"king","emails":["x"]}`, Status: 422,
			Want: map[string]string{"errors.#": "4", "errors.2.location": `"role"`}, Lacks: []string{"short\""}},
		{Name: "one", Path: olga, Status: 200, Want: map[string]string{"username": `"olga"`, "environments.#": "0", "disabled": "false"}, Lacks: []string{"argon2id"}},
		{Name: "environments", Method: "PUT", Path: olga + "/environments", Body: `{"environments":[{"environment":"lab","edit":true}]}`, Status: 200,
			Want: map[string]string{"environments.0.environment": `"lab"`, "environments.0.edit": "true"}, Changes: []string{"changed environments_config lab"}},
		{Name: "no such environment", Method: "PUT", Path: olga + "/environments", Body: `{"environments":[{"environment":"none"}]}`, Status: 422,
			Want: map[string]string{"errors.0.location": `"environments[0].environment"`}},
		{Name: "single rights", Method: "PATCH", Path: olga, Body: `{"single_rights":["view-env","manage-link-types"]}`, Status: 200,
			Want: map[string]string{"role": `"viewer"`, "rights.1": `"manage-link-types"`}, Changes: []string{"changed users olga"}},
		{Name: "a role", Path: "/api/v1/roles", Body: `{"name":"net","description":"of the network","rights":["edit-env"]}`, Status: 201, Changes: []string{"added roles net"}},
		{Name: "given", Method: "PATCH", Path: olga, Body: `{"roles":["net"]}`, Status: 200, Want: map[string]string{"role": `"editor"`, "roles.0": `"net"`}, Changes: []string{"changed users olga"}},
		{Name: "a role that somebody has", Method: "DELETE", Path: "/api/v1/roles/net", Status: 409, Contains: []string{"olga"}},
		{Name: "a role changed", Method: "PUT", Path: "/api/v1/roles/net", Body: `{"rights":[]}`, Status: 200, Changes: []string{"changed roles net"}},
		{Name: "a built-in role", Method: "PUT", Path: "/api/v1/roles/admin", Body: `{"rights":[]}`, Status: 422},
		{Name: "roles", Path: "/api/v1/roles", Status: 200, Want: map[string]string{"total": "5", "items.0.name": `"admin"`, "items.0.built_in": "true", "items.4.name": `"net"`}},
		{Name: "listed by right", Path: users + "?right=manage-link-types", Status: 200, Want: map[string]string{"total": "2", "items.1.username": `"olga"`}},
		{Name: "listed by role", Path: users + "?role=net", Status: 200, Want: map[string]string{"total": "1"}},
		{Name: "listed by text", Path: users + "?q=EXAMPLE.org", Status: 200, Want: map[string]string{"total": "1"}},
		{Name: "listed by pages", Path: users + "?limit=2", Status: 200, Want: map[string]string{"total": "6", "items.#": "2"}},
		{Name: "disabled", Method: "PATCH", Path: olga, Body: `{"disabled":true}`, Status: 200, Want: map[string]string{"disabled": "true"}, Changes: []string{"changed users olga"}},
		{Name: "listed as such", Path: users + "?disabled=true", Status: 200, Want: map[string]string{"total": "1"}},
		{Name: "the last administrator", Method: "PATCH", Path: users + "/admin", Body: `{"disabled":true}`, Status: 409},
		{Name: "not removed either", Method: "DELETE", Path: users + "/admin", Status: 409},
		{Name: "removed", Method: "DELETE", Path: olga, Status: 204, Changes: []string{"changed environments_config lab", "removed users olga"}},
	} {
		c.As = webapitest.AdminName
		s.Run(t, c)
	}
}

func TestOwnPasswordByTheAPI(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	other, mine := s.Bearer(webapitest.ViewerName), s.Bearer(webapitest.ViewerName)
	for _, c := range []struct {
		body   string
		status int
	}{
		{`{"password":"another good password"}`, 422}, {`{"old_password":"wrong","password":"another good password"}`, 422},
		{`{"old_password":"` + webapitest.Password + `","password":"short"}`, 422}, {`{"old_password":"` + webapitest.Password + `","password":"another good password"}`, 204},
	} {
		status, _, body := s.Send(t, webapitest.Scenario{Method: "PUT", Path: "/api/v1/password", Body: c.body}, mine)
		if status != c.status || strings.Contains(string(body), "another good") {
			t.Errorf("%s: %d %s", c.body, status, body)
		}
	}
	if got := ask(t, s, "GET", "/api/v1/sessions", mine); got != http.StatusOK {
		t.Errorf("what it was changed with: %d", got)
	}
	if got := ask(t, s, "GET", "/api/v1/sessions", other); got != http.StatusUnauthorized {
		t.Errorf("another token: %d", got)
	}
}

// Tokens are listed, used within their scope and ended; those of others by who
// manages users.
func TestTokensByTheAPI(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	victor, edith, admin := s.Bearer(webapitest.ViewerName), s.Bearer(webapitest.EditorName), s.Bearer(webapitest.AdminName)
	issue := func(as, body string) (id, bearer string) {
		t.Helper()
		status, _, answer := s.Send(t, webapitest.Scenario{Path: "/api/v1/tokens", Body: body}, as)
		var issued struct{ ID, Token string }
		if err := json.Unmarshal(answer, &issued); err != nil || status != 201 || len(issued.ID) != 16 {
			t.Fatalf("%d %s", status, answer)
		}
		return issued.ID, "Bearer " + issued.Token
	}
	id, reader := issue(edith, `{"name":"reader","hours":1,"scope":{"read_only":true}}`)
	_, lab := issue(edith, `{"name":"lab","scope":{"environments":["lab"]}}`)
	_, users := issue(admin, `{"name":"users","scope":{"rights":["manage-users"]}}`)
	for _, c := range []struct {
		name, method, path, body, as string
		status                       int
	}{
		{"a reader reads", "GET", "/environments/lab", "", reader, 200},
		{"a reader traverses", "POST", "/environments/lab/traverse", `{"start":["node-1-otep"]}`, reader, 200},
		{"a reader changes nothing", "POST", "/environments/lab/scans", "{}", reader, 403},
		{"a reader makes no tokens", "POST", "/tokens", `{"name":"x"}`, reader, 403},
		{"in its environment", "POST", "/environments/lab/scans", "{}", lab, 202},
		{"in another", "GET", "/environments/vault", "", lab, 404},
		{"for all", "PUT", "/diff-rules", "{}", lab, 403},
		{"a token of a token for more", "POST", "/tokens", `{"name":"x","scope":{"environments":["vault"]}}`, lab, 422},
		{"one right", "GET", "/users", "", users, 200},
		{"and no other", "GET", "/environments/lab", "", users, 404},
		{"nothing to narrow to", "POST", "/tokens", `{"name":"x","scope":{"rights":[]}}`, edith, 422},
		{"tokens of another", "GET", "/tokens?user=edith", "", victor, 403},
		{"of all", "GET", "/tokens?user=*", "", victor, 403},
		{"ending one of another", "DELETE", "/tokens/" + id, "", victor, 404},
		{"by who manages users", "DELETE", "/tokens/" + id, "", admin, 204},
		{"it has ended", "GET", "/sessions", "", reader, 401},
		{"all of one user", "DELETE", "/users/edith/tokens", "", admin, 200},
		{"they have ended", "GET", "/sessions", "", lab, 401},
		{"a reader signs out", "DELETE", "/sessions", "", victor, 204},
	} {
		status, _, body := s.Send(t, webapitest.Scenario{Method: c.method, Path: "/api/v1" + c.path, Body: c.body}, c.as)
		if status != c.status {
			t.Errorf("%s: %d, want %d: %s", c.name, status, c.status, body)
		}
	}
	status, _, body := s.Send(t, webapitest.Scenario{Path: "/api/v1/tokens?user=*&kind=token"}, admin)
	var list struct {
		Items []struct {
			Username string
			Current  bool
			Used     string `json:"last_used_at"`
		}
	}
	if err := json.Unmarshal(body, &list); err != nil || status != 200 || len(list.Items) != 2 {
		t.Fatalf("%d %s", status, body)
	}
	for _, item := range list.Items {
		if item.Username != webapitest.AdminName || item.Used == "" {
			t.Errorf("%+v", item)
		}
	}
}
