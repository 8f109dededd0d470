package main

import (
	"context"
	"encoding/json"

	"github.com/spf13/cobra"

	"calipso/query/health"
)

func healthCommand(g *global) *cobra.Command {
	var out output
	var at, scope, since string
	cmd := &cobra.Command{
		Use:   "health ENV",
		Short: "Tell how instances and what serves them stand",
		Long: `Tell how all instances stand, with host, zone, networks, the way to the physical
NIC and the reasons, and what serves them: hosts, agents, vServices; with totals
for each host, project and network.

Exit code 0: nothing is in error. 1: something is, or is not found.`,
		Example: "  calipso health lab\n  calipso health lab --at sunday --since design --format pdf --output lab.pdf",
		Args:    cobra.ExactArgs(1),
	}
	f := cmd.Flags()
	f.StringVar(&at, "at", "", "as of this time (RFC 3339, or a date) or snapshot")
	f.StringVar(&since, "since", "", "expect the instances of this earlier time or snapshot")
	f.StringVar(&scope, "scope", "", "limit it to this scope")
	out.flags(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := out.check(g); err != nil {
			return err
		}
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			where, q := path("environments", args[0], "health"), params("at", at, "since", since, "scope", scope)
			text, err := c.text(ctx, "GET", where, q, nil)
			if err != nil {
				return err
			}
			var told health.Report
			if err := json.Unmarshal(text, &told); err != nil {
				return err
			}
			if out.format != "json" { // of exactly the time that was told of
				q.Set("at", told.At.String())
				q.Set("format", out.format)
				if text, err = c.text(ctx, "GET", where, q, nil); err != nil {
					return err
				}
			}
			if err := out.write(g, text); err != nil {
				return err
			}
			if !told.Healthy() {
				return errNegative
			}
			return nil
		})
	}
	return cmd
}
