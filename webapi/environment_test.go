package webapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"calipso/webapi/webapitest"
)

func TestEnvironmentDocuments(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{Environments: true})
	grant(t, s)
	const envs, lab = "/api/v1/environments", "/api/v1/environments/lab"
	status, header, config := s.Send(t, webapitest.Scenario{Path: lab + "/config"}, s.Bearer("nora"))
	if status != 200 || strings.Contains(string(config), "topsecret") {
		t.Fatalf("%d %s", status, config)
	}
	seen := map[string]string{"If-Match": header.Get("ETag")}
	var doc map[string]any
	if err := json.Unmarshal(config, &doc); err != nil {
		t.Fatal(err)
	}
	with := func(key string, v any) string {
		d := map[string]any{}
		for k, old := range doc {
			d[k] = old
		}
		d[key] = v
		b, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	wrong := `{"name":"prod","environment_type":"OpenStak","mechanism_drivers":["OVS","osv"],"type_drivers":"vxlam","listen":true,"auth":{"view":["x"],"edit-env":"y"},"configuration":[
		{"name":"OpenStack","host":"http://10.0.0.1:5000","user":"calipso","password":"s3cr3t"},{"name":"CIL"},{"name":"CLI","host":"h","usr":"x","key":"id_rsa"},
		{"name":"Monitoring","type":"Senso","api_port":70000}]}`
	for _, c := range []webapitest.Scenario{
		{Name: "not modified", As: "gus", Path: lab + "/config", Header: map[string]string{"If-None-Match": header.Get("ETag")}, Status: 304},
		{Name: "viewers may not", As: "gus", Method: "PUT", Path: lab, Body: string(config), Status: 403},
		{Name: "nor make others", As: "nora", Path: envs, Body: `{"name":"x","configuration":[]}`, Status: 403},
		{Name: "all that is wrong", As: "edith", Path: envs, Body: wrong, Status: 422, Lacks: []string{"s3cr3t"}, Contains: []string{
			`"environment_type"`, `did you mean \"OpenStack\"?`, `"mechanism_drivers[1]"`, `did you mean \"OVS\"?`, `"type_drivers[0]"`, `"auth.view"`, `did you mean \"view-env\"?`, `"auth.edit-env"`, `"listen"`,
			`"configuration[0].password"`, "did you mean pwd?", `"configuration[0].host"`, `"configuration[1].name"`, `did you mean \"CLI\"?`, `"configuration[2].usr"`, "did you mean user?",
			`"configuration[2].key"`, "no absolute path", `"configuration[3].type"`, `did you mean \"Sensu\"?`, `"configuration[3].api_port"`}},
		{Name: "nothing to find", As: "edith", Path: envs, Body: `{"name":"prod","configuration":[{"name":"CLI","host":"h","user":"u","pwd":"p"}]}`, Status: 422, Want: map[string]string{"errors.#": "1", "errors.0.location": `"configuration"`}},
		{Name: "make", As: "edith", Path: envs, Body: `{"name":"prod","mechanism_drivers":"openvswitch","type_drivers":"vxlan","operational":"stopped",
			"configuration":[{"name":"OpenStack","host":"192.0.2.1","port":5000,"user":"u","pwd":"s3cr3t"}]}`, Status: 201, Lacks: []string{"s3cr3t"}, WantHeader: map[string]string{"Location": envs + "/prod", "ETag": "*"},
			Changes: []string{"added environments_config prod"}},
		{Name: "again", As: "edith", Path: envs, Body: `{"name":"prod","configuration":[{"name":"OpenStack","host":"h","user":"u","pwd":"p"}]}`, Status: 409},
		{Name: "change", As: "nora", Method: "PUT", Path: lab, Body: with("distribution_version", "13"), Header: seen, Status: 200, Want: map[string]string{"distribution_version": `"13"`}, Changes: []string{"changed environments_config lab"}},
		{Name: "not what was seen", As: "nora", Method: "PUT", Path: lab, Body: with("distribution_version", "14"), Header: seen, Status: 412},
		{Name: "not removed either", As: "nora", Method: "DELETE", Path: lab, Header: seen, Status: 412},
		{Name: "try", As: "edith", Path: envs + "/prod/test", Method: "POST", Status: 200, Want: map[string]string{"ok": "true", "checks.0.target": `"OpenStack"`, "user": `"edith"`},
			Changes: []string{"added connection_tests *", "changed environments_config prod"}},
		{Name: "it runs", As: "edith", Path: envs + "/prod/config", Status: 200, Want: map[string]string{"operational": `"running"`}},
		{Name: "kept", As: "edith", Path: envs + "/prod/tests", Status: 200, Want: map[string]string{"total": "1", "items.0.ok": "true", "items.0.checks.0.detail": `"version 1"`}},
		{Name: "none failed", As: "edith", Path: envs + "/prod/tests?ok=false", Status: 200, Want: map[string]string{"total": "0"}},
		{Name: "viewers see none of it", As: "gus", Path: envs + "/prod/tests", Status: 404},
		{Name: "remove", As: "edith", Method: "DELETE", Path: envs + "/prod", Status: 204, Changes: []string{"removed environments_config prod"}},
		{Name: "gone", As: "edith", Path: envs + "/prod/config", Status: 404},
	} {
		s.Run(t, c)
	}
}
