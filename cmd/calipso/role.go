package main

import (
	"context"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"calipso/webapi"
)

func roleCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "role",
		Short: "Roles: sets of rights under a name",
		Long: `Roles: sets of rights under a name. admin, editor, viewer and none are built in;
others are made here and given with calipso user set NAME --roles. The rights are
view-env, edit-env, manage-users, manage-link-types, manage-clique-types and
manage-clique-constraints.`,
	}
	cmd.AddCommand(roleList(g), roleWrite(g, "add", "Make a role", true), roleWrite(g, "set", "Change a role for all who have it", false), roleRemove(g))
	return cmd
}

func roleList(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List roles",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				roles, err := listAll[webapi.RoleInfo](ctx, c, path("roles"), nil)
				if err != nil {
					return err
				}
				if g.json {
					return g.printJSON(roles)
				}
				t := newTable(g.out, "role", "rights", "", "description")
				for _, r := range roles {
					kind := ""
					if r.Fixed {
						kind = "built in"
					}
					t.AppendRow(table.Row{oneLine(r.Name), strings.Join(r.Rights, ", "), kind, oneLine(r.About)})
				}
				t.Render()
				return nil
			})
		},
	}
}

func roleWrite(g *global, name, short string, create bool) *cobra.Command {
	body := webapi.RoleBody{}
	cmd := &cobra.Command{
		Use:   name + " NAME",
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if body.Rights == nil {
				body.Rights = []string{}
			}
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				if create {
					return c.send(ctx, "POST", path("roles"), webapi.NewRole{Name: args[0], RoleBody: body}, nil)
				}
				return c.send(ctx, "PUT", path("roles", args[0]), body, nil)
			})
		},
	}
	cmd.Flags().StringSliceVar(&body.Rights, "rights", nil, "its rights, with commas")
	cmd.Flags().StringVar(&body.About, "description", "", "what it is for")
	if err := cmd.MarkFlagRequired("rights"); err != nil {
		panic(err) // the flag is there
	}
	return cmd
}

func roleRemove(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove a role that nobody has",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				return c.send(ctx, "DELETE", path("roles", args[0]), nil, nil)
			})
		},
	}
}
