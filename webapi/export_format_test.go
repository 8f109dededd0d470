package webapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"calipso/webapi"
	"calipso/webapi/webapitest"
)

// echo is a Transfer that says what it was asked for, and fails after that if
// it is to.
type echo struct {
	webapi.Transfer
	fail error
}

func (e echo) Export(_ context.Context, req webapi.ExportRequest, to io.Writer) error {
	fmt.Fprintf(to, "%s %t", req.Format, req.Qualified)
	for _, p := range req.Parts {
		fmt.Fprintf(to, " %s:%d", p.Env, len(p.Only))
		if p.Only == nil {
			fmt.Fprint(to, "all")
		}
	}
	return e.fail
}

func TestExport(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{API: webapi.Options{Transfer: echo{}}})
	s.Run(t, webapitest.Scenario{Name: "a scope", As: "edith", Path: "/api/v1/scopes", Body: `{"name":"web","select":[{"environment":"lab","objects":["` + instanceID + `"]}]}`, Status: 201,
		Changes: []string{"added scopes web"}})
	const lab = "/api/v1/environments/lab/export"
	for _, c := range []struct {
		name, as, path string
		status         int
		body, media    string
		file           string
	}{
		{"the documents", "gus", lab, 200, "mongo false lab:0all", "application/x-tar", "lab.tar"},
		{"a graph", "gus", lab + "?format=graphml", 200, "graphml false lab:0all", "application/graphml+xml", "lab.graphml"},
		{"a scope", "gus", lab + "?format=dot&scope=web", 200, "dot false lab:7", "text/vnd.graphviz; charset=utf-8", "lab.dot"},
		{"a clique", "gus", lab + "?format=cytoscape&focal_point=" + instanceID, 200, "cytoscape false lab:7", "application/vnd.cytoscape.cyjs+json", "lab.cyjs"},
		{"all he may view", "gus", "/api/v1/export?format=csv", 200, "csv true lab:0all", "application/zip", "calipso.zip"},
		{"all", "admin", "/api/v1/export?format=csv", 200, "csv true lab:0all vault:0all", "application/zip", "calipso.zip"},
		{"two", "admin", "/api/v1/export?env=vault&env=lab", 200, "mongo true lab:0all vault:0all", "application/x-tar", "calipso.tar"},
		{"a scope across all", "admin", "/api/v1/export?format=csv&scope=web", 200, "csv true lab:7 vault:0", "application/zip", "calipso.zip"},
		{"nothing to view", "nora", "/api/v1/export?format=csv", 200, "csv true", "application/zip", "calipso.zip"},
		{"not his", "gus", "/api/v1/environments/vault/export?format=dot", 404, `vault`, "", ""},
		{"not his among all", "gus", "/api/v1/export?env=vault&format=dot", 404, `vault`, "", ""},
		{"no such format", "gus", lab + "?format=svg", 422, "query.format", "", ""},
		{"no such scope", "gus", lab + "?format=dot&scope=none", 404, "none", "", ""},
		{"no such scope among all", "gus", "/api/v1/export?format=dot&scope=none", 404, "none", "", ""},
		{"no such object", "gus", lab + "?format=dot&focal_point=none", 404, "none", "", ""},
		{"a scope of documents", "gus", lab + "?scope=web", 422, "query.scope", "", ""},
		{"a clique of documents", "gus", lab + "?focal_point=" + instanceID, 422, "query.focal_point", "", ""},
		{"a clique of a scope", "gus", lab + "?format=dot&scope=web&focal_point=" + instanceID, 422, "query.focal_point", "", ""},
		{"a clique of all", "gus", "/api/v1/export?format=dot&focal_point=" + instanceID, 422, "query.focal_point", "", ""},
		{"too early", "gus", lab + "?format=dot&at=2001-01-01", 404, "lab", "", ""},
		{"too early, all", "gus", "/api/v1/export?format=dot&at=2001-01-01", 200, "dot true", "text/vnd.graphviz; charset=utf-8", "calipso.dot"},
		{"no time", "gus", lab + "?format=dot&at=once", 422, "query.at", "", ""},
	} {
		sc := webapitest.Scenario{Name: c.name, As: c.as, Path: c.path, Status: c.status, Contains: []string{c.body}}
		if c.media != "" {
			sc.WantHeader = map[string]string{"Content-Type": c.media, "Content-Disposition": "attachment; filename=" + c.file}
		}
		s.Run(t, sc)
		if c.status == 200 {
			if _, _, body := s.Send(t, sc, s.Bearer(c.as)); string(body) != c.body {
				t.Errorf("%s: %s, want %s", c.name, body, c.body)
			}
		}
	}
}

// An export that fails on the way is cut off, so that nobody takes it for whole.
func TestExportIsCutOff(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{API: webapi.Options{Transfer: echo{fail: errors.New("disk on fire")}}})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/api/v1/environments/lab/export?format=dot", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", s.Bearer(webapitest.ViewerName))
	answer, err := s.Client.Do(r)
	if err == nil {
		defer answer.Body.Close()
		var body []byte
		body, err = io.ReadAll(answer.Body)
		if strings.Contains(string(body), "fire") {
			t.Errorf("the answer says %s", body)
		}
	}
	if err == nil {
		t.Error("the answer looks whole")
	}
}
