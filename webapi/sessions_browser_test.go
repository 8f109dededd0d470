package webapi_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"calipso/graph"
	"calipso/webapi"
	"calipso/webapi/auth"
	"calipso/webapi/auth/oidc"
	"calipso/webapi/auth/oidc/oidctest"
	"calipso/webapi/webapitest"
)

// A real browser comes back from a provider on another site with the cookie that
// it left with, and is signed in: what it may send from where is its own decision.
func TestSignInWithABrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("LAB_REQUIRED"), ","), "chromium") {
			t.Fatal("LAB_REQUIRED names chromium, but it is not installed")
		}
		t.Skip("no browser: install chromium (testdata/labs/install chromium)")
	}
	var server atomic.Pointer[webapitest.Test]
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/v1/stream" { // which would keep the browser from ever being done
			w.WriteHeader(http.StatusNoContent)
			return
		}
		to, _ := url.Parse(server.Load().URL)
		httputil.NewSingleHostReverseProxy(to).ServeHTTP(w, r)
	}))
	defer front.Close()
	here := strings.Replace(front.URL, "127.0.0.1", "localhost", 1) // another site than that of the provider and its page
	provider := oidctest.Start(t)
	provider.Behave(oidctest.Behaviour{Page: true, Claims: map[string]any{"preferred_username": "olga.of.elsewhere", "groups": "ops"}})
	p, err := oidc.New(oidc.Config{Issuer: provider.URL, ClientID: oidctest.ClientID, ClientSecret: graph.NewSecret(oidctest.ClientSecret), URL: here})
	if err != nil {
		t.Fatal(err)
	}
	server.Store(webapitest.Start(t, webapitest.Options{API: webapi.Options{OIDC: p}, Groups: map[string]auth.GroupRoles{"oidc": {"ops": {"viewer"}}}}))
	cmd := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-sync",
		"--user-data-dir="+t.TempDir(), "--virtual-time-budget=20000", "--dump-dom", here+"/api/v1/sessions/oidc")
	var complaint strings.Builder
	cmd.Stderr = &complaint
	dom, err := cmd.Output()
	if err != nil {
		t.Fatalf("chromium: %v: %s", err, complaint.String())
	}
	if !strings.Contains(string(dom), "olga.of.elsewhere") || !strings.Contains(string(dom), "Sign out") {
		t.Errorf("not signed in:\n%s", dom)
	}
}
