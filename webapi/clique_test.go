package webapi_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/graph/document"
	"calipso/query"
	"calipso/webapi/auth"
	"calipso/webapi/webapitest"
)

// What is put together of kept JSON is what the members' documents say, first
// when they are read, then when they are kept, then after a change.
func TestCliqueIsMadeOfItsMembersDocuments(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{Hosts: 3, Instances: 3})
	token := s.Bearer(webapitest.ViewerName)
	service := query.New(query.Over(s.Store), s.Index, query.Options{})
	compare := func(at graph.Time, params string) {
		t.Helper()
		want, err := service.Clique(t.Context(), query.CliqueRequest{At: query.At{Env: "lab", Time: at}, ID: instanceID})
		if err != nil {
			t.Fatal(err)
		}
		var nodes, links []map[string]any
		for _, n := range want.Nodes {
			d := document.Object("lab", n.Vertex, document.Place{Stale: n.Stale})
			d["step"], d["depth"] = n.Step, n.Depth
			nodes = append(nodes, d)
		}
		for _, l := range want.Links {
			d := document.Link("lab", l.Edge, l.Source.Type, l.Target.Type, time.Time{})
			d["step"] = l.Step
			links = append(links, d)
		}
		_, _, body := s.Send(t, webapitest.Scenario{Path: "/api/v1/environments/lab/cliques/" + instanceID + params}, token)
		var got map[string]any
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatal(err, string(body))
		}
		full := map[string]any{
			"environment": "lab", "focal_point": graph.VertexOID("lab", want.FocalPointType, instanceID), "focal_point_object_id": want.FocalPoint,
			"focal_point_type": want.FocalPointType, "clique_type": want.CliqueTypeID, "clique_type_name": want.CliqueType,
			"link_types": want.LinkTypes, "constraints": want.Constraints, "nodes": nodes, "links": links,
		}
		text, err := json.Marshal(full)
		if err != nil {
			t.Fatal(err)
		}
		var again map[string]any
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(again, got); d != "" {
			t.Errorf("want -, got +:\n%s", d)
		}
	}
	compare(graph.Now, "")
	compare(graph.Now, "")
	before := s.Store.Last("lab")
	v, err := s.Store.View(t.Context(), "lab", graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	x, err := v.Vertex(t.Context(), instanceID)
	if err != nil {
		t.Fatal(err)
	}
	x.Attrs["vm_state"], x.Attrs["step"], x.Attrs["stale"] = "paused", "an attribute", "another"
	out, _, err := v.EdgesOf(t.Context(), instanceID)
	if err != nil {
		t.Fatal(err)
	}
	out[0].State = graph.Down
	if _, err := s.Store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseUser}, &graph.Batch{Put: []*graph.Vertex{x}, PutEdges: out[:1]}); err != nil {
		t.Fatal(err)
	}
	compare(graph.Now, "")
	compare(before, "?at="+before.String())
	part := &graph.Document{DocKey: graph.DocKey{Collection: graph.Parts, ID: x.Part}, Body: graph.Attrs{"state": "failed", "error": "gone"}}
	if _, err := s.Store.Commit(t.Context(), "lab", graph.Cause{Kind: graph.CauseScan}, &graph.Batch{PutDocs: []*graph.Document{part}}); err != nil {
		t.Fatal(err)
	}
	s.Run(t, webapitest.Scenario{Name: "stale now", As: webapitest.ViewerName, Path: "/api/v1/environments/lab/cliques/" + instanceID, Status: 200,
		Want: map[string]string{"nodes.0.stale": "true", "nodes.0.vm_state": `"paused"`, "links.0.state": `"down"`}})
	compare(graph.Now, "")
	compare(before, "?at="+before.String())
}

// Who loses a right, a password or a token is out with the next request, though
// what requests say of themselves is kept.
func TestRevocationTakesEffectAtOnce(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	path := "/api/v1/environments/lab/cliques/" + instanceID
	ctx := t.Context()
	check := func(what, token string, want int) {
		t.Helper()
		for range 3 {
			if status, _, body := s.Send(t, webapitest.Scenario{Path: path}, token); status != want {
				t.Errorf("%s: status %d, want %d: %s", what, status, want, body)
			}
		}
	}
	victor, gus, edith := s.Bearer(webapitest.ViewerName), s.Bearer(webapitest.GuestName), s.Bearer(webapitest.EditorName)
	check("viewer", victor, http.StatusOK)
	check("guest", gus, http.StatusOK)
	check("editor", edith, http.StatusOK)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Accounts.Grant(ctx, "", webapitest.GuestName, "lab", false, false))
	check("guest without the environment", gus, http.StatusNotFound)
	must(s.Accounts.Grant(ctx, "", webapitest.GuestName, "lab", true, false))
	check("guest with it again", gus, http.StatusOK)
	must(s.Accounts.SetPassword(ctx, "", webapitest.ViewerName, "another horse battery"))
	check("after a new password", victor, http.StatusUnauthorized)
	none := auth.NoRole
	_, err := s.Accounts.Change(ctx, "", webapitest.EditorName, auth.Change{Role: &none})
	must(err)
	check("after a new role", edith, http.StatusUnauthorized)
	check("without a right", s.Bearer(webapitest.EditorName), http.StatusNotFound)
	must(s.Accounts.Remove(ctx, "", webapitest.GuestName))
	check("removed", gus, http.StatusUnauthorized)

	admin := s.Bearer(webapitest.AdminName)
	check("administrator", admin, http.StatusOK)
	if status, _, _ := s.Send(t, webapitest.Scenario{Method: http.MethodDelete, Path: "/api/v1/sessions"}, admin); status != http.StatusNoContent {
		t.Fatal(status)
	}
	check("signed out", admin, http.StatusUnauthorized)
	must(s.Store.RemoveEnv(ctx, "lab", graph.Cause{Kind: graph.CauseUser}))
	check("no environment", s.Bearer(webapitest.AdminName), http.StatusNotFound)
}
