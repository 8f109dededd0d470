package auth_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"calipso/graph"
	"calipso/webapi/auth"
)

// A name and password that were right are known again without a new attempt,
// until the account changes or the time is over.
func TestBasic(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	basic := func(password string) error {
		p, err := f.Basic(t.Context(), "olga", password, "a")
		if err == nil && (p.User.Name != "olga" || !p.Has(auth.ViewEnv) || p.Has(auth.EditEnv) || p.Token.Kind != auth.Basic) {
			t.Errorf("stands for %+v", p)
		}
		return err
	}
	if err := basic(good); err != nil {
		t.Fatal(err)
	}
	for n := range 5 {
		for range 3 { // sent again it is no new guess
			if err := basic(fmt.Sprint("wrong password", n)); !errors.Is(err, auth.ErrCredentials) {
				t.Fatal(err)
			}
		}
	}
	var slow *auth.ThrottledError
	if err := basic("another guess"); !errors.As(err, &slow) {
		t.Errorf("the sixth guess: %v", err)
	}
	if err := basic(good); err != nil {
		t.Errorf("what is known needs no attempt: %v", err)
	}
	f.now = f.now.Add(5 * time.Minute)
	f.spend(t, "olga", "a")
	if err := basic(good); !errors.As(err, &slow) {
		t.Errorf("after its time it is looked at anew: %v", err)
	}
}

// spend uses up the attempts of a user from an address.
func (f *fixture) spend(t *testing.T, user, addr string) {
	t.Helper()
	for {
		var slow *auth.ThrottledError
		switch _, _, err := f.Login(t.Context(), user, "wrong password", addr); {
		case errors.As(err, &slow):
			return
		case !errors.Is(err, auth.ErrCredentials):
			t.Fatal(err)
		}
	}
}

func TestBasicEndsWithThePassword(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	p, err := f.Basic(t.Context(), "olga", good, "a")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Check(t.Context(), p); err != nil {
		t.Error(err)
	}
	if err := f.SetPassword(t.Context(), "root", "olga", "another long one"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Basic(t.Context(), "olga", good, "a"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("the old password: %v", err)
	}
	if err := f.Check(t.Context(), p); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("a stream under the old password: %v", err)
	}
	if _, err := f.Basic(t.Context(), "olga", "another long one", "a"); err != nil {
		t.Error(err)
	}
}

// A client that begins with many requests at once does not count as one that guesses.
func TestBasicAtOnce(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if _, err := f.Basic(t.Context(), "olga", good, "a"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestOldTokens(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	p, err := f.Basic(t.Context(), "olga", good, "a")
	if err != nil {
		t.Fatal(err)
	}
	secret, token, err := f.IssueOld(t.Context(), p, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if text := secret.Reveal(); len(text) != 32 || strings.Trim(text, "0123456789abcdef") != "" || strings.Contains(token.ID, text) {
		t.Errorf("%q of %d characters", text, len(text))
	}
	if token.Method != "credentials" || !token.Expires.Equal(f.now.Add(time.Hour)) {
		t.Errorf("%+v", token)
	}
	p, err = f.Authenticate(t.Context(), secret.Reveal())
	if err != nil || p.User.Name != "olga" {
		t.Fatal(p, err)
	}
	second, token2, err := f.IssueOld(t.Context(), p, 0)
	if err != nil || token2.Method != "token" || !token2.Expires.Equal(f.now.Add(366*24*time.Hour)) {
		t.Fatal(token2, err)
	}
	f.now = f.now.Add(time.Hour)
	if _, err := f.Authenticate(t.Context(), secret.Reveal()); !errors.Is(err, auth.ErrCredentials) || !errors.Is(err, auth.ErrExpired) {
		t.Errorf("an old one: %v", err)
	}
	if err := f.Revoke(t.Context(), "olga", token2.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Authenticate(t.Context(), second.Reveal()); !errors.Is(err, auth.ErrCredentials) || errors.Is(err, auth.ErrExpired) {
		t.Errorf("a revoked one: %v", err)
	}
	v, err := f.store.View(t.Context(), graph.Shared, graph.Now)
	if err != nil {
		t.Fatal(err)
	}
	for d, err := range v.Documents(t.Context(), graph.Tokens) {
		if err != nil {
			t.Fatal(err)
		}
		if d.ID == secret.Reveal() || d.Body.String("token") != "" {
			t.Errorf("kept in clear: %+v", d)
		}
	}
}
