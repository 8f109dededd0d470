package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"calipso/webapi"
)

func userCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Accounts"}
	var role string
	add := &cobra.Command{
		Use:   "add NAME",
		Short: "Add an account; its password is asked for, or read from standard input",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			password, err := g.readPassword(args[0])
			if err != nil {
				return err
			}
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				return c.send(ctx, "POST", path("users"), webapi.NewUser{Username: args[0], Password: password, Role: role}, nil)
			})
		},
	}
	add.Flags().StringVar(&role, "role", "viewer", "admin, editor, viewer or none")
	list := &cobra.Command{
		Use:   "list",
		Short: "List accounts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				users, err := listAll[webapi.UserInfo](ctx, c, path("users"), nil)
				if err != nil {
					return err
				}
				if g.json {
					return g.printJSON(users)
				}
				t := newTable(g.out, "user", "role")
				for _, u := range users {
					t.AppendRow(table.Row{u.Username, u.Role})
				}
				t.Render()
				return nil
			})
		},
	}
	passwd := &cobra.Command{
		Use:   "passwd NAME",
		Short: "Set an account's password; its other sessions end",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			password, err := g.readPassword(args[0])
			if err != nil {
				return err
			}
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				return c.send(ctx, "PUT", path("users", args[0], "password"), webapi.NewPassword{Password: password}, nil)
			})
		},
	}
	remove := &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove an account with its sessions and tokens",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				return c.send(ctx, "DELETE", path("users", args[0]), nil, nil)
			})
		},
	}
	cmd.AddCommand(add, list, passwd, remove, userCheckCommand(g))
	return cmd
}

func tokenCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: "API tokens for scripts"}
	var life time.Duration
	create := &cobra.Command{
		Use:   "create NAME",
		Short: "Make an API token and print it, this once",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				var t webapi.IssuedToken
				if err := c.send(ctx, "POST", path("tokens"), webapi.NewToken{Name: args[0], Hours: int(life.Hours())}, &t); err != nil {
					return err
				}
				if g.json {
					return g.printJSON(t)
				}
				_, err := fmt.Fprintln(g.out, t.Token)
				return err
			})
		},
	}
	create.Flags().DurationVar(&life, "life", 90*24*time.Hour, "how long it is good for, in whole hours")
	cmd.AddCommand(create)
	return cmd
}

// readPassword asks twice on a terminal, else takes the first line of input.
func (g *global) readPassword(user string) (string, error) {
	if f, ok := g.in.(*os.File); ok && terminal(f) {
		ask := func(what string) (string, error) {
			fmt.Fprintf(g.err, "%s password for %s: ", what, user)
			b, err := term.ReadPassword(int(f.Fd()))
			fmt.Fprintln(g.err)
			return string(b), err
		}
		one, err := ask("new")
		if err != nil {
			return "", err
		}
		two, err := ask("again, new")
		if err != nil {
			return "", err
		}
		if one != two {
			return "", errors.New("the two passwords differ; nothing was changed")
		}
		return one, nil
	}
	line, err := bufio.NewReader(g.in).ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if line == "" && err != nil {
		return "", errors.New("no password: type it on a terminal, or give it as the first line of standard input")
	}
	return line, nil
}
