package auth

import (
	"context"
	"fmt"

	"calipso/graph"
)

// Remove deletes an account with its sessions and tokens, and takes it out of
// the lists of environments: another account of the name starts with nothing.
//
// Errors: graph.ErrNotFound, ErrLastAdmin.
func (a *Accounts) Remove(ctx context.Context, who, name string) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	d, err := a.document(ctx, name)
	if err != nil {
		return err
	}
	t, err := a.roles(ctx)
	if err != nil {
		return err
	}
	if err := a.keepsAdmin(ctx, t, t, map[string]*graph.Document{d.ID: nil}); err != nil {
		return fmt.Errorf("auth: user %q: %w", name, err)
	}
	keys, err := a.tokenKeys(ctx, d.ID, "")
	if err != nil {
		return err
	}
	envs, err := a.regrant(ctx, t.user(d), func(graph.EnvID) (view, edit, touch bool) { return false, false, true })
	if err != nil {
		return err
	}
	if err := a.store.Write(ctx, who, envs, append(keys, d.DocKey)); err != nil {
		return fmt.Errorf("auth: user %q: %w", name, err)
	}
	return nil
}
