package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"calipso/webapi"
)

func userCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Accounts"}
	cmd.AddCommand(userAdd(g), userList(g), userShow(g), userSet(g), userGrant(g), userUngrant(g), userPasswd(g), userRemove(g), userCheck(g))
	return cmd
}

func userAdd(g *global) *cobra.Command {
	in := webapi.NewUser{}
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add an account; its password is asked for, or read from standard input",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			in.Username = args[0]
			if in.Password, err = g.readPassword(args[0]); err != nil {
				return err
			}
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				return c.send(ctx, "POST", path("users"), in, nil)
			})
		},
	}
	cmd.Flags().StringVar(&in.Role, "role", "viewer", "admin, editor, viewer, none, or another role (calipso role list)")
	cmd.Flags().StringVar(&in.Display, "name", "", "name of the person")
	cmd.Flags().StringSliceVar(&in.Emails, "email", nil, "e-mail address; may be given again")
	return cmd
}

func userList(g *global) *cobra.Command {
	var text, role, right, directory string
	var disabled bool
	cmd := &cobra.Command{
		Use:   "list [TEXT]",
		Short: "List accounts, all or those whose name or address holds a text",
		Args:  cobra.MaximumNArgs(1),
	}
	cmd.Flags().StringVar(&role, "role", "", "only those with this role")
	cmd.Flags().StringVar(&right, "right", "", "only those with this right for everything, such as manage-users")
	cmd.Flags().StringVar(&directory, "directory", "", "only those of this directory; local: those of none")
	cmd.Flags().BoolVar(&disabled, "disabled", false, "only those that may not be used")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			text = args[0]
		}
		q := params("q", text, "role", role, "right", right, "directory", directory)
		if cmd.Flags().Changed("disabled") {
			q.Set("disabled", fmt.Sprint(disabled))
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			users, err := listAll[webapi.UserInfo](ctx, c, path("users"), q)
			if err != nil {
				return err
			}
			if g.json {
				return g.printJSON(users)
			}
			t := newTable(g.out, "user", "role", "roles", "name", "state")
			for _, u := range users {
				t.AppendRow(table.Row{oneLine(u.Username), u.Role, oneLine(strings.Join(append(u.Roles, u.Mapped...), ", ")), oneLine(u.Display), userState(u)})
			}
			t.Render()
			return nil
		})
	}
	return cmd
}

// userState says in a word what is special about an account.
func userState(u webapi.UserInfo) string {
	var out []string
	if u.Directory != "" {
		out = append(out, "of "+oneLine(u.Directory))
	}
	if u.Disabled {
		out = append(out, "disabled")
	}
	return strings.Join(out, ", ")
}

func userShow(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "show NAME",
		Short: "Show an account: its rights, and the environments granted to it",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				var u webapi.UserDetail
				if err := c.get(ctx, path("users", args[0]), nil, &u); err != nil {
					return err
				}
				return g.printUser(u)
			})
		},
	}
}

func (g *global) printUser(u webapi.UserDetail) error {
	if g.json {
		return g.printJSON(u)
	}
	list := func(l []string) string { return oneLine(strings.Join(l, ", ")) }
	t := newTable(g.out, "", "")
	t.AppendRow(table.Row{"user", oneLine(u.Username)})
	t.AppendRow(table.Row{"name", oneLine(u.Display)})
	t.AppendRow(table.Row{"e-mail", list(u.Emails)})
	t.AppendRow(table.Row{"role", u.Role})
	t.AppendRow(table.Row{"rights", list(u.Rights)})
	t.AppendRow(table.Row{"given one by one", list(u.Single)})
	t.AppendRow(table.Row{"roles", list(u.Roles)})
	if u.Directory != "" {
		t.AppendRow(table.Row{"directory", oneLine(u.Directory)})
		t.AppendRow(table.Row{"by its groups", list(u.Mapped)})
	}
	for _, e := range u.Environments {
		may := "view"
		if e.Edit {
			may = "view and edit"
		}
		t.AppendRow(table.Row{"environment " + oneLine(e.Env), may})
	}
	if u.Disabled {
		t.AppendRow(table.Row{"state", "disabled"})
	}
	t.Render()
	return nil
}

func userRemove(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove an account with its sessions, tokens and grants",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				return c.send(ctx, "DELETE", path("users", args[0]), nil, nil)
			})
		},
	}
}
