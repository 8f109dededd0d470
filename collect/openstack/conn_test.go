package openstack

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"calipso/collect"
)

const agentsCall = "GET /network/v2.0/agents"

func TestRetry(t *testing.T) {
	ok := answer{status: 200, raw: []byte(`{"agents": []}`)}
	after := func(status int, text string) answer {
		return answer{status: status, header: http.Header{"Retry-After": {text}}}
	}
	s := time.Second
	for _, tc := range []struct {
		name    string
		answers []answer
		pauses  []time.Duration
		err     error // nil: none
		text    string
	}{
		{"503 then ok", []answer{{status: 503}, ok}, []time.Duration{s}, nil, ""},
		{"502, 504, 503 then ok", []answer{{status: 502}, {status: 504}, {status: 503}, ok}, []time.Duration{s, 2 * s, 4 * s}, nil, ""},
		{"503 for good", []answer{{status: 503}}, []time.Duration{s, 2 * s, 4 * s}, collect.ErrUnreachable, "HTTP 503"},
		{"503 says when", []answer{after(503, "7"), ok}, []time.Duration{7 * s}, nil, ""},
		{"429 says when", []answer{after(429, "3"), {status: 429}, ok}, []time.Duration{3 * s, 2 * s}, nil, ""},
		{"429 for good", []answer{{status: 429}}, []time.Duration{s, 2 * s, 4 * s}, nil, "HTTP 429"},
		{"429 wants an hour", []answer{after(429, "3600")}, nil, nil, "HTTP 429"},
		{"500 is not tried again", []answer{{status: 500}, ok}, nil, nil, "HTTP 500"},
		{"403 is not tried again", []answer{{status: 403}, ok}, nil, collect.ErrAuth, "HTTP 403"},
		{"nonsense is not tried again", []answer{{status: 200, raw: []byte("<html>")}, ok}, nil, nil, "no JSON"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := newCloud(t)
			c.put(agentsCall, tc.answers...)
			conn, p := c.open(t, nil, collect.Options{}, tuning{})
			_, err := conn.list(t.Context(), "RegionOne", listAgents)
			if tc.text == "" && err != nil || tc.text != "" && (err == nil || !strings.Contains(err.Error(), tc.text)) {
				t.Errorf("error %v, want %q", err, tc.text)
			}
			if tc.err != nil && !errors.Is(err, tc.err) {
				t.Errorf("error %v is no %v", err, tc.err)
			}
			if d := cmp.Diff(tc.pauses, p.list); d != "" {
				t.Errorf("pauses, -want +got:\n%s", d)
			}
			// What may be better a moment later is asked again by the next
			// caller; what will not is not.
			before := len(c.calls())
			_, _ = conn.list(t.Context(), "RegionOne", listAgents)
			if again := len(c.calls()) > before; again != (tc.err == collect.ErrUnreachable) {
				t.Errorf("asked again: %v", again)
			}
		})
	}
}

// An answer that breaks off is a broken connection, and tried again.
func TestBrokenAnswer(t *testing.T) {
	c := newCloud(t)
	c.put(agentsCall, answer{status: 200, raw: []byte(`{"agents"`), header: http.Header{"Content-Length": {"500"}}},
		answer{status: 200, raw: []byte(`{"agents": []}`)})
	conn, p := c.open(t, nil, collect.Options{}, tuning{})
	if _, err := conn.list(t.Context(), "RegionOne", listAgents); err != nil || len(p.list) != 1 {
		t.Errorf("error %v after %d pauses", err, len(p.list))
	}
}

func TestDeadPort(t *testing.T) {
	gone := httptest.NewServer(nil)
	gone.Close()
	c := newCloud(t)
	conn, p := c.open(t, map[string]any{"auth_url": gone.URL}, collect.Options{}, tuning{})
	_, err := fetch(t.Context(), conn, "openstack.regions", "")
	if !errors.Is(err, collect.ErrUnreachable) || !strings.Contains(err.Error(), gone.URL) || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v", err)
	}
	if len(p.list) != 3 {
		t.Errorf("paused %v", p.list)
	}
}

// A service that never answers costs one time-out, not four.
func TestSlow(t *testing.T) {
	c := newCloud(t)
	conn, p := c.open(t, nil, collect.Options{}, tuning{request: 50 * time.Millisecond})
	defer c.stop()()
	_, err := fetch(t.Context(), conn, "openstack.regions", "")
	if !errors.Is(err, collect.ErrUnreachable) || !errors.Is(err, errSlow) || len(p.list) > 0 {
		t.Errorf("error %v after pauses %v", err, p.list)
	}
}

// A token that is refused in the middle of a scan is renewed, once for all.
func TestRenewal(t *testing.T) {
	c := newCloud(t)
	conn, _ := c.open(t, nil, collect.Options{}, tuning{})
	if _, err := conn.list(t.Context(), "RegionOne", listAgents); err != nil {
		t.Fatal(err)
	}
	c.revoke()
	if _, err := conn.list(t.Context(), "RegionOne", listPorts); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.list(t.Context(), "RegionOne", listServers); err != nil {
		t.Fatal(err)
	}
	if n := logins(c); n != 2 {
		t.Errorf("%d logins", n)
	}
	// One that is about to end is renewed before it is used.
	soon := time.Now().Add(30 * time.Second).UTC().Format("2006-01-02T15:04:05.000000Z")
	dying := bytes.ReplaceAll(c.files["/identity/v3/auth/tokens"], []byte("2099-01-01T00:00:00.000000Z"), []byte(soon))
	c = newCloud(t)
	c.put("POST /identity/v3/auth/tokens", answer{status: 201, raw: dying}, answer{})
	conn, _ = c.open(t, nil, collect.Options{}, tuning{})
	for _, l := range []listing{listAgents, listPorts} {
		if _, err := conn.list(t.Context(), "RegionOne", l); err != nil {
			t.Fatal(err)
		}
	}
	if n := logins(c); n != 2 {
		t.Errorf("%d logins with a token that ends", n)
	}
}

func logins(c *cloud) int {
	n := 0
	for _, call := range c.calls() {
		if strings.HasPrefix(call, "POST ") {
			n++
		}
	}
	return n
}

// A password that is refused is tried once, not by every fetcher.
func TestWrongPassword(t *testing.T) {
	var log, seen bytes.Buffer
	c := newCloud(t)
	conn, _ := c.open(t, map[string]any{"pwd": "hush-hush"}, collect.Options{
		Log: quietLog(&log), Observe: func(call collect.Call) { fmt.Fprintf(&seen, "%+v\n", call) },
	}, tuning{})
	for _, f := range conn.Fetchers() {
		_, err := fetch(t.Context(), conn, f.Name, "RegionOne")
		if !errors.Is(err, collect.ErrAuth) {
			t.Fatalf("%s: %v", f.Name, err)
		}
		for _, part := range []string{c.URL, `"calipso"`} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %v does not name %s", f.Name, err, part)
			}
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("more than a line: %v", err)
		}
		fmt.Fprintln(&seen, err)
	}
	if n := logins(c); n != 1 {
		t.Errorf("%d logins", n)
	}
	if all := log.String() + seen.String(); strings.Contains(all, "hush") {
		t.Errorf("the password is in %s", all)
	}
}

// Nobody is told a token or a password when all goes well, either.
func TestNoSecrets(t *testing.T) {
	var mu sync.Mutex
	var seen bytes.Buffer
	c := newCloud(t)
	conn, _ := c.open(t, nil, collect.Options{Log: quietLog(&seen), Observe: func(call collect.Call) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(&seen, "%+v\n", call)
	}}, tuning{})
	for _, f := range conn.Fetchers() {
		list, err := fetch(t.Context(), conn, f.Name, "RegionOne")
		if err != nil {
			t.Fatal(err)
		}
		mu.Lock()
		fmt.Fprintln(&seen, picture(list))
		mu.Unlock()
	}
	for _, secret := range []string{"pass-word", "token-1"} {
		if strings.Contains(seen.String(), secret) {
			t.Errorf("%q is told", secret)
		}
	}
}

// Close makes calls under way fail at once.
func TestClose(t *testing.T) {
	c := newCloud(t)
	conn, _ := c.open(t, nil, collect.Options{}, tuning{})
	if _, err := conn.login(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer c.stop()()
	done := make(chan error)
	go func() {
		_, err := conn.list(t.Context(), "RegionOne", listAgents)
		done <- err
	}()
	<-c.here
	conn.Close()
	if err := <-done; !errors.Is(err, errClosed) {
		t.Errorf("error %v", err)
	}
}

// One who leaves does not spoil the list for the others who wait for it.
func TestLeaver(t *testing.T) {
	var m memo[string]
	ctx, leave := context.WithCancel(t.Context())
	started := make(chan struct{})
	first := make(chan error)
	go func() {
		_, err := m.get(ctx, "k", func(ctx context.Context) (string, error) {
			close(started)
			<-ctx.Done()
			return "", fmt.Errorf("asked: %w", ctx.Err())
		})
		first <- err
	}()
	<-started
	second := make(chan string)
	go func() {
		v, _ := m.get(t.Context(), "k", func(context.Context) (string, error) { return "value", nil })
		second <- v
	}()
	leave()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the one who left got %v", err)
	}
	if v := <-second; v != "value" {
		t.Errorf("the one who stayed got %q", v)
	}
}

// Certificates are verified with the bundle given; one that is not accepted is
// no matter of trying again.
func TestTLS(t *testing.T) {
	c := newCloud(t)
	secure := httptest.NewTLSServer(c.Config.Handler)
	defer secure.Close()
	ca := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}))
	for _, tc := range []struct {
		name   string
		fields map[string]any
		works  bool
	}{
		{"unknown", map[string]any{}, false},
		{"known", map[string]any{"ca_cert": ca}, true},
		{"insecure", map[string]any{"insecure": true}, true},
	} {
		tc.fields["auth_url"] = secure.URL + "/identity/v3"
		conn, p := c.open(t, tc.fields, collect.Options{}, tuning{})
		_, err := conn.login(t.Context())
		if tc.works != (err == nil) || len(p.list) > 0 {
			t.Errorf("%s: %v after %v", tc.name, err, p.list)
		}
		if !tc.works && (errors.Is(err, collect.ErrUnreachable) || !strings.Contains(err.Error(), "certificate not accepted")) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}

func TestChecks(t *testing.T) {
	show := func(c *cloud, list []collect.Check) string {
		var out strings.Builder
		for _, check := range list {
			fmt.Fprintf(&out, "%s: %s%v\n", check.Target, check.Detail, check.Err)
		}
		return c.anonymous(out.String())
	}
	c := newCloud(t)
	c.put(agentsCall, answer{status: 403, raw: []byte(`{"NeutronError": {"message": "not for you"}}`)})
	conn, _ := c.open(t, nil, collect.Options{}, tuning{})
	want := `OpenStack BASE/identity/v3/: identity v3, user calipso, project admin<nil>
OpenStack compute BASE/compute/v2.1/: answers, region RegionOne, microversion 2.90<nil>
OpenStack network BASE/network/: openstack: network: GET /network/v2.0/agents: HTTP 403: not for you
OpenStack placement BASE/placement/: answers, region RegionOne, microversion 1.14<nil>
`
	if d := cmp.Diff(want, show(c, conn.Test(t.Context()))); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	// A catalogue without a service is named so; a region nobody has, too.
	var token map[string]any
	if err := json.Unmarshal(c.files["/identity/v3/auth/tokens"], &token); err != nil {
		t.Fatal(err)
	}
	body := token["token"].(map[string]any)
	for _, e := range body["catalog"].([]any) {
		if m := e.(map[string]any); m["type"] == "placement" {
			m["type"] = "other"
		}
	}
	b, _ := json.Marshal(token)
	c.put("POST /identity/v3/auth/tokens", answer{status: 201, raw: b})
	conn, _ = c.open(t, nil, collect.Options{}, tuning{})
	if got := show(c, conn.Test(t.Context())); !strings.Contains(got, "no public endpoint of type placement in region \"RegionOne\"") {
		t.Error(got)
	}
	conn, _ = c.open(t, map[string]any{"region": "Atlantis"}, collect.Options{}, tuning{})
	if got := show(c, conn.Test(t.Context())); !strings.Contains(got, "no region to look at") {
		t.Error(got)
	}
}
