package oidctest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

// The client that the provider knows.
const (
	ClientID     = "calipso"
	ClientSecret = "a secret of the client"
)

// Provider is one running provider.
type Provider struct {
	URL    string // its address, and the issuer it calls itself
	server *httptest.Server
	mu     struct {
		sync.Mutex
		key    *rsa.PrivateKey
		rounds int // of keys
		issued map[string]issued
		what   Behaviour
		asked  map[string]int
	}
}

// Behaviour is how the provider answers.
type Behaviour struct {
	Claims   map[string]any                 // of the person, beside those of the protocol
	UserInfo map[string]any                 // what its userinfo endpoint tells; nil: it has none
	Edit     func(token map[string]any)     // alters the claims of a token
	Forge    func(header, signature []byte) // alters a signed token
	Deny     string                         // refuses with this word
	Issuer   string                         // calls itself so in its description
	Page     bool                           // shows a page, which sends the browser back itself
	NoToken  bool                           // answers a code without an id_token
}

// issued is what a code was given for.
type issued struct{ redirect, challenge, nonce string }

// Start runs a provider for the time of a test.
func Start(t testing.TB) *Provider {
	t.Helper()
	p := new(Provider)
	p.mu.issued, p.mu.asked = map[string]issued{}, map[string]int{}
	p.Rotate(t)
	mux := http.NewServeMux()
	for path, handler := range map[string]http.HandlerFunc{
		"/.well-known/openid-configuration": p.describe, "/keys": p.keys, "/authorize": p.authorize, "/token": p.token, "/userinfo": p.userInfo,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.mu.asked[path]++
			handler(w, r)
		})
	}
	p.server = httptest.NewServer(mux)
	p.URL = p.server.URL
	t.Cleanup(p.server.Close)
	return p
}

// Stop ends the provider before the test does.
func (p *Provider) Stop() { p.server.Close() }

// Behave changes how it answers.
func (p *Provider) Behave(b Behaviour) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.what = b
}

// Asked is how often one of its paths was asked for.
func (p *Provider) Asked(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.mu.asked[path]
}

// Rotate replaces its key by a new one under another name.
func (p *Provider) Rotate(t testing.TB) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mu.key = key
	p.mu.rounds++
}

// Visit is a browser that is sent to the provider's address: the query with
// which it is sent back.
func (p *Provider) Visit(t testing.TB, address string) url.Values {
	t.Helper()
	client := &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	resp, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	back, err := resp.Location()
	if err != nil {
		t.Fatalf("the provider answers %s and sends nobody back: %v", resp.Status, err)
	}
	return back.Query()
}

func (p *Provider) describe(w http.ResponseWriter, _ *http.Request) {
	issuer := p.mu.what.Issuer
	if issuer == "" {
		issuer = p.URL
	}
	about := map[string]any{
		"issuer": issuer, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"end_session_endpoint": p.URL + "/logout", "id_token_signing_alg_values_supported": []string{"RS256"},
		"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
	}
	if p.mu.what.UserInfo != nil {
		about["userinfo_endpoint"] = p.URL + "/userinfo"
	}
	answer(w, http.StatusOK, about)
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": p.kid(),
		"n": b64(p.mu.key.N.Bytes()), "e": b64(big.NewInt(int64(p.mu.key.E)).Bytes()),
	}}})
}

func (p *Provider) kid() string { return fmt.Sprintf("key-%d", p.mu.rounds) }

func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || q.Get("client_id") != ClientID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("state") == "" || q.Get("nonce") == "" {
		http.Error(w, "not an authorization request", http.StatusBadRequest)
		return
	}
	answer := url.Values{"state": {q.Get("state")}, "iss": {p.URL}}
	if p.mu.what.Deny != "" {
		answer.Set("error", p.mu.what.Deny)
		answer.Set("error_description", "because of the test")
	} else {
		code := rand.Text()
		p.mu.issued[code] = issued{redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"), nonce: q.Get("nonce")}
		answer.Set("code", code)
	}
	back.RawQuery = answer.Encode()
	if p.mu.what.Page {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, "<!doctype html><body><script>location.href = %s</script>", marshal(back.String()))
		return
	}
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	if id, _ = url.QueryUnescape(id); id != ClientID || secret != url.QueryEscape(ClientSecret) {
		answer(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client", "error_description": "who are you"})
		return
	}
	code := r.FormValue("code")
	given, ok := p.mu.issued[code]
	delete(p.mu.issued, code)
	if !ok || r.FormValue("redirect_uri") != given.redirect || oauth2.S256ChallengeFromVerifier(r.FormValue("code_verifier")) != given.challenge {
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
		return
	}
	now := time.Now()
	claims := map[string]any{
		"iss": p.URL, "sub": "1234", "aud": ClientID, "nonce": given.nonce, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(),
	}
	for k, v := range p.mu.what.Claims {
		claims[k] = v
	}
	if p.mu.what.Edit != nil {
		p.mu.what.Edit(claims)
	}
	out := map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 300}
	if !p.mu.what.NoToken {
		out["id_token"] = p.sign(claims)
	}
	answer(w, http.StatusOK, out)
}

func (p *Provider) userInfo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer access" {
		http.Error(w, "who is it", http.StatusUnauthorized)
		return
	}
	answer(w, http.StatusOK, p.mu.what.UserInfo)
}

// sign makes a JSON Web Token by RS256.
func (p *Provider) sign(claims map[string]any) string {
	header := marshal(map[string]any{"alg": "RS256", "kid": p.kid(), "typ": "JWT"})
	body := b64(marshal(claims))
	sum := sha256.Sum256([]byte(b64(header) + "." + body))
	signature, err := rsa.SignPKCS1v15(nil, p.mu.key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err) // a key of 2048 bits signs 32 bytes
	}
	if p.mu.what.Forge != nil {
		p.mu.what.Forge(header, signature)
	}
	return b64(header) + "." + body + "." + b64(signature)
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func marshal(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts and numbers of tests
	}
	return b
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(marshal(v))
}
