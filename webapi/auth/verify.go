package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"calipso/graph"
)

// verify is the one door for names and passwords: it gives the account that
// they are of. addr is where the attempt comes from, by is what it is made for.
//
// A local account of the name comes first: if there is one, its own password
// decides and no directory is asked. Else the directories are, in their order.
//
// Errors: ErrCredentials, *ThrottledError, ErrDirectory.
func (a *Accounts) verify(ctx context.Context, name, password, addr, by string) (*graph.Document, error) {
	done, wait := a.throttle.attempt(a.opt.Clock(), strings.ToLower(name), addr)
	if wait > 0 {
		return nil, &ThrottledError{Wait: wait}
	}
	known, err := a.document(ctx, name)
	if err != nil && !errors.Is(err, graph.ErrNotFound) {
		return nil, err
	}
	var d *graph.Document
	if (known == nil || directoryOf(known) != "") && len(a.opt.Directories) > 0 && password != "" {
		d, err = a.ask(ctx, name, password)
	} else {
		local := known
		if a.opt.NoLocal {
			local = nil
		}
		d, err = a.verifyLocal(ctx, local, name, password)
	}
	event := Event{Addr: addr, By: by}
	switch {
	case err == nil:
		done(true)
		event.User = nameOf(d)
	case errors.Is(err, ErrDirectory):
		done(false)
		event.Refused = ErrDirectory.Error()
	case errors.Is(err, ErrCredentials):
		event.Refused = ErrCredentials.Error()
		if known != nil && disabled(known) {
			event.Refused = "the account is disabled"
		}
	default:
		return nil, err // nobody was let in or refused
	}
	if known != nil {
		event.User = nameOf(known)
	}
	a.tell(ctx, event)
	return d, err
}

// verifyLocal checks the password of a local account, nil if there is none of
// that name. One that is hashed in the old way is hashed anew.
func (a *Accounts) verifyLocal(ctx context.Context, d *graph.Document, name, password string) (*graph.Document, error) {
	if d == nil {
		d = &graph.Document{} // whose password nothing fits
	}
	old := oldHash(d)
	check, hash := a.hasher.check, passwordHash(d)
	if hash == "" && old != "" {
		check, hash = a.hasher.checkOld, old
	}
	ok, err := check(ctx, password, hash)
	if err != nil {
		return nil, err
	}
	if !ok || disabled(d) {
		return nil, fmt.Errorf("auth: user %q: %w", name, ErrCredentials)
	}
	if hash == old {
		return a.rehash(ctx, d, password)
	}
	return d, nil
}

// rehash puts a password that has just been found right under our own hash, in
// place of the old one.
func (a *Accounts) rehash(ctx context.Context, d *graph.Document, password string) (*graph.Document, error) {
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	now, err := a.store.Document(ctx, graph.Users, d.ID)
	if err != nil {
		return nil, err
	}
	if oldHash(now) != oldHash(d) || passwordHash(now) != "" { // changed meanwhile
		return nil, fmt.Errorf("auth: user %q: %w", d.ID, ErrCredentials)
	}
	now = &graph.Document{DocKey: now.DocKey, Body: now.Body.Clone()}
	setHash(now, hash)
	if err := a.store.Write(ctx, nameOf(now), []*graph.Document{now}, nil); err != nil {
		return nil, fmt.Errorf("auth: user %q: %w", d.ID, err)
	}
	return now, nil
}
