package oidc_test

import (
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/graph"
	"calipso/webapi/auth"
	"calipso/webapi/auth/oidc"
	"calipso/webapi/auth/oidc/oidctest"
)

var ada = map[string]any{"preferred_username": "ada", "name": "Ada Lovelace", "email": "ada@example.org", "email_verified": true, "groups": []string{"ops", "admins"}}

// configured is how a provider of a test is used.
func configured(p *oidctest.Provider) oidc.Config {
	return oidc.Config{Issuer: p.URL, ClientID: oidctest.ClientID, ClientSecret: graph.NewSecret(oidctest.ClientSecret), URL: "https://calipso.example.org/"}
}

func start(t *testing.T, what oidctest.Behaviour, edit func(*oidc.Config)) (*oidctest.Provider, *oidc.Provider) {
	t.Helper()
	server := oidctest.Start(t)
	if what.Claims == nil {
		what.Claims = ada
	}
	server.Behave(what)
	cfg := configured(server)
	if edit != nil {
		edit(&cfg)
	}
	p, err := oidc.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return server, p
}

// signIn goes all the way as a browser does.
func signIn(t *testing.T, server *oidctest.Provider, p *oidc.Provider) (auth.Identity, error) {
	t.Helper()
	address, state, err := p.Begin(t.Context())
	if err != nil {
		return auth.Identity{}, err
	}
	return p.Finish(t.Context(), state, server.Visit(t, address))
}

func TestSignIn(t *testing.T) {
	for _, tc := range []struct {
		name string
		what oidctest.Behaviour
		edit func(*oidc.Config)
		want auth.Identity
	}{
		{"claims of the token", oidctest.Behaviour{}, nil, auth.Identity{Subject: "1234", Name: "ada", Display: "Ada Lovelace", Email: "ada@example.org", Groups: []string{"admins", "ops"}}},
		{"a path to the groups", oidctest.Behaviour{Claims: map[string]any{"preferred_username": "ada", "realm_access": map[string]any{"roles": []string{"x"}}}},
			func(c *oidc.Config) { c.GroupsClaim = "realm_access.roles" }, auth.Identity{Subject: "1234", Name: "ada", Groups: []string{"x"}}},
		{"a claim with dots in its name", oidctest.Behaviour{Claims: map[string]any{"preferred_username": "ada", "https://example.org/groups": "one"}},
			func(c *oidc.Config) { c.GroupsClaim = "https://example.org/groups" }, auth.Identity{Subject: "1234", Name: "ada", Groups: []string{"one"}}},
		{"a verified address as the name", oidctest.Behaviour{}, func(c *oidc.Config) { c.NameClaim = "email" },
			auth.Identity{Subject: "1234", Name: "ada@example.org", Display: "Ada Lovelace", Email: "ada@example.org", Groups: []string{"admins", "ops"}}},
		{"the rest from userinfo", oidctest.Behaviour{Claims: map[string]any{"preferred_username": "ada"}, UserInfo: map[string]any{"sub": "1234", "preferred_username": "other", "groups": []string{"ops"}}},
			nil, auth.Identity{Subject: "1234", Name: "ada", Groups: []string{"ops"}}},
		{"several readers, and we are the one it is for", oidctest.Behaviour{Edit: func(c map[string]any) { c["aud"], c["azp"] = []string{"other", oidctest.ClientID}, oidctest.ClientID }},
			nil, auth.Identity{Subject: "1234", Name: "ada", Display: "Ada Lovelace", Email: "ada@example.org", Groups: []string{"admins", "ops"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server, p := start(t, tc.what, tc.edit)
			got, err := signIn(t, server, p)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatTheBrowserIsAskedFor(t *testing.T) {
	_, p := start(t, oidctest.Behaviour{}, func(c *oidc.Config) { c.Scopes = []string{"groups"} })
	address, state, err := p.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if q.Get("redirect_uri") != "https://calipso.example.org"+oidc.CallbackPath || q.Get("scope") != "openid groups" || q.Get("response_type") != "code" {
		t.Errorf("asked: %v", q)
	}
	for _, secret := range []string{q.Get("state"), q.Get("nonce")} {
		if len(secret) < 20 || strings.Contains(state, secret) {
			t.Errorf("%q is short, or readable in %q", secret, state)
		}
	}
	if other, _, err := p.Begin(t.Context()); err != nil || other == address {
		t.Errorf("two sign-ins are alike: %v", err)
	}
}

// A token is believed only if it is the provider's, for us, for this very
// sign-in, and still good.
func TestTokensThatAreNotBelieved(t *testing.T) {
	edit := func(f func(map[string]any)) oidctest.Behaviour { return oidctest.Behaviour{Edit: f} }
	for _, tc := range []struct {
		name string
		what oidctest.Behaviour
		want string
	}{
		{"wrong nonce", edit(func(c map[string]any) { c["nonce"] = "another" }), "nonce"},
		{"no nonce", edit(func(c map[string]any) { delete(c, "nonce") }), "nonce"},
		{"wrong audience", edit(func(c map[string]any) { c["aud"] = "another" }), "audience"},
		{"several readers, and it is for another", edit(func(c map[string]any) { c["aud"], c["azp"] = []string{oidctest.ClientID, "x"}, "x" }), "given to"},
		{"several readers, and nobody knows for whom", edit(func(c map[string]any) { c["aud"] = []string{oidctest.ClientID, "x"} }), "given to"},
		{"expired", edit(func(c map[string]any) { c["exp"] = time.Now().Add(-time.Minute).Unix() }), "expired"},
		{"wrong issuer", edit(func(c map[string]any) { c["iss"] = "https://elsewhere.example.org" }), "different provider"},
		{"forged", oidctest.Behaviour{Forge: func(_, signature []byte) { signature[0] ^= 1 }}, "signature"},
		{"another algorithm", oidctest.Behaviour{Forge: func(header, _ []byte) { copy(header, strings.Replace(string(header), "RS256", "HS256", 1)) }}, "HS256"},
		{"no name", oidctest.Behaviour{Claims: map[string]any{"groups": "x"}}, "preferred_username"},
		{"groups that are none", oidctest.Behaviour{Claims: map[string]any{"preferred_username": "ada", "groups": []any{1}}}, "groups"},
		{"userinfo of somebody else", oidctest.Behaviour{Claims: map[string]any{"preferred_username": "ada"}, UserInfo: map[string]any{"sub": "666", "groups": "admins"}}, "somebody else"},
		{"no token", oidctest.Behaviour{NoToken: true}, "id_token"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server, p := start(t, tc.what, nil)
			id, err := signIn(t, server, p)
			if !errors.Is(err, oidc.ErrProvider) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%v %v, want %q", id, err, tc.want)
			}
		})
	}
	server, p := start(t, oidctest.Behaviour{Edit: func(c map[string]any) { c["email_verified"] = false }}, func(c *oidc.Config) { c.NameClaim = "email" })
	if id, err := signIn(t, server, p); !errors.Is(err, oidc.ErrProvider) || !strings.Contains(err.Error(), "not verified") {
		t.Errorf("a name that anybody can claim: %v %v", id, err)
	}
}

// The answer has to come to the browser that began, once, and in time.
func TestAnswersOfOthers(t *testing.T) {
	now := time.Now()
	server, p := start(t, oidctest.Behaviour{}, func(c *oidc.Config) { c.Clock = func() time.Time { return now } })
	begin := func() (answer url.Values, state string) {
		t.Helper()
		address, state, err := p.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return server.Visit(t, address), state
	}
	refused := func(when string, state string, answer url.Values) {
		t.Helper()
		before := server.Asked("/token")
		if id, err := p.Finish(t.Context(), state, answer); !errors.Is(err, oidc.ErrAgain) || server.Asked("/token") != before {
			t.Errorf("%s: %v %v, %d questions", when, id, err, server.Asked("/token")-before)
		}
	}
	mine, state := begin()
	theirs, _ := begin()
	refused("another browser's answer", state, theirs)
	refused("no cookie", "", mine)
	refused("a made-up cookie", strings.Repeat("A", len(state)), mine)
	refused("an altered cookie", state[:len(state)-2]+"AA", mine)
	refused("no state", state, url.Values{"code": mine["code"]})
	_, other := start(t, oidctest.Behaviour{}, nil)
	if _, err := other.Finish(t.Context(), state, mine); !errors.Is(err, oidc.ErrAgain) {
		t.Errorf("begun at another server: %v", err)
	}
	if id, err := p.Finish(t.Context(), state, mine); err != nil || id.Name != "ada" {
		t.Fatal(id, err)
	}
	refused("used twice", state, mine)
	mine, state = begin()
	now = now.Add(11 * time.Minute)
	refused("too late", state, mine)
	mine, state = begin()
	mine.Set("iss", "https://elsewhere.example.org")
	if _, err := p.Finish(t.Context(), state, mine); !errors.Is(err, oidc.ErrProvider) {
		t.Errorf("another provider's answer: %v", err)
	}
	mine, state = begin()
	mine.Set("code", "guessed")
	if _, err := p.Finish(t.Context(), state, mine); !errors.Is(err, oidc.ErrProvider) || !strings.Contains(err.Error(), "invalid_grant") {
		t.Errorf("a code of nobody: %v", err)
	}
}

func TestProviderSaysNo(t *testing.T) {
	for word, want := range map[string]error{"access_denied": oidc.ErrDenied, "temporarily_unavailable": oidc.ErrUnreachable, "invalid_scope": oidc.ErrProvider} {
		server, p := start(t, oidctest.Behaviour{Deny: word}, nil)
		if _, err := signIn(t, server, p); !errors.Is(err, want) || !strings.Contains(err.Error(), "because of the test") {
			t.Errorf("%s: %v", word, err)
		}
	}
	server, p := start(t, oidctest.Behaviour{}, func(c *oidc.Config) { c.ClientSecret = graph.NewSecret("a secret of before") })
	if _, err := signIn(t, server, p); !errors.Is(err, oidc.ErrProvider) || !strings.Contains(err.Error(), "invalid_client") || strings.Contains(err.Error(), "secret of before") {
		t.Errorf("a wrong secret: %v", err)
	}
}

func TestKeysAreReplaced(t *testing.T) {
	server, p := start(t, oidctest.Behaviour{}, nil)
	for range 3 {
		if _, err := signIn(t, server, p); err != nil {
			t.Fatal(err)
		}
	}
	if n := server.Asked("/keys"); n != 1 {
		t.Errorf("the keys were read %d times", n)
	}
	server.Rotate(t)
	if _, err := signIn(t, server, p); err != nil {
		t.Errorf("after the keys were replaced: %v", err)
	}
}

// A provider that is away stops nobody from starting; it is asked again, not too
// often, and what it said of itself holds while it does not answer.
func TestProviderIsAway(t *testing.T) {
	now := time.Now()
	clock := func(c *oidc.Config) { c.Clock, c.SignOut = func() time.Time { return now }, true }
	server, p := start(t, oidctest.Behaviour{}, clock)
	server.Behave(oidctest.Behaviour{Claims: ada, Issuer: "https://elsewhere.example.org"})
	const description = "/.well-known/openid-configuration"
	for range 3 {
		if _, _, err := p.Begin(t.Context()); !errors.Is(err, oidc.ErrProvider) {
			t.Errorf("a provider that calls itself otherwise: %v", err)
		}
	}
	if n := server.Asked(description); n != 1 {
		t.Errorf("asked %d times at once", n)
	}
	server.Behave(oidctest.Behaviour{Claims: ada})
	now = now.Add(6 * time.Second)
	if _, err := signIn(t, server, p); err != nil {
		t.Errorf("when it is in order again: %v", err)
	}
	if got, want := p.SignOut(), server.URL+"/logout?client_id=calipso&post_logout_redirect_uri=https%3A%2F%2Fcalipso.example.org%2F"; got != want {
		t.Errorf("sign out at %q, want %q", got, want)
	}
	address, state, err := p.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	answer := server.Visit(t, address)
	server.Stop()
	if _, err := p.Finish(t.Context(), state, answer); !errors.Is(err, oidc.ErrUnreachable) {
		t.Errorf("stopped on the way: %v", err)
	}
	now = now.Add(2 * time.Hour)
	if _, _, err := p.Begin(t.Context()); err != nil {
		t.Errorf("what is known of it holds: %v", err)
	}
	fresh, err := oidc.New(configured(server))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := fresh.Begin(t.Context()); !errors.Is(err, oidc.ErrUnreachable) {
		t.Errorf("never seen, and away: %v", err)
	}
}

func TestConfigNamesWhatIsWrong(t *testing.T) {
	for _, tc := range []struct {
		cfg  oidc.Config
		want string
	}{
		{oidc.Config{}, "oidc.issuer oidc.url oidc.client_id"},
		{oidc.Config{Issuer: "http://login.example.org", URL: "https://x/y", ClientID: "c"}, "oidc.issuer oidc.url"},
		{oidc.Config{Issuer: "https://u:p@login.example.org", URL: "ftp://x", ClientID: "c", Timeout: -1}, "oidc.issuer oidc.url oidc.timeout"},
		{oidc.Config{Issuer: "https://login.example.org", URL: "http://localhost:8080", ClientID: "c", CACertFile: "/nowhere.pem"}, "oidc.ca_cert"},
	} {
		_, err := oidc.New(tc.cfg)
		var invalid *graph.InvalidError
		if !errors.As(err, &invalid) {
			t.Errorf("%+v: %v", tc.cfg, err)
			continue
		}
		var fields []string
		for _, f := range invalid.Fields {
			fields = append(fields, f.Field)
		}
		if got := strings.Join(fields, " "); got != tc.want {
			t.Errorf("%s, want %s", got, tc.want)
		}
	}
}
