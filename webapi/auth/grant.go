package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"calipso/graph"
)

// grants are the lists "auth" of an environment's document: ids of users, or
// names.
type grants struct{ view, edit []string }

func grantsOf(d *graph.Document) *grants {
	lists := d.Body.Map("auth")
	return &grants{lists.Strings(string(ViewEnv)), lists.Strings(string(EditEnv))}
}

// grants reads, or knows, the lists of one environment. Errors:
// graph.ErrNotFound.
func (a *Accounts) grants(ctx context.Context, env graph.EnvID) (*grants, error) {
	v, err := a.store.View(ctx)
	if err != nil {
		return nil, err
	}
	return a.granted.Get(ctx, v, env, func(ctx context.Context) (*grants, error) {
		d, err := a.store.Document(ctx, graph.Environments, string(env))
		if err != nil {
			return nil, err
		}
		return grantsOf(d), nil
	})
}

// Granted is what one environment's lists let a user do with it.
type Granted struct {
	Env  graph.EnvID
	Edit bool // and view; else view alone
}

// Granted lists, by name, the environments whose lists name a user.
//
// Errors: graph.ErrNotFound.
func (a *Accounts) Granted(ctx context.Context, user string) ([]Granted, error) {
	u, err := a.User(ctx, user)
	if err != nil {
		return nil, err
	}
	out := []Granted{}
	for d, err := range a.store.Documents(ctx, graph.Environments) {
		if err != nil {
			return nil, fmt.Errorf("auth: environments: %w", err)
		}
		g := grantsOf(d)
		edit := slices.ContainsFunc(g.edit, u.isCalled)
		if edit || slices.ContainsFunc(g.view, u.isCalled) {
			out = append(out, Granted{graph.EnvID(d.ID), edit})
		}
	}
	return out, nil
}

// SetGranted says which environments a user may view, and edit, beside what he
// may do in all of them: of those within, exactly the ones given; nil means all
// there are.
//
// Errors: graph.ErrNotFound if there is no such user; *graph.InvalidError for an
// environment that does not exist, or is not within.
func (a *Accounts) SetGranted(ctx context.Context, who, user string, want []Granted, within func(graph.EnvID) bool) error {
	u, err := a.User(ctx, user)
	if err != nil {
		return err
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	wanted := map[graph.EnvID]Granted{}
	var wrong []graph.FieldError
	for i, g := range want {
		_, err := a.store.Document(ctx, graph.Environments, string(g.Env))
		if err != nil && !errors.Is(err, graph.ErrNotFound) {
			return fmt.Errorf("auth: environment %q: %w", g.Env, err)
		}
		if err != nil || within != nil && !within(g.Env) {
			wrong = append(wrong, graph.FieldError{Field: fmt.Sprintf("environments[%d].environment", i), Reason: fmt.Sprintf("there is no environment %q", g.Env)})
		}
		wanted[g.Env] = g
	}
	if len(wrong) > 0 {
		return &graph.InvalidError{What: fmt.Sprintf("user %q", user), Fields: wrong}
	}
	docs, err := a.regrant(ctx, u, func(env graph.EnvID) (view, edit, touch bool) {
		g, ok := wanted[env]
		return ok, g.Edit, within == nil || within(env)
	})
	if err != nil {
		return err
	}
	if err := a.store.Write(ctx, who, docs, nil); err != nil {
		return fmt.Errorf("auth: environments of user %q: %w", user, err)
	}
	return nil
}

// Grant sets what a user may do with one environment: its document's lists
// "auth". edit implies view.
//
// Errors: graph.ErrNotFound if there is no such user or environment.
func (a *Accounts) Grant(ctx context.Context, who, user string, env graph.EnvID, view, edit bool) error {
	u, err := a.User(ctx, user)
	if err != nil {
		return err
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	if _, err := a.store.Document(ctx, graph.Environments, string(env)); err != nil {
		return fmt.Errorf("auth: environment %q: %w", env, err)
	}
	docs, err := a.regrant(ctx, u, func(e graph.EnvID) (v, ed, touch bool) { return view || edit, edit, e == env })
	if err != nil {
		return err
	}
	if err := a.store.Write(ctx, who, docs, nil); err != nil {
		return fmt.Errorf("auth: environment %q: %w", env, err)
	}
	return nil
}

// regrant makes the documents of the environments whose lists are to change for
// a user.
func (a *Accounts) regrant(ctx context.Context, u *User, to func(graph.EnvID) (view, edit, touch bool)) ([]*graph.Document, error) {
	var out []*graph.Document
	for d, err := range a.store.Documents(ctx, graph.Environments) {
		if err != nil {
			return nil, fmt.Errorf("auth: environments: %w", err)
		}
		view, edit, touch := to(graph.EnvID(d.ID))
		g := grantsOf(d)
		if !touch || slices.ContainsFunc(g.view, u.isCalled) == (view || edit) && slices.ContainsFunc(g.edit, u.isCalled) == edit {
			continue
		}
		body := d.Body.Clone()
		lists := body.Map("auth")
		if lists == nil {
			lists = graph.Attrs{}
		}
		lists[string(ViewEnv)] = u.listed(g.view, view || edit)
		lists[string(EditEnv)] = u.listed(g.edit, edit)
		body["auth"] = map[string]any(lists)
		out = append(out, &graph.Document{DocKey: d.DocKey, Body: body})
	}
	return out, nil
}

// listed is a list of users with the user in it, once, or not.
func (u *User) listed(users []string, in bool) []any {
	users = slices.DeleteFunc(slices.Clone(users), u.isCalled)
	if in {
		users = append(users, u.ID)
	}
	return anys(users)
}
