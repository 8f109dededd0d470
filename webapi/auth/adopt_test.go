package auth_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"calipso/graph"
	"calipso/webapi/auth"
)

// foreign is a user's document of an old installation.
func foreign(t *testing.T, name, password string, meteor bool, rights ...any) graph.Attrs {
	t.Helper()
	text := password
	if meteor {
		sum := sha256.Sum256([]byte(password))
		text = hex.EncodeToString(sum[:])
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(text), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return graph.Attrs{
		"username": name, "emails": []any{map[string]any{"address": name + "@example.org", "verified": true}},
		"profile":  map[string]any{"name": strings.ToUpper(name)},
		"services": map[string]any{"password": map[string]any{"bcrypt": string(hash)}, "resume": map[string]any{"loginTokens": []any{}}},
		"roles":    map[string]any{"__global_roles__": rights},
	}
}

// A user taken over signs in with the old password; its old hash is gone then.
func TestAdopt(t *testing.T) {
	for _, meteor := range []bool{true, false} {
		f := start(t)
		doc := foreign(t, "olga", "old secret", meteor, "view-env", "dance")
		got, err := f.Adopt(t.Context(), "root", "q8ZtWm2bXr5nLkD3c", doc)
		if err != nil {
			t.Fatal(err)
		}
		if got.How != auth.AdoptedNew || !slices.Equal(got.User.Rights, []auth.Right{auth.ViewEnv}) || got.User.Display != "OLGA" ||
			!slices.Equal(got.User.Emails, []string{"olga@example.org"}) || len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "dance") {
			t.Errorf("%+v %+v", got, got.User)
		}
		before := f.store.Last(graph.Shared)
		if again, err := f.Adopt(t.Context(), "root", "q8ZtWm2bXr5nLkD3c", doc); err != nil || again.How != auth.AdoptedBefore {
			t.Errorf("%+v %v", again, err)
		}
		if f.store.Last(graph.Shared) != before {
			t.Error("a second time changed something")
		}
		if _, _, err := f.Login(t.Context(), "olga", "Old secret", "a"); !errors.Is(err, auth.ErrCredentials) {
			t.Errorf("a wrong password: %v", err)
		}
		for range 2 {
			if _, _, err := f.Login(t.Context(), "olga", "old secret", "a"); err != nil {
				t.Fatal(err)
			}
		}
		v, err := f.store.View(t.Context(), graph.Shared, graph.Now)
		if err != nil {
			t.Fatal(err)
		}
		d, err := v.Document(t.Context(), graph.Users, "q8ZtWm2bXr5nLkD3c")
		if err != nil {
			t.Fatal(err)
		}
		if p := d.Body.Map("services").Map("password"); p.Secret("bcrypt") != "" || !strings.HasPrefix(p.Secret("argon2id"), "$argon2id$") {
			t.Errorf("hashes left: %d", len(p))
		}
	}
}

// The passwords of the old guides open nothing, whatever was imported.
func TestAdoptRefusesPublishedPasswords(t *testing.T) {
	f := start(t)
	got, err := f.Adopt(t.Context(), "root", "x1", foreign(t, "admin", "123456", true, "manage-users"))
	if err != nil || len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "publish") {
		t.Fatalf("%+v %v", got, err)
	}
	if _, _, err := f.Login(t.Context(), "admin", "123456", "a"); !errors.Is(err, auth.ErrCredentials) {
		t.Error(err)
	}
}

// An account that is here stays as it is; environments that name it by the id it
// had elsewhere mean it.
func TestAdoptJoins(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.NoRole)
	env := &graph.Document{DocKey: graph.DocKey{Collection: graph.Environments, ID: "lab"}, Body: graph.Attrs{
		"name": "lab", "auth": map[string]any{"view-env": []any{"q8ZtWm2bXr5nLkD3c"}, "edit-env": []any{}}}}
	if _, err := f.store.Commit(t.Context(), graph.Shared, graph.Cause{Kind: graph.CauseImport}, &graph.Batch{PutDocs: []*graph.Document{env}}); err != nil {
		t.Fatal(err)
	}
	got, err := f.Adopt(t.Context(), "root", "q8ZtWm2bXr5nLkD3c", foreign(t, "olga", "old secret", true, "manage-users"))
	if err != nil || got.How != auth.AdoptedJoined || got.User.Administrator() {
		t.Fatalf("%+v %v", got, err)
	}
	p, err := f.Basic(t.Context(), "olga", good, "a")
	if err != nil {
		t.Fatal(err)
	}
	if view, edit, err := p.Env(t.Context(), "lab"); !view || edit || err != nil {
		t.Error(view, edit, err)
	}
	if _, err := f.Adopt(t.Context(), "root", "", graph.Attrs{"username": "x"}); err == nil {
		t.Error("a user without id was taken")
	}
}
