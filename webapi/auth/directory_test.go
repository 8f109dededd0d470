package auth_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"calipso/graph"
	"calipso/graph/kv/memory"
	"calipso/webapi/auth"
)

// directory is a list of users elsewhere, all with the password good.
type directory struct {
	name  string
	users map[string][]string // groups by name
	down  bool
	asked int
}

func (d *directory) Name() string { return d.name }

func (d *directory) Check(_ context.Context, name, password string) (auth.Identity, error) {
	d.asked++
	if d.down {
		return auth.Identity{}, errors.New("connection refused")
	}
	groups, ok := d.users[name]
	if !ok || password != good {
		return auth.Identity{}, auth.ErrCredentials
	}
	return auth.Identity{Name: name, Display: "The " + name, Email: name + "@example.org", Groups: groups}, nil
}

func startWith(t *testing.T, dirs ...auth.Directory) *fixture {
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
	f := &fixture{store: store}
	f.Accounts = auth.New(auth.Shared(store), auth.Options{Directories: dirs, Groups: map[string]auth.GroupRoles{
		"ldap": {"CN=Net,DC=example": {"editor"}, "*": {"viewer"}},
	}})
	return f
}

// Who is of a directory signs in with its password, gets what his groups give,
// and loses what they no longer give.
func TestDirectory(t *testing.T) {
	ldap := &directory{name: "ldap", users: map[string][]string{"lena": {"cn=net,dc=example"}}}
	f := startWith(t, ldap)
	rights := func() []auth.Right {
		t.Helper()
		secret, _, err := f.Login(t.Context(), "lena", good, "a")
		if err != nil {
			t.Fatal(err)
		}
		p, err := f.Authenticate(t.Context(), secret.Reveal())
		if err != nil {
			t.Fatal(err)
		}
		return p.User.Rights
	}
	if got := rights(); !slices.Equal(got, []auth.Right{auth.ViewEnv, auth.EditEnv}) {
		t.Errorf("as one of the group: %v", got)
	}
	u, err := f.User(t.Context(), "lena")
	if err != nil || u.Directory != "ldap" || u.Display != "The lena" || len(u.Single) != 0 {
		t.Errorf("%+v %v", u, err)
	}
	before := f.store.Last(graph.Shared)
	if _, err := f.Basic(t.Context(), "lena", good, "a"); err != nil || f.store.Last(graph.Shared) != before {
		t.Errorf("what is known already was written again: %v", err)
	}
	if err := setRole(t.Context(), f, "lena", "none"); err != nil {
		t.Fatal(err)
	}
	ldap.users["lena"] = nil
	if got := rights(); !slices.Equal(got, []auth.Right{auth.ViewEnv}) {
		t.Errorf("out of the group: %v", got)
	}
	delete(ldap.users, "lena")
	if _, _, err := f.Login(t.Context(), "lena", good, "a"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("out of the directory: %v", err)
	}
}

// A local account of the name comes first, and is nobody else's.
func TestLocalAccountsComeFirst(t *testing.T) {
	ldap := &directory{name: "ldap", users: map[string][]string{"root": nil}}
	f := startWith(t, ldap)
	if _, err := f.Create(t.Context(), "", auth.NewUser{Name: "root", Password: "the local password", Role: auth.Admin}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Login(t.Context(), "root", good, "a"); !errors.Is(err, auth.ErrCredentials) || ldap.asked != 0 {
		t.Errorf("%v, directory asked %d times", err, ldap.asked)
	}
	if _, _, err := f.Login(t.Context(), "root", "the local password", "a"); err != nil {
		t.Error(err)
	}
	if _, _, err := f.SignIn(t.Context(), "oidc", auth.Identity{Name: "root"}, "a"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("by another door: %v", err)
	}
	if _, _, err := f.SignIn(t.Context(), "oidc", auth.Identity{Name: "olaf"}, "a"); err != nil {
		t.Error(err)
	}
	if _, _, err := f.SignIn(t.Context(), "ldap", auth.Identity{Name: "olaf"}, "a"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("an account of another directory: %v", err)
	}
	if _, _, err := f.SignIn(t.Context(), "oidc", auth.Identity{Name: " x\n"}, "a"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("no name: %v", err)
	}
}

// A directory that cannot be asked is told apart from a wrong password, costs no
// attempts, and does not hide the next one.
func TestSilentDirectory(t *testing.T) {
	down := &directory{name: "down", down: true}
	ldap := &directory{name: "ldap", users: map[string][]string{"lena": nil}}
	f := startWith(t, down, ldap)
	for range 10 {
		if _, _, err := f.Login(t.Context(), "olaf", good, "a"); !errors.Is(err, auth.ErrDirectory) || errors.Is(err, auth.ErrCredentials) {
			t.Fatal(err)
		}
	}
	if _, _, err := f.Login(t.Context(), "lena", good, "a"); err != nil {
		t.Error(err)
	}
	if _, _, err := f.Login(t.Context(), "lena", "", "a"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("an empty password: %v", err)
	}
}
