package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"calipso/collect/collecttest"
	"calipso/testdata/clouds"
	"calipso/testdata/leaks"
)

// secrets are made-up credentials, each for one thing, that a test gives to the
// program and looks for in all that comes out of it.
type secrets struct {
	*testing.T
	*leaks.Watcher
	dir, url, token string
	client          *http.Client
}

func (s *secrets) of(name string) string {
	secret := fmt.Sprintf("%s-Xq7&%%/é\"w", name) // which is spelled otherwise in URLs and JSON
	s.Add("the credential "+name, secret)
	return secret
}

// run runs a command at the level at which everything is logged.
func (s *secrets) run(stdin string, args ...string) string {
	s.Helper()
	var out, errOut bytes.Buffer
	run(s.Context(), append([]string{"--data-dir", s.dir, "--log-level", "debug"}, args...), strings.NewReader(stdin), &out, &errOut)
	s.See(outputOf(args), out.Bytes())
	s.See("error "+outputOf(args), errOut.Bytes())
	return out.String() + errOut.String()
}

// ask sends a request with somebody's authorization.
func (s *secrets) ask(method, path, authorization, contentType, body string) (int, string) {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", contentType)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	answer, err := s.client.Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer answer.Body.Close()
	if strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		line, err := bufio.NewReader(answer.Body).ReadString('\n')
		if err != nil {
			s.Error(err)
		}
		return answer.StatusCode, line
	}
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		s.Errorf("%s %s: %v", method, path, err)
	}
	return answer.StatusCode, string(text)
}

// sources are servers that refuse every credential, one by repeating what it was
// sent, and the sections that lead to them.
func (s *secrets) sources() []map[string]any {
	repeating := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body) // what came is repeated
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		json.NewEncoder(w).Encode(map[string]any{"error": map[string]any{"code": 401, "title": "Unauthorized", "message": "refused: " + string(b)}})
	}))
	s.Cleanup(repeating.Close)
	garbage, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { garbage.Close() })
	go func() { // ends with the listener
		for {
			c, err := garbage.Accept()
			if err != nil {
				return
			}
			io.WriteString(c, "this is no database\n")
			c.Close()
		}
	}()
	demo, err := fs.Sub(clouds.FS, clouds.Names()[0])
	if err != nil {
		s.Fatal(err)
	}
	states, err := clouds.States(clouds.Names()[0])
	if err != nil {
		s.Fatal(err)
	}
	recorded, err := fs.Sub(demo, states[0]+"/ssh")
	if err != nil {
		s.Fatal(err)
	}
	transcripts, err := collecttest.ReadSSH(recorded)
	if err != nil {
		s.Fatal(err)
	}
	ssh, err := collecttest.StartSSH(collecttest.SSHCloud{Transcripts: transcripts, Password: s.of("right")})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { ssh.Close() })
	known := filepath.Join(s.TempDir(), "known_hosts")
	if err := ssh.WriteKnownHosts(known); err != nil {
		s.Fatal(err)
	}
	cli := ssh.Section(known)
	cli["pwd"], cli["host_pwd"], cli["key_text"], cli["key_passphrase"] = s.of("ssh"), s.of("ssh-behind"), s.of("key-text"), s.of("passphrase")
	return []map[string]any{
		{"name": "OpenStack", "auth_url": repeating.URL + "/v3", "user": "calipso", "pwd": s.of("keystone"), "admin_token": s.of("admin-token"),
			"application_credential_secret": s.of("app-credential")},
		{"name": "mysql", "host": "127.0.0.1", "port": garbage.Addr().(*net.TCPAddr).Port, "user": "calipso", "pwd": s.of("database"), "connect_timeout": 2},
		cli,
		{"name": "AMQP", "host": "127.0.0.1", "port": closedPort(s.T), "user": "calipso", "pwd": s.of("rabbitmq")},
		{"name": "Monitoring", "rabbitmq_pass": s.of("sensu"), "ssh_password": s.of("sensu-ssh"), "api_password": s.of("sensu-api")},
		{"name": "NFV_provider", "host": "192.0.2.1", "user": "calipso", "pwd": s.of("nfv-password"), "nfv_token": s.of("nfv")},
	}
}

// TestNothingSecret gives the program every kind of credential there is, right
// ones and wrong ones, in the places where they belong and in some where they do
// not, has it use them, and looks for them in all that it says: answers of all
// routes there are, problems, output and log of server and commands, exports,
// the backup, the metrics, the files on disk.
func TestNothingSecret(t *testing.T) {
	s := &secrets{T: t, Watcher: watcher, dir: t.TempDir()}
	s.Report(t)
	s.client = &http.Client{Transport: s.Transport(&http.Transport{})}
	t.Cleanup(s.client.CloseIdleConnections)

	odd := map[string]any{"name": "NFV_provider", "host": "192.0.2.1", "user": "calipso", "pwd": s.of("nfv-odd"), "password": s.of("misspelled"), "client_secret": s.of("unforeseen"),
		"headers": []any{map[string]any{"token": s.of("nested")}}}
	if said := s.run("", "env", "add", environmentFile(t, odd)); !strings.Contains(said, "calipso: ") {
		t.Fatal(said)
	}
	file := environmentFile(t, s.sources()...)
	if said := s.run("", "env", "add", file); strings.Contains(said, "calipso: ") {
		t.Fatal(said)
	}
	userPassword := s.of("user-password") + " and more"
	s.run(userPassword+"\n", "user", "add", "olga", "--role", "viewer")

	p := start(t, "--data-dir", s.dir, "--log-level", "debug", "serve", "--listen", "127.0.0.1:0")
	s.url = strings.TrimPrefix(p.until("listening on "), "listening on ")
	p.drain()
	signIn := func(password string) (int, string) {
		body, err := json.Marshal(map[string]any{"username": "olga", "password": password})
		if err != nil {
			t.Fatal(err)
		}
		return s.ask("POST", "/api/v1/sessions", "", "application/json", string(body))
	}
	if status, text := signIn(userPassword); status != http.StatusCreated {
		t.Fatalf("signing in: %d %s", status, text)
	}
	signIn(s.of("wrong-password"))
	created := s.run("", "token", "create", "probe")
	token := created[strings.Index(created, "cal_"):][:47]
	s.token = "Bearer " + token

	s.run("", "env", "test", "lab")
	s.run("", "env", "test", "lab", "--json")
	s.run("", "scan", "lab")
	s.everyRoute()
	s.mistakes()

	for _, args := range [][]string{
		{"env", "show", "lab"}, {"env", "show", "lab", "--json"}, {"env", "list"}, {"env", "list", "--json"}, {"env", "add", file}, {"env", "add", "--replace", file},
		{"scans", "list", "lab"}, {"scans", "list", "lab", "--json"}, {"config", "print"}, {"user", "list", "--json"}, {"health", "lab"}, {"snapshot", "create", "lab", "s"}, {"version"},
		{"export", "-", "--env", "lab"}, {"export", "-", "--format", "graphml"}, {"export", "-", "--format", "dot"}, {"export", "-", "--format", "cytoscape"}, {"export", "-", "--format", "csv"},
		{"backup", "-"}, {"backup", filepath.Join(t.TempDir(), "b")}, {"--token", token + "x", "--server", s.url, "env", "list"},
	} {
		s.run("", args...)
	}
	if code := p.terminate(); code != exitDone {
		t.Errorf("the server ends with %d", code)
	}
	s.onDisk()
}

// everyRoute asks all routes that read, as the document of the API has them.
func (s *secrets) everyRoute() {
	s.Helper()
	var api struct {
		Paths map[string]map[string]json.RawMessage
	}
	_, doc := s.ask("GET", "/openapi.json", s.token, "", "")
	if err := json.Unmarshal([]byte(doc), &api); err != nil {
		s.Fatal(err)
	}
	scan := "none"
	if _, text := s.ask("GET", "/api/v1/environments/lab/scans", s.token, "", ""); strings.Contains(text, `"id":"`) {
		_, after, _ := strings.Cut(text, `"id":"`)
		scan, _, _ = strings.Cut(after, `"`)
	}
	fill := strings.NewReplacer("{env}", "lab", "{id}", scan, "{name}", "s", "{user}", "olga")
	paths := []string{"/metrics", "/healthz", "/readyz", "/docs", "/", "/api/v1/nothing", "/api/v1/backup", "/api/v1/environments/lab/export"}
	for _, path := range slices.Sorted(maps.Keys(api.Paths)) {
		if api.Paths[path]["get"] != nil {
			paths = append(paths, fill.Replace(path))
		}
	}
	if len(paths) < 30 {
		s.Errorf("only %d routes: %q", len(paths), paths)
	}
	for _, path := range paths {
		for _, authorization := range []string{s.token, "", "Basic " + s.of("basic")} {
			s.ask("GET", path, authorization, "", "")
		}
	}
}

// mistakes sends credentials where they are not expected.
func (s *secrets) mistakes() {
	s.Helper()
	wrong := func(value any) string {
		b, err := json.Marshal(value)
		if err != nil {
			s.Fatal(err)
		}
		return string(b)
	}
	x := s.of("mistaken")
	section := func(key string, value any) string {
		return wrong(map[string]any{"name": "other", "configuration": []any{map[string]any{"name": "OpenStack", key: value}}})
	}
	for _, body := range []string{
		section("port", x), section("pwd", map[string]any{"is": x}), section("pwd", []any{x}), section("auth_url", "http://calipso:"+x+"@keystone/v3"), section("auth_url", "http://calipso:"+s.of("inUrl")[:8]+"@keystone/v3"),
		section("key", "-----BEGIN OPENSSH PRIVATE KEY-----\n"+x+"\n-----END OPENSSH PRIVATE KEY-----"), wrong(x), wrong([]any{x}), `{"name":"other","configuration":"` + x + `"}`, `{"pwd":"` + x, `{"name":"other","` + x + `":1}`,
	} {
		for _, path := range []string{"/api/v1/environments", "/api/v1/sessions", "/api/v1/users", "/api/v1/tokens"} {
			s.ask("POST", path, s.token, "application/json", body)
		}
		s.ask("PUT", "/api/v1/environments/other", s.token, "application/json", body)
		s.ask("PUT", "/api/v1/users/olga/password", s.token, "application/json", body)
		s.ask("POST", "/api/v1/import", s.token, "application/x-tar", body)
		file := filepath.Join(s.TempDir(), "other.json")
		if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
			s.Fatal(err)
		}
		s.run("", "env", "add", file)
		s.run("", "env", "show", "other")
		s.run("", "env", "test", "other")
		s.ask("GET", "/api/v1/environments/other/config", s.token, "", "")
		s.run("", "env", "remove", "other")
	}
	s.run(x[:5]+"\n", "user", "add", "peter", "--role", "viewer")
	s.run("", "--token", x, "--server", s.url, "env", "list")
}

// onDisk looks through the files of the data directory; the key is one of them.
func (s *secrets) onDisk() {
	s.Helper()
	err := filepath.WalkDir(s.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || e.Name() == keyFile {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil {
			s.See("file "+e.Name(), b)
		}
		return err
	})
	if err != nil {
		s.Error(err)
	}
}
