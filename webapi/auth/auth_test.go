package auth_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"calipso/graph"
	"calipso/graph/kv/memory"
	"calipso/webapi/auth"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const good = "a good long password"

type fixture struct {
	*auth.Accounts
	store *graph.Store
	now   time.Time
}

func start(t *testing.T) *fixture {
	t.Helper()
	store, err := graph.Open(t.Context(), memory.New(), graph.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	f := &fixture{store: store, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	f.Accounts = auth.New(auth.Shared(store), auth.Options{Clock: func() time.Time { return f.now }})
	return f
}

func (f *fixture) user(t *testing.T, name string, role auth.Role) {
	t.Helper()
	if _, err := f.Create(t.Context(), "", auth.NewUser{Name: name, Password: good, Role: role}); err != nil {
		t.Fatal(err)
	}
}

func TestBootstrap(t *testing.T) {
	f := start(t)
	password, err := f.Bootstrap(t.Context())
	if err != nil || len(password) < 20 {
		t.Fatal(password, err)
	}
	if again, err := f.Bootstrap(t.Context()); again != "" || err != nil {
		t.Errorf("a second time: %q, %v", again, err)
	}
	secret, _, err := f.Login(t.Context(), "admin", password, "192.0.2.9")
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Authenticate(t.Context(), secret.Reveal())
	if err != nil || !p.Has(auth.ManageUsers) {
		t.Errorf("%v, %v", p, err)
	}
}

// Neither password nor token is in the store in clear, nor printed.
func TestNothingInClear(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	secret, _, err := f.Login(t.Context(), "olga", good, "a")
	if err != nil {
		t.Fatal(err)
	}
	v, err := f.store.View(t.Context(), graph.Shared, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []graph.Collection{graph.Users, graph.Tokens} {
		for d, err := range v.Documents(t.Context(), c) {
			if err != nil {
				t.Fatal(err)
			}
			text := fmt.Sprintf("%+v", d)
			for _, bad := range []string{good, secret.Reveal(), "argon2id$v"} {
				if strings.Contains(text, bad) {
					t.Errorf("%s shows %q", c, bad)
				}
			}
		}
	}
}

func TestLoginRefuses(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	for i, c := range [][2]string{{"olga", "wrong password"}, {"olga", ""}, {"nobody", good}, {"", ""}, {"OLGA", good}, {"olga", strings.Repeat("x", 5000)}} {
		if _, _, err := f.Login(t.Context(), c[0], c[1], fmt.Sprint("addr", i)); !errors.Is(err, auth.ErrCredentials) {
			t.Errorf("%q %q: %v", c[0], c[1], err)
		}
	}
}

func TestExpiry(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	session, token, err := f.Login(t.Context(), "olga", good, "a")
	if err != nil {
		t.Fatal(err)
	}
	api, _, err := f.CreateToken(t.Context(), "olga", "nightly", 48*time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	f.now = token.Expires.Add(-time.Second)
	if _, err := f.Authenticate(t.Context(), session.Reveal()); err != nil {
		t.Error(err)
	}
	f.now = token.Expires
	if _, err := f.Authenticate(t.Context(), session.Reveal()); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("an old session: %v", err)
	}
	if p, err := f.Authenticate(t.Context(), api.Reveal()); err != nil || p.Token.Name != "nightly" {
		t.Errorf("%v %v", p, err)
	}
	if n, err := f.Sweep(t.Context()); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if left, err := f.Tokens(t.Context(), "olga"); len(left) != 1 || err != nil {
		t.Errorf("%v, %v", left, err)
	}
}

// Whatever changes an account ends what it has open.
func TestChangesEndSessions(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(ctx context.Context, f *fixture) error
	}{
		{"password", func(ctx context.Context, f *fixture) error {
			return f.SetPassword(ctx, "root", "olga", "another long one")
		}},
		{"role", func(ctx context.Context, f *fixture) error { return setRole(ctx, f, "olga", auth.Editor) }},
		{"removal", func(ctx context.Context, f *fixture) error { return f.Remove(ctx, "root", "olga") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := start(t)
			f.user(t, "olga", auth.Viewer)
			secret, _, err := f.CreateToken(t.Context(), "olga", "x", 0)
			if err != nil {
				t.Fatal(err)
			}
			p, err := f.Authenticate(t.Context(), secret.Reveal())
			if err != nil {
				t.Fatal(err)
			}
			if err := c.do(t.Context(), f); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Authenticate(t.Context(), secret.Reveal()); !errors.Is(err, auth.ErrCredentials) {
				t.Error(err)
			}
			if err := f.Check(t.Context(), p); !errors.Is(err, auth.ErrCredentials) {
				t.Error(err)
			}
		})
	}
}

func TestTheLastAdministratorStays(t *testing.T) {
	f := start(t)
	f.user(t, "root", auth.Admin)
	if err := f.Remove(t.Context(), "", "root"); !errors.Is(err, auth.ErrLastAdmin) {
		t.Error(err)
	}
	if err := setRole(t.Context(), f, "root", auth.Viewer); !errors.Is(err, auth.ErrLastAdmin) {
		t.Error(err)
	}
	f.user(t, "two", auth.Admin)
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i, name := range []string{"root", "two"} {
		wg.Go(func() { errs[i] = f.Remove(t.Context(), "", name) })
	}
	wg.Wait()
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("both or neither went: %v", errs)
	}
}

func TestEnvironmentRights(t *testing.T) {
	f := start(t)
	put := &graph.Batch{}
	for _, name := range []string{"a", "b"} {
		put.PutDocs = append(put.PutDocs, &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: name}, Body: graph.Attrs{"name": name}})
	}
	if _, err := f.store.Commit(t.Context(), graph.Shared, graph.Cause{Kind: graph.CauseUser}, put); err != nil {
		t.Fatal(err)
	}
	for _, role := range auth.Roles() {
		f.user(t, string(role), role)
	}
	if err := f.Grant(t.Context(), "admin", "none", "a", true, true); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		user       string
		env        graph.EnvID
		view, edit bool
	}{
		{"admin", "a", true, true}, {"editor", "b", true, true}, {"viewer", "a", true, false},
		{"none", "a", true, true}, {"none", "b", false, false}, {"admin", "missing", false, false},
	} {
		secret, _, err := f.CreateToken(t.Context(), c.user, "x", 0)
		if err != nil {
			t.Fatal(err)
		}
		p, err := f.Authenticate(t.Context(), secret.Reveal())
		if err != nil {
			t.Fatal(err)
		}
		if view, edit, err := p.Env(t.Context(), c.env); view != c.view || edit != c.edit || err != nil {
			t.Errorf("%s on %s: %v %v %v", c.user, c.env, view, edit, err)
		}
	}
	if err := f.Grant(t.Context(), "admin", "none", "a", false, false); err != nil {
		t.Fatal(err)
	}
	secret, _, _ := f.CreateToken(t.Context(), "none", "x", 0)
	p, err := f.Authenticate(t.Context(), secret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if envs, err := p.Visible(t.Context(), []graph.EnvID{"a", "b"}); len(envs) != 0 || err != nil {
		t.Errorf("sees %v, %v", envs, err)
	}
}

func TestCreateRefuses(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	var invalid *graph.InvalidError
	for _, n := range []auth.NewUser{{Name: "a/b", Password: good}, {Name: "", Password: good}, {Name: "x", Password: "short"}, {Name: "x", Password: strings.Repeat("x", 257)}, {Name: "x", Password: good, Role: "king"}} {
		if _, err := f.Create(t.Context(), "", n); !errors.As(err, &invalid) {
			t.Errorf("%+v: %v", n.Name, err)
		}
	}
	if _, err := f.Create(t.Context(), "", auth.NewUser{Name: "olga", Password: good}); !errors.Is(err, auth.ErrExists) {
		t.Error(err)
	}
}

// Guessing from one place is stopped; the user may still get in from another.
func TestThrottle(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	for range 5 {
		if _, _, err := f.Login(t.Context(), "olga", "wrong password", "evil"); !errors.Is(err, auth.ErrCredentials) {
			t.Fatal(err)
		}
	}
	var slow *auth.ThrottledError
	if _, _, err := f.Login(t.Context(), "olga", good, "evil"); !errors.As(err, &slow) {
		t.Fatalf("the sixth attempt: %v", err)
	}
	if _, _, err := f.Login(t.Context(), "olga", good, "home"); err != nil {
		t.Errorf("from home: %v", err)
	}
	f.now = f.now.Add(slow.Wait)
	if _, _, err := f.Login(t.Context(), "olga", good, "evil"); err != nil {
		t.Errorf("after the wait: %v", err)
	}
	for range 20 { // success costs nothing
		if _, _, err := f.Login(t.Context(), "olga", good, "script"); err != nil {
			t.Fatal(err)
		}
	}
}

func setRole(ctx context.Context, f *fixture, user string, role auth.Role) error {
	_, err := f.Change(ctx, "root", user, auth.Change{Role: &role})
	return err
}
