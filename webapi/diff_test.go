package webapi_test

import (
	"net/http"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/webapi/webapitest"
)

// What changed between two times, in each format and by each way to ask for it.
func TestDiff(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	ctx := t.Context()
	before := s.Store.Last(webapitest.EnvName)
	v, err := s.Store.View(ctx, webapitest.EnvName, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	was, err := v.Vertex(ctx, instanceID)
	if err != nil {
		t.Fatal(err)
	}
	is := was.Clone()
	is.Name = "<b>renamed</b>"
	if _, err := s.Store.Commit(ctx, webapitest.EnvName, graph.Cause{Kind: graph.CauseScan, ID: "s-9"}, &graph.Batch{Put: []*graph.Vertex{is}}); err != nil {
		t.Fatal(err)
	}
	from := "/api/v1/environments/lab/diff?from=" + before.String()
	clique := "/api/v1/environments/lab/cliques/" + instanceID + "/diff?from=" + before.String()
	escaped := []string{"&lt;b&gt;renamed&lt;/b&gt;"}
	for _, c := range []webapitest.Scenario{
		{Name: "json", Path: from, WantHeader: map[string]string{"Content-Type": "application/json", "Vary": "Accept"}, Want: map[string]string{
			"objects.changed.0.id": `"` + instanceID + `"`, "objects.changed.0.fields.0.field": `"name"`, "objects.changed.0.fields.0.old": `"` + was.Name + `"`,
			"objects.changed.0.fields.0.new": `"<b>renamed</b>"`, "objects.changed.0.cause.id": `"s-9"`, "objects.added": "[]", "objects.removed": "[]", "objects.moved": "[]",
			"links.added": "[]", "links.removed": "[]", "links.changed": "[]", "summary.differences": "1", "from": `"` + before.String() + `"`,
		}},
		{Name: "backwards", Path: "/api/v1/environments/lab/diff?from=now&to=" + before.String(), Want: map[string]string{"objects.changed.0.fields.0.new": `"` + was.Name + `"`}},
		{Name: "nothing", Path: from + "&to=" + before.String(), Want: map[string]string{"summary.differences": "0", "objects.changed": "[]"}},
		{Name: "text", Path: from + "&format=text", Contains: []string{"1 object changed", "name: " + was.Name + " → <b>renamed</b>"}},
		{Name: "text by host", Path: from + "&format=text&group=host", Contains: []string{"host " + was.Host + " (1)"}},
		{Name: "csv", Path: from + "&format=csv", Contains: []string{"object,changed,instance," + instanceID}, WantHeader: map[string]string{"Content-Type": "text/csv; charset=utf-8"}},
		{Name: "html", Path: from, Header: map[string]string{"Accept": "text/html,application/xhtml+xml;q=0.9"}, Contains: escaped, Lacks: []string{"<b>renamed", "<script", "http://", "https://", "url("}},
		{Name: "format before Accept", Path: from + "&format=csv", Header: map[string]string{"Accept": "text/html"}, WantHeader: map[string]string{"Content-Type": "text/csv; charset=utf-8"}},
		{Name: "clique", Path: clique, Want: map[string]string{"differences": "1", "nodes.0.op": `"changed"`, "reasons.0.fields.0.field": `"name"`}},
		{Name: "clique as a page", Path: clique + "&format=html", Contains: append(escaped, "Side by side")},
	} {
		c.As, c.Status = webapitest.ViewerName, http.StatusOK
		s.Run(t, c)
	}
	_, header, page := s.Send(t, webapitest.Scenario{Path: from + "&format=html"}, s.Bearer(webapitest.ViewerName))
	if policy := header.Get("Content-Security-Policy"); !strings.Contains(policy, "style-src 'sha256-") || strings.Contains(policy, "unsafe") || len(page) < 1000 {
		t.Errorf("policy %q", policy)
	}
	for _, c := range []webapitest.Scenario{
		{Name: "without a time", Path: "/api/v1/environments/lab/diff", Status: 422},
		{Name: "no such snapshot", Path: "/api/v1/environments/lab/diff?from=never", Status: 422},
		{Name: "no such format", Path: from + "&format=docx", Status: 422},
		{Name: "no such object", Path: strings.Replace(clique, instanceID, "ghost", 1), Status: 404},
	} {
		c.As = webapitest.ViewerName
		s.Run(t, c)
	}
	s.Run(t, webapitest.Scenario{Name: "hidden", As: webapitest.GuestName, Path: "/api/v1/environments/vault/diff?from=" + before.String(), Status: 404})
}
