package webapi_test

import (
	"net/http"
	"strings"
	"testing"

	"calipso/webapi/webapitest"
)

// Another site makes a browser send its cookie along; that changes nothing, on no
// route, signing in and out included.
func TestOtherSitesChangeNothing(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	secret, _, err := s.Accounts.Login(t.Context(), webapitest.AdminName, webapitest.Password, "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	cookie := "calipso_session=" + secret.Reveal()
	before := s.Store.Last("")
	n := 0
	for _, r := range ordered(s) {
		if !r.Changes {
			continue
		}
		for name, from := range map[string]map[string]string{
			"another site": {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
			"a neighbour":  {"Sec-Fetch-Site": "same-site", "Origin": "https://other.example.org"},
			"an old one":   {"Origin": "https://evil.example"}, // a browser without Sec-Fetch-Site
			"a sandbox":    {"Origin": "null"},
			"a form":       {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example", "Content-Type": "text/plain"},
		} {
			header := map[string]string{"Cookie": cookie}
			for k, v := range from {
				header[k] = v
			}
			status, answer, body := s.Send(t, webapitest.Scenario{Method: r.Method, Path: fill(r.Path, webapitest.EnvName), Body: "{}", Header: header}, "")
			if status != http.StatusForbidden || !strings.Contains(string(body), "another site") || answer.Get("Set-Cookie") != "" {
				t.Errorf("%s %s from %s: %d %s", r.Method, r.Path, name, status, body)
			}
			n++
		}
	}
	if n < 100 || s.Store.Last("") != before {
		t.Errorf("%d requests; something was changed: %v", n, s.Store.Last("") != before)
	}
	own := webapitest.Scenario{Path: "/api/v1/environments/lab/scans", Body: "{}", Header: map[string]string{"Cookie": cookie, "Sec-Fetch-Site": "same-origin", "Origin": s.URL}}
	if status, _, body := s.Send(t, own, ""); status != http.StatusAccepted {
		t.Errorf("our own page: %d %s", status, body)
	}
	if status, _, body := s.Send(t, webapitest.Scenario{Path: own.Path, Body: "{}", Header: map[string]string{"Cookie": cookie}}, ""); status != http.StatusAccepted {
		t.Errorf("a script that has the cookie: %d %s", status, body)
	}
}
