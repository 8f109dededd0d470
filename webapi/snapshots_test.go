package webapi_test

import (
	"testing"

	"calipso/graph"
	"calipso/webapi/webapitest"
)

func TestSnapshots(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const lab = "/api/v1/environments/lab"
	rename := func(name string) {
		t.Helper()
		v := &graph.Vertex{ID: "agg", Type: graph.Aggregate, Name: name}
		if _, err := s.Store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseScan, ID: "s1"}, &graph.Batch{Put: []*graph.Vertex{v}}); err != nil {
			t.Fatal(err)
		}
	}
	rename("one")
	for _, c := range []webapitest.Scenario{
		{Name: "none yet", Path: lab + "/snapshots", Status: 200, Want: map[string]string{"items": "[]", "total": "0"}},
		{Name: "create", Path: lab + "/snapshots", Body: `{"name":"week 9","comment":"quiet"}`, Status: 201,
			WantHeader: map[string]string{"Location": lab + "/snapshots/week%209"}, Changes: []string{"added snapshots week 9"},
			Want: map[string]string{"name": `"week 9"`, "environment": `"lab"`, "kind": `"manual"`, "creator": `"edith"`, "comment": `"quiet"`, "complete": "false",
				"failed_parts.0.part": `"hostcli@node-2"`, "created": `"2026-03-01T12:00:00Z"`}},
		{Name: "once more", Path: lab + "/snapshots", Body: `{"name":"week 9"}`, Status: 409},
		{Name: "a time is no name", Path: lab + "/snapshots", Body: `{"name":"2026-03-01"}`, Status: 422, Want: map[string]string{"errors.0.location": `"name"`}},
		{Name: "unknown kind", Path: lab + "/snapshots", Body: `{"name":"x","kind":"odd"}`, Status: 422, Want: map[string]string{"errors.0.location": `"body.kind"`}},
		{Name: "too early", Path: lab + "/snapshots", Body: `{"name":"x","at":"2001-01-01"}`, Status: 404},
		{Name: "nowhere", Path: "/api/v1/environments/none/snapshots", Body: `{"name":"x"}`, Status: 404},
	} {
		c.As = webapitest.EditorName
		s.Run(t, c)
	}
	rename("two")
	s.Run(t, webapitest.Scenario{Name: "of a snapshot", As: webapitest.EditorName, Path: lab + "/snapshots", Body: `{"name":"again","at":"week 9","kind":"design"}`,
		Status: 201, Changes: []string{"added snapshots again"}})
	const at = "?at=week%209"
	for _, c := range []webapitest.Scenario{
		{Name: "list", Path: lab + "/snapshots?limit=1", Status: 200, Want: map[string]string{"total": "2", "items.#": "1"}},
		{Name: "list one kind", Path: lab + "/snapshots?kind=design", Status: 200, Want: map[string]string{"total": "1", "items.0.name": `"again"`}},
		{Name: "object then", Path: lab + "/objects/agg" + at, Status: 200, Want: map[string]string{"name": `"one"`}},
		{Name: "object now", Path: lab + "/objects/agg", Status: 200, Want: map[string]string{"name": `"two"`}},
		{Name: "environment then", Path: lab + at, Status: 200, Want: map[string]string{"objects.aggregate": "1"}},
		{Name: "objects then", Path: lab + "/objects" + at + "&type=aggregate", Status: 200, Want: map[string]string{"items.0.name": `"one"`}},
		{Name: "children then", Path: lab + "/objects/node-1-instances/children" + at, Status: 200, Want: map[string]string{"total": "2"}},
		{Name: "links then", Path: lab + "/links" + at + "&type=vedge-otep", Status: 200, Want: map[string]string{"total": "2"}},
		{Name: "links of then", Path: lab + "/objects/node-1-otep/links" + at, Status: 200, Want: map[string]string{"out.#": "1"}},
		{Name: "tree then", Path: lab + "/tree" + at, Status: 200},
		{Name: "clique then", Path: lab + "/cliques/" + instanceID + at, Status: 200, Want: map[string]string{"nodes.#": "7"}},
		{Name: "traverse then", Path: lab + "/traverse" + at, Body: `{"start":["node-1-otep"]}`, Status: 200},
		{Name: "paths then", Path: lab + "/paths" + at + "&from=" + instanceID + "&to=net-00000-58aa", Status: 200},
		{Name: "search then", Path: "/api/v1/search?q=agg&env=lab&type=aggregate&at=week%209", Status: 200, Want: map[string]string{"items.0.name": `"one"`}},
		{Name: "search nowhere in particular", Path: "/api/v1/search?q=agg&at=week%209", Status: 422, Want: map[string]string{"errors.0.location": `"query.at"`}, Contains: []string{"env="}},
		{Name: "unknown name", Path: lab + "/objects?at=week%2010", Status: 422, Want: map[string]string{"errors.0.location": `"query.at"`},
			Contains: []string{`"errors":[{"message":"\"week 10\" is neither a time`, `week 9`}},
		{Name: "unknown name of search", Path: "/api/v1/search?q=agg&env=lab&at=week%2010", Status: 422, Want: map[string]string{"errors.0.location": `"query.at"`}},
	} {
		c.As = webapitest.ViewerName
		s.Run(t, c)
	}
	for _, path := range []string{"", "/objects", "/objects/agg", "/objects/agg/children", "/objects/agg/links", "/links", "/tree", "/cliques/" + instanceID, "/paths?from=agg&to=agg"} {
		sep := "?"
		if path == "/paths?from=agg&to=agg" {
			sep = "&"
		}
		s.Run(t, webapitest.Scenario{Name: "before everything: " + path, As: webapitest.ViewerName, Path: lab + path + sep + "at=2001-01-01", Status: 404,
			Contains: []string{"nothing is known of"}})
	}
	for _, c := range []webapitest.Scenario{
		{Name: "remove", Method: "DELETE", Path: lab + "/snapshots/week%209", Status: 204, Changes: []string{"removed snapshots week 9"}},
		{Name: "removed", Method: "DELETE", Path: lab + "/snapshots/week%209", Status: 404},
		{Name: "no time any more", Path: lab + "/objects/agg" + at, Status: 422},
		{Name: "the other stays", Path: lab + "/objects/agg?at=again", Status: 200, Want: map[string]string{"name": `"one"`}},
	} {
		c.As = webapitest.EditorName
		s.Run(t, c)
	}
}

func TestHistory(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const lab = "/api/v1/environments/lab"
	change := func(cause graph.Cause, b *graph.Batch) {
		t.Helper()
		if _, err := s.Store.Commit(t.Context(), "lab", cause, b); err != nil {
			t.Fatal(err)
		}
	}
	v := &graph.Vertex{ID: "a/b", Type: graph.Aggregate, Name: "one", Attrs: graph.Attrs{"zones": []any{map[string]any{"name": "z1", "up": true}}}}
	w := v.Clone()
	w.Name, w.Attrs["zones"] = "two", []any{map[string]any{"name": "z1", "up": false}}
	edge := &graph.Edge{EdgeKey: graph.EdgeKey{Type: "aggregate-instance", From: "a/b", To: instanceID}, Name: "member"}
	change(graph.Cause{Kind: graph.CauseImport, ID: "i1"}, &graph.Batch{Put: []*graph.Vertex{v}})
	change(graph.Cause{Kind: graph.CauseEvent, ID: "e1"}, &graph.Batch{Put: []*graph.Vertex{w}, PutEdges: []*graph.Edge{edge}})
	change(graph.Cause{Kind: graph.CauseUser, Who: "ann"}, &graph.Batch{Delete: []graph.ID{"a/b"}})
	for _, c := range []webapitest.Scenario{
		{Name: "of what is gone", Path: lab + "/objects/a%2Fb/history", Status: 200, Want: map[string]string{
			"total": "3", "total_exact": "true", "next_cursor": "absent", "items.0.operation": `"removed"`, "items.0.cause.kind": `"user"`, "items.0.cause.who": `"ann"`,
			"items.0.links_lost.0.peer.name": `"web-1-1"`, "items.0.links_lost.0.direction": `"out"`,
			"items.1.operation": `"changed"`, "items.1.cause.id": `"e1"`, "items.1.fields.0.field": `"name"`, "items.1.fields.0.old": `"one"`, "items.1.fields.0.new": `"two"`,
			"items.1.fields.1.field": `"zones[z1].up"`, "items.1.fields.1.new": "false", "items.1.links_gained.0.link_name": `"member"`, "items.1.links_total": "1",
			"items.2.operation": `"added"`, "items.2.fields.0.old": "null", "items.2.links_gained": "[]"}},
		{Name: "a page", Path: lab + "/objects/a%2Fb/history?limit=2", Status: 200, Want: map[string]string{"items.#": "2", "total": "3"}},
		{Name: "links only", Path: lab + "/objects/" + instanceID + "/history", Status: 200, Want: map[string]string{
			"total": "3", "items.0.operation": `"changed"`, "items.0.fields": "[]", "items.0.links_lost.0.direction": `"in"`, "items.0.links_lost.0.peer.type": `"aggregate"`}},
		{Name: "never there", Path: lab + "/objects/nobody/history", Status: 404},
		{Name: "foreign cursor", Path: lab + "/objects/a%2Fb/history?cursor=xyz", Status: 422},
	} {
		c.As = webapitest.ViewerName
		s.Run(t, c)
	}
}
