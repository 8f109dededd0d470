package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"calipso/graph"
)

// Principal is who makes a request.
type Principal struct {
	User     User
	Token    Token
	accounts *Accounts
}

// Has tells whether a right is held globally.
func (p *Principal) Has(r Right) bool { return slices.Contains(p.User.Rights, r) }

// Env tells what the principal may do with one environment: by a global right,
// or by the lists "auth" of the environment's document, which name user ids.
// Nothing may be done with one that does not exist.
func (p *Principal) Env(ctx context.Context, env graph.EnvID) (view, edit bool, err error) {
	g, err := p.accounts.grants(ctx, env)
	if errors.Is(err, graph.ErrNotFound) {
		return false, false, nil
	} else if err != nil {
		return false, false, fmt.Errorf("auth: environment %q: %w", env, err)
	}
	edit = p.Has(EditEnv) || p.in(g.edit)
	view = edit || p.Has(ViewEnv) || p.in(g.view)
	return view, edit, nil
}

// grants are the lists "auth" of an environment's document: ids of users, or
// names.
type grants struct{ view, edit []string }

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
		lists := d.Body.Map("auth")
		return &grants{lists.Strings(string(ViewEnv)), lists.Strings(string(EditEnv))}, nil
	})
}

func (p *Principal) in(users []string) bool {
	return slices.Contains(users, p.User.ID) || slices.Contains(users, p.User.Name)
}

// Visible keeps of some environments those that the principal may view.
func (p *Principal) Visible(ctx context.Context, envs []graph.EnvID) ([]graph.EnvID, error) {
	if p.Has(ViewEnv) || p.Has(EditEnv) {
		return envs, nil
	}
	var out []graph.EnvID
	for _, env := range envs {
		view, _, err := p.Env(ctx, env)
		if err != nil {
			return nil, err
		}
		if view {
			out = append(out, env)
		}
	}
	return out, nil
}

// Grant sets what a user who has no global right to it may do with one
// environment: its document's lists "auth". edit implies view.
//
// Errors: graph.ErrNotFound if there is no such user or environment.
func (a *Accounts) Grant(ctx context.Context, who, user string, env graph.EnvID, view, edit bool) error {
	u, err := a.User(ctx, user)
	if err != nil {
		return err
	}
	a.writing.Lock()
	defer a.writing.Unlock()
	d, err := a.store.Document(ctx, graph.Environments, string(env))
	if err != nil {
		return fmt.Errorf("auth: environment %q: %w", env, err)
	}
	d = &graph.Document{DocKey: d.DocKey, Body: d.Body.Clone()}
	lists := d.Body.Map("auth")
	if lists == nil {
		lists = graph.Attrs{}
	}
	set := func(r Right, has bool) {
		users := slices.DeleteFunc(lists.Strings(string(r)), func(s string) bool { return s == u.ID || s == u.Name })
		if has {
			users = append(users, u.ID)
		}
		list := make([]any, len(users))
		for i, s := range users {
			list[i] = s
		}
		lists[string(r)] = list
	}
	set(ViewEnv, view || edit)
	set(EditEnv, edit)
	d.Body["auth"] = map[string]any(lists)
	if err := a.store.Write(ctx, who, []*graph.Document{d}, nil); err != nil {
		return fmt.Errorf("auth: environment %q: %w", env, err)
	}
	return nil
}
