package webapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"calipso/graph"
	"calipso/webapi"
	"calipso/webapi/auth"
	"calipso/webapi/auth/oidc"
	"calipso/webapi/auth/oidc/oidctest"
	"calipso/webapi/webapitest"
)

// browser keeps cookies and follows nothing by itself.
type browser struct {
	t       *testing.T
	s       *webapitest.Test
	cookies map[string]string
}

// get asks for a path and returns the status and where it leads.
func (b *browser) get(path string) (status int, location string, set []*http.Cookie) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.s.URL+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	client := &http.Client{Transport: b.s.Client.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	resp.Body.Close()
	for _, c := range resp.Cookies() {
		if b.cookies[c.Name] = c.Value; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return resp.StatusCode, resp.Header.Get("Location"), resp.Cookies()
}

func startOIDC(t *testing.T, claims map[string]any) (*oidctest.Provider, *webapitest.Test) {
	t.Helper()
	provider := oidctest.Start(t)
	provider.Behave(oidctest.Behaviour{Claims: claims})
	p, err := oidc.New(oidc.Config{Issuer: provider.URL, ClientID: oidctest.ClientID, ClientSecret: graph.NewSecret(oidctest.ClientSecret), URL: "https://calipso.example.org", SignOut: true, Label: `Lab <login> "x"`})
	if err != nil {
		t.Fatal(err)
	}
	return provider, webapitest.Start(t, webapitest.Options{API: webapi.Options{OIDC: p}, Groups: map[string]auth.GroupRoles{
		"oidc": {"ops": {"viewer"}, "vault": {"edit-env:vault"}},
	}})
}

func TestSignInByOpenIDConnect(t *testing.T) {
	provider, s := startOIDC(t, map[string]any{"preferred_username": "olga", "groups": []string{"ops"}})
	b := &browser{t, s, map[string]string{}}
	status, location, set := b.get("/api/v1/sessions/oidc")
	if status != http.StatusFound || !strings.HasPrefix(location, provider.URL+"/authorize?") || len(set) != 1 ||
		!set[0].HttpOnly || !set[0].Secure || set[0].SameSite != http.SameSiteLaxMode || set[0].Path != "/api/v1/sessions/oidc" {
		t.Fatalf("%d to %s, %v", status, location, set)
	}
	back := provider.Visit(t, location)
	status, location, set = b.get(oidc.CallbackPath + "?" + back.Encode())
	if status != http.StatusFound || location != "/" {
		t.Fatalf("%d to %s", status, location)
	}
	for _, c := range set {
		if c.Name == "calipso_session" && (!c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.Path != "/") {
			t.Errorf("the session's cookie: %v", c)
		}
	}
	if len(b.cookies) != 1 {
		t.Errorf("cookies left: %v", b.cookies)
	}
	for path, want := range map[string]int{"/api/v1/sessions": 200, "/api/v1/environments/lab": 200, "/api/v1/users": 403} {
		if status, _, _ := b.get(path); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	u, err := s.Accounts.User(t.Context(), "olga")
	if err != nil || u.Directory != "oidc" {
		t.Errorf("%+v %v", u, err)
	}
	if _, _, err := s.Accounts.Login(t.Context(), "olga", "", ""); err == nil {
		t.Error("the account has a password")
	}
	s.Run(t, webapitest.Scenario{Name: "signs out there too", Path: "/api/v1/sessions", Header: map[string]string{"Cookie": "calipso_session=" + b.cookies["calipso_session"]},
		Status: 200, Want: map[string]string{"sign_out_url": fmt.Sprintf("%q", provider.URL+"/logout?client_id=calipso&post_logout_redirect_uri=https%3A%2F%2Fcalipso.example.org%2F")}})
	s.Run(t, webapitest.Scenario{Name: "who is not from there does not", As: webapitest.AdminName, Path: "/api/v1/sessions", Status: 200, Want: map[string]string{"sign_out_url": "absent"}})
}

func TestGroupsOpenSingleEnvironments(t *testing.T) {
	provider, s := startOIDC(t, map[string]any{"preferred_username": "vera", "groups": []string{"vault"}})
	b := &browser{t, s, map[string]string{}}
	signIn := func() {
		t.Helper()
		_, location, _ := b.get("/api/v1/sessions/oidc")
		if _, location, _ = b.get(oidc.CallbackPath + "?" + provider.Visit(t, location).Encode()); location != "/" {
			t.Fatalf("sent to %s", location)
		}
	}
	signIn()
	for path, want := range map[string]int{"/api/v1/environments/vault": 200, "/api/v1/environments/lab": 404} {
		if status, _, _ := b.get(path); status != want {
			t.Errorf("%s: %d, want %d", path, status, want)
		}
	}
	p, err := s.Accounts.Authenticate(t.Context(), b.cookies["calipso_session"])
	if err != nil {
		t.Fatal(err)
	}
	if view, edit, err := p.Env(t.Context(), webapitest.HiddenEnv); !view || !edit || err != nil {
		t.Errorf("vault: view %v edit %v %v", view, edit, err)
	}
	provider.Behave(oidctest.Behaviour{Claims: map[string]any{"preferred_username": "vera"}})
	signIn()
	if status, _, _ := b.get("/api/v1/environments/vault"); status != http.StatusNotFound {
		t.Errorf("out of the group, vault: %d", status)
	}
}

func TestSignInThatFailsIsSaidOnThePage(t *testing.T) {
	provider, s := startOIDC(t, map[string]any{"preferred_username": webapitest.AdminName, "groups": "ops"})
	failed := func(b *browser, path, word string) {
		t.Helper()
		status, location, _ := b.get(path)
		if status != http.StatusFound || location != "/#/?sign-in="+word || b.cookies["calipso_session"] != "" {
			t.Errorf("%s: %d to %q, %v; want %s", path, status, location, b.cookies, word)
		}
	}
	answer := func(b *browser) string {
		t.Helper()
		_, location, _ := b.get("/api/v1/sessions/oidc")
		return oidc.CallbackPath + "?" + provider.Visit(t, location).Encode()
	}
	mine, theirs := &browser{t, s, map[string]string{}}, &browser{t, s, map[string]string{}}
	failed(mine, answer(mine), "refused") // the local administrator is somebody else
	person := func(subject string) {
		provider.Behave(oidctest.Behaviour{Claims: map[string]any{"preferred_username": "olga", "sub": subject}})
	}
	person("1")
	if _, location, _ := theirs.get(answer(theirs)); location != "/" {
		t.Fatalf("olga is sent to %s", location)
	}
	person("2")
	failed(mine, answer(mine), "refused") // somebody else who has come to that name
	stolen := answer(theirs)
	answer(mine)
	failed(mine, stolen, "again")
	failed(mine, oidc.CallbackPath, "again")
	provider.Behave(oidctest.Behaviour{Deny: "access_denied"})
	failed(mine, answer(mine), "denied")
	provider.Behave(oidctest.Behaviour{NoToken: true})
	failed(mine, answer(mine), "failed")
	last := answer(mine)
	provider.Stop()
	failed(mine, last, "away")
}

func TestButtonOnThePageToSignIn(t *testing.T) {
	_, with := startOIDC(t, nil)
	without := webapitest.Start(t, webapitest.Options{})
	for s, want := range map[*webapitest.Test]string{with: `content="Lab &lt;login&gt; &quot;x&quot;"`, without: `content=""`} {
		_, _, body := s.Send(t, webapitest.Scenario{Path: "/"}, "")
		if !strings.Contains(string(body), `<meta name="calipso-sign-in" `+want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
	if status := ask(t, without, http.MethodGet, "/api/v1/sessions/oidc", ""); status != http.StatusUnauthorized {
		t.Errorf("where it is off: %d", status)
	}
}
