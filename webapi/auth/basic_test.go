package auth_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"calipso/webapi/auth"
)

// Who sends his password with every request is let in by one log-in, until
// something about the account changes.
func TestBasic(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	sessions := func() int {
		list, err := f.Tokens(t.Context(), "olga")
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	ask := func(password string) error {
		p, err := f.Basic(t.Context(), "olga", password, "192.0.2.1")
		if err == nil && p.User.Name != "olga" {
			t.Errorf("speaks for %q", p.User.Name)
		}
		return err
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := ask(good); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := sessions(); n != 1 {
		t.Errorf("%d sessions for one client", n)
	}
	f.now = f.now.Add(13 * time.Hour) // the session has ended
	if err := ask(good); err != nil || sessions() != 1 {
		t.Errorf("%v, %d sessions", err, sessions())
	}
	if err := f.SetPassword(t.Context(), "root", "olga", "another long one"); err != nil {
		t.Fatal(err)
	}
	if err := ask(good); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("the old password: %v", err)
	}
	if err := ask("another long one"); err != nil {
		t.Error(err)
	}
	if err := f.Remove(t.Context(), "root", "olga"); err != nil {
		t.Fatal(err)
	}
	if err := ask("another long one"); !errors.Is(err, auth.ErrCredentials) {
		t.Errorf("somebody who is gone: %v", err)
	}
}

// The same wrong password again and again is one guess; different ones are
// throttled as other log-ins are. A password that becomes right is tried again.
func TestBasicRefuses(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	for range 50 {
		if _, err := f.Basic(t.Context(), "olga", "wrong password", "evil"); !errors.Is(err, auth.ErrCredentials) {
			t.Fatal(err)
		}
	}
	if err := f.SetPassword(t.Context(), "root", "olga", "wrong password"); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Basic(t.Context(), "olga", "wrong password", "evil"); err != nil {
		t.Errorf("now it is right: %v", err)
	}
	var slow *auth.ThrottledError
	for i := range 6 {
		_, err := f.Basic(t.Context(), "olga", fmt.Sprintf("guess number %d", i), "evil")
		if i < 4 && !errors.Is(err, auth.ErrCredentials) || i == 5 && !errors.As(err, &slow) {
			t.Errorf("guess %d: %v", i, err)
		}
	}
}

func TestHexToken(t *testing.T) {
	f := start(t)
	f.user(t, "olga", auth.Viewer)
	secret, token, err := f.CreateHexToken(t.Context(), "olga", "old API", time.Hour)
	if err != nil || len(secret.Reveal()) != 32 {
		t.Fatal(len(secret.Reveal()), err)
	}
	if p, err := f.Authenticate(t.Context(), secret.Reveal()); err != nil || p.User.Name != "olga" {
		t.Error(p, err)
	}
	f.now = token.Expires
	if _, err := f.Authenticate(t.Context(), secret.Reveal()); !errors.Is(err, auth.ErrExpired) || !errors.Is(err, auth.ErrCredentials) {
		t.Error(err)
	}
	if _, err := f.Authenticate(t.Context(), "00000000000000000000000000000000"); !errors.Is(err, auth.ErrCredentials) || errors.Is(err, auth.ErrExpired) {
		t.Error(err)
	}
}
