package webapi_test

import (
	"encoding/json"
	"testing"

	"calipso/webapi/webapitest"
)

func TestScopes(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const shop = `{"name":"shop 1","comment":"the customer","select":[{"environment":"lab","projects":["shop"]}]}`
	for _, c := range []webapitest.Scenario{
		{Name: "none yet", Path: "/api/v1/scopes", Status: 200, Want: map[string]string{"items": "[]", "total": "0"}},
		{Name: "create", Path: "/api/v1/scopes", Body: shop, Status: 201, Changes: []string{"added scopes shop 1"},
			WantHeader: map[string]string{"Location": "/api/v1/scopes/shop%201"},
			Want:       map[string]string{"name": `"shop 1"`, "creator": `"edith"`, "created": `"2026-03-01T12:00:00Z"`, "baselines": "[]", "select.0.projects": `["shop"]`}},
		{Name: "once more", Path: "/api/v1/scopes", Body: shop, Status: 409},
		{Name: "no such environment", Path: "/api/v1/scopes", Body: `{"name":"x","select":[{"environment":"none","everything":true}]}`, Status: 422,
			Want: map[string]string{"errors.0.location": `"select[0].environment"`}},
		{Name: "selects nothing", Path: "/api/v1/scopes", Body: `{"name":"a/b","select":[{"environment":"lab"}]}`, Status: 422,
			Want: map[string]string{"errors.0.location": `"name"`, "errors.1.location": `"select[0]"`}},
		{Name: "everything", Path: "/api/v1/scopes", Body: `{"name":"both","select":[{"environment":"vault","everything":true},{"environment":"lab","objects":["node-1-otep"]}]}`,
			Status: 201, Changes: []string{"added scopes both"}},
		{Name: "hidden", Path: "/api/v1/scopes", Body: `{"name":"secret","select":[{"environment":"vault","everything":true}]}`, Status: 201, Changes: []string{"added scopes secret"}},
		{Name: "get", Path: "/api/v1/scopes/shop%201", Status: 200, Want: map[string]string{"counts.0.environment": `"lab"`, "counts.0.members": "17", "counts.0.within": "29"}},
		{Name: "list", Path: "/api/v1/scopes?limit=2", Status: 200, Want: map[string]string{"total": "3", "items.0.name": `"both"`, "items.0.select.0.environment": `"lab"`, "items.0.counts": "absent"}},
		{Name: "snapshot", Path: "/api/v1/environments/lab/snapshots", Body: `{"name":"verified","kind":"design"}`, Status: 201, Changes: []string{"added snapshots verified"}},
		{Name: "baseline", Method: "PUT", Path: "/api/v1/scopes/shop%201/baseline", Body: `{"environment":"lab","snapshot":"verified","comment":"checked"}`, Status: 200,
			Changes: []string{"changed scopes shop 1"}, Want: map[string]string{"baselines.0.snapshot": `"verified"`, "baselines.0.who": `"edith"`, "baselines.0.current": "true", "baselines.0.comment": `"checked"`}},
		{Name: "no such snapshot", Method: "PUT", Path: "/api/v1/scopes/shop%201/baseline", Body: `{"environment":"lab","snapshot":"never"}`, Status: 422, Want: map[string]string{"errors.0.location": `"snapshot"`}},
		{Name: "not of the scope", Method: "PUT", Path: "/api/v1/scopes/shop%201/baseline", Body: `{"environment":"vault","snapshot":"verified"}`, Status: 422, Want: map[string]string{"errors.0.location": `"environment"`}},
		{Name: "no such scope", Method: "PUT", Path: "/api/v1/scopes/none/baseline", Body: `{"environment":"lab","snapshot":"verified"}`, Status: 404},
		{Name: "change", Method: "PUT", Path: "/api/v1/scopes/both", Body: `{"select":[{"environment":"vault","everything":true},{"environment":"lab","objects":["` + instanceID + `"]}]}`, Status: 200,
			Changes: []string{"changed scopes both"}},
	} {
		c.As = webapitest.EditorName
		s.Run(t, c)
	}
	for _, c := range []webapitest.Scenario{
		{Name: "objects", Path: "/api/v1/scopes/shop%201/objects?type=instance", Status: 200,
			Want: map[string]string{"total": "4", "items.0.type": `"instance"`, "items.0.member": "true", "items.0.why.kind": `"project"`, "items.0.why.text": `"shop"`}},
		{Name: "of cliques", Path: "/api/v1/scopes/shop%201/objects?type=vedge&env=lab", Status: 200,
			Want: map[string]string{"total": "2", "items.0.member": "false", "items.0.why.kind": `"clique"`, "items.0.why.of.type": `"instance"`}},
		{Name: "members only", Path: "/api/v1/scopes/shop%201/objects?type=vedge&members=true", Status: 200, Want: map[string]string{"items": "[]"}},
		{Name: "which environment", Path: "/api/v1/scopes/both/objects", Status: 422, Want: map[string]string{"errors.0.location": `"query.env"`}},
		{Name: "bad cursor", Path: "/api/v1/scopes/shop%201/objects?cursor=AAAAAAAAAAE", Status: 422, Want: map[string]string{"errors.0.location": `"query.cursor"`}},
		{Name: "used by", Path: "/api/v1/environments/lab/objects/node-1-vedge-e7a3/scopes", Status: 200,
			Want: map[string]string{"total": "2", "items.0.scope": `"both"`, "items.1.scope": `"shop 1"`, "items.1.proof.0.kind": `"clique"`, "items.0.users.0.name": `"web-1-1"`}},
		{Name: "used by nobody", Path: "/api/v1/environments/lab/objects/node-1/scopes", Status: 200, Want: map[string]string{"items": "[]", "total": "0"}},
		{Name: "no such object", Path: "/api/v1/environments/lab/objects/nobody/scopes", Status: 404},
		{Name: "viewers change nothing", Method: "DELETE", Path: "/api/v1/scopes/both", Status: 403},
		{Name: "nor make any", Path: "/api/v1/scopes", Body: `{"name":"mine","select":[{"environment":"lab","everything":true}]}`, Status: 403},
		{Name: "nor set a baseline", Method: "PUT", Path: "/api/v1/scopes/shop%201/baseline", Body: `{"environment":"lab","snapshot":"verified"}`, Status: 403},
	} {
		c.As = webapitest.ViewerName
		s.Run(t, c)
	}
	// Who may view one environment sees of a scope what is about that.
	for _, c := range []webapitest.Scenario{
		{Name: "part of the list", Path: "/api/v1/scopes", Status: 200, Want: map[string]string{"total": "2", "items.0.select.#": "1", "items.0.select.0.environment": `"lab"`}, Lacks: []string{"vault", "secret"}},
		{Name: "part of one", Path: "/api/v1/scopes/both", Status: 200, Want: map[string]string{"counts.#": "1"}, Lacks: []string{"vault"}},
		{Name: "part of its objects", Path: "/api/v1/scopes/both/objects?members=true", Status: 200, Want: map[string]string{"items.0.id": `"` + instanceID + `"`, "items.0.why.kind": `"object"`}},
		{Name: "not the other part", Path: "/api/v1/scopes/both/objects?env=vault", Status: 422},
		{Name: "a scope of hidden ones", Path: "/api/v1/scopes/secret", Status: 404},
		{Name: "its objects", Path: "/api/v1/scopes/secret/objects", Status: 404},
		{Name: "its end", Method: "DELETE", Path: "/api/v1/scopes/secret", Status: 404},
		{Name: "changing a part", Method: "PUT", Path: "/api/v1/scopes/both", Body: `{"select":[{"environment":"lab","everything":true}]}`, Status: 403, Lacks: []string{"vault"}},
		{Name: "selecting what is hidden", Path: "/api/v1/scopes", Body: `{"name":"spy","select":[{"environment":"vault","everything":true}]}`, Status: 422,
			Contains: []string{`there is no environment \"vault\"`}},
	} {
		c.As = webapitest.GuestName
		s.Run(t, c)
	}
	s.Run(t, webapitest.Scenario{Name: "nobody sees none", As: webapitest.NobodyName, Path: "/api/v1/scopes", Status: 200, Want: map[string]string{"total": "0"}})
	for _, c := range []webapitest.Scenario{
		{Name: "remove", Method: "DELETE", Path: "/api/v1/scopes/both", Status: 204, Changes: []string{"removed scopes both"}},
		{Name: "removed", Method: "DELETE", Path: "/api/v1/scopes/both", Status: 404},
	} {
		c.As = webapitest.EditorName
		s.Run(t, c)
	}
}

// Page by page comes all there is, each once.
func TestScopeObjectsByPage(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	s.Run(t, webapitest.Scenario{Name: "create", As: "admin", Path: "/api/v1/scopes", Body: `{"name":"shop","select":[{"environment":"lab","projects":["shop"]}]}`, Status: 201, Changes: []string{"added scopes shop"}})
	bearer := s.Bearer(webapitest.ViewerName)
	seen, cursor, total := map[string]bool{}, "", 0
	for {
		_, _, b := s.Send(t, webapitest.Scenario{Path: "/api/v1/scopes/shop/objects?limit=4&cursor=" + cursor}, bearer)
		var page struct {
			Items []struct{ ID string }
			Next  string `json:"next_cursor"`
			Total int
		}
		if err := json.Unmarshal(b, &page); err != nil {
			t.Fatal(err)
		}
		for _, i := range page.Items {
			if seen[i.ID] {
				t.Errorf("%s twice", i.ID)
			}
			seen[i.ID] = true
		}
		if cursor, total = page.Next, page.Total; cursor == "" {
			break
		}
	}
	if len(seen) != total || total < 9 {
		t.Errorf("%d of %d", len(seen), total)
	}
}
