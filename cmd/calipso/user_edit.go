package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"calipso/webapi"
)

func userSet(g *global) *cobra.Command {
	var role, name string
	var rights, roles, emails []string
	var disable, enable bool
	cmd := &cobra.Command{
		Use:   "set NAME",
		Short: "Change an account; if its rights change, its sessions and tokens end",
		Example: `  calipso user set olga --role editor
  calipso user set olga --rights view-env,manage-link-types --roles "net team"
  calipso user set olga --disable`,
		Args: cobra.ExactArgs(1),
	}
	f := cmd.Flags()
	f.StringVar(&role, "role", "", "exactly the rights of this role: admin, editor, viewer, none, or another")
	f.StringSliceVar(&rights, "rights", nil, "rights one by one; empty: none")
	f.StringSliceVar(&roles, "roles", nil, "roles beside them (calipso role list); empty: none")
	f.StringVar(&name, "name", "", "name of the person")
	f.StringSliceVar(&emails, "email", nil, "e-mail address; may be given again")
	f.BoolVar(&disable, "disable", false, "it may not be used")
	f.BoolVar(&enable, "enable", false, "it may be used again")
	cmd.MarkFlagsMutuallyExclusive("disable", "enable")
	cmd.MarkFlagsOneRequired("role", "rights", "roles", "name", "email", "disable", "enable")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var change webapi.UserChange
		for flag, set := range map[string]func(){
			"role": func() { change.Role = &role }, "rights": func() { change.Rights = &rights }, "roles": func() { change.Roles = &roles },
			"name": func() { change.Display = &name }, "email": func() { change.Emails = &emails },
			"disable": func() { change.Disabled = &disable },
			"enable":  func() { off := !enable; change.Disabled = &off },
		} {
			if f.Changed(flag) {
				set()
			}
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			return c.send(ctx, "PATCH", path("users", args[0]), change, nil)
		})
	}
	return cmd
}

func userGrant(g *global) *cobra.Command {
	var edit bool
	cmd := &cobra.Command{
		Use:   "grant NAME ENV",
		Short: "Let an account view one environment, or edit it",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.regrant(cmd.Context(), args[0], args[1], &webapi.UserGrant{Env: args[1], Edit: edit})
		},
	}
	cmd.Flags().BoolVar(&edit, "edit", false, "view and edit")
	return cmd
}

func userUngrant(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "ungrant NAME ENV",
		Short: "Take an environment from an account; rights for all environments stay",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.regrant(cmd.Context(), args[0], args[1], nil)
		},
	}
}

// regrant sets what one environment lets a user do; nil: nothing.
func (g *global) regrant(ctx context.Context, user, env string, to *webapi.UserGrant) error {
	return g.withClient(ctx, func(ctx context.Context, c *client) error {
		var u webapi.UserDetail
		if err := c.get(ctx, path("users", user), nil, &u); err != nil {
			return err
		}
		list := slices.DeleteFunc(u.Environments, func(g webapi.UserGrant) bool { return g.Env == env })
		if to == nil && len(list) == len(u.Environments) {
			return fmt.Errorf("environment %q is not granted to %s", env, user)
		}
		if to != nil {
			list = append(list, *to)
		}
		return c.send(ctx, "PUT", path("users", user, "environments"), webapi.UserGrants{Environments: list}, nil)
	})
}

func userPasswd(g *global) *cobra.Command {
	var own bool
	cmd := &cobra.Command{
		Use:   "passwd [NAME]",
		Short: "Set an account's password, or with --own that of the token's; other sessions end",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case own && len(args) == 0:
				return g.ownPassword(cmd.Context())
			case own || len(args) == 0:
				return errors.New("give the name of an account, or --own")
			}
			password, err := g.readPassword(args[0])
			if err != nil {
				return err
			}
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				return c.send(ctx, "PUT", path("users", args[0], "password"), webapi.NewPassword{Password: password}, nil)
			})
		},
	}
	cmd.Flags().BoolVar(&own, "own", false, "the password of who the token is of; the old one is asked for first")
	return cmd
}

func (g *global) ownPassword(ctx context.Context) error {
	old, password, err := g.readOwnPassword()
	if err != nil {
		return err
	}
	return g.withClient(ctx, func(ctx context.Context, c *client) error {
		return c.send(ctx, "PUT", path("password"), webapi.OwnPassword{Old: old, NewPassword: webapi.NewPassword{Password: password}}, nil)
	})
}
