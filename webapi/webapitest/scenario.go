package webapitest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"calipso/graph"
)

// Scenario is one request, and all that is to come of it.
type Scenario struct {
	Name   string
	Method string // empty: GET, or POST if there is a body
	Path   string // from the root, with query, encoded
	As     string // name of an account; empty: nobody
	Header map[string]string
	Body   string // JSON; empty: none

	Status int
	// Want are members of the answer by their dotted path ("items.0.name",
	// "errors.0.location") as JSON; "absent" is none.
	Want map[string]string
	// WantHeader are headers of the answer; "*" is any value.
	WantHeader map[string]string
	// Contains are texts that the answer holds; Lacks those it does not.
	Contains, Lacks []string
	// Changes are all documents, vertices and edges changed, as "op what";
	// commits for sessions, tokens and the audit log apart; a star at the end of one stands for
	// any text. None given: nothing may change.
	Changes []string
}

// Run sends the request and compares.
func (s *Test) Run(t *testing.T, c Scenario) {
	t.Helper()
	t.Run(c.Name, func(t *testing.T) {
		t.Helper()
		authorization := s.Bearer(c.As)
		before := s.times(t)
		status, header, body := s.Send(t, c, authorization)
		if status != c.Status {
			t.Fatalf("status %d, want %d: %s", status, c.Status, body)
		}
		if status >= 400 && header.Get("Content-Type") != "application/problem+json" && strings.HasPrefix(c.Path, "/api/") {
			t.Errorf("an error of type %q", header.Get("Content-Type"))
		}
		if header.Get("X-Request-Id") == "" {
			t.Error("no X-Request-Id")
		}
		for k, want := range c.WantHeader {
			if got := header.Get(k); got != want && (want != "*" || got == "") {
				t.Errorf("%s: %q, want %q", k, got, want)
			}
		}
		for _, text := range c.Contains {
			if !strings.Contains(string(body), text) {
				t.Errorf("%q is not in %s", text, body)
			}
		}
		for _, text := range c.Lacks {
			if strings.Contains(string(body), text) {
				t.Errorf("%q is in %s", text, body)
			}
		}
		if len(c.Want) > 0 {
			compare(t, body, c.Want)
		}
		if got := s.changes(t, before); !slices.EqualFunc(got, c.Changes, func(got, want string) bool {
			start, any := strings.CutSuffix(want, "*")
			return got == want || any && strings.HasPrefix(got, start)
		}) {
			t.Errorf("changed %q, want %q", got, c.Changes)
		}
	})
}

// Send sends the request of a scenario.
func (s *Test) Send(t *testing.T, c Scenario, authorization string) (status int, header http.Header, body []byte) {
	t.Helper()
	method := c.Method
	if method == "" {
		method = http.MethodGet
		if c.Body != "" {
			method = http.MethodPost
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+c.Path, strings.NewReader(c.Body))
	if err != nil {
		t.Fatal(err)
	}
	if c.Body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	for k, v := range c.Header {
		req.Header.Set(k, v)
		if k == "Host" {
			req.Host = v
		}
	}
	resp, err := s.Client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, body
}

func compare(t *testing.T, body []byte, want map[string]string) {
	t.Helper()
	var doc any
	if err := json.Unmarshal(body, &doc); err != nil {
		t.Fatalf("no JSON: %v: %s", err, body)
	}
	for path, text := range want {
		got := "absent"
		if v, ok := member(doc, strings.Split(path, ".")); ok {
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(v); err != nil {
				t.Fatal(err)
			}
			got = strings.TrimSpace(b.String())
		}
		if got != text {
			t.Errorf("%s = %s, want %s", path, got, text)
		}
	}
}

func member(v any, path []string) (any, bool) {
	for _, p := range path {
		switch x := v.(type) {
		case map[string]any:
			var ok bool
			if v, ok = x[p]; !ok {
				return nil, false
			}
		case []any:
			if p == "#" {
				return len(x), true
			}
			var i int
			if _, err := fmt.Sscan(p, &i); err != nil || i >= len(x) {
				return nil, false
			}
			v = x[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// times are the last commits of all environments.
func (s *Test) times(t *testing.T) map[graph.EnvID]graph.Time {
	t.Helper()
	envs, err := s.Store.EnvIDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[graph.EnvID]graph.Time{graph.Shared: s.Store.Last(graph.Shared)}
	for _, env := range envs {
		out[env] = s.Store.Last(env)
	}
	return out
}

// changes lists what was changed since.
func (s *Test) changes(t *testing.T, since map[graph.EnvID]graph.Time) []string {
	t.Helper()
	var out []string
	for env := range s.times(t) {
		for c, err := range s.Store.Commits(t.Context(), env, since[env]) {
			if err != nil {
				t.Fatal(err)
			}
			for _, ch := range c.Changes {
				switch {
				case ch.Doc != nil && (ch.Doc.Collection == graph.Tokens || ch.Doc.Collection == graph.Audit):
				case ch.Doc != nil:
					out = append(out, fmt.Sprintf("%s %s %s", ch.Op, ch.Doc.Collection, ch.Doc.ID))
				case ch.Edge != nil:
					out = append(out, fmt.Sprintf("%s %s %s %s", ch.Op, ch.Edge.Type, ch.Edge.From, ch.Edge.To))
				default:
					out = append(out, fmt.Sprintf("%s %s %s", ch.Op, ch.Type, ch.Vertex))
				}
			}
		}
	}
	slices.Sort(out)
	return out
}
