package webapi_test

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/webapi"
	"calipso/webapi/auth"
	"calipso/webapi/webapitest"
)

// caller is somebody with what the rights say that he may, so that the answers of
// the routes can be held against it.
type caller struct {
	name   string
	bearer string
	rights []auth.Right // for everything
	view   []string     // environments
	edit   []string     // environments
	reader bool         // changes nothing
	nobody bool         // is not let in
}

func (c *caller) has(r auth.Right) bool { return slices.Contains(c.rights, r) }

// callers are one of each kind: every role, every way in which a token can be
// limited, and those who are nobody.
func callers(t *testing.T, s *webapitest.Test) []*caller {
	t.Helper()
	ctx := t.Context()
	both := []string{webapitest.EnvName, webapitest.HiddenEnv}
	lab := both[:1]
	issue := func(user string, scope auth.Scope) string {
		t.Helper()
		secret, _, err := s.Accounts.Login(ctx, user, webapitest.Password, "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Accounts.Authenticate(ctx, secret.Reveal())
		if err != nil {
			t.Fatal(err)
		}
		token, _, err := s.Accounts.IssueToken(ctx, p, auth.NewToken{Name: "limited", Scope: scope})
		if err != nil {
			t.Fatal(err)
		}
		return "Bearer " + token.Reveal()
	}
	for _, name := range []string{"mona", "dan", "ede"} {
		if _, err := s.Accounts.Create(ctx, "", auth.NewUser{Name: name, Password: webapitest.Password}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Accounts.Change(ctx, "", "mona", auth.Change{Rights: &[]auth.Right{auth.ManageUsers}}); err != nil {
		t.Fatal(err)
	}
	for user, edit := range map[string]bool{"mona": false, "ede": true} {
		if err := s.Accounts.Grant(ctx, "", user, webapitest.EnvName, true, edit); err != nil {
			t.Fatal(err)
		}
	}
	dan := s.Bearer("dan")
	off := true
	if _, err := s.Accounts.Change(ctx, "", "dan", auth.Change{Disabled: &off}); err != nil {
		t.Fatal(err)
	}
	admin := webapitest.AdminName
	return []*caller{
		{name: "admin", bearer: s.Bearer(admin), rights: auth.Rights(), view: both, edit: both},
		{name: "editor", bearer: s.Bearer(webapitest.EditorName), rights: []auth.Right{auth.ViewEnv, auth.EditEnv}, view: both, edit: both},
		{name: "viewer", bearer: s.Bearer(webapitest.ViewerName), rights: []auth.Right{auth.ViewEnv}, view: both},
		{name: "editor of one", bearer: s.Bearer("ede"), view: lab, edit: lab},
		{name: "viewer of one", bearer: s.Bearer(webapitest.GuestName), view: lab},
		{name: "manager of users, viewer of one", bearer: s.Bearer("mona"), rights: []auth.Right{auth.ManageUsers}, view: lab},
		{name: "without rights", bearer: s.Bearer(webapitest.NobodyName)},
		{name: "reading token", bearer: issue(admin, auth.Scope{ReadOnly: true}), rights: auth.Rights(), view: both, reader: true},
		{name: "token for one environment", bearer: issue(admin, auth.Scope{Envs: []graph.EnvID{webapitest.EnvName}}), view: lab, edit: lab},
		{name: "token with one right", bearer: issue(admin, auth.Scope{Rights: []auth.Right{auth.ViewEnv}}), rights: []auth.Right{auth.ViewEnv}, view: both},
		{name: "disabled", bearer: dan, nobody: true},
		{name: "stranger", nobody: true},
		{name: "made-up token", bearer: "Bearer " + strings.Repeat("ab", 16), nobody: true},
	}
}

// refusals say, for each thing that a route may ask, which status who lacks it is
// answered with; 0: he gets through. A route that asks something else fails the
// test until it is said here.
var refusals = map[string]func(c *caller, env string) int{
	"signedIn":     func(*caller, string) int { return 0 },
	"viewAll":      func(c *caller, _ string) int { return lacks(c, auth.ViewEnv) },
	"createEnv":    func(c *caller, _ string) int { return lacks(c, auth.EditEnv) },
	"manageUsers":  func(c *caller, _ string) int { return lacks(c, auth.ManageUsers) },
	"administrate": func(c *caller, _ string) int { return lacks(c, auth.Rights()...) },
	"viewEnv": func(c *caller, env string) int {
		if slices.Contains(c.view, env) {
			return 0
		}
		return http.StatusNotFound
	},
	"editEnv": func(c *caller, env string) int {
		switch {
		case slices.Contains(c.edit, env):
			return 0
		case slices.Contains(c.view, env):
			return http.StatusForbidden
		}
		return http.StatusNotFound
	},
	"editCliqueTypes": func(c *caller, _ string) int {
		if len(c.edit) > 0 {
			return 0
		}
		return lacks(c, auth.ManageCliqueTypes)
	},
	"manageCliqueTypes": func(c *caller, _ string) int { return lacks(c, auth.ManageCliqueTypes) },
	"manageConstraints": func(c *caller, _ string) int { return lacks(c, auth.ManageCliqueConstraints) },
	"manageLinkTypes":   func(c *caller, _ string) int { return lacks(c, auth.ManageLinkTypes) },
	// The old API says of an environment that one may not see that it is unknown.
	"viewNamed": func(c *caller, env string) int {
		if slices.Contains(c.view, env) {
			return 0
		}
		return http.StatusBadRequest
	},
	"editNamed": func(c *caller, env string) int {
		switch {
		case slices.Contains(c.edit, env):
			return 0
		case slices.Contains(c.view, env):
			return http.StatusForbidden
		}
		return http.StatusBadRequest
	},
}

func lacks(c *caller, rights ...auth.Right) int {
	for _, r := range rights {
		if !c.has(r) {
			return http.StatusForbidden
		}
	}
	return 0
}

// ordered lists the routes of the router so that what removes things comes last.
func ordered(s *webapitest.Test) []webapi.RouteInfo {
	routes := s.API.RoutesForTest()
	slices.SortFunc(routes, func(a, b webapi.RouteInfo) int {
		last := func(r webapi.RouteInfo) int {
			if r.Method == http.MethodDelete {
				return 1
			}
			return 0
		}
		return cmp.Or(cmp.Compare(last(a), last(b)), cmp.Compare(len(b.Path), len(a.Path)), strings.Compare(a.Path+a.Method, b.Path+b.Method))
	})
	return routes
}

// TestRightsMatrix asks every route of the router as every kind of caller, on an
// environment that he may see and on one that he may not, and holds the answer
// against his rights.
func TestRightsMatrix(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	all := callers(t, s)
	asked := 0
	for _, r := range ordered(s) {
		if r.Public {
			continue // TestNobodyGetsAnywhere lists them
		}
		refusal, known := refusals[r.Need]
		if !known {
			t.Errorf("%s %s: asks for %q, of which this test does not know who has it", r.Method, r.Path, r.Need)
			continue
		}
		envs := []string{""}
		if r.Named || strings.Contains(r.Path, ":env") {
			envs = []string{webapitest.EnvName, webapitest.HiddenEnv, "none"}
		}
		for _, env := range envs {
			through := 0 // the status of who gets through, for reads
			for _, c := range slices.Backward(all) {
				want := refusal(c, env)
				switch {
				case c.nobody:
					want = http.StatusUnauthorized
				case c.reader && r.Changes && r.Path != "/api/v1/sessions":
					want = http.StatusForbidden
				}
				if want == 0 && r.Method == http.MethodDelete && r.Path == "/api/v1/sessions" {
					continue // it would sign the caller out
				}
				path, body := request(r, env)
				got := send(t, s, r.Method, path, c.bearer, body)
				asked++
				switch {
				case want != 0 && got != want:
					t.Errorf("%s %s on %q as %s: %d, want %d", r.Method, r.Path, env, c.name, got, want)
				case want == 0 && (got == http.StatusUnauthorized || got == http.StatusForbidden):
					t.Errorf("%s %s on %q as %s: refused with %d", r.Method, r.Path, env, c.name, got)
				case want == 0 && !r.Changes && through != 0 && got != through:
					t.Errorf("%s %s on %q as %s: %d, others who may get %d", r.Method, r.Path, env, c.name, got, through)
				case want == 0:
					through = got
				}
			}
		}
	}
	if asked < 1500 {
		t.Errorf("only %d requests", asked)
	}
}

// TestNothingOfHiddenEnvironments reads everything there is to read as those who
// may not know of an environment, in which something of every kind exists: its
// name, and what is in it, occur nowhere; and asking for it by name is answered
// to the letter as for one that does not exist.
func TestNothingOfHiddenEnvironments(t *testing.T) {
	s := webapitest.Start(t, webapitest.Options{})
	all := callers(t, s)
	furnish(t, s, webapitest.HiddenEnv, all[0].bearer)
	for _, c := range all {
		if c.nobody || slices.Contains(c.view, webapitest.HiddenEnv) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			for _, r := range ordered(s) {
				if r.Method != http.MethodGet || r.Path == "/api/v1/stream" || strings.HasPrefix(r.Path, "/assets/") {
					continue // TestStreamHeedsRights reads the stream
				}
				for _, query := range []string{"", "?limit=1", "?q=treasure&user=*", "?q=e&history=true"} {
					for _, accept := range []string{"application/json", "application/x-ndjson"} {
						_, _, body := s.Send(t, webapitest.Scenario{Path: fill(r.Path, webapitest.EnvName) + query, Header: map[string]string{"Accept": accept}}, c.bearer)
						for _, word := range []string{webapitest.HiddenEnv, `"treasure"`, "furnished"} {
							if strings.Contains(string(body), word) {
								t.Errorf("GET %s%s tells of %s: %s", r.Path, query, word, body)
							}
						}
					}
				}
			}
			alike(t, s, c)
		})
	}
}
