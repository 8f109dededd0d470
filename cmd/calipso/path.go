package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
)

func pathCommand(g *global) *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "path ENV FROM TO",
		Short: "Show the shortest ways between two objects; exit code 1 if there is none",
		Args:  cobra.ExactArgs(3),
	}
	at := atFlag(cmd)
	cmd.Flags().IntVar(&limit, "limit", 1, "number of paths, at most 100")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			var a struct {
				From  objectRef `json:"from"`
				To    objectRef `json:"to"`
				Paths []struct {
					Length int `json:"length"`
					Hops   []struct {
						From  objectRef `json:"from"`
						To    objectRef `json:"to"`
						Links []linkRef `json:"links"`
					} `json:"hops"`
				} `json:"paths"`
				Truncated bool `json:"truncated"`
			}
			q := params("from", args[1], "to", args[2], "limit", strconv.Itoa(limit), "at", *at)
			if err := c.get(ctx, path("environments", args[0], "paths"), q, &a); err != nil {
				return err
			}
			if g.json {
				if err := g.printJSON(a); err != nil {
					return err
				}
			} else if len(a.Paths) == 0 {
				fmt.Fprintf(g.out, "no path from %s %s to %s %s\n", a.From.Type, a.From.Name, a.To.Type, a.To.Name)
			} else {
				for i, p := range a.Paths {
					if i > 0 {
						fmt.Fprintln(g.out)
					}
					fmt.Fprintf(g.out, "%s %s\n", a.From.Type, oneLine(a.From.Name))
					for _, h := range p.Hops {
						l := h.Links[0]
						fmt.Fprintf(g.out, "  %-26s %s %s  %s\n", l.Type, h.To.Type, oneLine(h.To.Name), l.Name)
					}
				}
			}
			if len(a.Paths) == 0 {
				return errNegative
			}
			return nil
		})
	}
	return cmd
}
