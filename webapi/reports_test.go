package webapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/query/paper/papertest"
	"calipso/webapi/webapitest"
)

func TestHealth(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const path = "/api/v1/environments/lab/health"
	for _, c := range []webapitest.Scenario{
		{Name: "now", Path: path, Status: 200, Want: map[string]string{"environment": `"lab"`, "instances.#": "4", "listed": "4", "warnings.0.part": `"hostcli@node-2"`}},
		{Name: "as CSV", Path: path + "?format=csv", Status: 200, WantHeader: map[string]string{"Content-Type": "text/csv; charset=utf-8"}, Contains: []string{"kind,type,id,name,status"}},
		{Name: "as a page", Path: path, Status: 200, Header: map[string]string{"Accept": "text/html"}, Contains: []string{"<!doctype html>", "Health of lab"}},
		{Name: "since a time that is none", Path: path + "?since=never", Status: 422, Want: map[string]string{"errors.0.location": `"query.since"`}},
		{Name: "since now", Path: path + "?since=now", Status: 422},
		{Name: "no such scope", Path: path + "?scope=none", Status: 404},
		{Name: "no such format", Path: path + "?format=docx", Status: 422},
	} {
		c.As = webapitest.ViewerName
		s.Run(t, c)
	}
	_, header, file := s.Send(t, webapitest.Scenario{Path: path + "?format=pdf"}, s.Bearer(webapitest.ViewerName))
	if got := header.Get("Content-Type"); got != "application/pdf" || !strings.Contains(strings.Join(papertest.Pages(t, file)[0], "\n"), "Health of lab") {
		t.Errorf("%s, %.40q", got, file)
	}
}

func TestReports(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const path = "/api/v1/environments/lab/reports"
	for _, c := range []webapitest.Scenario{
		{Name: "none yet", As: webapitest.ViewerName, Path: path, Status: 200, Want: map[string]string{"items": "[]", "total": "0"}},
		{Name: "viewers make none", As: webapitest.ViewerName, Path: path, Body: `{"kind":"health"}`, Status: 403},
		{Name: "no such kind", As: webapitest.EditorName, Path: path, Body: `{"kind":"poem"}`, Status: 422, Want: map[string]string{"errors.0.location": `"body.kind"`}},
		{Name: "nothing to compare with", As: webapitest.EditorName, Path: path, Body: `{"kind":"diff"}`, Status: 422, Want: map[string]string{"errors.0.location": `"from"`}},
		{Name: "no such scope", As: webapitest.EditorName, Path: path, Body: `{"kind":"health","scope":"none"}`, Status: 404},
		{Name: "no such report", As: webapitest.ViewerName, Path: path + "/none", Status: 404},
	} {
		s.Run(t, c)
	}
	status, header, body := s.Send(t, webapitest.Scenario{Path: path, Method: "POST", Body: `{"kind":"weekly","change":"CHG-7","text":"quiet","title":"First"}`}, s.Bearer(webapitest.EditorName))
	var made struct{ ID, Author, Title, Change, Program string }
	if err := json.Unmarshal(body, &made); err != nil || status != 201 || made.Author != "edith" || made.Program != "test" || header.Get("Location") != path+"/"+made.ID {
		t.Fatalf("%d, %v, %s", status, err, body)
	}
	one := path + "/" + made.ID
	_, _, before := s.Send(t, webapitest.Scenario{Path: one + "?format=html"}, s.Bearer(webapitest.ViewerName))
	if _, err := s.Store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseScan, ID: "later"}, &graph.Batch{Put: []*graph.Vertex{{ID: instanceID, Type: graph.Instance, Name: "other"}}}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []webapitest.Scenario{
		{Name: "list", Path: path + "?kind=weekly", Status: 200, Want: map[string]string{"total": "1", "items.0.id": `"` + made.ID + `"`, "items.0.change": `"CHG-7"`}},
		{Name: "list other kinds", Path: path + "?kind=diff&kind=health", Status: 200, Want: map[string]string{"total": "0"}},
		{Name: "show", Path: one, Status: 200, Want: map[string]string{"title": `"First"`, "text": `"quiet"`, "content.environment": `"lab"`}, Contains: []string{"there is no complete scheduled snapshot"}},
		{Name: "as text", Path: one + "?format=text", Status: 200, Contains: []string{"First", "CHG-7", "In short", "Health: Instances"}},
	} {
		c.As = webapitest.ViewerName
		s.Run(t, c)
	}
	if _, _, after := s.Send(t, webapitest.Scenario{Path: one + "?format=html"}, s.Bearer(webapitest.ViewerName)); string(after) != string(before) {
		t.Error("a kept report changed with the graph")
	}
	for _, c := range []webapitest.Scenario{
		{Name: "viewers remove none", As: webapitest.ViewerName, Method: "DELETE", Path: one, Status: 403},
		{Name: "remove", As: webapitest.EditorName, Method: "DELETE", Path: one, Status: 204, Changes: []string{"removed report_contents " + made.ID, "removed reports " + made.ID}},
		{Name: "removed", As: webapitest.EditorName, Method: "DELETE", Path: one, Status: 404},
	} {
		s.Run(t, c)
	}
}

func TestAbort(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const path = "/api/v1/environments/lab/scans"
	for _, c := range []webapitest.Scenario{
		{Name: "ask", As: webapitest.EditorName, Path: path, Body: `{}`, Status: 202, Want: map[string]string{"id": `"scan-1"`}},
		{Name: "viewers stop none", As: webapitest.ViewerName, Method: "POST", Path: path + "/scan-1/abort", Status: 403},
		{Name: "stop", As: webapitest.EditorName, Method: "POST", Path: path + "/scan-1/abort", Status: 202, Want: map[string]string{"status": `"aborted"`}},
		{Name: "stop again", As: webapitest.EditorName, Method: "POST", Path: path + "/scan-1/abort", Status: 409},
		{Name: "stop none", As: webapitest.EditorName, Method: "POST", Path: path + "/ghost/abort", Status: 404},
	} {
		s.Run(t, c)
	}
}
