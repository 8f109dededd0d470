package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"calipso/graph"
)

// Directory is a place where others keep users: it tells whether a password is
// right. Its methods may be called from several goroutines.
type Directory interface {
	// Name is short and lasting ("ldap"): accounts remember which directory they
	// come from, and Options.Groups is keyed by it.
	Name() string
	// Check tells who has that name and password. An empty password is wrong.
	//
	// Errors: ErrCredentials if there is nobody of that name or the password is
	// wrong; anything else says that the directory cannot be asked.
	Check(ctx context.Context, name, password string) (Identity, error)
}

// Identity is who a directory, or another sign-in, says somebody is.
type Identity struct {
	Name string // as it is to be known here, in one spelling
	// Subject is what stays when names are changed or given to somebody else,
	// where there is such a thing; may be empty.
	Subject string
	Display string // for people; may be empty
	Email   string // may be empty
	Groups  []string
}

// GroupRoles says which roles a group stands for: names of roles by the name of
// the group, whatever its case. Everybody is in the group "*".
type GroupRoles map[string][]string

// roles are those of somebody's groups, sorted.
func (g GroupRoles) roles(groups []string) []string {
	var out []string
	for group, roles := range g {
		if group == "*" || slices.ContainsFunc(groups, func(of string) bool { return strings.EqualFold(of, group) }) {
			out = append(out, roles...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ask asks the directories one after the other who has that name and password,
// and makes him known. One that cannot be asked matters only if no other knows
// him.
//
// Errors: ErrCredentials, ErrDirectory.
func (a *Accounts) ask(ctx context.Context, name, password string) (*graph.Document, error) {
	var silent error
	for _, dir := range a.opt.Directories {
		who, err := dir.Check(ctx, name, password)
		switch {
		case err == nil:
			return a.acquaint(ctx, dir.Name(), who)
		case errors.Is(err, ErrCredentials):
		case ctx.Err() != nil:
			return nil, fmt.Errorf("auth: directory %s: %w", dir.Name(), ctx.Err())
		default:
			silent = errors.Join(silent, fmt.Errorf("auth: %s: %w: %w", dir.Name(), ErrDirectory, err))
		}
	}
	if silent != nil {
		return nil, silent
	}
	return nil, fmt.Errorf("auth: user %q: %w", name, ErrCredentials)
}

// SignIn opens a session for somebody whom another source, not asked by us for a
// password, vouches for. addr is where he comes from.
//
// Errors: ErrCredentials if an account of that name is not of this source, or
// may not be used.
func (a *Accounts) SignIn(ctx context.Context, source string, who Identity, addr string) (graph.Secret, *Token, error) {
	d, err := a.acquaint(ctx, source, who)
	if errors.Is(err, ErrCredentials) {
		a.tell(ctx, Event{User: who.Name, Addr: addr, By: source, Refused: err.Error()})
	}
	if err != nil {
		return graph.Secret{}, nil, err
	}
	a.tell(ctx, Event{User: who.Name, Addr: addr, By: source})
	return a.issue(ctx, d, &Token{Kind: Session, Method: credentials, From: addr}, a.opt.SessionTTL)
}

// acquaint is the account of somebody from a directory: made when he comes for the
// first time, and brought up to date with what the directory says each time.
//
// Errors: ErrCredentials if there is an account of that name which is not of
// this directory, or if it may not be used.
func (a *Accounts) acquaint(ctx context.Context, source string, who Identity) (*graph.Document, error) {
	if !properName(who.Name) {
		return nil, fmt.Errorf("auth: %s: %q is no name for an account: %w", source, who.Name, ErrCredentials)
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	d, err := a.document(ctx, who.Name)
	switch {
	case errors.Is(err, graph.ErrNotFound):
		d = newDirectoryDocument(who.Name, a.opt.Clock())
	case err != nil:
		return nil, err
	case directoryOf(d) != source:
		return nil, fmt.Errorf("auth: user %q of %s: there is another account of that name: %w", who.Name, source, ErrCredentials)
	case who.Subject != "" && subjectOf(d) != "" && subjectOf(d) != who.Subject:
		return nil, fmt.Errorf("auth: user %q of %s: somebody else had that name, whose account has to be removed first: %w", who.Name, source, ErrCredentials)
	case disabled(d):
		return nil, fmt.Errorf("auth: user %q: disabled: %w", who.Name, ErrCredentials)
	}
	d = &graph.Document{DocKey: d.DocKey, Body: d.Body.Clone()}
	setDirectory(d, source, who, a.opt.Groups[source].roles(who.Groups))
	if err := a.store.Write(ctx, who.Name, []*graph.Document{d}, nil); err != nil {
		return nil, fmt.Errorf("auth: user %q: %w", who.Name, err)
	}
	return d, nil
}

// properName tells whether a directory's name can be that of an account: a
// common name may hold spaces.
func properName(name string) bool {
	return name != "" && len(name) <= 128 && strings.TrimSpace(name) == name && !strings.ContainsFunc(name, unicode.IsControl)
}
