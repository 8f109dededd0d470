package openstack

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"context"

	"calipso/collect"
	"calipso/graph"
)

// cloud replays recorded answers (testdata/rest: Debian's Zed packages, four
// hosts) over a real socket. Every service is a folder below one address.
type cloud struct {
	*httptest.Server
	mu struct {
		sync.Mutex
		answers map[string][]answer // "GET /path": what comes next; the last one stays
		calls   []string            // "GET /path?query version"
		busy    int                 // requests under way
		busiest int
		tokens  int // logins so far
	}
	files map[string][]byte // path → recorded answer
	hold  chan struct{}     // not nil: requests wait until it is closed,
	here  chan struct{}     // after telling so here
}

// answer is one reply; the recorded body is sent if raw is nil.
type answer struct {
	status int
	header http.Header
	raw    []byte
}

func newCloud(t testing.TB) *cloud {
	t.Helper()
	c := &cloud{files: map[string][]byte{}}
	c.mu.answers = map[string][]answer{}
	root := filepath.Join("testdata", "rest")
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name := strings.TrimSuffix(strings.TrimPrefix(path, root), ".json")
		c.files[strings.TrimSuffix(name, "version")] = b
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Server = httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(c.Close)
	return c
}

// stop makes requests wait from now on, until the returned function is called.
func (c *cloud) stop() (release func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	hold := make(chan struct{})
	c.hold, c.here = hold, make(chan struct{}, 100)
	return func() { close(hold) }
}

// put makes answers come next for "GET /path", the last of them for good.
func (c *cloud) put(what string, answers ...answer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.answers[what] = answers
}

func (c *cloud) serve(w http.ResponseWriter, r *http.Request) {
	version := r.Header.Get("OpenStack-API-Version")
	what := r.Method + " " + r.URL.Path
	c.mu.Lock()
	call := what
	if r.URL.RawQuery != "" {
		call += "?" + r.URL.RawQuery
	}
	if version != "" {
		call += " " + version
	}
	c.mu.calls = append(c.mu.calls, call)
	c.mu.busy++
	c.mu.busiest = max(c.mu.busiest, c.mu.busy)
	hold := c.hold
	c.mu.Unlock()
	if hold != nil {
		c.here <- struct{}{}
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.busy--
	a := answer{}
	if next := c.mu.answers[what]; len(next) > 0 {
		a = next[0]
		if len(next) > 1 {
			c.mu.answers[what] = next[1:]
		}
	}
	maps.Copy(w.Header(), a.header)
	body, known := c.files[r.URL.Path]
	status := a.status
	switch {
	case (status == 0 || status == 201) && r.Method == http.MethodPost:
		status = c.login(w, r)
	case status == 0 && r.Header.Get("X-Auth-Token") != c.token():
		status, body = 401, []byte(`{"error": {"code": 401, "message": "The request you have made requires authentication."}}`)
	case status == 0 && !known && a.raw == nil:
		status, body = 404, []byte(`{"itemNotFound": {"code": 404, "message": "The resource could not be found."}}`)
	case status == 0:
		status = 200
	}
	if status == 401 && r.Method == http.MethodPost {
		body = []byte(`{"error": {"code": 401, "message": "The request you have made requires authentication."}}`)
	}
	if a.raw != nil {
		body = a.raw
	} else if a.status != 0 {
		body = fmt.Appendf(nil, `{"error": {"message": "status %d asked for by the test"}}`, a.status)
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(strings.ReplaceAll(string(body), "BASE", c.URL)))
}

// anonymous takes the address of this run out of a text.
func (c *cloud) anonymous(text string) string {
	text = strings.ReplaceAll(text, c.URL, "BASE")
	return strings.ReplaceAll(text, strings.TrimPrefix(c.URL, "http://"), "HOST")
}

func (c *cloud) token() string { return fmt.Sprintf("token-%d", c.mu.tokens) }

// login checks the account of a token request.
func (c *cloud) login(w http.ResponseWriter, r *http.Request) int {
	b, _ := io.ReadAll(r.Body)
	var doc struct {
		Auth struct {
			Identity struct {
				Methods  []string
				Password struct {
					User struct {
						Name, Password string
						Domain         struct{ Name string }
					}
				}
				Credential struct{ ID, Secret string } `json:"application_credential"`
			}
			Scope *struct{ Project struct{ Name string } }
		}
	}
	err := json.Unmarshal(b, &doc)
	id := doc.Auth.Identity
	byPassword := id.Password.User.Name == "calipso" && id.Password.User.Password == "pass-word" &&
		id.Password.User.Domain.Name == "Default" && doc.Auth.Scope != nil && doc.Auth.Scope.Project.Name == "admin"
	byCredential := id.Credential.ID == "cred-1" && id.Credential.Secret == "cred-secret" && doc.Auth.Scope == nil
	if err != nil || !byPassword && !byCredential {
		return 401
	}
	c.mu.tokens++
	w.Header().Set("X-Subject-Token", c.token())
	return 201
}

// revoke makes all tokens so far unknown.
func (c *cloud) revoke() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mu.tokens++
}

// calls are the requests so far, in order of their text.
func (c *cloud) calls() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Sorted(slices.Values(c.mu.calls))
}

// environment is a document with one section; fields override its members.
func environment(t testing.TB, section string, fields map[string]any) *graph.Environment {
	t.Helper()
	sec := map[string]any{"name": section}
	maps.Copy(sec, fields)
	env, err := graph.ParseEnvironment(graph.Attrs{"name": "lab", "configuration": []any{sec}})
	if err != nil {
		t.Fatal(err)
	}
	return env
}

// pauses collects what would have been slept.
type pauses struct {
	mu   sync.Mutex
	list []time.Duration
}

func (p *pauses) wait(ctx context.Context, d time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.list = append(p.list, d)
	return ctx.Err()
}

// open gives a Conn to the cloud that does not sleep between tries.
func (c *cloud) open(t testing.TB, fields map[string]any, opt collect.Options, tune tuning) (*Conn, *pauses) {
	t.Helper()
	all := map[string]any{"auth_url": c.URL + "/identity", "user": "calipso", "pwd": "pass-word"}
	maps.Copy(all, fields)
	s, err := parseSettings(environment(t, Section, all))
	if err != nil {
		t.Fatal(err)
	}
	p := &pauses{}
	if tune.wait == nil {
		tune.wait = p.wait
	}
	conn := newConn(s, opt, tune)
	t.Cleanup(func() { conn.Close() })
	return conn, p
}

// fetch runs a fetcher by name, under the root or a region.
func fetch(ctx context.Context, conn *Conn, name, region string) ([]*graph.Vertex, error) {
	for _, f := range conn.Fetchers() {
		if f.Name == name {
			parent := &graph.Vertex{Type: graph.Root}
			if f.Parent == graph.Region {
				parent = &graph.Vertex{ID: collect.RegionID(region), Type: graph.Region, Name: region}
			}
			return f.Fetch(ctx, parent)
		}
	}
	return nil, fmt.Errorf("no fetcher %q", name)
}
