package conntest

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"calipso/collect"
	"calipso/collect/collecttest"
	"calipso/collect/hostcli"
	"calipso/collect/openstack"
	"calipso/collect/osdb"
	"calipso/graph"
	"calipso/graph/envdoc"
	"calipso/graph/kv/memory"
	"calipso/graph/reference"
	"calipso/testdata/clouds"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const password = "pw-of-the-replay"

// lab is a recorded cloud on loopback, and a store.
type lab struct {
	store *graph.Store
	web   *httptest.Server
	ssh   *collecttest.SSHServer
}

func newLab(t *testing.T, envs ...string) *lab {
	t.Helper()
	l := &lab{}
	var err error
	if l.store, err = graph.Open(t.Context(), memory.New(), graph.Options{Key: make([]byte, 32)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.store.Close() })
	for _, name := range envs {
		env, err := graph.ParseEnvironment(graph.Attrs{"name": name, "configuration": []any{}, "operational": "stopped"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := l.store.Commit(t.Context(), graph.Shared, graph.Cause{Kind: graph.CauseUser}, &graph.Batch{PutDocs: []*graph.Document{env.Document()}}); err != nil {
			t.Fatal(err)
		}
	}
	rest, err := collecttest.NewREST(clouds.FS, "demo/1/rest", "calipso", password)
	if err != nil {
		t.Fatal(err)
	}
	l.web = httptest.NewServer(rest)
	t.Cleanup(l.web.Close)
	sub, err := fs.Sub(clouds.FS, "demo/1/ssh")
	if err != nil {
		t.Fatal(err)
	}
	transcripts, err := collecttest.ReadSSH(sub)
	if err != nil {
		t.Fatal(err)
	}
	if l.ssh, err = collecttest.StartSSH(collecttest.SSHCloud{Transcripts: transcripts, User: "calipso", Password: password}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.ssh.Close() })
	return l
}

func (l *lab) openStack(pwd string) map[string]any {
	return map[string]any{"name": "OpenStack", "auth_url": l.web.URL + "/identity/v3", "user": "calipso", "pwd": pwd}
}

func (l *lab) cli() map[string]any {
	s := l.ssh.Section("")
	delete(s, "known_hosts")
	s["host_key_policy"] = "tofu"
	return s
}

func (l *lab) keeper(t *testing.T) *Keeper {
	return New(l.store, Options{
		Providers: []collect.Provider{openstack.Provider{}, osdb.Provider{}, &hostcli.Provider{}},
		Works:     envdoc.New(l.store, reference.New(l.store, reference.Options{}), envdoc.Options{}).Works, StateDir: t.TempDir(),
	})
}

// run has a keeper work until all that waits is answered.
func (l *lab) run(t *testing.T, k *Keeper) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- k.Run(ctx) }()
	for {
		changed := l.store.Changed()
		waiting, err := k.waiting(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if len(waiting) == 0 {
			break
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatal("not answered")
		}
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func (l *lab) body(t *testing.T, room graph.EnvID, c graph.Collection, id string) graph.Attrs {
	t.Helper()
	v, err := l.store.View(t.Context(), room, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	d, err := v.Document(t.Context(), c, id)
	if err != nil {
		t.Fatal(err)
	}
	return d.Body
}

func TestPassed(t *testing.T) {
	l := newLab(t, "lab")
	k := l.keeper(t)
	asked, err := k.Submit(t.Context(), Request{Env: "lab", Who: "eva", Targets: []string{"OpenStack", "CLI"}, Sections: []any{l.openStack(password), l.cli()}})
	if err != nil {
		t.Fatal(err)
	}
	before := l.body(t, asked.room, graph.ConnectionTests, asked.ID)
	if before.String("status") != "request" || before.Map("test_results")["CLI"] != false {
		t.Errorf("before: %v", before)
	}
	l.run(t, k)
	after := l.body(t, asked.room, graph.ConnectionTests, asked.ID)
	if r := after.Map("test_results"); r["OpenStack"] != true || r["CLI"] != true || after.String("status") != "response" || len(after.Map("errors")) != 0 {
		t.Errorf("after: %v", after)
	}
	if after.String("response_time") == "" || after["response_timestamp"] == nil {
		t.Errorf("no time of the answer: %v", after)
	}
	for _, s := range after.Maps("targets_configuration") {
		if _, has := s["pwd"]; has || s.String("user") != "calipso" {
			t.Errorf("section after the answer: %v", s)
		}
	}
	if got := l.body(t, graph.Shared, graph.Environments, "lab").String("operational"); got != "running" {
		t.Errorf("operational %q", got)
	}
}

func TestFailed(t *testing.T) {
	l := newLab(t, "lab")
	k := l.keeper(t)
	away := l.openStack(password)
	away["auth_url"] = "http://127.0.0.1:1/identity/v3"
	var ids []string
	rooms := []graph.EnvID{"lab", graph.Shared, "lab"}
	for _, r := range []Request{
		{Env: "lab", Targets: []string{"OpenStack", "CLI"}, Sections: []any{l.openStack("nonsense"), l.cli()}},
		{Env: "nowhere", Targets: []string{"OpenStack"}, Sections: []any{away}},
		{Env: "lab", Targets: []string{"NFV_provider"}, Sections: []any{map[string]any{"name": "NFV_provider", "pwd": "x"}}},
	} {
		asked, err := k.Submit(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, asked.ID)
	}
	l.run(t, k)
	for i, want := range []struct{ target, text string }{
		{"OpenStack", "Wrong credentials: "}, {"OpenStack", "Wrong host and/or port: "}, {"NFV_provider", "this server has no source that uses NFV_provider"},
	} {
		b := l.body(t, rooms[i], graph.ConnectionTests, ids[i])
		if got := b.Map("errors").String(want.target); !strings.HasPrefix(got, want.text) || b.Map("test_results")[want.target] != false {
			t.Errorf("%d: %v", i, b)
		}
		text, err := json.Marshal(b)
		if err != nil || strings.Contains(string(text), "nonsense") || strings.Contains(string(text), password) {
			t.Errorf("%d shows a secret: %s", i, text)
		}
	}
	if b := l.body(t, rooms[0], graph.ConnectionTests, ids[0]); b.Map("test_results")["CLI"] != true || len(b.Map("errors")) != 1 {
		t.Errorf("the other target: %v", b)
	}
	if got := l.body(t, graph.Shared, graph.Environments, "lab").String("operational"); got != "stopped" {
		t.Errorf("operational %q", got)
	}
}

// What an earlier process left is tried by the next.
func TestLeft(t *testing.T) {
	l := newLab(t)
	asked, err := l.keeper(t).Submit(t.Context(), Request{Env: "soon", Targets: []string{"OpenStack"}, Sections: []any{l.openStack(password)}})
	if err != nil {
		t.Fatal(err)
	}
	l.run(t, l.keeper(t))
	if b := l.body(t, asked.room, graph.ConnectionTests, asked.ID); b.Map("test_results")["OpenStack"] != true {
		t.Errorf("answer: %v", b)
	}
}

func TestInvalid(t *testing.T) {
	k := newLab(t).keeper(t)
	section := map[string]any{"name": "CLI", "host": "h"}
	for _, c := range []struct {
		r     Request
		field string
	}{
		{Request{Targets: []string{"CLI"}, Sections: []any{section}}, "environment"},
		{Request{Env: "e", Sections: []any{section}}, "test_targets"},
		{Request{Env: "e", Targets: []string{"mysql"}, Sections: []any{section}}, "targets_configuration"},
		{Request{Env: "e", Targets: []string{"CLI", "CLI"}, Sections: []any{section}}, "test_targets"},
		{Request{Env: "a/b", Targets: []string{"CLI"}, Sections: []any{section}}, "name"},
	} {
		_, err := k.Submit(t.Context(), c.r)
		bad, ok := err.(*graph.InvalidError)
		if !ok || bad.Fields[0].Field != c.field {
			t.Errorf("%+v: %v", c.r, err)
		}
	}
}

// echo is a source whose service repeats what it was sent.
type echo struct{ collect.Provider }

func (echo) Configured(env *graph.Environment) bool { return true }

func (echo) Open(_ context.Context, env *graph.Environment, _ collect.Options) (collect.Conn, error) {
	s, _ := env.Section("echo")
	return nil, fmt.Errorf("%w: %s is not the password", collect.ErrAuth, s.Secret("pwd"))
}

func TestConcealed(t *testing.T) {
	l := newLab(t, "lab")
	k := New(l.store, Options{Providers: []collect.Provider{echo{}}})
	asked, err := k.Submit(t.Context(), Request{Env: "lab", Targets: []string{"echo"}, Sections: []any{map[string]any{"name": "echo", "pwd": password}}})
	if err != nil {
		t.Fatal(err)
	}
	l.run(t, k)
	got := l.body(t, asked.room, graph.ConnectionTests, asked.ID).Map("errors").String("echo")
	if strings.Contains(got, password) || !strings.HasSuffix(got, " is not the password") {
		t.Errorf("told: %s", got)
	}
}
