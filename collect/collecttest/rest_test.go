package collecttest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// cloud is a small OpenStack: log-in, and one list.
func cloud(t *testing.T) *httptest.Server {
	t.Helper()
	var srv *httptest.Server
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v3/auth/tokens":
			w.Header().Set("X-Subject-Token", "gAAA-real")
			w.WriteHeader(http.StatusCreated)
			io.WriteString(w, `{"token": {"expires_at": "2020-01-01T00:00:00.000000Z", "catalog": [{"url": "`+srv.URL+`/v2.1"}]}}`)
		case "/v2.1/servers":
			if r.Header.Get("X-Auth-Token") != "gAAA-real" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			io.WriteString(w, `{"servers": ["`+r.URL.Query().Get("host")+r.Header.Get("OpenStack-API-Version")+`"]}`)
		}
	}))
	t.Cleanup(srv.Close)
	return srv
}

func call(t *testing.T, method, url, token, body string) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Auth-Token", token)
	req.Header.Set("OpenStack-API-Version", "compute 2.79")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Header
}

const logIn = `{"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "admin", "password": "PW"}}}}}`

func TestRecordedAnswersAreServedAgain(t *testing.T) {
	real := cloud(t)
	rec := NewRESTRecorder(map[string]string{"identity": real.URL, "compute": real.URL}, real.Client())
	proxy := httptest.NewServer(rec)
	defer proxy.Close()
	_, _, h := call(t, "POST", proxy.URL+"/identity/v3/auth/tokens", "", logIn)
	_, want, _ := call(t, "GET", proxy.URL+"/compute/v2.1/servers?host=a&all=1", h.Get("X-Subject-Token"), "")
	if want != `{"servers": ["acompute 2.79"]}` {
		t.Fatalf("through the recorder: %s", want)
	}
	dir := t.TempDir()
	if err := rec.Save(dir); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(dir + "/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"PW", "gAAA-real", real.URL} {
			if strings.Contains(string(b), secret) {
				t.Errorf("%s holds %q", f.Name(), secret)
			}
		}
	}

	rest, err := NewREST(os.DirFS(dir), ".", "admin", "PW")
	if err != nil {
		t.Fatal(err)
	}
	replay := httptest.NewServer(rest)
	defer replay.Close()
	if status, _, _ := call(t, "POST", replay.URL+"/identity/v3/auth/tokens", "", strings.Replace(logIn, "PW", "wrong", 1)); status != 401 {
		t.Errorf("a wrong password gives %d", status)
	}
	if status, _, _ := call(t, "GET", replay.URL+"/compute/v2.1/servers?all=1&host=a", "made-up", ""); status != 401 {
		t.Errorf("a made-up token gives %d", status)
	}
	_, body, h := call(t, "POST", replay.URL+"/identity/v3/auth/tokens", "", logIn)
	if !strings.Contains(body, replay.URL+"/") || strings.Contains(body, "2020-01-01") {
		t.Errorf("the token's answer is not of this server and time: %s", body)
	}
	token := h.Get("X-Subject-Token")
	if _, got, _ := call(t, "GET", replay.URL+"/compute/v2.1/servers?all=1&host=a", token, ""); strings.Join(strings.Fields(got), "") != strings.Join(strings.Fields(want), "") {
		t.Errorf("got %s, want %s", got, want)
	}
	if status, text, _ := call(t, "GET", replay.URL+"/compute/v2.1/flavors", token, ""); status != 404 || !strings.Contains(text, "not recorded") {
		t.Errorf("unrecorded: %d %s", status, text)
	}
	rest.Fail("GET compute/v2.1/servers", Failure{Status: 503, Body: "down"})
	if status, _, _ := call(t, "GET", replay.URL+"/compute/v2.1/servers?all=1&host=a", token, ""); status != 503 {
		t.Errorf("after Fail: %d", status)
	}
	rest.Fail("GET compute/v2.1/servers", Failure{})
	rest.token(time.Now().Add(2 * tokenLife))
	if status, _, _ := call(t, "GET", replay.URL+"/compute/v2.1/servers?all=1&host=a", token, ""); status != 401 || len(rest.mu.tokens) != 1 {
		t.Errorf("a token that is over gives %d, %d tokens are kept", status, len(rest.mu.tokens))
	}
}
