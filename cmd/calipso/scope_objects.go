package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
)

// scopeObject is what commands print of an object within a scope.
type scopeObject struct {
	ID     string     `json:"id"`
	Type   string     `json:"type"`
	Name   string     `json:"name"`
	Host   string     `json:"host,omitempty"`
	Member bool       `json:"member"`
	Why    scopeProof `json:"why"`
}

type scopeProof struct {
	Kind string     `json:"kind"`
	Text string     `json:"text,omitempty"`
	Of   *scopeUser `json:"of,omitempty"`
}

type scopeUser struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Name string `json:"name"`
}

func (u scopeUser) text() string { return u.Type + " " + oneLine(u.Name) }

// text is a proof in a few words.
func (p scopeProof) text() string {
	switch {
	case p.Of != nil && p.Kind == "clique":
		return "clique of " + p.Of.text()
	case p.Of != nil && p.Kind == "network":
		return "network " + oneLine(p.Of.Name)
	case p.Of != nil:
		return p.Kind + " " + p.Of.text()
	case p.Text != "":
		return p.Kind + " " + oneLine(p.Text)
	}
	return p.Kind
}

func scopeObjects(g *global) *cobra.Command {
	var env string
	var types []string
	var members bool
	var limit int
	cmd := &cobra.Command{
		Use:   "objects NAME",
		Short: "List what a scope holds: objects it selects, and their cliques",
		Args:  cobra.ExactArgs(1),
	}
	at := atFlag(cmd)
	f := cmd.Flags()
	f.StringVar(&env, "env", "", "environment; may be left out if the scope selects one only")
	f.StringSliceVar(&types, "type", nil, "only objects of these types")
	f.BoolVar(&members, "members", false, "only what the scope selects, without their cliques")
	f.IntVar(&limit, "limit", 0, "print at most that many (default: all)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			q := params("env", env, "at", *at)
			q["type"] = types
			if members {
				q.Set("members", "true")
			}
			all, total, err := listSome[scopeObject](ctx, c, path("scopes", args[0], "objects"), q, limit)
			if err != nil {
				return err
			}
			if g.json {
				return g.printJSON(all)
			}
			t := newTable(g.out, "type", "name", "host", "why", "id")
			for _, o := range all {
				t.AppendRow(table.Row{o.Type, oneLine(o.Name), oneLine(o.Host), o.Why.text(), oneLine(o.ID)})
			}
			t.Render()
			_, err = fmt.Fprintf(g.out, "%d of %d\n", len(all), total)
			return err
		})
	}
	return cmd
}

func scopeUsers(g *global) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "users ENV ID",
		Short: "List the scopes that use an object, with the proof",
		Long:  "List the scopes that use an object, with the proof. Exit code 1 if none does.",
		Args:  cobra.ExactArgs(2),
	}
	at := atFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			type use struct {
				Scope   string       `json:"scope"`
				Comment string       `json:"comment,omitempty"`
				Objects int          `json:"objects"`
				Proof   []scopeProof `json:"proof"`
				Users   []scopeUser  `json:"users"`
			}
			all, err := listAll[use](ctx, c, path("environments", args[0], "objects", args[1], "scopes"), params("at", *at))
			if err != nil {
				return err
			}
			if g.json {
				err = g.printJSON(all)
			} else {
				t := newTable(g.out, "used by", "objects", "proof", "such as")
				for _, u := range all {
					var proof, users []string
					for _, p := range u.Proof {
						proof = append(proof, p.text())
					}
					for _, x := range u.Users[:min(3, len(u.Users))] {
						users = append(users, x.text())
					}
					t.AppendRow(table.Row{oneLine(u.Scope), u.Objects, strings.Join(proof, "; "), strings.Join(users, ", ")})
				}
				if len(all) > 0 {
					t.Render()
				} else {
					_, err = fmt.Fprintln(g.out, "used by no scope")
				}
			}
			if err == nil && len(all) == 0 {
				return errNegative
			}
			return err
		})
	}
	return cmd
}
