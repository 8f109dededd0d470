package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"calipso/webapi"
)

func tokenCommand(g *global) *cobra.Command {
	cmd := &cobra.Command{Use: "token", Short: "API tokens for scripts, and sessions"}
	cmd.AddCommand(tokenCreate(g), tokenList(g), tokenRevoke(g))
	return cmd
}

func tokenCreate(g *global) *cobra.Command {
	var life time.Duration
	scope := &webapi.TokenScope{}
	cmd := &cobra.Command{
		Use:   "create NAME",
		Short: "Make an API token and print it, this once",
		Example: `  calipso token create nightly-report --life 720h --read-only
  calipso token create scanner --right edit-env --env lab`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if life < time.Hour || life%time.Hour != 0 {
				return fmt.Errorf("--life %s is no number of whole hours", life)
			}
			in := webapi.NewToken{Name: args[0], Hours: int(life.Hours())}
			if len(scope.Rights) > 0 || len(scope.Envs) > 0 || scope.ReadOnly {
				in.Scope = scope
			}
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				var t webapi.IssuedToken
				if err := c.send(ctx, "POST", path("tokens"), in, &t); err != nil {
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
	f := cmd.Flags()
	f.DurationVar(&life, "life", 90*24*time.Hour, "how long it is good for, in whole hours")
	f.StringSliceVar(&scope.Rights, "right", nil, "only this right of yours; may be given again")
	f.StringSliceVar(&scope.Envs, "env", nil, "only in this environment; may be given again")
	f.BoolVar(&scope.ReadOnly, "read-only", false, "nothing that changes anything")
	return cmd
}

func tokenList(g *global) *cobra.Command {
	var user string
	var all bool
	var kinds []string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List your tokens and sessions, the newest first",
		Args:  cobra.NoArgs,
	}
	cmd.Flags().StringVar(&user, "user", "", "those of another account")
	cmd.Flags().BoolVar(&all, "all", false, "those of all accounts")
	cmd.Flags().StringSliceVar(&kinds, "kind", nil, "only session, token, old or command; may be given again")
	cmd.MarkFlagsMutuallyExclusive("user", "all")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if all {
			user = "*"
		}
		q := params("user", user)
		for _, k := range kinds {
			q.Add("kind", k)
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			tokens, err := listAll[webapi.TokenInfo](ctx, c, path("tokens"), q)
			if err != nil {
				return err
			}
			if g.json {
				return g.printJSON(tokens)
			}
			t := newTable(g.out, "id", "user", "kind", "name", "limited to", "expires", "last used", "from")
			for _, k := range tokens {
				used := "never"
				if k.Used != nil {
					used = k.Used.Format(time.RFC3339)
				}
				t.AppendRow(table.Row{k.ID, oneLine(k.Username), k.Kind, oneLine(k.Name), limits(k.Scope), k.Expires.Format(time.RFC3339), used, oneLine(k.From)})
			}
			t.Render()
			return nil
		})
	}
	return cmd
}

// limits says what a scope lets through.
func limits(s *webapi.TokenScope) string {
	if s == nil {
		return ""
	}
	var out []string
	if s.ReadOnly {
		out = append(out, "reading")
	}
	if len(s.Rights) > 0 {
		out = append(out, strings.Join(s.Rights, " "))
	}
	if len(s.Envs) > 0 {
		out = append(out, "in "+strings.Join(s.Envs, " "))
	}
	return oneLine(strings.Join(out, ", "))
}

func tokenRevoke(g *global) *cobra.Command {
	return &cobra.Command{
		Use:   "revoke ID...",
		Short: "End tokens or sessions, by their ids in the list",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
				for _, id := range args {
					if err := c.send(ctx, "DELETE", path("tokens", id), nil, nil); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}
