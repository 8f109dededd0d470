package webapi_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/webapi"
	"calipso/webapi/webapitest"
)

// fakeMongo remembers what was asked of it.
type fakeMongo struct {
	at   webapi.MongoAddress
	in   webapi.ImportOptions
	out  webapi.MongoExport
	fail error
}

func (f *fakeMongo) Import(_ context.Context, _ string, at webapi.MongoAddress, opt webapi.ImportOptions) (any, error) {
	f.at, f.in = at, opt
	if opt.Progress != nil {
		opt.Progress(webapi.ImportProgress{Phase: "reading", Records: 7})
	}
	return map[string]int{"added": 3}, f.fail
}

func (f *fakeMongo) Export(_ context.Context, at webapi.MongoAddress, opt webapi.MongoExport) (any, error) {
	f.at, f.out = at, opt
	return map[string]int{"written": 4}, f.fail
}

// TestMongo: what is asked reaches the one who does it; answers come whole or in
// lines; accounts come along for those alone who may manage users.
func TestMongo(t *testing.T) {
	f := &fakeMongo{}
	s := webapitest.Start(t, webapitest.Options{API: webapi.Options{Mongo: f}})
	const address = `"uri":"mongodb://olga:pw-planted@h/d","tls_ca":"CA","tls_certificate":"KEY","inventory":"inventory_2"`
	send := func(as, path, body string) (int, string) {
		t.Helper()
		status, _, text := s.Send(t, webapitest.Scenario{Method: http.MethodPost, Path: path, Body: body}, s.Bearer(as))
		if strings.Contains(string(text), "pw-planted") {
			t.Errorf("%s repeats the password: %s", path, text)
		}
		return status, string(text)
	}

	if status, body := send(webapitest.AdminName, "/api/v1/import/mongo", `{`+address+`,"env":"lab","replace":true}`); status != http.StatusOK || !strings.Contains(body, `"added":3`) {
		t.Errorf("import: %d %s", status, body)
	}
	if f.at.URI.Reveal() != "mongodb://olga:pw-planted@h/d" || f.at.CA != "CA" || f.at.Certificate.Reveal() != "KEY" || f.at.Inventory != "inventory_2" ||
		f.in.Env != "lab" || !f.in.Replace || !f.in.Accounts || f.in.Wait {
		t.Errorf("asked for %+v %+v", f.at, f.in)
	}
	if send(webapitest.AdminName, "/api/v1/import/mongo", `{`+address+`,"no_users":true}`); f.in.Accounts {
		t.Error("users came along unasked")
	}
	if send(webapitest.EditorName, "/api/v1/import/mongo", `{`+address+`}`); f.in.Accounts {
		t.Error("users came along for one who may not manage them")
	}
	if status, _ := send(webapitest.ViewerName, "/api/v1/environments/lab/export/mongo", `{`+address+`}`); status != http.StatusForbidden {
		t.Errorf("a viewer has the server write elsewhere: %d", status)
	}
	if status, body := send(webapitest.EditorName, "/api/v1/environments/lab/export/mongo", `{`+address+`,"no_cliques":true}`); status != http.StatusOK || !strings.Contains(body, `"written":4`) || f.out.Env != "lab" || !f.out.NoCliques {
		t.Errorf("export: %d %s, %+v", status, body, f.out)
	}
	if status, body := send(webapitest.AdminName, "/api/v1/export/mongo", `{`+address+`,"at":"monday"}`); status != http.StatusUnprocessableEntity || !strings.Contains(body, "is neither a time") {
		t.Errorf("a time that is none: %d %s", status, body)
	}
	for _, body := range []string{`{}`, `{"uri":""}`, `{"uri":7,"x":"pw-planted"}`, `{` + address + `,"nothing":1}`} {
		if status, answer := send(webapitest.AdminName, "/api/v1/export/mongo", body); status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}

	answer := lineRequest(t.Context(), t, s, http.MethodPost, "/api/v1/import/mongo", `{`+address+`}`, s.Bearer(webapitest.AdminName))
	text, err := io.ReadAll(answer.Body)
	if want := `{"progress":{"phase":"reading","records":7,"bytes":0,"total":0,"records_per_second":0,"seconds":0}}` + "\n" + `{"report":{"added":3}}` + "\n"; err != nil || string(text) != want {
		t.Errorf("in lines: %s, %v", text, err)
	}
	f.fail = &graph.InvalidError{What: "import", Fields: []graph.FieldError{{Field: "uri", Reason: "nobody answers"}}}
	if status, body := send(webapitest.AdminName, "/api/v1/import/mongo", `{`+address+`}`); status != http.StatusUnprocessableEntity || !strings.Contains(body, "nobody answers") {
		t.Errorf("no MongoDB: %d %s", status, body)
	}
	answer = lineRequest(t.Context(), t, s, http.MethodPost, "/api/v1/import/mongo", `{`+address+`}`, s.Bearer(webapitest.AdminName))
	var last struct {
		Problem struct{ Status int }
	}
	for dec := json.NewDecoder(answer.Body); dec.More(); {
		if err := dec.Decode(&last); err != nil {
			t.Fatal(err)
		}
	}
	if last.Problem.Status != http.StatusUnprocessableEntity {
		t.Errorf("no MongoDB, in lines: %+v", last)
	}
}
