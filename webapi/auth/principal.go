package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"calipso/graph"
)

// Principal is who makes a request.
type Principal struct {
	User     User
	Token    Token
	stamp    proof // of the password, where Token.Kind is Basic
	used     *atomic.Int64
	accounts *Accounts
}

// Has tells whether a right is held for everything. A token that is limited to
// environments holds none.
func (p *Principal) Has(r Right) bool {
	return p.holds(r) && p.Token.Scope.right(r) && len(p.Token.Scope.Envs) == 0
}

// holds tells whether the user has a right, whatever the token.
func (p *Principal) holds(r Right) bool { return slices.Contains(p.User.Rights, r) }

// Env tells what the principal may do with one environment: by a right for all,
// by the lists "auth" of the environment's document, which name user ids, or by
// the user's groups elsewhere.
// Nothing may be done with one that does not exist.
func (p *Principal) Env(ctx context.Context, env graph.EnvID) (view, edit bool, err error) {
	scope := &p.Token.Scope
	if !scope.env(env) {
		return false, false, nil
	}
	g, err := p.accounts.grants(ctx, env)
	if errors.Is(err, graph.ErrNotFound) {
		return false, false, nil
	} else if err != nil {
		return false, false, fmt.Errorf("auth: environment %q: %w", env, err)
	}
	edit = p.holds(EditEnv) || p.in(g.edit) || p.User.mapped(EditEnv, env)
	view = (edit || p.holds(ViewEnv) || p.in(g.view) || p.User.mapped(ViewEnv, env)) && scope.right(ViewEnv)
	return view, edit && scope.right(EditEnv) && !scope.ReadOnly, nil
}

func (p *Principal) in(users []string) bool {
	return slices.ContainsFunc(users, p.User.isCalled)
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
