package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"calipso/graph"
	"calipso/graph/recent"
)

// Clients of the old API send user and password with every request. Checking a
// password takes long on purpose, so the first such request logs in, and those
// after it go by the session of that log-in for as long as it is good. A wrong
// password that is sent again is no new guess: it is refused from memory for a
// while, so that a script with an old password is not taken for an attack.
const (
	knownLogins  = 10_000
	refusedAgain = time.Minute
)

// logins remembers the sessions of those who send their password each time.
type logins struct {
	key [32]byte // so that memory holds no password, nor anything to try one on
	mu  struct {
		sync.Mutex
		byPair map[[32]byte]*login
	}
}

// login is what is known of one user name with one password.
type login struct {
	turn    chan struct{} // holds one while a request checks the password
	session graph.Secret
	refused time.Time  // when the password was last found wrong
	seen    graph.Time // of the documents by which it was
}

func newLogins() *logins {
	l := &logins{}
	rand.Read(l.key[:]) // never fails
	l.mu.byPair = map[[32]byte]*login{}
	return l
}

// of is what is remembered of a pair. When there are too many, all are
// forgotten: what that costs is one log-in each.
func (l *logins) of(name, password string) *login {
	mac := hmac.New(sha256.New, l.key[:])
	fmt.Fprintf(mac, "%d:%s%s", len(name), name, password)
	k := [32]byte(mac.Sum(nil))
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.mu.byPair[k]
	if e == nil {
		if len(l.mu.byPair) >= knownLogins {
			clear(l.mu.byPair)
		}
		e = &login{turn: make(chan struct{}, 1)}
		l.mu.byPair[k] = e
	}
	return e
}

// Basic tells for whom a user name and password speak that come with a request.
// addr is where it comes from.
//
// Errors: ErrCredentials, *ThrottledError.
func (a *Accounts) Basic(ctx context.Context, name, password, addr string) (*Principal, error) {
	e := a.logins.of(name, password)
	select {
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if !e.session.IsZero() {
		p, err := a.Authenticate(ctx, e.session.Reveal())
		if !errors.Is(err, ErrCredentials) {
			return p, err
		}
		e.session = graph.Secret{} // it has expired, or the password was changed
	}
	v, err := a.store.View(ctx)
	if err != nil {
		return nil, err
	}
	if a.opt.Clock().Before(e.refused.Add(refusedAgain)) && sameUsers(ctx, v, e.seen) {
		return nil, fmt.Errorf("auth: user %q: %w", name, ErrCredentials)
	}
	secret, _, err := a.Login(ctx, name, password, addr)
	if errors.Is(err, ErrCredentials) {
		e.refused, e.seen = a.opt.Clock(), v.Time()
	}
	if err != nil {
		return nil, err
	}
	e.session, e.refused = secret, time.Time{}
	return a.Authenticate(ctx, secret.Reveal())
}

// sameUsers tells whether no account was changed since.
func sameUsers(ctx context.Context, v recent.DocView, since graph.Time) bool {
	t, complete, err := v.Touched(ctx, since, 1000)
	return err == nil && complete && !slices.ContainsFunc(t.Docs, func(k graph.DocKey) bool { return k.Collection == graph.Users })
}
