package webapi_test

import (
	"testing"

	"calipso/webapi/webapitest"
)

// Everybody on this machine is let in, and no page of another site through a
// browser on it.
func TestEverybody(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{Everybody: true})
	host := s.URL[len("http://"):]
	for _, tc := range []struct {
		name   string
		header map[string]string
		want   int
	}{
		{"nothing", nil, 200},
		{"a page of its own", map[string]string{"Origin": s.URL, "Sec-Fetch-Site": "same-origin"}, 200},
		{"a stale session", map[string]string{"Cookie": "calipso_session=old"}, 200},
		{"a wrong token", map[string]string{"Authorization": "Bearer nonsense"}, 401},
		{"another site's page", map[string]string{"Origin": "https://evil.example.org"}, 401},
		{"another port's page", map[string]string{"Origin": "http://127.0.0.1:1"}, 401},
		{"a page without an origin", map[string]string{"Origin": "null"}, 401},
		{"a link from elsewhere", map[string]string{"Sec-Fetch-Site": "cross-site"}, 401},
		{"another name for this machine", map[string]string{"Host": "evil.example.org"}, 401},
		{"another name for this machine, its port", map[string]string{"Host": "evil.example.org" + host[len("127.0.0.1"):]}, 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s.Run(t, webapitest.Scenario{Name: tc.name, Path: "/api/v1/users", Header: tc.header, Status: tc.want})
		})
	}
	s.Run(t, webapitest.Scenario{Name: "sign out", Method: "DELETE", Path: "/api/v1/sessions", Status: 204})
	s.Run(t, webapitest.Scenario{Name: "and still in", Path: "/api/v1/sessions", Status: 200, Want: map[string]string{"username": `"admin"`}})
}
