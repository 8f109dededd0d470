package auth_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"calipso/graph"
	"calipso/webapi/auth"
)

// environments makes environments without lists.
func (f *fixture) environments(t *testing.T, names ...string) {
	t.Helper()
	put := &graph.Batch{}
	for _, name := range names {
		put.PutDocs = append(put.PutDocs, &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: name}, Body: graph.Attrs{"name": name}})
	}
	if _, err := f.store.Commit(t.Context(), graph.Shared, graph.Cause{Kind: graph.CauseUser}, put); err != nil {
		t.Fatal(err)
	}
}

// signedIn is who a user is after signing in.
func (f *fixture) signedIn(t *testing.T, name string) *auth.Principal {
	t.Helper()
	secret, _, err := f.Login(t.Context(), name, good, "a")
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Authenticate(t.Context(), secret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A token does what its scope lets through of what its user may, and tokens made
// with it no more than that.
func TestScope(t *testing.T) {
	f := start(t)
	f.environments(t, "a", "b")
	f.user(t, "root", auth.Admin)
	f.user(t, "none", auth.NoRole)
	if err := f.Grant(t.Context(), "root", "none", "a", true, true); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, user string
		scope      auth.Scope
		global     []auth.Right
		a, b       string
	}{
		{"all", "root", auth.Scope{}, auth.Rights(), "edit", "edit"},
		{"one right", "root", auth.Scope{Rights: []auth.Right{auth.ViewEnv}}, []auth.Right{auth.ViewEnv}, "view", "view"},
		{"edit comes with view", "root", auth.Scope{Rights: []auth.Right{auth.EditEnv}}, []auth.Right{auth.ViewEnv, auth.EditEnv}, "edit", "edit"},
		{"a right that is for no environment", "root", auth.Scope{Rights: []auth.Right{auth.ManageUsers}}, []auth.Right{auth.ManageUsers}, "", ""},
		{"one environment", "root", auth.Scope{Envs: []graph.EnvID{"a"}}, nil, "edit", ""},
		{"read only", "root", auth.Scope{ReadOnly: true}, auth.Rights(), "view", "view"},
		{"more than the user may", "none", auth.Scope{Rights: []auth.Right{auth.ManageUsers, auth.EditEnv}}, nil, "edit", ""},
		{"granted, but to view alone", "none", auth.Scope{Rights: []auth.Right{auth.ViewEnv}}, nil, "view", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			secret, _, err := f.IssueToken(t.Context(), f.signedIn(t, c.user), auth.NewToken{Name: "x", Scope: c.scope})
			if err != nil {
				t.Fatal(err)
			}
			p, err := f.Authenticate(t.Context(), secret.Reveal())
			if err != nil {
				t.Fatal(err)
			}
			var global []auth.Right
			for _, r := range auth.Rights() {
				if p.Has(r) {
					global = append(global, r)
				}
			}
			if !slices.Equal(global, c.global) {
				t.Errorf("holds %v for all, want %v", global, c.global)
			}
			for env, want := range map[graph.EnvID]string{"a": c.a, "b": c.b} {
				got := ""
				switch view, edit, err := p.Env(t.Context(), env); {
				case err != nil || edit && !view:
					t.Fatal(view, edit, err)
				case edit:
					got = "edit"
				case view:
					got = "view"
				}
				if got != want {
					t.Errorf("%s: %q, want %q", env, got, want)
				}
			}
			if seen, err := p.Visible(t.Context(), []graph.EnvID{"a", "b"}); err != nil || slices.Contains(seen, "a") != (c.a != "") || slices.Contains(seen, "b") != (c.b != "") {
				t.Errorf("sees %v, %v", seen, err)
			}
			old, _, err := f.IssueOld(t.Context(), p, time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			q, err := f.Authenticate(t.Context(), old.Reveal())
			if err != nil || !slices.Equal(q.Token.Scope.Rights, c.scope.Rights) || !slices.Equal(q.Token.Scope.Envs, c.scope.Envs) || q.Token.Scope.ReadOnly != c.scope.ReadOnly {
				t.Errorf("a token for a token: %+v, %v", q, err)
			}
		})
	}
}

func TestScopeCannotBeLeft(t *testing.T) {
	f := start(t)
	f.environments(t, "a", "b")
	f.user(t, "root", auth.Admin)
	f.user(t, "none", auth.NoRole)
	secret, _, err := f.IssueToken(t.Context(), f.signedIn(t, "root"), auth.NewToken{Name: "x", Scope: auth.Scope{Rights: []auth.Right{auth.ViewEnv}, Envs: []graph.EnvID{"a"}}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Authenticate(t.Context(), secret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	var invalid *graph.InvalidError
	for _, s := range []auth.Scope{{Rights: []auth.Right{auth.EditEnv}}, {Envs: []graph.EnvID{"b"}}, {Envs: []graph.EnvID{"missing"}}, {Rights: []auth.Right{"king"}}} {
		if _, _, err := f.IssueToken(t.Context(), p, auth.NewToken{Name: "y", Scope: s}); !errors.As(err, &invalid) {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if _, _, err := f.IssueToken(t.Context(), f.signedIn(t, "none"), auth.NewToken{Name: "y", Scope: auth.Scope{Envs: []graph.EnvID{"a"}}}); !errors.As(err, &invalid) {
		t.Errorf("an environment that one may not see: %v", err)
	}
	if _, made, err := f.IssueToken(t.Context(), p, auth.NewToken{Name: "y"}); err != nil || !slices.Equal(made.Scope.Envs, []graph.EnvID{"a"}) {
		t.Errorf("%+v, %v", made, err)
	}
}

// When a token was last used is told at once and written down by Sweep, which
// brings nothing back that was revoked.
func TestLastUse(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	secret, token, err := f.CreateToken(t.Context(), "olga", "x", 0)
	if err != nil {
		t.Fatal(err)
	}
	used := func() time.Time {
		t.Helper()
		tokens, err := f.Tokens(t.Context(), "olga")
		if err != nil || len(tokens) != 1 {
			t.Fatal(tokens, err)
		}
		return tokens[0].Used
	}
	if !used().IsZero() {
		t.Error("used before it was")
	}
	f.now = f.now.Add(time.Hour)
	if _, err := f.Authenticate(t.Context(), secret.Reveal()); err != nil {
		t.Fatal(err)
	}
	if !used().Equal(f.now) {
		t.Errorf("used at %v, now is %v", used(), f.now)
	}
	if _, err := f.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := auth.New(auth.Shared(f.store), auth.Options{Clock: func() time.Time { return f.now }})
	if tokens, err := again.Tokens(t.Context(), "olga"); err != nil || len(tokens) != 1 || !tokens[0].Used.Equal(f.now) {
		t.Errorf("after a restart: %+v, %v", tokens, err)
	}
	last := f.store.Last(graph.Shared)
	if _, err := f.Sweep(t.Context()); err != nil || f.store.Last(graph.Shared) != last {
		t.Errorf("nothing new was written down again: %v", err)
	}
	f.now = f.now.Add(time.Hour)
	if _, err := f.Authenticate(t.Context(), secret.Reveal()); err != nil {
		t.Fatal(err)
	}
	if err := f.Revoke(t.Context(), "olga", token.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Authenticate(t.Context(), secret.Reveal()); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("revoked: %v", err)
	}
}
