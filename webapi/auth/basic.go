package auth

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/sync/singleflight"

	"calipso/graph"
	"calipso/graph/recent"
)

// basics remembers which names and passwords were right of late, and which were
// wrong, so that a client that sends them with each request does not cost a hash
// each time, nor is taken for one that guesses while its password is an old one. They
// are known by a keyed hash alone, whose key never leaves the process; a commit
// that touches users empties everything.
type basics struct {
	key     []byte
	known   *recent.Memo[proof, verdict]
	flights singleflight.Group
}

// proof stands for a name and password for some minutes.
type proof [sha256.Size]byte

// verdict is what came of a name and password.
type verdict struct {
	Principal
	refused error // not nil: they were wrong
}

func newBasics() *basics {
	b := &basics{key: make([]byte, 32), known: recent.NewMemo[proof, verdict](10_000, graph.Users, graph.Roles)}
	rand.Read(b.key) // never fails
	return b
}

// proof of a name and password, different in each period of BasicTTL: what was
// remembered in one is not found in the next.
func (a *Accounts) proof(name, password string) (p proof) {
	mac := hmac.New(sha256.New, a.basic.key)
	var b []byte
	b = binary.BigEndian.AppendUint64(b, uint64(a.opt.Clock().UnixNano()/int64(a.opt.BasicTTL)))
	b = binary.BigEndian.AppendUint64(b, uint64(len(name)))
	mac.Write(append(append(b, name...), password...))
	mac.Sum(p[:0])
	return p
}

// Basic tells for whom a name and password speak that came with a request, as
// old clients send them. They are looked at as those of a log-in are, and then
// taken for right until the account changes, at most Options.BasicTTL.
//
// Errors: ErrCredentials, *ThrottledError, ErrDirectory.
func (a *Accounts) Basic(ctx context.Context, name, password, addr string) (*Principal, error) {
	v, err := a.store.View(ctx)
	if err != nil {
		return nil, err
	}
	key := a.proof(name, password)
	found, err := a.basic.known.Get(ctx, v, key, func(ctx context.Context) (verdict, error) {
		p, err := a.verifyOnce(ctx, key, name, password, addr)
		if errors.Is(err, ErrCredentials) {
			return verdict{refused: err}, nil
		}
		return verdict{Principal: p}, err
	})
	if err = cmp.Or(err, found.refused); err != nil {
		return nil, err
	}
	p := found.Principal
	p.User = p.User.clone()
	return &p, nil
}

// verifyOnce verifies a name and password once for all requests that wait for
// it. A client that begins with many requests at a time would else be taken for
// one that guesses.
func (a *Accounts) verifyOnce(ctx context.Context, key proof, name, password, addr string) (Principal, error) {
	for {
		p, err, _ := a.basic.flights.Do(string(key[:])+addr, func() (any, error) {
			d, err := a.verify(ctx, name, password, addr, byBasic)
			if err != nil {
				return Principal{}, err
			}
			u, err := a.userOf(ctx, d)
			if err != nil {
				return Principal{}, err
			}
			return Principal{User: *u, Token: Token{Kind: Basic, Method: credentials, User: u.ID, From: addr}, stamp: stampOf(d), accounts: a}, nil
		})
		if errors.Is(err, context.Canceled) && ctx.Err() == nil {
			continue // another's request was given up, not this one
		}
		return p.(Principal), err
	}
}

// stampOf changes whenever the password does.
func stampOf(d *graph.Document) proof { return sha256.Sum256([]byte(passwordHash(d))) }

// checkBasic is Check for who sent name and password.
func (a *Accounts) checkBasic(ctx context.Context, p *Principal) error {
	d, err := a.store.Document(ctx, graph.Users, p.User.ID)
	if err != nil && !errors.Is(err, graph.ErrNotFound) {
		return err
	}
	if err != nil || disabled(d) || stampOf(d) != p.stamp {
		return fmt.Errorf("auth: user %q: %w", p.User.Name, ErrCredentials)
	}
	return a.renew(ctx, p, d)
}
