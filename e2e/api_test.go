package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"testing"

	"calipso/e2e/truth"
)

// login gets a token for admin.
func (s *server) login() {
	s.t.Helper()
	var session struct{ Token string }
	s.call("POST", "/api/v1/sessions", map[string]any{"username": "admin", "password": s.password}, &session)
	if session.Token == "" {
		s.t.Fatal("a new session has no token")
	}
	s.token = session.Token
}

// call sends one request and decodes its answer, which must be a success.
func (s *server) call(method, path string, body, into any) {
	s.t.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		sent = bytes.NewReader(text)
	}
	ask, err := http.NewRequest(method, s.url+path, sent)
	if err != nil {
		s.t.Fatal(err)
	}
	ask.Header.Set("Content-Type", "application/json")
	if s.token != "" {
		ask.Header.Set("Authorization", "Bearer "+s.token)
	}
	answer, err := http.DefaultClient.Do(ask)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if answer.StatusCode/100 != 2 {
		s.t.Fatalf("%s %s: %s: %s", method, path, answer.Status, text)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			s.t.Fatalf("%s %s: %v", method, path, err)
		}
	}
}

func (s *server) get(path string, into any) {
	s.t.Helper()
	s.call("GET", path, nil, into)
}

// list reads all pages of a list.
func (s *server) list(path string) []map[string]any {
	s.t.Helper()
	var all []map[string]any
	query := url.Values{"limit": {"200"}}
	for {
		var page struct {
			Items []map[string]any `json:"items"`
			Next  string           `json:"next_cursor"`
			Total int              `json:"total"`
		}
		s.get(path+"?"+query.Encode(), &page)
		all = append(all, page.Items...)
		if page.Next == "" {
			if len(all) != page.Total {
				s.t.Errorf("%s: %d items, total says %d", path, len(all), page.Total)
			}
			return all
		}
		query.Set("cursor", page.Next)
	}
}

func environment(env string) string { return "/api/v1/environments/" + url.PathEscape(env) }

// export reads the graph of an environment, with the cliques of all instances,
// vservices and networks.
func (s *server) export(t *testing.T, env string) *truth.Export {
	t.Helper()
	e, err := truth.NewExport(s.list(environment(env)+"/objects"), s.list(environment(env)+"/links"))
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"instance", "vservice", "network"} {
		for id := range e.Objects[kind] {
			var clique map[string]any
			s.get(environment(env)+"/cliques/"+url.PathEscape(id), &clique)
			e.Cliques[id] = clique
		}
	}
	return e
}

// judge holds an environment against the truth.
func (s *server) judge(t *testing.T, env string, tr *truth.Truth) {
	t.Helper()
	differences := truth.Compare(tr, s.export(t, env))
	for i, d := range differences {
		if i == 40 {
			t.Errorf("… and %d more", len(differences)-i)
			break
		}
		t.Error(d)
	}
}

// graph is everything an environment shows, as text by kind and id, without
// the times of the last look.
func (s *server) graph(t *testing.T, env string) map[string]string {
	t.Helper()
	out := map[string]string{}
	put := func(key string, doc map[string]any) {
		delete(doc, "last_scanned")
		text, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		out[key] = string(text)
	}
	for _, o := range s.list(environment(env) + "/objects") {
		put("object "+o["type"].(string)+" "+o["id"].(string), o)
	}
	for _, l := range s.list(environment(env) + "/links") {
		put("link "+l["link_type"].(string)+" "+l["source_id"].(string)+" "+l["target_id"].(string), l)
	}
	return out
}

// sameGraph reports how two graphs differ.
func sameGraph(t *testing.T, before, after map[string]string) {
	t.Helper()
	for key, text := range before {
		switch now, ok := after[key]; {
		case !ok:
			t.Errorf("gone: %s", key)
		case now != text:
			t.Errorf("changed: %s:\n%s\n%s", key, text, now)
		}
	}
	for key := range after {
		if _, ok := before[key]; !ok {
			t.Errorf("new: %s", key)
		}
	}
}
