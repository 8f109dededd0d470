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

// Within a scope, with its design, and by other rules.
func TestDiffWithinScope(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	ctx := t.Context()
	for _, c := range []webapitest.Scenario{
		{Name: "scope", Path: "/api/v1/scopes", Body: `{"name":"one","select":[{"environment":"lab","objects":["` + instanceID + `"]}]}`, Status: 201, Changes: []string{"added scopes one"}},
		{Name: "no design yet", Path: "/api/v1/environments/lab/diff?with=design&scope=one", Status: 422, Want: map[string]string{"errors.0.location": `"query.with"`}},
		{Name: "nor a snapshot of that kind", Path: "/api/v1/environments/lab/diff?with=design", Status: 422, Want: map[string]string{"errors.0.location": `"query.with"`}},
		{Name: "nor a week", Path: "/api/v1/environments/lab/diff?with=last-week", Status: 422, Contains: []string{"6 days older"}},
		{Name: "snapshot", Path: "/api/v1/environments/lab/snapshots", Body: `{"name":"verified"}`, Status: 201, Changes: []string{"added snapshots verified"}},
		{Name: "baseline", Method: "PUT", Path: "/api/v1/scopes/one/baseline", Body: `{"environment":"lab","snapshot":"verified"}`, Status: 200, Changes: []string{"changed scopes one"}},
	} {
		c.As = webapitest.EditorName
		s.Run(t, c)
	}
	v, err := s.Store.View(ctx, webapitest.EnvName, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	b := &graph.Batch{Put: []*graph.Vertex{{ID: "new", Type: graph.Instance, Name: "new", Host: "node-1", Parent: "node-1"}}}
	for _, id := range []graph.ID{instanceID, "01008f2a-0b53-4d8c-9a77-3f1c2e4b5d60"} {
		x, err := v.Vertex(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		is := x.Clone()
		is.Name, is.Attrs["flavor"] = "renamed", "m1.large"
		b.Put = append(b.Put, is)
	}
	if _, err := s.Store.Commit(ctx, webapitest.EnvName, graph.Cause{Kind: graph.CauseScan, ID: "s-9"}, b); err != nil {
		t.Fatal(err)
	}
	const design, body = "/api/v1/environments/lab/diff?with=design&scope=one", `{"from":{"environment":"lab"},"to":{"environment":"lab"},"with":"design","scope":"one"`
	told := map[string]string{
		"scope": `"one"`, "partner.snapshot": `"verified"`, "partner.kind": `"design"`, "summary.differences": "1", "objects.changed.0.id": `"` + instanceID + `"`,
		"objects.changed.#": "1", "objects.added": "[]", "shared_neighbours.#": "1", "shared_neighbours.0.id": `"new"`, "shared_neighbours.0.shares.0.id": `"node-1"`,
	}
	for _, c := range []webapitest.Scenario{
		{Name: "within", Path: design, Want: told},
		{Name: "by POST", Path: "/api/v1/diff", Body: body + `}`, Want: told},
		{Name: "as text", Path: design + "&format=text", Contains: []string{"within scope one and its cliques, compared with snapshot verified (design), by rules ", "Shared neighbours (1)\n& instance  new  shares host node-1\n"}},
		{Name: "as CSV", Path: design + "&format=csv", Contains: []string{"object,neighbour,instance,new,new,,,node-1,shares host node-1,"}},
		{Name: "as a page", Path: design + "&format=html", Contains: []string{"Shared neighbours", "within scope one and its cliques"}},
		{Name: "grouped", Path: "/api/v1/environments/lab/diff?from=verified&group=host", Want: map[string]string{
			"grouped_by": `"host"`, "groups.0.name": `"node-1"`, "groups.0.items.0.what": `"added"`, "groups.0.items.0.id": `"new"`, "groups.1.name": `"node-2"`}},
		{Name: "by other rules", Path: "/api/v1/diff", Body: body + `,"rules":{"ignore":{"instance":["flavor","name"]}}}`, Want: map[string]string{"summary.differences": "0", "shared_neighbours.#": "1"}},
	} {
		c.As, c.Status = webapitest.ViewerName, http.StatusOK
		s.Run(t, c)
	}
	for _, c := range []webapitest.Scenario{
		{Name: "both", Path: design + "&from=verified", Status: 422, Want: map[string]string{"errors.0.location": `"query.with"`}},
		{Name: "no such scope", Path: "/api/v1/environments/lab/diff?from=verified&scope=two", Status: 404},
		{Name: "bad rules", Path: "/api/v1/diff", Body: body + `,"rules":{"ignore":{"nothing":["x"]}}}`, Status: 422, Want: map[string]string{"errors.0.location": `"ignore.nothing"`}},
		{Name: "bad mapping", Path: "/api/v1/diff", Body: `{"from":{"environment":"lab"},"to":{"environment":"vault"},"mapping":{"hosts":{"a":""}}}`, Status: 422, Want: map[string]string{"errors.0.location": `"mapping.hosts"`}},
	} {
		c.As = webapitest.ViewerName
		s.Run(t, c)
	}
	s.Run(t, webapitest.Scenario{Name: "another environment", As: webapitest.ViewerName, Path: "/api/v1/diff", Body: `{"from":{"environment":"vault"},"to":{"environment":"lab","at":"verified"}}`, Status: 200,
		Want: map[string]string{"environment": `"vault"`, "to_environment": `"lab"`, "objects.removed.0.id": `"treasure"`}})
	for _, side := range []string{`{"from":{"environment":"vault"},"to":{"environment":"lab"}}`, `{"from":{"environment":"lab"},"to":{"environment":"vault"}}`, `{"from":{"environment":"lab"},"to":{"environment":"none"}}`} {
		s.Run(t, webapitest.Scenario{Name: "hidden", As: webapitest.GuestName, Path: "/api/v1/diff", Body: side, Status: 404})
	}
	for _, c := range []webapitest.Scenario{
		{Name: "built in", Path: "/api/v1/environments/lab/diff-rules", Status: 200, Want: map[string]string{"origin": `"built-in"`}},
		{Name: "for all", Method: "PUT", Path: "/api/v1/diff-rules", Body: `{"ignore":{"instance":["flavor"]}}`, Status: 200, Changes: []string{"added diff_rules rules"}, Want: map[string]string{"origin": `"default"`, "ignore": `{"instance":["flavor"]}`}},
		{Name: "hold", Path: design, Status: 200, Want: map[string]string{"objects.changed.0.fields.#": "1", "objects.changed.0.fields.0.field": `"name"`}},
		{Name: "for one", Method: "PUT", Path: "/api/v1/environments/lab/diff-rules", Body: `{"ignore":{"instance":["name"]}}`, Status: 200, Changes: []string{"added diff_rules rules"}, Want: map[string]string{"origin": `"environment"`}},
		{Name: "goes before", Path: design, Status: 200, Want: map[string]string{"objects.changed.0.fields.0.field": `"flavor"`}},
		{Name: "removed", Method: "DELETE", Path: "/api/v1/environments/lab/diff-rules", Status: 204, Changes: []string{"removed diff_rules rules"}},
		{Name: "holds again", Path: "/api/v1/environments/lab/diff-rules", Status: 200, Want: map[string]string{"origin": `"default"`}},
	} {
		c.As = webapitest.EditorName
		s.Run(t, c)
	}
}
