package auth_test

import (
	"errors"
	"slices"
	"testing"

	"calipso/graph"
	"calipso/webapi/auth"
)

func ptr[T any](v T) *T { return &v }

// Roles with documents give what they say, to all who have them, from then on.
func TestRoles(t *testing.T) {
	f := start(t)
	f.user(t, "root", auth.Admin)
	f.user(t, "olga", auth.Viewer)
	net := auth.Definition{Name: "net team", About: "those of the network", Rights: []auth.Right{auth.ManageLinkTypes, auth.EditEnv}}
	if _, err := f.Define(t.Context(), "root", net, false); !errors.Is(err, graph.ErrNotFound) {
		t.Errorf("changed what is not there: %v", err)
	}
	if _, err := f.Define(t.Context(), "root", net, true); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Define(t.Context(), "root", net, true); !errors.Is(err, auth.ErrRoleExists) {
		t.Error(err)
	}
	u, err := f.Change(t.Context(), "root", "olga", auth.Change{Roles: &[]string{"net team"}})
	if err != nil || !slices.Equal(u.Rights, []auth.Right{auth.ViewEnv, auth.EditEnv, auth.ManageLinkTypes}) || !slices.Equal(u.Single, []auth.Right{auth.ViewEnv}) {
		t.Fatalf("%+v, %v", u, err)
	}
	p, err := f.Basic(t.Context(), "olga", good, "a")
	if err != nil || !p.Has(auth.EditEnv) {
		t.Fatal(err)
	}
	net.Rights = []auth.Right{auth.ManageLinkTypes}
	if _, err := f.Define(t.Context(), "root", net, false); err != nil {
		t.Fatal(err)
	}
	if p, err = f.Basic(t.Context(), "olga", good, "a"); err != nil || p.Has(auth.EditEnv) || !p.Has(auth.ManageLinkTypes) {
		t.Errorf("after the role was changed: %v, %v", p.User.Rights, err)
	}
	if err := f.Undefine(t.Context(), "root", "net team"); !errors.Is(err, graph.ErrConflict) {
		t.Errorf("a role that somebody has: %v", err)
	}
	if u, err = f.Change(t.Context(), "root", "olga", auth.Change{Role: ptr(auth.Editor)}); err != nil || len(u.Roles) != 0 || auth.RoleOf(u.Rights) != auth.Editor {
		t.Errorf("%+v, %v", u, err)
	}
	if err := f.Undefine(t.Context(), "root", "net team"); err != nil {
		t.Error(err)
	}
	var invalid *graph.InvalidError
	for _, d := range []auth.Definition{{Name: "admin"}, {Name: "view-env"}, {Name: ""}, {Name: "x/y"}, {Name: "x", Rights: []auth.Right{"fly"}}} {
		if _, err := f.Define(t.Context(), "root", d, true); !errors.As(err, &invalid) {
			t.Errorf("%+v: %v", d, err)
		}
	}
	for _, c := range []auth.Change{{Role: ptr(auth.Role("net team"))}, {Roles: &[]string{"viewer"}}, {Rights: &[]auth.Right{"fly"}}, {Role: ptr(auth.Viewer), Rights: &[]auth.Right{}}, {Emails: &[]string{"no address"}}} {
		if _, err := f.Change(t.Context(), "root", "olga", c); !errors.As(err, &invalid) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

// Nobody can take the last way in: not by a change, nor by one of a role.
func TestSomebodyGoverns(t *testing.T) {
	f := start(t)
	chief := auth.Definition{Name: "chief", Rights: auth.Rights()}
	if _, err := f.Define(t.Context(), "", chief, true); err != nil {
		t.Fatal(err)
	}
	f.user(t, "root", "chief")
	for name, c := range map[string]auth.Change{
		"disabled": {Disabled: ptr(true)}, "role": {Role: ptr(auth.Viewer)}, "roles": {Roles: &[]string{}},
	} {
		if _, err := f.Change(t.Context(), "", "root", c); !errors.Is(err, auth.ErrLastAdmin) {
			t.Errorf("%s: %v", name, err)
		}
	}
	chief.Rights = []auth.Right{auth.ViewEnv}
	if _, err := f.Define(t.Context(), "", chief, false); !errors.Is(err, auth.ErrLastAdmin) {
		t.Errorf("the role: %v", err)
	}
	if _, _, err := f.SignIn(t.Context(), "oidc", auth.Identity{Name: "boss"}, "a"); err != nil {
		t.Fatal(err)
	}
	if err := setRole(t.Context(), f, "boss", auth.Admin); err != nil {
		t.Fatal(err)
	}
	if err := f.Remove(t.Context(), "", "root"); !errors.Is(err, auth.ErrLastAdmin) {
		t.Errorf("one whose password is elsewhere cannot be relied on: %v", err)
	}
	f.user(t, "two", auth.Admin)
	if _, err := f.Change(t.Context(), "", "root", auth.Change{Disabled: ptr(true)}); err != nil {
		t.Error(err)
	}
	if err := f.Remove(t.Context(), "", "two"); !errors.Is(err, auth.ErrLastAdmin) {
		t.Errorf("the other one is disabled: %v", err)
	}
}

func TestDisabled(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	secret, _, err := f.CreateToken(t.Context(), "olga", "x", 0)
	if err != nil {
		t.Fatal(err)
	}
	p, err := f.Basic(t.Context(), "olga", good, "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Change(t.Context(), "root", "olga", auth.Change{Disabled: ptr(true)}); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Authenticate(t.Context(), secret.Reveal()); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("token: %v", err)
	}
	if err := f.Check(t.Context(), p); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("a stream: %v", err)
	}
	if _, err := f.Basic(t.Context(), "olga", good, "a"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("basic: %v", err)
	}
	if _, _, err := f.Login(t.Context(), "olga", good, "a"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("sign-in: %v", err)
	}
	if _, _, err := f.CreateToken(t.Context(), "olga", "y", 0); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("a new token: %v", err)
	}
	if _, err := f.Change(t.Context(), "root", "olga", auth.Change{Disabled: ptr(false)}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Login(t.Context(), "olga", good, "a"); err != nil {
		t.Errorf("let in again: %v", err)
	}
}

// One's own password is changed by who knows it, and ends all but what he is at.
func TestOwnPassword(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	here, there := f.signedIn(t, "olga"), f.signedIn(t, "olga")
	var invalid *graph.InvalidError
	if err := f.ChangePassword(t.Context(), here, "not the old one", "another long one", "a"); !errors.As(err, &invalid) || invalid.Fields[0].Field != "old_password" {
		t.Errorf("%v", err)
	}
	if err := f.ChangePassword(t.Context(), here, good, "short", "a"); !errors.As(err, &invalid) {
		t.Errorf("%v", err)
	}
	if err := f.ChangePassword(t.Context(), here, good, "another long one", "a"); err != nil {
		t.Fatal(err)
	}
	if err := f.Check(t.Context(), here); err != nil {
		t.Errorf("here: %v", err)
	}
	if err := f.Check(t.Context(), there); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("elsewhere: %v", err)
	}
	f.spend(t, "olga", "a")
	var slow *auth.ThrottledError
	if err := f.ChangePassword(t.Context(), here, "another long one", "yet another one", "a"); !errors.As(err, &slow) {
		t.Errorf("guessing here is no faster: %v", err)
	}
	if _, _, err := f.SignIn(t.Context(), "oidc", auth.Identity{Name: "lena"}, "a"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetPassword(t.Context(), "root", "lena", "another long one"); !errors.As(err, &invalid) {
		t.Errorf("a password that is kept elsewhere: %v", err)
	}
}

// Which environments name a user is set from his side; who goes takes it along.
func TestGranted(t *testing.T) {
	f := start(t)
	f.environments(t, "a", "b", "c")
	f.user(t, "olga", auth.NoRole)
	see := func(env graph.EnvID) bool { return env != "c" }
	if err := f.Grant(t.Context(), "root", "olga", "c", true, false); err != nil {
		t.Fatal(err)
	}
	if err := f.SetGranted(t.Context(), "root", "olga", []auth.Granted{{Env: "a", Edit: true}, {Env: "b"}}, see); err != nil {
		t.Fatal(err)
	}
	got, err := f.Granted(t.Context(), "olga")
	if err != nil || !slices.Equal(got, []auth.Granted{{Env: "a", Edit: true}, {Env: "b"}, {Env: "c"}}) {
		t.Errorf("%v, %v", got, err)
	}
	last := f.store.Last(graph.Shared)
	if err := f.SetGranted(t.Context(), "root", "olga", []auth.Granted{{Env: "a", Edit: true}, {Env: "b"}}, see); err != nil || f.store.Last(graph.Shared) != last {
		t.Errorf("the same again: %v", err)
	}
	var invalid *graph.InvalidError
	for _, env := range []graph.EnvID{"c", "missing"} {
		if err := f.SetGranted(t.Context(), "root", "olga", []auth.Granted{{Env: env}}, see); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", env, err)
		}
	}
	if err := f.Remove(t.Context(), "root", "olga"); err != nil {
		t.Fatal(err)
	}
	f.user(t, "olga", auth.NoRole)
	if got, err := f.Granted(t.Context(), "olga"); err != nil || len(got) != 0 {
		t.Errorf("another of the name: %v, %v", got, err)
	}
}
