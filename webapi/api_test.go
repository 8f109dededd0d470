package webapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"calipso/graph"
	"calipso/webapi"
	"calipso/webapi/webapitest"
)

func TestOpenAPI(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{API: webapi.Options{Version: "0.0.0"}})
	doc, err := s.API.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "openapi.json", doc)
	s.Run(t, webapitest.Scenario{Name: "served", Path: "/openapi.json", As: webapitest.NobodyName, Status: 200, Want: map[string]string{"openapi": `"3.1.0"`}})
	s.Run(t, webapitest.Scenario{Name: "readable", Path: "/docs", As: webapitest.NobodyName, Status: 200,
		Contains: []string{"/api/v1/environments/{env}/cliques/{id}", `href="/assets/css/docs.css"`},
		Lacks:    []string{"http://", "https://", "<script", "style="}})
}

func TestReads(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	lab := "/api/v1/environments/lab"
	for _, c := range []webapitest.Scenario{
		{Name: "environment", Path: lab, Status: 200, Want: map[string]string{
			"objects.instance": "4", "links.vedge-otep": "2", "status": `"new"`, "may_edit": "false",
			"failed_parts.0.part": `"hostcli@node-2"`, "configuration": "absent"}, Lacks: []string{"topsecret"}},
		{Name: "object in the documented shape", Path: lab + "/objects/" + instanceID, Status: 200, Want: map[string]string{
			"type": `"instance"`, "name": `"web-1-1"`, "vm_state": `"active"`, "parent_id": `"node-1-instances"`, "parent_type": `"instances_folder"`,
			"id_path":      `"/lab/lab-regions/region|RegionOne/region|RegionOne-availability_zones/zone|nova/node-1/node-1-instances/` + instanceID + `"`,
			"name_path":    `"/lab/Regions/RegionOne/Availability Zones/nova/node-1/Instances/web-1-1"`,
			"last_scanned": `"2026-03-01T12:00:00Z"`, "stale": "false", "show_in_tree": "true",
			"_id": `"` + string(graph.VertexOID("lab", graph.Instance, instanceID)) + `"`}},
		{Name: "stale object", Path: lab + "/objects/node-2-otep", Status: 200, Want: map[string]string{
			"stale": "true", "stale_reason": `"ssh: connect to 192.0.2.1 port 22: no route to host"`}},
		{Name: "no object", Path: lab + "/objects/nope", Status: 404, Want: map[string]string{"title": `"Not Found"`, "status": "404", "type": `"about:blank"`}},
		{Name: "topmost objects hang under the environment", Path: lab + "/objects?parent=lab", Status: 200, Want: map[string]string{
			"items.0.parent_id": `"lab"`, "items.0.parent_type": `"environment"`, "total": "2"}},
		{Name: "objects by type and name", Path: lab + "/objects?type=instance&type=host&name=web-2*", Status: 200, Want: map[string]string{"total": "2", "next_cursor": "absent"}},
		{Name: "children", Path: lab + "/objects/node-1-instances/children", Status: 200, Want: map[string]string{"total": "2", "items.0.name": `"web-1-1"`}},
		{Name: "links of an object", Path: lab + "/objects/node-1-otep/links", Status: 200, Want: map[string]string{
			"in.0.link_type": `"vedge-otep"`, "out.0.link_type": `"otep-host_pnic"`, "out.0.source_id": `"node-1-otep"`, "out.0.state": `"up"`,
			"out.0.source": `"` + string(graph.VertexOID("lab", graph.OTEP, "node-1-otep")) + `"`, "out.0.implicit": "false", "out.0.link_weight": "0"}},
		{Name: "links by type", Path: lab + "/links?type=vedge-otep", Status: 200, Want: map[string]string{"total": "2"}},
		{Name: "tree", Path: lab + "/tree?root=node-1&depth=1", Status: 200, Want: map[string]string{"name": `"node-1"`, "children.0.type": `"instances_folder"`}},
		{Name: "clique", Path: lab + "/cliques/" + instanceID, Status: 200, Want: map[string]string{
			"focal_point_object_id": `"` + instanceID + `"`, "clique_type_name": `"instance"`, "nodes.0.id": `"` + instanceID + `"`,
			"nodes.0.step": "0", "constraints.network.0": `"net-00000-58aa"`, "links.0.link_type": `"instance-vnic"`, "nodes.#": "7", "links.#": "6"}},
		{Name: "no such clique type", Path: lab + "/cliques/" + instanceID + "?clique_type=nope", Status: 404},
		{Name: "traverse", Path: lab + "/traverse", Body: `{"start":["node-1-otep"],"direction":"in","max_depth":1}`, Status: 200, Want: map[string]string{
			"nodes.#": "2", "nodes.1.depth": "1", "links.#": "1", "truncated": "false"}},
		{Name: "traverse cut off", Path: lab + "/traverse", Body: `{"start":["node-1-otep"],"max_depth":9,"limit":3}`, Status: 200, Want: map[string]string{"nodes.#": "3", "truncated": "true"}},
		{Name: "path", Path: lab + "/paths?from=" + instanceID + "&to=net-00000-58aa&limit=1", Status: 200, Want: map[string]string{
			"paths.0.length": "6", "paths.0.hops.0.links.0.link_type": `"instance-vnic"`, "from.name": `"web-1-1"`}},
		{Name: "search", Path: "/api/v1/search?q=fa%3A16%3A3e%3A00%3A00%3A00", Status: 200, Want: map[string]string{
			"items.0.type": `"vnic"`, "items.0.rank": `"identifier"`, "items.0.matched.field": `"mac_address"`}},
		{Name: "search all times", Path: "/api/v1/search?history=true&q=fa163e000000", Status: 200, Want: map[string]string{
			"items.0.type": `"vnic"`, "items.0.exists": "true", "items.0.rank": `"identifier"`}, Contains: []string{`"valid_from":"`}},
		{Name: "search one time and all", Path: "/api/v1/search?history=true&q=web&env=lab&at=2030-01-01", Status: 422, Contains: []string{"leave out"}},
		{Name: "catalog", Path: "/api/v1/object-types", Status: 200, Contains: []string{`"plural":"vNICs"`}},
		{Name: "a time before everything", Path: lab + "/objects?at=2001-01-01", Status: 404, Contains: []string{"nothing is known of"}},
		{Name: "no time", Path: lab + "/objects?at=tomorrow", Status: 422, Want: map[string]string{"errors.0.location": `"query.at"`}},
		{Name: "too many", Path: lab + "/objects?limit=1001", Status: 422, Want: map[string]string{"errors.0.location": `"query.limit"`}},
		{Name: "foreign cursor", Path: lab + "/objects?cursor=xyz", Status: 422},
		{Name: "unknown direction", Path: lab + "/traverse", Body: `{"start":["x"],"direction":"up"}`, Status: 422, Want: map[string]string{"errors.0.location": `"body.direction"`}},
		{Name: "no JSON", Path: lab + "/traverse", Body: `{`, Status: 400},
		{Name: "search for nothing", Path: "/api/v1/search", Status: 422, Want: map[string]string{"errors.0.location": `"query.q"`}},
		{Name: "no such route", Path: "/api/v1/nothing", Status: 404, WantHeader: map[string]string{"Content-Type": "application/problem+json"}},
		{Name: "no such method", Method: "PATCH", Path: lab, Status: 405},
	} {
		c.As = webapitest.ViewerName
		s.Run(t, c)
	}
}

// Whatever an id is made of, its percent-encoded form finds it; a plus sign
// may be sent as it is.
func TestIDsInPaths(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	ids := []string{"a/b", "a|b", "a b", "a+b", "a%2Fb", "a?b#c", "ä—名", "..", ".", "a//b/", "x;y=z", "&%"}
	batch := &graph.Batch{}
	for _, id := range ids {
		batch.Put = append(batch.Put, &graph.Vertex{ID: graph.ID(id), Type: graph.Aggregate, Name: "n " + id})
	}
	if _, err := s.Store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseUser}, batch); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		want, _ := json.Marshal(id)
		encoded := strings.ReplaceAll(url.PathEscape(id), ".", "%2E")
		for _, path := range []string{encoded, strings.ReplaceAll(encoded, "+", "%2B")} {
			s.Run(t, webapitest.Scenario{Name: path, As: webapitest.ViewerName, Path: "/api/v1/environments/lab/objects/" + path, Status: 200,
				Want: map[string]string{"id": strings.ReplaceAll(string(want), `\u0026`, "&")}})
		}
	}
}

func TestPagesAddUp(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{Hosts: 3, Instances: 5})
	token := s.Bearer(webapitest.ViewerName)
	for _, list := range []string{"/api/v1/environments/lab/objects?limit=7", "/api/v1/environments/lab/links?limit=7", "/api/v1/object-types?limit=7", "/api/v1/search?q=node&limit=7"} {
		seen, total := map[string]bool{}, -1
		for cursor := ""; ; {
			_, _, body := s.Send(t, webapitest.Scenario{Path: list + "&cursor=" + url.QueryEscape(cursor)}, token)
			var page struct {
				Items []json.RawMessage
				Next  string `json:"next_cursor"`
				Total int
			}
			if err := json.Unmarshal(body, &page); err != nil {
				t.Fatal(err)
			}
			if total >= 0 && page.Total != total {
				t.Errorf("%s: the total went from %d to %d", list, total, page.Total)
			}
			total = page.Total
			for _, item := range page.Items {
				if seen[string(item)] {
					t.Errorf("%s: twice: %s", list, item)
				}
				seen[string(item)] = true
			}
			if cursor = page.Next; cursor == "" {
				break
			}
			if len(page.Items) != 7 {
				t.Fatalf("%s: a page of %d", list, len(page.Items))
			}
		}
		if len(seen) != total || total < 8 {
			t.Errorf("%s: %d of %d", list, len(seen), total)
		}
	}
}

func TestScans(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	scans := "/api/v1/environments/lab/scans"
	for _, c := range []webapitest.Scenario{
		{Name: "none yet", As: "victor", Path: scans, Status: 200, Want: map[string]string{"total": "0", "items.#": "0"}},
		{Name: "viewers may not", As: "victor", Path: scans, Body: `{}`, Status: 403},
		{Name: "editors may", As: "edith", Path: scans, Body: `{"clear":true}`, Status: 202, Want: map[string]string{"id": `"scan-1"`, "status": `"pending"`, "clear": "true", "user": `"edith"`},
			WantHeader: map[string]string{"Location": scans + "/scan-1"}},
		{Name: "without a body", As: "edith", Method: "POST", Path: scans, Status: 202},
		{Name: "contradictory", As: "edith", Path: scans, Body: `{"scan_only_links":true,"scan_only_inventory":true}`, Status: 422, Want: map[string]string{"errors.0.location": `"scan_only_inventory"`}},
		{Name: "two false ones are none", As: "edith", Path: scans, Body: `{"scan_only_links":false,"scan_only_inventory":false}`, Status: 202},
		{Name: "one", As: "gus", Path: scans + "/scan-1", Status: 200, Want: map[string]string{"progress.done": "0"}},
		{Name: "not of another environment", As: "victor", Path: "/api/v1/environments/vault/scans/scan-1", Status: 404},
		{Name: "newest first", As: "victor", Path: scans + "?limit=1", Status: 200, Want: map[string]string{"items.0.id": `"scan-3"`, "total": "3"}},
	} {
		s.Run(t, c)
	}
}

func TestSessions(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	login := func(user, password string) webapitest.Scenario {
		return webapitest.Scenario{Name: user, Path: "/api/v1/sessions", Body: fmt.Sprintf(`{"username":%q,"password":%q}`, user, password)}
	}
	status, header, body := s.Send(t, login("edith", webapitest.Password), "")
	if status != http.StatusCreated {
		t.Fatalf("%d %s", status, body)
	}
	resp := http.Response{Header: header}
	cookie := resp.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Path != "/" || cookie.Secure {
		t.Errorf("cookie %v", cookie)
	}
	var session struct{ Token, Role string }
	if err := json.Unmarshal(body, &session); err != nil || session.Token != cookie.Value || session.Role != "editor" {
		t.Errorf("%v %s", err, body)
	}
	with := map[string]string{"Cookie": cookie.Name + "=" + cookie.Value}
	s.Run(t, webapitest.Scenario{Name: "the cookie does", Path: "/api/v1/sessions", Header: with, Status: 200, Want: map[string]string{"username": `"edith"`}})
	evil := map[string]string{"Cookie": with["Cookie"], "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
	s.Run(t, webapitest.Scenario{Name: "not from another site", Path: "/api/v1/environments/lab/scans", Body: `{}`, Header: evil, Status: 403})
	s.Run(t, webapitest.Scenario{Name: "sign out", Method: "DELETE", Path: "/api/v1/sessions", Header: with, Status: 204})
	s.Run(t, webapitest.Scenario{Name: "it is over", Path: "/api/v1/sessions", Header: with, Status: 401})

	secret := "hunter2 and then some"
	for _, user := range []string{"edith", "stranger"} {
		c := login(user, secret)
		c.Status, c.Lacks, c.Want = 401, []string{secret, user}, map[string]string{"detail": `"wrong user name or password"`}
		s.Run(t, c)
	}
	c := login("x", strings.Repeat("secret!", 50))
	c.Name, c.Status, c.Lacks = "a refused value is not repeated", 422, []string{"secret!"}
	s.Run(t, c)
}

func TestGuessingIsSlowedDown(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{Clock: func() time.Time { return webapitest.Started }}) // no time passes
	try := webapitest.Scenario{Path: "/api/v1/sessions", Body: `{"username":"admin","password":"wrong password"}`}
	var got []int
	for range 7 {
		status, header, _ := s.Send(t, try, "")
		got = append(got, status)
		if status == http.StatusTooManyRequests && header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if want := []int{401, 401, 401, 401, 401, 429, 429}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if status, _, _ := s.Send(t, webapitest.Scenario{Path: "/api/v1/sessions", Body: `{"username":"edith","password":"` + webapitest.Password + `"}`}, ""); status != 201 {
		t.Errorf("somebody else: %d", status)
	}
}

func TestAccounts(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	for _, c := range []webapitest.Scenario{
		{Name: "list", Path: "/api/v1/users", Status: 200, Want: map[string]string{"total": "5", "items.0.username": `"admin"`}, Lacks: []string{"argon2"}},
		{Name: "add", Path: "/api/v1/users", Body: `{"username":"new","password":"long enough 1","role":"viewer"}`, Status: 201, Changes: []string{"added users new"}},
		{Name: "again", Path: "/api/v1/users", Body: `{"username":"new","password":"long enough 1"}`, Status: 409},
		{Name: "short password", Path: "/api/v1/users", Body: `{"username":"other","password":"shorty"}`, Status: 422, Want: map[string]string{"errors.0.location": `"password"`}, Lacks: []string{"shorty"}},
		{Name: "another password", Method: "PUT", Path: "/api/v1/users/new/password", Body: `{"password":"even longer 22"}`, Status: 204, Changes: []string{"changed users new"}},
		{Name: "remove", Method: "DELETE", Path: "/api/v1/users/new", Status: 204, Changes: []string{"removed users new"}},
		{Name: "the last administrator stays", Method: "DELETE", Path: "/api/v1/users/admin", Status: 409},
		{Name: "a token", Path: "/api/v1/tokens", Body: `{"name":"backup"}`, Status: 201, Contains: []string{`"token":"cal_`}},
	} {
		c.As = webapitest.AdminName
		s.Run(t, c)
	}
}

func TestLimitsAndHeaders(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{API: webapi.Options{MaxBody: 1000}})
	big := `{"start":["` + strings.Repeat("x", 2000) + `"]}`
	s.Run(t, webapitest.Scenario{Name: "too large", As: "victor", Path: "/api/v1/environments/lab/traverse", Body: big, Status: 413})
	s.Run(t, webapitest.Scenario{Name: "page", Path: "/", Status: 200, Contains: []string{"/assets/js/main.js"}, Lacks: []string{"{{"}, WantHeader: map[string]string{
		"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "*", "Referrer-Policy": "no-referrer"}})
	s.Run(t, webapitest.Scenario{Name: "an id of the client's", Path: "/healthz", Header: map[string]string{"X-Request-Id": "abc-1"}, Status: 200, WantHeader: map[string]string{"X-Request-Id": "abc-1"}})
	_, header, _ := s.Send(t, webapitest.Scenario{Path: "/healthz", Header: map[string]string{"X-Request-Id": "a b\"c"}}, "")
	if id := header.Get("X-Request-Id"); strings.ContainsAny(id, ` "`) {
		t.Errorf("took over %q", id)
	}
	_, header, _ = s.Send(t, webapitest.Scenario{Path: "/assets/js/main.js"}, "")
	s.Run(t, webapitest.Scenario{Name: "asset not modified", Path: "/assets/js/main.js", Header: map[string]string{"If-None-Match": header.Get("ETag")}, Status: 304})
	s.Run(t, webapitest.Scenario{Name: "metrics", As: "victor", Path: "/metrics", Status: 200, Contains: []string{
		`calipso_objects{environment="lab",type="instance"} 4`, `calipso_http_requests_total{method="GET",route="/healthz",status="200"}`}})
}

// A bug and a broken store are logged once, and the client learns where to
// look and nothing else.
func TestTheUnexpected(t *testing.T) {
	for _, c := range []struct {
		name string
		list func() ([]*webapi.ScanStatus, error)
		log  string
	}{
		{"error", func() ([]*webapi.ScanStatus, error) { return nil, errors.New("disk on fire at /secret/place") }, "request failed"},
		{"panic", func() ([]*webapi.ScanStatus, error) { panic("disk on fire at /secret/place") }, "panic"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var log lockedBuffer
			s := webapitest.Start(t, webapitest.Options{API: webapi.Options{
				Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelError})), Scans: brokenScans{webapitest.NewScans(), c.list}}})
			s.Run(t, webapitest.Scenario{Name: "answer", As: "victor", Path: "/api/v1/environments/lab/scans", Header: map[string]string{"X-Request-Id": "r-77"}, Status: 500,
				Contains: []string{"r-77"}, Lacks: []string{"secret"}, WantHeader: map[string]string{"Content-Type": "application/problem+json"}})
			text := log.String()
			if strings.Count(text, "level=ERROR") != 1 || !strings.Contains(text, "r-77") || !strings.Contains(text, "/secret/place") || !strings.Contains(text, c.log) {
				t.Errorf("log:\n%s", text)
			}
		})
	}
}

func TestReady(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{API: webapi.Options{Ready: func(context.Context) error { return errors.New("index: 12 commits behind") }}})
	s.Run(t, webapitest.Scenario{Name: "not ready", Path: "/readyz", Status: 503, Lacks: []string{"12"}})
	s.Run(t, webapitest.Scenario{Name: "but alive", Path: "/healthz", Status: 200})
}

func TestCheckListen(t *testing.T) {
	for _, c := range []struct {
		addr          string
		tls, insecure bool
		ok            bool
	}{
		{"127.0.0.1:8080", false, false, true}, {"[::1]:8080", false, false, true}, {"localhost:0", false, false, true}, {"127.9.9.9:1", false, false, true},
		{":8080", false, false, false}, {"0.0.0.0:8080", false, false, false}, {"[::]:8080", false, false, false}, {"192.0.2.1:80", false, false, false}, {"example.org:80", false, false, false},
		{":8080", true, false, true}, {":8080", false, true, true}, {"8080", true, true, false},
	} {
		if err := webapi.CheckListen(c.addr, c.tls, c.insecure); (err == nil) != c.ok {
			t.Errorf("CheckListen(%q, %v, %v) = %v", c.addr, c.tls, c.insecure, err)
		}
	}
}

type brokenScans struct {
	*webapitest.Scans
	list func() ([]*webapi.ScanStatus, error)
}

func (b brokenScans) List(context.Context, graph.EnvID) ([]*webapi.ScanStatus, error) {
	return b.list()
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
