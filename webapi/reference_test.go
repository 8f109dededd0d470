package webapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/webapi/webapitest"
)

const types = "/api/v1/clique-types"

// grant makes an account that may edit lab and nothing else, and one that holds
// the rights to manage reference documents and no other.
func grant(t *testing.T, s *webapitest.Test) {
	t.Helper()
	if err := s.Accounts.Grant(t.Context(), "", webapitest.NobodyName, webapitest.EnvName, true, true); err != nil {
		t.Fatal(err)
	}
}

// made sends a body and gives the id of what was made.
func made(t *testing.T, s *webapitest.Test, as, path, body, at string) string {
	t.Helper()
	status, header, answer := s.Send(t, webapitest.Scenario{Path: path, Body: body}, s.Bearer(as))
	if status != 201 || header.Get("ETag") == "" {
		t.Fatalf("%d %s", status, answer)
	}
	var doc map[string]any
	if err := json.Unmarshal(answer, &doc); err != nil {
		t.Fatal(err)
	}
	if at != "" {
		doc, _ = doc[at].(map[string]any)
	}
	id, _ := doc["id"].(string)
	if loc := header.Get("Location"); loc != path+"/"+id && !strings.HasPrefix(path, "/api/v1/link-types") {
		t.Errorf("Location %q of %q", loc, id)
	}
	return id
}

func TestCliqueTypesOverHTTP(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	grant(t, s)
	short := `{"name":"short","focal_point_type":"instance","environment":"lab","link_types":["instance-vnic","vnic-vconnector"]}`
	lab := "/api/v1/environments/lab/cliques/" + instanceID
	s.Run(t, webapitest.Scenario{Name: "before", As: "victor", Path: lab, Status: 200, Want: map[string]string{"clique_type_name": `"instance"`, "nodes.#": "7"}})
	s.Run(t, webapitest.Scenario{Name: "dry run", As: "admin", Path: types + "?dry_run=true&focal_point=" + instanceID, Body: short, Status: 200, Want: map[string]string{
		"dry_run": "true", "focal_points": "4", "effects.#": "1", "effects.0.environment": `"lab"`, "effects.0.before.name": `"instance"`, "effects.0.after.name": `"short"`,
		"effects.0.after.id": "absent", "effects.0.sample.nodes": "7", "effects.0.sample.nodes_then": "3", "effects.0.sample.removed.#": "4", "effects.0.sample.added.#": "0", "clique_type.id": "absent"}})
	s.Run(t, webapitest.Scenario{Name: "dry run for nothing", As: "admin", Path: types + "?dry_run=true&focal_point=nothing", Body: short, Status: 404, Contains: []string{"focal point"}})

	id := made(t, s, "nora", types, short, "clique_type") // by who may edit lab alone
	one := types + "/" + id
	_, header, _ := s.Send(t, webapitest.Scenario{Path: one}, s.Bearer("nora"))
	tag := header.Get("ETag")
	for _, c := range []webapitest.Scenario{
		{Name: "at once", As: "victor", Path: lab, Status: 200, Want: map[string]string{"clique_type_name": `"short"`, "nodes.#": "3"}},
		{Name: "one", As: "nora", Path: one, Status: 200, Want: map[string]string{"name": `"short"`, "shipped": "false", "environment": `"lab"`, "mechanism_drivers": "absent"}},
		{Name: "by name", As: "nora", Path: types + "/short", Status: 200, Want: map[string]string{"id": `"` + id + `"`}},
		{Name: "not modified", As: "nora", Path: one, Header: map[string]string{"If-None-Match": tag}, Status: 304, WantHeader: map[string]string{"ETag": tag}},
		{Name: "own ones", As: "gus", Path: types + "?origin=own", Status: 200, Want: map[string]string{"total": "1", "items.0.name": `"short"`}},
		{Name: "of a focal point", As: "victor", Path: types + "?focal_point_type=vnic&origin=shipped", Status: 200, Want: map[string]string{"total": "1", "items.0.shipped": "true"}},
		{Name: "what fits", As: "gus", Path: types + "?fits=lab&focal_point_type=instance", Status: 200, Want: map[string]string{"total": "2", "items.0.name": `"short"`, "items.0.fits": "64", "items.1.fits": "1"}},
		{Name: "what fits elsewhere", As: "gus", Path: types + "?fits=vault", Status: 404},
		{Name: "by condition", As: "victor", Path: types + "?distribution=Mercury&focal_point_type=instance&distribution_version=27747", Status: 200, Want: map[string]string{"total": "1"}},
		{Name: "by links", As: "victor", Path: types + "?link_type=vnic-vedge&link_type=osd-host", Status: 200, Want: map[string]string{"total": "0"}},
		{Name: "taken", As: "nora", Path: types, Body: strings.Replace(short, "short", "another", 1), Status: 409, Contains: []string{id, "focal point instance, environment lab"}},
		{Name: "many mistakes", As: "admin", Path: types, Body: `{"name":"","focal_point_type":"vnics","link_types":["vnic-vegde"],"environment":"lap","distribution":"Kola"}`, Status: 422, Want: map[string]string{
			"errors.0.location": `"environment"`}, Contains: []string{"there is no environment"}},
		{Name: "mistakes", As: "admin", Path: types, Body: `{"name":"","focal_point_type":"vnics","link_types":["vnic-vegde"],"distribution":"Kola"}`, Status: 422, Want: map[string]string{
			"errors.#": "4", "errors.1.location": `"focal_point_type"`}, Contains: []string{`did you mean \"vnic-vedge\"?`, `did you mean \"Kolla\"?`, `did you mean \"vnic\"?`}},
		{Name: "broken chain", As: "nora", Method: "PUT", Path: one, Body: strings.Replace(short, "vnic-vconnector", "otep-host_pnic", 1), Status: 422, Want: map[string]string{"errors.0.location": `"link_types[1]"`}, Contains: []string{"step 2"}},
		{Name: "unknown member", As: "nora", Path: types, Body: strings.Replace(short, "name", "nam", 1), Status: 422},
		{Name: "viewers may not", As: "victor", Path: types, Body: short, Status: 403},
		{Name: "nor for all", As: "nora", Path: types, Body: strings.Replace(short, `"lab"`, `"ANY"`, 1), Status: 403, Contains: []string{"manage-clique-types"}},
		{Name: "nor for what she may not see", As: "nora", Path: types, Body: strings.Replace(short, `"lab"`, `"vault"`, 1), Status: 422, Contains: []string{`there is no environment \"vault\"`}},
		{Name: "nor by a change", As: "nora", Method: "PUT", Path: one, Body: strings.Replace(short, `"lab"`, `"ANY"`, 1), Status: 403},
		{Name: "not what changed", As: "nora", Method: "PUT", Path: one, Body: short, Header: map[string]string{"If-Match": `"0000"`}, Status: 412},
		{Name: "change", As: "nora", Method: "PUT", Path: one, Body: strings.Replace(short, "short", "shorter", 1), Header: map[string]string{"If-Match": tag}, Status: 200, Want: map[string]string{"clique_type.name": `"shorter"`},
			Changes: []string{"changed clique_types " + id}},
		{Name: "not twice", As: "nora", Method: "DELETE", Path: one, Header: map[string]string{"If-Match": tag}, Status: 412},
		{Name: "removal, dry", As: "nora", Method: "DELETE", Path: one + "?dry_run=true", Status: 200, Want: map[string]string{"focal_points": "4", "effects.0.after.name": `"instance"`}},
		{Name: "removal", As: "nora", Method: "DELETE", Path: one, Status: 200, Want: map[string]string{"focal_points": "4"}, Changes: []string{"removed clique_types " + id}},
		{Name: "as before", As: "victor", Path: lab, Status: 200, Want: map[string]string{"clique_type_name": `"instance"`, "nodes.#": "7"}},
	} {
		s.Run(t, c)
	}
}

// What comes with Calipso stays, and says what to do instead; a type for an
// environment is there only for who may view that.
func TestCliqueTypesOfOthers(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	hidden := `{"name":"secret way","focal_point_type":"region","environment":"vault","link_types":["host-osd"]}`
	hidden = strings.Replace(hidden, "region", "host", 1)
	id := made(t, s, "admin", types, hidden, "clique_type")
	for _, c := range []webapitest.Scenario{
		{Name: "list", As: "gus", Path: types + "?origin=own", Status: 200, Want: map[string]string{"total": "0"}},
		{Name: "one", As: "gus", Path: types + "/" + id, Status: 404, Lacks: []string{"vault", "secret way"}},
		{Name: "by name", As: "gus", Path: types + "/secret%20way", Status: 404},
		{Name: "viewers see it", As: "victor", Path: types + "/" + id, Status: 200},
		{Name: "editors may go", As: "edith", Method: "DELETE", Path: types + "/" + id, Status: 200, Changes: []string{"removed clique_types " + id}},
		{Name: "shipped", As: "admin", Method: "DELETE", Path: types + "/instance", Status: 409, Contains: []string{"comes with Calipso", "add one of your own"}},
		{Name: "shipped, dry", As: "admin", Method: "DELETE", Path: types + "/instance?dry_run=true", Status: 409},
	} {
		s.Run(t, c)
	}
}

func TestConstraintsOverHTTP(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const path = "/api/v1/clique-constraints"
	body := `{"focal_point_type":"instance","constraints":[],"environment":"lab"}`
	s.Run(t, webapitest.Scenario{Name: "needs the right", As: "edith", Path: path, Body: body, Status: 403, Contains: []string{"manage-clique-constraints"}})
	id := made(t, s, "admin", path, body, "clique_constraint")
	for _, c := range []webapitest.Scenario{
		{Name: "at once", As: "victor", Path: "/api/v1/environments/lab/cliques/" + instanceID, Status: 200, Want: map[string]string{"constraints": "{}"}},
		{Name: "list", As: "gus", Path: path + "?origin=own", Status: 200, Want: map[string]string{"total": "1", "items.0.constraints.#": "0"}},
		{Name: "by attribute", As: "gus", Path: path + "?constraint=network&focal_point_type=vnic", Status: 200, Want: map[string]string{"total": "1"}},
		{Name: "again", As: "admin", Path: path, Body: body, Status: 409},
		{Name: "wrong", As: "admin", Path: path, Body: `{"focal_point_type":"instance","constraints":["a","a"," b"]}`, Status: 422, Want: map[string]string{"errors.#": "2"}},
		{Name: "change, dry", As: "admin", Method: "PUT", Path: path + "/" + id + "?dry_run=true", Body: `{"focal_point_type":"instance","constraints":["network"],"environment":"lab"}`, Status: 200,
			Want: map[string]string{"focal_points": "4", "effects.0.before.constraints.#": "0", "effects.0.after.constraints.0": `"network"`}},
		{Name: "change", As: "admin", Method: "PUT", Path: path + "/" + id, Body: `{"focal_point_type":"instance","constraints":["network","vlan"],"environment":"lab"}`, Status: 200, Changes: []string{"changed clique_constraints " + id}},
		{Name: "remove", As: "admin", Method: "DELETE", Path: path + "/" + id, Status: 200, Changes: []string{"removed clique_constraints " + id}},
		{Name: "gone", As: "admin", Path: path + "/" + id, Status: 404},
	} {
		s.Run(t, c)
	}
}

func TestLinkTypesOverHTTP(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const path = "/api/v1/link-types"
	s.Run(t, webapitest.Scenario{Name: "needs the right", As: "edith", Path: path, Body: `{"type":"vnic-host_pnic"}`, Status: 403})
	id := made(t, s, "admin", path, `{"endPointA":"vnic","endPointB":"host_pnic","description":"passed through"}`, "")
	use := made(t, s, "admin", types, `{"name":"through","focal_point_type":"vnic","environment":"vault","link_types":["vnic-host_pnic"]}`, "clique_type")
	for _, c := range []webapitest.Scenario{
		{Name: "one", As: "nora", Path: path + "/vnic-host_pnic", Status: 200, Want: map[string]string{"id": `"` + id + `"`, "type": `"vnic-host_pnic"`, "description": `"passed through"`, "shipped": "false"}},
		{Name: "by end", As: "nora", Path: path + "?end=vnic&origin=own", Status: 200, Want: map[string]string{"total": "1"}},
		{Name: "shipped", As: "nora", Path: path + "?origin=shipped&limit=1", Status: 200, Want: map[string]string{"total": "43", "items.0.stored": "true"}},
		{Name: "in the constant", As: "nora", Path: "/api/v1/constants/link_types", Status: 200, Contains: []string{"vnic-host_pnic"}},
		{Name: "ends and type", As: "admin", Path: path, Body: `{"type":"vnic-switch","endPointA":"vnic","endPointB":"vedge"}`, Status: 422},
		{Name: "no such end", As: "admin", Path: path, Body: `{"type":"vnic-project"}`, Status: 422, Contains: []string{`no link ends at objects of type \"project\"`}},
		{Name: "shipped already", As: "admin", Path: path, Body: `{"type":"vnic-vedge"}`, Status: 409},
		{Name: "other words", As: "admin", Method: "PUT", Path: path + "/vnic-host_pnic", Body: `{"description":"SR-IOV"}`, Status: 200, Want: map[string]string{"description": `"SR-IOV"`}, Changes: []string{"changed link_types " + id}},
		{Name: "another type", As: "admin", Method: "PUT", Path: path + "/vnic-host_pnic", Body: `{"type":"vnic-switch"}`, Status: 422, Want: map[string]string{"errors.0.location": `"type"`}},
		{Name: "used", As: "admin", Method: "DELETE", Path: path + "/vnic-host_pnic", Status: 409, Contains: []string{`clique type \"through\"`}},
		{Name: "not any more", As: "admin", Method: "DELETE", Path: types + "/" + use, Status: 200, Changes: []string{"removed clique_types " + use}},
		{Name: "remove", As: "admin", Method: "DELETE", Path: path + "/vnic-host_pnic", Status: 204, Changes: []string{"removed link_types " + id}},
		{Name: "shipped stay", As: "admin", Method: "DELETE", Path: path + "/vnic-vedge", Status: 409},
	} {
		s.Run(t, c)
	}
}

func TestConstantsOverHTTP(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const path = "/api/v1/constants"
	_, header, body := s.Send(t, webapitest.Scenario{Path: path + "/distributions"}, s.Bearer("nora"))
	var c struct {
		ID   string
		Data []map[string]string
	}
	if err := json.Unmarshal(body, &c); err != nil {
		t.Fatal(err)
	}
	with := func(v ...string) string {
		data := c.Data
		for _, x := range v {
			data = append(data, map[string]string{"value": x})
		}
		b, _ := json.Marshal(map[string]any{"environment_type": "OpenStack", "data": data})
		return string(b)
	}
	stale := map[string]string{"If-Match": header.Get("ETag")}
	for _, c := range []webapitest.Scenario{
		{Name: "list", As: "nora", Path: path + "?environment_type=Kubernetes&limit=1000", Status: 200, Contains: []string{`"Flannel"`}, Lacks: []string{`"Mirantis"`}},
		{Name: "viewers may not", As: "victor", Method: "PUT", Path: path + "/distributions", Body: with("Ubuntu"), Status: 403},
		{Name: "one more", As: "edith", Method: "PUT", Path: path + "/distributions", Body: with("Ubuntu"), Header: stale, Status: 200, Want: map[string]string{"shipped": "false"}, Changes: []string{"added constants " + c.ID}},
		{Name: "seen before", As: "edith", Method: "PUT", Path: path + "/distributions", Body: with("Ubuntu", "Suse"), Header: stale, Status: 412},
		{Name: "lost", As: "edith", Method: "PUT", Path: path + "/distributions", Body: `{"environment_type":"OpenStack","data":[{"value":"Ubuntu"}]}`, Status: 409, Contains: []string{"is used by"}},
		{Name: "fixed", As: "edith", Method: "PUT", Path: path + "/scans_statuses", Body: `{"data":[{"value":"tired"}]}`, Status: 409, Contains: []string{"the program's own words"}},
		{Name: "a new one", As: "edith", Method: "PUT", Path: path + "/racks", Body: `{"data":[{"value":"r1","label":"Rack 1"}]}`, Status: 201, Want: map[string]string{"data.0.label": `"Rack 1"`}, Changes: []string{"added constants " + string(graph.DocumentOID(graph.Shared, graph.Constants, "own  racks"))}},
		{Name: "back", As: "edith", Method: "DELETE", Path: path + "/distributions", Status: 204, Changes: []string{"removed constants " + c.ID}},
		{Name: "nothing to go back from", As: "edith", Method: "DELETE", Path: path + "/distributions", Status: 409},
		{Name: "none", As: "edith", Path: path + "/nothing", Status: 404},
	} {
		s.Run(t, c)
	}
}

func TestTables(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	const path = "/api/v1/monitoring-config-templates"
	template := `{"type":"client.json","side":"client","order":"1","monitoring_system":"sensu","config":{"client":{"name":"{client_name}"}}}`
	for _, c := range []webapitest.Scenario{
		{Name: "supported", Path: "/api/v1/supported-environments?distribution=Stratoscale&feature=scanning", Status: 200, Want: map[string]string{"total": "2"}},
		{Name: "unsupported", Path: "/api/v1/supported-environments?distribution=Stratoscale&feature=listening", Status: 200, Want: map[string]string{"total": "1"}},
		{Name: "agents", Path: "/api/v1/network-agent-types", Status: 200, Want: map[string]string{"total": "10"}},
		{Name: "agent", Path: "/api/v1/network-agent-types/dhcp", Status: 200, Want: map[string]string{"folder_text": `"DHCP servers"`}},
		{Name: "two agents", Path: "/api/v1/network-agent-types/vedge", Status: 409},
		{Name: "hover", Path: "/api/v1/attributes-for-hover-on-data/otep", Status: 200, Want: map[string]string{"attributes.0": `"host"`, "shipped": "true"}},
		{Name: "options", Path: "/api/v1/environment-options?environment_type=Kubernetes", Status: 200, Want: map[string]string{"total": "1"}},
		{Name: "no templates", Path: path, Status: 200, Want: map[string]string{"total": "0"}},
		{Name: "editors of one may not", Path: path, Body: template, Status: 403},
	} {
		c.As = "gus"
		s.Run(t, c)
	}
	id := made(t, s, "edith", path, template, "")
	for _, c := range []webapitest.Scenario{
		{Name: "side", Path: path + "?side=server", Status: 200, Want: map[string]string{"total": "0"}},
		{Name: "order", Path: path + "?order=1", Status: 200, Want: map[string]string{"total": "1"}},
		{Name: "wrong", Method: "PUT", Path: path + "/" + id, Body: `{"side":"sever"}`, Status: 422, Want: map[string]string{"errors.#": "5"}, Contains: []string{`did you mean \"server\"?`}},
		{Name: "change", Method: "PUT", Path: path + "/" + id, Body: strings.Replace(template, `"1"`, `"2"`, 1), Status: 200, Want: map[string]string{"order": `"2"`}, Changes: []string{"changed monitoring_config_templates " + id}},
		{Name: "remove", Method: "DELETE", Path: path + "/" + id, Status: 204, Changes: []string{"removed monitoring_config_templates " + id}},
	} {
		c.As = "edith"
		s.Run(t, c)
	}
}

// An object's version tells whether it is still what a client has seen.
func TestObjectVersions(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	path := "/api/v1/environments/lab/objects/" + instanceID
	_, header, _ := s.Send(t, webapitest.Scenario{Path: path}, s.Bearer("victor"))
	tag := header.Get("ETag")
	for _, list := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
		s.Run(t, webapitest.Scenario{Name: list, As: "victor", Path: path, Header: map[string]string{"If-None-Match": list}, Status: 304})
	}
	view, err := s.Store.View(t.Context(), "lab", graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	v, err := view.Vertex(t.Context(), instanceID)
	if err != nil {
		t.Fatal(err)
	}
	v.Attrs = v.Attrs.Clone()
	v.Attrs["vm_state"] = "paused"
	if _, err := s.Store.Commit(t.Context(), "lab", graph.Cause{}, &graph.Batch{Put: []*graph.Vertex{v}}); err != nil {
		t.Fatal(err)
	}
	s.Run(t, webapitest.Scenario{Name: "changed", As: "victor", Path: path, Header: map[string]string{"If-None-Match": tag}, Status: 200, Want: map[string]string{"vm_state": `"paused"`}})
}
