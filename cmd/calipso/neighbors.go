package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func neighborsCommand(g *global) *cobra.Command {
	var depth, limit int
	var linkTypes, objectTypes, filters []string
	var through bool
	var direction string
	cmd := &cobra.Command{
		Use:     "neighbors ENV ID",
		Aliases: []string{"neighbours"},
		Short:   "Show what is reached from an object along links",
		Long:    "Show what is reached from an object along links.\n\n" + filterHelp,
		Args:    cobra.ExactArgs(2),
	}
	at := atFlag(cmd)
	f := cmd.Flags()
	f.IntVar(&depth, "depth", 1, "most links away")
	f.IntVar(&limit, "limit", 100, "most objects, at most 1000")
	f.StringSliceVar(&linkTypes, "link-type", nil, "follow these only")
	f.StringSliceVar(&objectTypes, "type", nil, "enter objects of these types only")
	f.StringVar(&direction, "direction", "both", "out, in or both")
	f.StringArrayVar(&filters, "filter", nil, "only objects that meet this, as often as needed; the walk ends at others")
	f.BoolVar(&through, "through", false, "let the walk go on from objects that meet no filter")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return g.withClient(cmd.Context(), func(ctx context.Context, c *client) error {
			in := map[string]any{"start": []string{args[1]}, "max_depth": depth, "limit": limit, "direction": direction}
			if len(linkTypes) > 0 {
				in["link_types"] = linkTypes
			}
			if len(objectTypes) > 0 {
				in["object_types"] = objectTypes
			}
			for _, text := range filters {
				clause, err := parseFilter(text)
				if err != nil {
					return err
				}
				clauses, _ := in["filters"].([]any)
				in["filters"] = append(clauses, clause)
			}
			if through {
				in["unmatched"] = "pass"
			}
			to := path("environments", args[0], "traverse")
			if q := params("at", *at); len(q) > 0 {
				to += "?" + q.Encode()
			}
			if g.json {
				var raw map[string]any
				if err := c.send(ctx, "POST", to, in, &raw); err != nil {
					return err
				}
				return g.printJSON(raw)
			}
			var a struct {
				Nodes     []objectRef `json:"nodes"`
				Links     []linkRef   `json:"links"`
				Truncated bool        `json:"truncated"`
			}
			if err := c.send(ctx, "POST", to, in, &a); err != nil {
				return err
			}
			printWalk(g.out, args[1], a.Nodes, a.Links)
			fmt.Fprintf(g.out, "\n%d objects, %d links\n", len(a.Nodes), len(a.Links))
			if a.Truncated {
				fmt.Fprintf(g.out, "there is more within that depth: raise --limit (now %d) or narrow it by --type, --link-type\n", limit)
			}
			return nil
		})
	}
	return cmd
}
